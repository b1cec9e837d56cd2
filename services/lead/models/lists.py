"""Which parts of which lists were settled, so that a repeated message changes nothing."""

from uuid import UUID

from sqlalchemy import BigInteger, Integer
from sqlalchemy.dialects.postgresql import UUID as UuidColumn
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class SettledBatch(Base):
    """A batch of a list that was merged, or (batch = END, END - 1, …) that the list's end was heard, which comes again
    with each error workbook."""

    __tablename__ = "settled_batch"
    END = -1
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cause_id: Mapped[UUID] = mapped_column(UuidColumn(as_uuid=True))
