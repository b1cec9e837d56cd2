"""Lists: their files, what came back to them, their rows and what became of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Record

from .base import Base

OUTCOMES = ("created", "updated", "unchanged", "history_only", "review", "conflict", "error", "cancelled")
CHANGING_OUTCOMES = ("created", "updated", "history_only")
# What a corrected row may still become something else from.
OPEN_OUTCOMES = ("review", "conflict", "error")
CANCELLABLE = ("received", "asking", "planning", "committing")
RUNNING = ("received", "reading", "planning", "planned", "committing")


class UploadedList(Record, Base):
    """A list file (リスト). status: received → reading → (planning → planned →) committing → finished, or failed, or
    discarded as a plan; finished → undoing → undone. A list of mode `plan` is a draft until it is committed. Between
    received and reading it may be asking: `question` (the offers of offers.py) waits for somebody's word, which is then
    in `said` (header.Said). `asks`: whether there is somebody to ask. Before its rows are on their way it may be
    cancelled; later `cancelled_at` is set, and the rows that were not in yet are settled as cancelled. They may come in
    after all (`resumed_at`: when somebody last said so), and with them what stands below row `stopped_after`, where the
    file was not read to its end; should that not be readable, the problem has words, and no code, as nothing failed.

    `rows_read` counts up while the file is read; `read_to` is the last row of it that was read while more wait.
    `overwrite` and `erase_blanks` are what was chosen for known leads at upload. `rounds` counts how often the list
    went on after its end: with an error workbook, what somebody chose for its conflicts, or the rows of a stop.
    `went_on_at`: when it went on last, also with its commit or its undoing, and `settled_before` how many of its rows,
    of an undoing leads, were settled by then. `header` is what header.Header says, as JSON. `cause_id` is the act that
    everything the list does belongs to. Of an undoing: how many leads the list had touched, how many of them it undid
    and how many it kept (`failed_leads` of them by a fault: undone → undoing once more), by its parts so far.
    """

    __tablename__ = "uploaded_list"
    kind: Mapped[str] = mapped_column(Text)
    campaign_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    mode: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="received")
    file_key: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text)
    header: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    reading_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    asks: Mapped[bool] = mapped_column(Boolean, server_default="false")
    question: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    said: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problem_code: Mapped[str | None] = mapped_column(Text)
    problem_ja: Mapped[str | None] = mapped_column(Text)
    problem_en: Mapped[str | None] = mapped_column(Text)
    rows_read: Mapped[int] = mapped_column(Integer, server_default="0")
    read_to: Mapped[int | None] = mapped_column(Integer)
    batches: Mapped[int] = mapped_column(Integer, server_default="0")
    batches_settled: Mapped[int] = mapped_column(Integer, server_default="0")
    corrections: Mapped[int] = mapped_column(Integer, server_default="0")
    rounds: Mapped[int] = mapped_column(Integer, server_default="0")
    went_on_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_before: Mapped[int] = mapped_column(Integer, server_default="0")
    overwrite: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    erase_blanks: Mapped[bool] = mapped_column(Boolean, server_default="false")
    cause_id: Mapped[UUID]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_by: Mapped[int | None] = mapped_column(BigInteger)
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stopped_after: Mapped[int | None] = mapped_column(Integer)
    resumed_by: Mapped[int | None] = mapped_column(BigInteger)
    resumed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    committed_by: Mapped[int | None] = mapped_column(BigInteger)
    committed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_by: Mapped[int | None] = mapped_column(BigInteger)
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    undone_parts: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    undoing_leads: Mapped[int] = mapped_column(Integer, server_default="0")
    undone_leads: Mapped[int] = mapped_column(Integer, server_default="0")
    kept_leads: Mapped[int] = mapped_column(Integer, server_default="0")
    failed_leads: Mapped[int] = mapped_column(Integer, server_default="0")
    __table_args__ = (
        # The same file by the same person for the same purpose runs once at a time: a double click, two tabs.
        Index(
            "uploaded_list_running_once",
            "created_by",
            "sha256",
            "kind",
            text("coalesce(campaign_id, 0)"),
            unique=True,
            postgresql_where=text("status IN ('received', 'reading', 'planning', 'planned', 'committing')"),
        ),
    )

    @property
    def is_draft(self) -> bool:
        """Nothing of it holds yet."""
        return self.mode == "plan" and self.committed_at is None

    @property
    def writes_into_leads(self) -> bool:
        """Also into those that are known."""
        return self.kind == "update" or bool(self.overwrite)

    @property
    def goes_in_order(self) -> bool:
        """Its batches are merged one after another: the commit shall do what the plan said; and of several rows that
        write into the same known lead the last one in the file shall hold, whoever is faster with its batch."""
        return self.mode == "plan" or self.writes_into_leads

    @property
    def is_stopped(self) -> bool:
        """Nothing more of it goes in: somebody stopped it, or the rest of its file cannot be read."""
        return self.cancelled_at is not None or self.problem_code is not None

    @property
    def follows_a_plan(self) -> bool:
        """It was planned, and holds now: what the plan said of its rows is there already."""
        return self.mode == "plan" and not self.is_draft

    def go_on(self) -> None:
        """Its rows are on their way."""
        self.status = "planning" if self.is_draft else "committing"

    def start_again(self) -> None:
        """Its last end, and an undoing that was given up, are no news any more."""
        self.finished_at = self.cancelled_at = self.cancelled_by = self.undone_at = self.undone_by = None

    def rest(self) -> None:
        """All of its rows are settled. Nobody commits a plan that was stopped before it was one."""
        self.status = "finished" if not self.is_draft else "discarded" if self.cancelled_at else "planned"


class HeaderMeaning(Base):
    """What a header means to somebody: `name` as columns.plain has it, `code` the field, or "" for none."""

    __tablename__ = "header_meaning"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text)


class Correction(Record, Base):
    """An error workbook that came back with rows put right. status: received → read, or failed. `number` counts those
    of the list from 1. `rows`: how many it brought; `ignored`: rows of the file that are no open row of the list.
    `header` is what header.Header says of the file, as JSON; in it `undecided`, what commands.deciding says."""

    __tablename__ = "correction"
    list_id: Mapped[int] = mapped_column(ForeignKey("uploaded_list.id"))
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text, server_default="received")
    file_key: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer, server_default="0")
    ignored: Mapped[int] = mapped_column(Integer, server_default="0")
    header: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    problem_code: Mapped[str | None] = mapped_column(Text)
    problem_ja: Mapped[str | None] = mapped_column(Text)
    problem_en: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (UniqueConstraint("list_id", "number"),)


class UploadedRow(Base):
    """One row as the file has it: the cells as text, by the sheet's columns. `notices`: reasons that refuse nothing.
    `seen`: the version of the lead that was looked at when somebody chose what becomes of a conflict."""

    __tablename__ = "uploaded_row"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch: Mapped[int] = mapped_column(Integer)
    cells: Mapped[list[str]] = mapped_column(JSON)
    notices: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    seen: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (Index("uploaded_row_batch", "list_id", "batch", "row"),)


class Batch(Base):
    """Up to 2,000 rows that go through together. state: cut → checked → settled. `outcomes`: what is known so far.
    `takes`: what was chosen for conflicts, screen or file, and `taken_by`: by whom. `checked_against`: a mark of what
    the cells of a plan could name when they were checked; as long as that is so, checking them again says the same."""

    __tablename__ = "batch"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(Text, server_default="cut")
    rows: Mapped[int] = mapped_column(Integer)
    outcomes: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}")
    takes: Mapped[str | None] = mapped_column(Text)
    taken_by: Mapped[int | None] = mapped_column(BigInteger)
    checked_against: Mapped[str | None] = mapped_column(Text)


class RowOutcome(Base):
    """What became of a row: exactly one for every row of a finished list. `changes`: {field, before, after}, in a
    conflict `exported` too; `seen`: the version of the lead with which the conflict was found."""

    __tablename__ = "row_outcome"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(Text)
    lead_id: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    match: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    seen: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (Index("row_outcome_kind", "list_id", "outcome", "row"),)


class MovedRow(Base):
    """What the plan had said of a row that became something else when it was committed, since the data had moved."""

    __tablename__ = "moved_row"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    outcome: Mapped[str] = mapped_column(Text)
    lead_id: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))


class FormerRow(Base):
    """What a row of a plan was before it came again, with an error workbook or a choice, while the plan is at work with
    it: as UploadedRow and RowOutcome have it; `found` is the latter's `seen`."""

    __tablename__ = "former_row"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    batch: Mapped[int] = mapped_column(Integer)
    cells: Mapped[list[str]] = mapped_column(JSON)
    notices: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    seen: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(Text)
    lead_id: Mapped[int | None] = mapped_column(BigInteger)
    reasons: Mapped[list[dict[str, str]] | None] = mapped_column(JSON(none_as_null=True))
    match: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    changes: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    found: Mapped[int | None] = mapped_column(Integer)


class KeptLead(Base):
    """A lead that the undoing of a list left as it is: who worked on it last, and when; no `changed_at`: a fault.
    `other_list`: nobody did, but that list has the lead in it, too, since then and by whom."""

    __tablename__ = "kept_lead"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    changed_by: Mapped[int | None] = mapped_column(BigInteger)
    other_list: Mapped[int | None] = mapped_column(BigInteger)


class ReleasedLead(Base):
    """A lead that went with another list, while the part of the undoing that may have kept it is not noted yet."""

    __tablename__ = "released_lead"
    list_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
