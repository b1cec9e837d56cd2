"""Settling rows: each batch's outcomes as lead tells them; the last batch finishes the list, exactly once."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from pydantic_core import to_json
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from chassis.consumers import Permanent
from chassis.database import begin_act, copy_rows
from chassis.outbox import publish
from contracts import events

from .. import queries
from ..models import OUTCOMES, Batch, MovedRow, RowOutcome, UploadedList, UploadedRow
from ..reasons import Reason, reason
from ..refusal import Refused
from .announcing import announce_next
from .going_back import forget_former
from .moving import counted, settle_over_plan

OUTCOME = "list_id, row, batch, outcome, lead_id, reasons, match, changes, seen"
NOTHING_MORE = (None,) * 4  # than outcome and lead


def settle_batch(session: Session, event: events.RowsSettled) -> None:
    """Gives every row of the batch its one outcome. A row that the event forgot becomes an error, so that the sum of
    outcomes is always the number of rows read."""
    batch = session.get(Batch, (event.list_id, event.batch), with_for_update=True)
    if batch is None:
        raise Permanent(f"there is no batch {event.batch} of list {event.list_id}")
    uploaded = session.get_one(UploadedList, event.list_id)
    if batch.state == "settled" or event.plan != uploaded.is_draft:
        return  # told before; or what a plan said, when it is committed already
    noticed = _notices(session, event)
    created, told = event.made(), {outcome.row: outcome for outcome in event.outcomes}
    for row in noticed.keys() & created:
        told[row] = events.RowOutcome(row=row, outcome="created", lead_id=created.pop(row))
    waiting = _waiting_rows(session, event, created.keys() | told if uploaded.follows_a_plan else None)
    settled = [
        (event.list_id, row, event.batch, "created", created[row], *NOTHING_MORE)
        if row in created
        else _outcome(event, row, told.get(row), noticed.get(row, []))
        for row in waiting
    ]
    if uploaded.follows_a_plan:
        settle_over_plan(session, settled)
        batch.outcomes = counted(session, event.list_id, event.batch)
    else:
        copy_rows(session, f"row_outcome ({OUTCOME})", settled)
        counts = Counter(batch.outcomes)
        counts.update(row[3] for row in settled)
        batch.outcomes = dict(counts)
    batch.state = "settled"
    session.flush()
    count_settled(session, event.list_id)


def _waiting_rows(
    session: Session, event: events.RowsSettled, planned: Collection[int] | None = None
) -> Collection[int]:
    """Rows of the batch that have no outcome yet. Where they have what a plan had said (`planned`: the rows of which
    more is known now), all but those that never went to lead.

    Two looks by key, not a join: on tables that grew since they were analysed, the join was planned as 500 scans.
    """
    # As one array: with a row for each number it takes twice the time.
    batch = aggregate_order_by(UploadedRow.row, UploadedRow.row)
    rows = session.scalar(select(func.array_agg(batch)).where(*_of_batch(event)))
    if not rows:
        return []
    known = select(RowOutcome.row).where(RowOutcome.list_id == event.list_id, RowOutcome.row.between(rows[0], rows[-1]))
    if planned is not None:
        known = known.where(RowOutcome.outcome == "error")
    settled = set(session.scalars(known)) - set(planned or ())
    return [row for row in rows if row not in settled]


def _notices(session: Session, event: events.RowsSettled) -> dict[int, list[Reason]]:
    """What was noticed about rows of the batch."""
    found = select(UploadedRow.row, UploadedRow.notices).where(*_of_batch(event), UploadedRow.notices.is_not(None))
    return {row: notices or [] for row, notices in session.execute(found)}


def _of_batch(event: events.RowsSettled) -> tuple[ColumnElement[bool], ...]:
    return UploadedRow.list_id == event.list_id, UploadedRow.batch == event.batch


def _outcome(
    event: events.RowsSettled, row: int, told: events.RowOutcome | None, notices: list[Reason]
) -> tuple[Any, ...]:
    if told is None or told.outcome not in OUTCOMES:
        told = events.RowOutcome(row=row, outcome="error", reasons=(reason("", "not_settled"),))
    reasons = to_json([*told.reasons, *notices]).decode() if told.reasons or notices else None
    match = to_json(told.match).decode() if told.match else None
    changes = to_json(told.changes).decode() if told.changes else None
    return event.list_id, row, event.batch, told.outcome, told.lead_id, reasons, match, changes, told.seen


def count_settled(session: Session, list_id: int, batches: int = 1) -> None:
    """One batch more is settled (or several at once), another follows. The row lock of the list makes workers count
    one after the other, so exactly one of them sees the last batch."""
    settled, total, read_to, rounds = session.execute(
        update(UploadedList)
        .where(UploadedList.id == list_id)
        .values(batches_settled=UploadedList.batches_settled + batches, version=UploadedList.version + 1)
        .returning(UploadedList.batches_settled, UploadedList.batches, UploadedList.read_to, UploadedList.rounds)
        .execution_options(synchronize_session=False)
    ).one()
    if settled < total:
        announce_next(session, list_id, rounds, settled, total)
    elif read_to is None:
        _come_to_end(session, session.get_one(UploadedList, list_id, populate_existing=True))


def _come_to_end(session: Session, uploaded: UploadedList) -> None:
    """Every row that was read is settled, and nothing more is read."""
    if uploaded.problem_code:
        _take_back(session, uploaded)
        return
    if uploaded.is_draft and forget_former(session, uploaded.id) and uploaded.cancelled_at:
        uploaded.start_again()  # as the plan that it was
        uploaded.rounds += 1
    uploaded.rest()
    if uploaded.status != "planned":
        uploaded.finished_at = func.now()
        say_finished(session, uploaded, queries.outcome_counts(session, [uploaded.id])[uploaded.id])


def read_no_further(session: Session, uploaded: UploadedList) -> None:
    """What was read so far is the whole list, which ends with it. The list is locked."""
    uploaded.read_to = None
    session.flush()
    if uploaded.batches_settled == uploaded.batches:
        _come_to_end(session, uploaded)


def fail_list(session: Session, uploaded: UploadedList, refused: Refused) -> None:
    """Nothing of this list goes in; the person is told why. Rows that are on their way come to their end first. A list
    that went on after a stop was at its end before, and people have worked with it: what is in stays."""
    uploaded.problem_ja, uploaded.problem_en = refused.ja, refused.en
    if uploaded.resumed_at is not None:
        uploaded.stopped_after = uploaded.read_to
        read_no_further(session, uploaded)
        return
    uploaded.problem_code = refused.code
    if uploaded.batches:
        read_no_further(session, uploaded)
    else:
        end_in_failure(session, uploaded)


def _take_back(session: Session, uploaded: UploadedList) -> None:
    """The rest of the file cannot be read: what the rows before it did is undone, as an act of its own."""
    if uploaded.is_draft or not queries.has_left_something(session, uploaded):
        end_in_failure(session, uploaded)
        return
    uploaded.status, uploaded.undone_at = "undoing", func.now()
    session.flush()
    begin_act(session, "list_undoing")
    publish(session, events.ListUndoing(list_id=uploaded.id))


def end_in_failure(session: Session, uploaded: UploadedList) -> None:
    """The list has failed. Its rows are told of only where their undoing left leads as they are."""
    if not uploaded.kept_leads:
        for table in (RowOutcome, MovedRow, UploadedRow, Batch):
            session.execute(delete(table).where(table.list_id == uploaded.id))
        uploaded.rows_read, uploaded.undone_at = 0, None
    uploaded.status = "failed"
    uploaded.finished_at = func.now()
    say_finished(session, uploaded, queries.outcome_counts(session, [uploaded.id])[uploaded.id])


def say_finished(session: Session, uploaded: UploadedList, outcomes: dict[str, int]) -> None:
    """`import.list_finished`, with its status as it is now."""
    publish(
        session,
        events.ListFinished(
            list_id=uploaded.id,
            kind=uploaded.kind,
            campaign_id=uploaded.campaign_id,
            file_name=uploaded.file_name,
            status=uploaded.status,
            rows_read=uploaded.rows_read,
            outcomes=outcomes,
            round=uploaded.rounds,
        ),
    )
