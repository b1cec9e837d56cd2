"""The history of changes: one mechanism, which history, notices, undo and conflict checks read."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as UuidColumn
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, MaybeMoment, MaybeNumber, Moment, Number, Words


class Change(Base):
    """One field of one record, before and after, and the act that did it (its cause). A new record has one row with
    the field `created`. `record_type`: person, lead, member, action; `lead_id` is the lead it belongs to, and
    `lead_version`, for itself and its person, the version that the lead has since this change (none before it was
    noted). Looked for by lead: a key of `id` alone would be one index more for every row."""

    __tablename__ = "change"
    __table_args__ = (PrimaryKeyConstraint("lead_id", "id"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), autoincrement=True)
    record_type: Mapped[str] = mapped_column(Text)
    record_id: Mapped[Number]
    lead_id: Mapped[Number]
    field: Mapped[str] = mapped_column(Text)
    before: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    after: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    cause_id: Mapped[UUID] = mapped_column(UuidColumn(as_uuid=True))
    cause_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[MaybeNumber]
    at: Mapped[Moment] = mapped_column(server_default=func.now())
    lead_version: Mapped[int | None] = mapped_column(Integer)


Index("change_cause", Change.cause_id, Change.field)


class Assignment(Base):
    """一括変更 as an act: what was wished, what came of it, and whether it was taken back. `id` is its cause's; what it
    did to each lead is in the change rows of that cause."""

    __tablename__ = "assignment"
    id: Mapped[UUID] = mapped_column(UuidColumn(as_uuid=True), primary_key=True)
    actor_id: Mapped[Number]
    at: Mapped[Moment] = mapped_column(server_default=func.now())
    sets_owner: Mapped[bool] = mapped_column(Boolean)
    owner_id: Mapped[MaybeNumber]
    stage: Mapped[str | None] = mapped_column(Text)
    drop_reason: Mapped[Words]
    changed: Mapped[int] = mapped_column(Integer)
    unchanged: Mapped[int] = mapped_column(Integer)
    refused: Mapped[int] = mapped_column(Integer)
    undone_at: Mapped[MaybeMoment]
    undone_by: Mapped[MaybeNumber]
    undoing_cause_id: Mapped[UUID | None] = mapped_column(UuidColumn(as_uuid=True))
    reversed: Mapped[int | None] = mapped_column(Integer)
    kept: Mapped[int | None] = mapped_column(Integer)


class MemoVersion(Base):
    """A shared memo as it was written, every time that it was."""

    __tablename__ = "memo_version"
    __table_args__ = (UniqueConstraint("lead_id", "number"),)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Moment] = mapped_column(server_default=func.now())
    written_by: Mapped[MaybeNumber]
