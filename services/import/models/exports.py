"""Lists taken out, and the ledger of what left the house."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Record

from .base import Base


class Export(Record, Base):
    """A workbook taken out. kind: leads or persons of a search (リスト出力), or errors (the error workbook) of the list
    `list_id`, with the `language` of its words in `search`. status: running, finished, failed; while it runs, `rows` of
    `total` are written. Bytes in `file_size`. `ticket`: the maker's right to read rows of lead, kept until it ends."""

    __tablename__ = "export"
    kind: Mapped[str] = mapped_column(Text)
    list_id: Mapped[int | None] = mapped_column(BigInteger)
    search: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(Text, server_default="running")
    rows: Mapped[int] = mapped_column(Integer, server_default="0")
    total: Mapped[int | None] = mapped_column(Integer)
    ticket: Mapped[str | None] = mapped_column(Text)
    file_key: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text, server_default="")
    file_size: Mapped[int] = mapped_column(BigInteger, server_default="0")
    sha256: Mapped[str] = mapped_column(Text, server_default="")
    problem_ja: Mapped[str | None] = mapped_column(Text)
    problem_en: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LedgerEntry(Base):
    """Who took which data out, when: written with the act, never changed. act: exported, downloaded. kind: leads or
    persons of an export; original or errors (the error workbook) of a list."""

    __tablename__ = "ledger_entry"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    user_id: Mapped[int] = mapped_column(BigInteger, index=True)
    login: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    export_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    list_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    file_name: Mapped[str] = mapped_column(Text, server_default="")
    kind: Mapped[str] = mapped_column(Text)
    search: Mapped[dict[str, Any]] = mapped_column(JSONB)
    rows: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(Text)
