"""Codes of records: how they are written and compared, and numbers in series for those that count up: C-2026-0001,
A-000001. The company's year is that of its calendar."""

import unicodedata
from typing import Any

from sqlalchemy import Integer, Text, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, validates

from .contacts import composed


def written_code(code: str) -> str:
    """A code as it is kept: half width, nothing around it."""
    return composed(code, "NFKC").strip()


def code_key(code: str) -> str:
    """A code as it is compared: `c-２` is `C-2`."""
    return unicodedata.normalize("NFKC", code).strip().lower()


class Coded:
    """The columns of a record with a code that nobody else has. `code_key` is none for a code that was somebody else's
    but for case or width before that was looked at."""

    code: Mapped[str] = mapped_column(Text, unique=True)
    code_key: Mapped[str | None] = mapped_column(Text, unique=True)

    @validates("code")
    def _compare(self, _name: str, code: str) -> str:
        self.code_key = code_key(code)
        return code


class SeriesRow:
    """The columns of a `number_series` table: the last number given in a series."""

    __tablename__ = "number_series"
    series: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


def next_code(session: Session, series: type[SeriesRow], prefix: str, digits: int, taken: Any) -> str:
    """The next code whose key nobody has in the column `taken`. Holds the series until the transaction ends, so that no
    number is lost."""
    last = series.__table__.c.last  # type: ignore[attr-defined]  # the table is the class's that this is mixed into
    while True:
        statement = insert(series).values(series=prefix, last=1)
        statement = statement.on_conflict_do_update(index_elements=["series"], set_={"last": last + 1})
        number = session.execute(statement.returning(last)).scalar_one()
        code = f"{prefix}-{number:0{digits}}"
        if not session.scalar(select(exists().where(taken == code_key(code)))):
            return code
