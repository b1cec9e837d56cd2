"""Merging a list's rows, batch by batch, and telling the new owners when the list is through.

A batch is one transaction of a fixed number of statements, whatever its size. Keyed by list and batch: a repeat
changes nothing. Two workers cannot make the same person twice: batches that only make leads and history go side by
side unless both would make one person, all others one at a time.
"""

import logging

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.outbox import publish, publish_facts
from contracts import events

from ..keyword_index import sort_in_after_commit
from ..masters import masters
from ..matching_key import any_unknown, beside_others, one_at_a_time, one_teller
from ..merging import find_matches, merge_staged
from ..models import EarlyBatch, PlannedBatch, PlannedRow, SettledBatch
from ..staging import Staged, leads_with_stage, stage_rows, with_keys
from .news import say_assigned, say_leads_changed, say_members_changed, say_taken_back
from .planning import plan_rows, with_planned_rows
from .progress import note_progress

log = logging.getLogger(__name__)


def take(session: Session, event: events.RowsPrepared, ready: Staged | None = None) -> None:
    """`ready`: the rows as they are staged, where that was found out before."""
    (plan_rows if event.plan else merge_rows)(session, event, ready)


def take_rows(session: Session, event: events.RowsPrepared) -> None:
    """Merges the rows of one batch, or plans them. Where the batches of a list go in their order, one that comes early
    is laid aside for who has the one before it."""
    if not event.ordered:
        take(session, event)
        return
    ready = staged(session, event)  # while others have their turn
    if _comes_early(session, event):
        return
    take(session, event, ready)
    _take_following(session, event)


def take_turn(session: Session, event: events.TurnCome) -> None:
    """Merges or plans a batch that was laid aside and failed with the one before it."""
    rows = _called_up(session, event)
    if rows is not None:
        take(session, rows)
        _take_following(session, rows)


def give_up_rows(session: Session, event: events.RowsPrepared) -> None:
    """Rows that failed at every attempt are settled without an outcome, and nobody waits for them."""
    if not (event.ordered and _comes_early(session, without_rows(event))):
        take(session, without_rows(event))
        _call_following(session, event)


def give_up_turn(session: Session, event: events.TurnCome) -> None:
    rows = _called_up(session, event)
    if rows is not None:
        take(session, without_rows(rows))
        _call_following(session, rows)


def without_rows(event: events.RowsPrepared) -> events.RowsPrepared:
    return event.model_copy(update=events.by_columns(()) | {"as_planned": ()})


def staged(session: Session, event: events.RowsPrepared) -> Staged:
    """The rows of a batch as they are staged; those that come as they were planned are found here."""
    return with_keys(with_planned_rows(session, event) if event.as_planned else event, masters(session))


def merge_rows(session: Session, event: events.RowsPrepared, ready: Staged | None = None) -> None:
    """Matches and merges the rows of one batch and says what became of each."""
    if not _first_time(session, event.list_id, event.batch):
        return
    stage_rows(session, staged(session, event) if ready is None else ready)
    key = None if event.ordered else _found_beside_others(session)
    if key is None:
        one_at_a_time(session)
        key = find_matches(session)
    told, leads, members = merge_staged(session, event, key)
    settled = {"list_id": event.list_id, "batch": event.batch} | told
    publish_facts(session, events.RowsSettled, settled)
    sort_in_after_commit(session)
    say_leads_changed(session, leads)
    moved = leads & leads_with_stage(session)
    if event.campaign_id is None:
        note_progress(session, moved)
    else:
        members |= note_progress(session, moved, campaign_id=event.campaign_id, said=False)
        say_members_changed(session, event.campaign_id, members)


def _found_beside_others(session: Session) -> str | None:
    """`find_matches` while others merge, too. None where somebody else may be making one of these persons just now:
    then nothing was found, and nothing is held."""
    with session.begin_nested() as tried:
        held_by_others = beside_others(session)
        if held_by_others is not None:
            key = find_matches(session)
            if not any_unknown(session, held_by_others):
                return key
        tried.rollback()
    return None


def tell_owners(session: Session, event: events.ListFinished) -> None:
    """Tells whom the list made owner, once, when all of its rows are settled; the same for every error workbook that
    comes back, about what that one did."""
    for table in (PlannedRow, PlannedBatch):
        session.execute(delete(table).where(table.list_id == event.list_id))
    # What this act has left behind; the list may be at its next round already when this is heard.
    left = delete(EarlyBatch).where(EarlyBatch.list_id == event.list_id)
    if event.status != "discarded":
        left = left.where(EarlyBatch.cause_id == current_cause(session).id)
    session.execute(left)
    one_teller(session, event.list_id)
    if event.status == "finished" and _first_time(session, event.list_id, SettledBatch.END - event.round):
        say_assigned(session, "list", event.list_id)
        say_taken_back(session, "list")


def _first_time(session: Session, list_id: int, batch: int) -> bool:
    """False for a batch that was settled before. A repeat that comes at the same time waits here."""
    settled = insert(SettledBatch).values(list_id=list_id, batch=batch, cause_id=current_cause(session).id)
    return session.scalar(settled.on_conflict_do_nothing().returning(SettledBatch.batch)) is not None


def _is_done(session: Session, list_id: int, batch: int, plan: bool) -> bool:
    return session.get(PlannedBatch if plan else SettledBatch, (list_id, batch)) is not None


def _comes_early(session: Session, event: events.RowsPrepared) -> bool:
    """Lays the batch aside if the one before it is not through. From here on batches have their turn one by one."""
    one_at_a_time(session)
    if event.batch == 0 or event.first or _is_done(session, event.list_id, event.batch - 1, event.plan):
        return False
    early = {"list_id": event.list_id, "batch": event.batch, "plan": event.plan, "cause_id": current_cause(session).id}
    laid_aside = insert(EarlyBatch).values(early | {"body": event.model_dump_json()})
    session.execute(laid_aside.on_conflict_do_nothing())
    return True


def _laid_aside(session: Session, list_id: int, batch: int, plan: bool) -> EarlyBatch | None:
    return session.get(EarlyBatch, (list_id, batch, plan))


def _called_up(session: Session, event: events.TurnCome) -> events.RowsPrepared | None:
    """The batch whose turn it is; None if it was taken already."""
    one_at_a_time(session)
    early = _laid_aside(session, event.list_id, event.batch, event.plan)
    return None if early is None else _taken_up(session, early)


def _taken_up(session: Session, early: EarlyBatch) -> events.RowsPrepared:
    session.delete(early)
    session.flush()
    return events.RowsPrepared.model_validate_json(early.body)


def _take_following(session: Session, event: events.RowsPrepared) -> None:
    """The batches after this one, as far as they came before their turn. One that fails takes no other along: it is
    tried by itself, as often as others are."""
    done = event
    while (early := _laid_aside(session, done.list_id, done.batch + 1, done.plan)) is not None:
        try:
            with session.begin_nested():
                done = _taken_up(session, early)
                take(session, done)
        except Exception:
            log.warning("batch %s of list %s is tried by itself", early.batch, early.list_id, exc_info=True)
            publish(session, events.TurnCome(list_id=early.list_id, batch=early.batch, plan=early.plan))
            return


def _call_following(session: Session, event: events.RowsPrepared) -> None:
    """The batch after one that was given up, in a transaction of its own: it may be what had failed."""
    if _laid_aside(session, event.list_id, event.batch + 1, event.plan) is not None:
        publish(session, events.TurnCome(list_id=event.list_id, batch=event.batch + 1, plan=event.plan))
