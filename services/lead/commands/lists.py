"""Merging a list's rows, batch by batch, and telling the new owners when the list is through.

A batch is one transaction of a fixed number of statements, whatever its size. Keyed by list and batch: a repeat
changes nothing. One merge at a time, so that two workers cannot make the same person twice.
"""

import logging
from collections.abc import Callable

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.outbox import publish
from contracts import events

from ..masters import masters
from ..matching_key import one_at_a_time
from ..merging import find_matches, merge_staged
from ..models import EarlyBatch, PlannedBatch, PlannedRow, SettledBatch
from ..staging import Staged, leads_with_stage, stage_rows, with_keys
from .news import say_assigned, say_leads_changed, say_members_changed
from .planning import plan_rows, with_planned_rows
from .progress import note_progress

log = logging.getLogger(__name__)

Take = Callable[[Session, events.RowsPrepared, Staged | None], None]


def take(session: Session, event: events.RowsPrepared, ready: Staged | None = None) -> None:
    """`ready`: the rows as they are staged, where that was found out before."""
    (plan_rows if event.plan else merge_rows)(session, event, ready)


def take_rows(session: Session, event: events.RowsPrepared, take: Take = take) -> None:
    """Merges the rows of one batch, or plans them. Where the batches of a list go in their order, one that comes early
    is laid aside for who has the one before it."""
    if not event.ordered:
        take(session, event, None)
        return
    ready: Staged | None = [*staged(session, event)]  # while others have their turn
    one_at_a_time(session)
    if event.batch > 0 and not event.first and not _is_done(session, event.list_id, event.batch - 1, event.plan):
        early = {"list_id": event.list_id, "batch": event.batch, "plan": event.plan, "body": event.model_dump_json()}
        session.execute(insert(EarlyBatch).values(early).on_conflict_do_nothing())
        return
    following: events.RowsPrepared | None = event
    while following is not None:
        take(session, following, ready)
        ready, following = None, _laid_aside(session, following)


def staged(session: Session, event: events.RowsPrepared) -> Staged:
    """The rows of a batch as they are staged; those that come as they were planned are found here."""
    return with_keys(with_planned_rows(session, event) if event.as_planned else event, masters(session))


def merge_rows(session: Session, event: events.RowsPrepared, ready: Staged | None = None) -> None:
    """Matches and merges the rows of one batch and says what became of each."""
    if not _first_time(session, event.list_id, event.batch):
        return
    stage_rows(session, staged(session, event) if ready is None else ready)
    one_at_a_time(session)
    outcomes, leads, members = merge_staged(session, event, find_matches(session))
    publish(session, events.RowsSettled(list_id=event.list_id, batch=event.batch, outcomes=tuple(outcomes)))
    say_leads_changed(session, leads)
    moved = leads & leads_with_stage(session)
    if event.campaign_id is None:
        note_progress(session, moved)
    else:
        members |= note_progress(session, moved, campaign_id=event.campaign_id, said=False)
        say_members_changed(session, event.campaign_id, members)


def give_up_rows(session: Session, event: events.RowsPrepared) -> None:
    """Rows that failed at every attempt are settled without an outcome, and nobody waits for them."""
    take_rows(session, without_rows(event), take_or_give_up)


def take_or_give_up(session: Session, event: events.RowsPrepared, ready: Staged | None = None) -> None:
    """What failed with a batch may be one after it, that was laid aside: its rows are given up, too."""
    try:
        with session.begin_nested():
            take(session, event, ready)
    except Exception:
        log.warning("batch %s of list %s is given up", event.batch, event.list_id, exc_info=True)
        take(session, without_rows(event))


def without_rows(event: events.RowsPrepared) -> events.RowsPrepared:
    return event.model_copy(update={"rows": (), "as_planned": ()})


def tell_owners(session: Session, event: events.ListFinished) -> None:
    """Tells whom the list made owner, once, when all of its rows are settled; the same for every error workbook that
    comes back, about what that one did."""
    if not _first_time(session, event.list_id, SettledBatch.END - event.round):
        return
    for table in (PlannedRow, PlannedBatch, EarlyBatch):
        session.execute(delete(table).where(table.list_id == event.list_id))
    if event.status == "finished":
        say_assigned(session, "list", event.list_id)


def _first_time(session: Session, list_id: int, batch: int) -> bool:
    """False for a batch that was settled before. A repeat that comes at the same time waits here."""
    settled = insert(SettledBatch).values(list_id=list_id, batch=batch, cause_id=current_cause(session).id)
    return session.scalar(settled.on_conflict_do_nothing().returning(SettledBatch.batch)) is not None


def _is_done(session: Session, list_id: int, batch: int, plan: bool) -> bool:
    return session.get(PlannedBatch if plan else SettledBatch, (list_id, batch)) is not None


def _laid_aside(session: Session, event: events.RowsPrepared) -> events.RowsPrepared | None:
    """The batch after this one, if it came before its turn."""
    early = session.get(EarlyBatch, (event.list_id, event.batch + 1, event.plan))
    if early is None:
        return None
    session.delete(early)
    session.flush()
    return events.RowsPrepared.model_validate_json(early.body)
