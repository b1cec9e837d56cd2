"""取消 of a finished list: lead undoes what its rows did, part by part; the last part ends it, exactly once. What a
fault left may be tried again, as an act of its own."""

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.consumers import Permanent
from chassis.database import copy_rows
from chassis.outbox import publish
from chassis.problems import Conflict, Forbidden
from contracts import events

from .. import queries
from ..models import KeptLead, ReleasedLead, UploadedList
from .going_on import begin_round
from .refusing import not_now
from .settling import end_in_failure


def undo_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Takes a list back, or what a fault left of it. Raises NotFound, Forbidden for others than who registered it and
    their managers, and Conflict for one that is at work, failed, left nothing behind, or was taken back already."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if queries.has_failed_leads(uploaded):
        _try_failed_again(session, uploaded)
    else:
        _refuse_undoing(session, uploaded)
    uploaded.status = "undoing"
    uploaded.undone_by, uploaded.undone_at = actor.id, func.now()
    session.flush()
    publish(session, events.ListUndoing(list_id=list_id))
    return uploaded


def _refuse_undoing(session: Session, uploaded: UploadedList) -> None:
    if uploaded.status != "finished":
        raise not_now(uploaded)
    if not queries.has_left_something(session, uploaded):
        raise Conflict(
            code="nothing_to_undo",
            ja="このリストは何も変更していないため、取り消すものがありません。",
            en="This list has changed nothing; there is nothing to take back.",
        )


def _try_failed_again(session: Session, uploaded: UploadedList) -> None:
    """They are no longer kept; lead takes up those that it still has left."""
    session.execute(delete(KeptLead).where(KeptLead.list_id == uploaded.id, KeptLead.changed_at.is_(None)))
    uploaded.kept_leads -= uploaded.failed_leads
    uploaded.failed_leads = 0
    begin_round(uploaded, uploaded.undone_leads + uploaded.kept_leads)


def settle_undoing(session: Session, event: events.UndoingSettled) -> None:
    """Notes what became of one part of the leads. A part that was noted before changes nothing."""
    uploaded = session.get(UploadedList, event.list_id, with_for_update=True)
    if uploaded is None:
        raise Permanent(f"there is no list {event.list_id}")
    if not event.given_up and event.part not in uploaded.undone_parts:
        event = _without_released(session, event)
        kept = [(event.list_id, lead.lead_id, lead.changed_at, lead.changed_by, lead.other_list) for lead in event.kept]
        failed = [(event.list_id, lead_id, None, None, None) for lead_id in event.failed]
        copy_rows(session, "kept_lead (list_id, lead_id, changed_at, changed_by, other_list)", [*kept, *failed])
    count_undone(session, uploaded, event)


def _without_released(session: Session, event: events.UndoingSettled) -> events.UndoingSettled:
    """What is left of a part of which some leads have gone with another list since; that was heard first."""
    told = [*(lead.lead_id for lead in event.kept), *event.failed]
    those = (ReleasedLead.list_id == event.list_id, ReleasedLead.lead_id.in_(told))
    released = set(session.scalars(delete(ReleasedLead).where(*those).returning(ReleasedLead.lead_id)))
    changed = {
        "undone": event.undone + len(released),
        "kept": tuple(lead for lead in event.kept if lead.lead_id not in released),
        "failed": tuple(lead_id for lead_id in event.failed if lead_id not in released),
    }
    return event.model_copy(update=changed)


def count_undone(session: Session, uploaded: UploadedList, event: events.UndoingSettled) -> None:
    """Counts one part of the leads, once; the last part ends the undoing. The list is locked."""
    if event.given_up:
        _give_up(uploaded)
        return
    if event.part in uploaded.undone_parts:
        return
    kept = len(event.kept) + len(event.failed)
    if not uploaded.undone_parts:  # before that it may have waited for other lists
        begin_round(uploaded, event.undone + kept)
        uploaded.undoing_leads = event.leads  # those of a further act are among them
    uploaded.undone_parts = [*uploaded.undone_parts, event.part]
    uploaded.undone_leads += event.undone
    uploaded.kept_leads += kept
    uploaded.failed_leads += len(event.failed)
    if _was_last(uploaded, event):
        # Leads that went with another list while their undoing was asked for once more are in no part.
        uploaded.undone_leads = uploaded.undoing_leads - uploaded.kept_leads
        uploaded.undone_at = func.now()
        session.execute(delete(ReleasedLead).where(ReleasedLead.list_id == uploaded.id))
        if uploaded.problem_code:
            end_in_failure(session, uploaded)
        else:
            uploaded.status = "undone"


def _was_last(uploaded: UploadedList, event: events.UndoingSettled) -> bool:
    if event.parts:
        return len(uploaded.undone_parts) == event.parts
    return uploaded.undone_leads + uploaded.kept_leads == uploaded.undoing_leads


def forget_kept(session: Session, event: events.KeptLeadsUndone) -> None:
    """Leads that the undoing had kept were given back with another list. That may be heard before the part that kept
    them is settled here, so as long as there is such a part it is noted."""
    uploaded = session.get(UploadedList, event.list_id, with_for_update=True)
    if uploaded is None:
        raise Permanent(f"there is no list {event.list_id}")
    kept = (KeptLead.list_id == event.list_id, KeptLead.lead_id.in_(event.lead_ids))
    gone = session.execute(delete(KeptLead).where(*kept).returning(KeptLead.lead_id, KeptLead.changed_at)).all()
    forgotten = {lead.lead_id: lead.changed_at for lead in gone}
    uploaded.kept_leads -= len(forgotten)
    uploaded.failed_leads -= [*forgotten.values()].count(None)
    uploaded.undone_leads += len(forgotten)
    if uploaded.status == "undoing" and (early := {*event.lead_ids} - forgotten.keys()):
        noted = [{"list_id": event.list_id, "lead_id": lead_id} for lead_id in sorted(early)]
        session.execute(insert(ReleasedLead).on_conflict_do_nothing(), noted)


def _give_up(uploaded: UploadedList) -> None:
    """The list is as it was. What was tried is told by `undone_at`, until somebody tries again."""
    if uploaded.status == "undoing" and not uploaded.undone_parts:
        uploaded.status = "finished"
        uploaded.finished_at = uploaded.finished_at or func.now()
