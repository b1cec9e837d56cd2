"""Which parts of which lists were settled or undone, so that a repeated message changes nothing; and what an undoing
must know that the history of changes does not tell."""

from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Index, Integer, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as UuidColumn
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, MaybeNumber, Moment


class SettledBatch(Base):
    """A batch of a list that was merged, or (batch = END, END - 1, …) that the list's end was heard, which comes again
    with each error workbook."""

    __tablename__ = "settled_batch"
    END = -1
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cause_id: Mapped[UUID] = mapped_column(UuidColumn(as_uuid=True), index=True)


class PlannedBatch(Base):
    """A batch of a list that was planned. Gone with the plan, as the next two are."""

    __tablename__ = "planned_batch"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class PlannedRow(Base):
    """A row of a plan with what it is known by (`lead_id`: the lead that it met), for the batches that follow. `body`:
    the prepared row, as JSON."""

    __tablename__ = "planned_row"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(Integer)
    email_key: Mapped[str | None] = mapped_column(Text)
    bare_key: Mapped[str | None] = mapped_column(Text)
    lead_id: Mapped[MaybeNumber]
    body: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index("planned_row_email", "list_id", "email_key", "batch", "row"),
        Index("planned_row_bare", "list_id", "bare_key", "batch", "row"),
        Index("planned_row_lead", "list_id", "lead_id", "batch", "row"),
    )


class EarlyBatch(Base):
    """A batch that came before its turn: the event, as JSON, and the act that it belongs to."""

    __tablename__ = "early_batch"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    plan: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    cause_id: Mapped[UUID | None] = mapped_column(UuidColumn(as_uuid=True))
    body: Mapped[str] = mapped_column(Text)


class Undoing(Base):
    """A list that is taken back, and by which act first. `parts_left` counts down to the end."""

    __tablename__ = "undoing"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    cause_id: Mapped[UUID] = mapped_column(UuidColumn(as_uuid=True))
    parts_left: Mapped[int] = mapped_column(Integer)


class FurtherUndoing(Base):
    """A further act by which a list was taken back, on account of the leads that a fault had left; or one that a fault
    kept from beginning."""

    __tablename__ = "further_undoing"
    cause_id: Mapped[UUID] = mapped_column(UuidColumn(as_uuid=True), primary_key=True)
    list_id: Mapped[int] = mapped_column(BigInteger)


class UndonePart(Base):
    """A part of a list's leads for which the list was undone. `left_leads`: those that a fault left as they are, until
    another act takes them up."""

    __tablename__ = "undone_part"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    left_leads: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))


class Mention(Base):
    """A list had somebody in it, and found nothing to change: what another list had done for the person, it says too.
    `place` stands among the numbers of changes. Mentions of old have neither campaign nor place; they keep leads, and
    no campaign history."""

    __tablename__ = "mention"
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[Moment] = mapped_column(server_default=func.now())
    actor_id: Mapped[MaybeNumber]
    campaign_id: Mapped[MaybeNumber]
    place: Mapped[MaybeNumber]


class FormerMember(Base):
    """A row of campaign history that was taken back. Should the lead join again, its versions go on from here, so that
    others take the news for newer than what they know."""

    __tablename__ = "former_member"
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)


class WaitingPart(Base):
    """A part that is not announced yet: only a few parts of a list are on their way. Gone once it is."""

    __tablename__ = "waiting_part"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    part: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lead_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
