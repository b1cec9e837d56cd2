"""What the tables have in common."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, DateTime, Text, any_, literal
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Text that is never null: what is not known is empty.
Words = Annotated[str, mapped_column(Text, server_default="")]
Number = Annotated[int, mapped_column(BigInteger)]
MaybeNumber = Annotated[int | None, mapped_column(BigInteger)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
MaybeMoment = Annotated[datetime | None, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """The service's own tables."""


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """`column = ANY(ids)`: one parameter however many ids; IN (…) has one for each, which the client pays for."""
    found: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(BigInteger)))
    return found
