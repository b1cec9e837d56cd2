"""What the tables have in common."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

# Text that is never null: what is not known is empty.
Words = Annotated[str, mapped_column(Text, server_default="")]
Number = Annotated[int, mapped_column(BigInteger)]
MaybeNumber = Annotated[int | None, mapped_column(BigInteger)]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
MaybeMoment = Annotated[datetime | None, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """The service's own tables."""
