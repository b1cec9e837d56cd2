"""取消 of a finished list: lead undoes what its rows did, part by part; the last part ends it, exactly once."""

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.consumers import Permanent
from chassis.database import copy_rows
from chassis.outbox import publish
from chassis.problems import Conflict, Forbidden
from contracts import events

from .. import queries
from ..models import KeptLead, UploadedList
from .going_on import begin_round
from .settling import end_in_failure


def undo_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Takes a list back. Raises NotFound, Forbidden for others than who registered it and their managers, and Conflict
    for one that is at work, failed, changed nothing, or was taken back already."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status in ("undoing", "undone"):
        raise Conflict(
            code="undone_already",
            ja="このリストはすでに取り消されています。",
            en="This list was taken back already.",
        )
    if uploaded.status != "finished":
        raise Conflict(
            code="list_at_work",
            ja="このリストは処理中か、取り込めなかったリストのため、取り消せません。",
            en="This list is at work or was not taken in; it cannot be taken back now.",
        )
    if not queries.has_changed_something(session, list_id):
        raise Conflict(
            code="nothing_to_undo",
            ja="このリストは何も変更していないため、取り消すものがありません。",
            en="This list has changed nothing; there is nothing to take back.",
        )
    uploaded.status = "undoing"
    uploaded.undone_by, uploaded.undone_at = actor.id, func.now()
    session.flush()
    publish(session, events.ListUndoing(list_id=list_id))
    return uploaded


def settle_undoing(session: Session, event: events.UndoingSettled) -> None:
    """Notes what became of one part of the leads. A part that was noted before changes nothing."""
    uploaded = session.get(UploadedList, event.list_id, with_for_update=True)
    if uploaded is None:
        raise Permanent(f"there is no list {event.list_id}")
    if event.given_up:
        _give_up(uploaded)
        return
    if event.part in uploaded.undone_parts:
        return
    if not uploaded.undone_parts:  # before that it may have waited for other lists
        begin_round(uploaded, event.undone + len(event.kept))
    kept = ((event.list_id, lead.lead_id, lead.changed_at, lead.changed_by) for lead in event.kept)
    copy_rows(session, "kept_lead (list_id, lead_id, changed_at, changed_by)", kept)
    uploaded.undone_parts = [*uploaded.undone_parts, event.part]
    uploaded.undoing_leads = event.leads
    uploaded.undone_leads += event.undone
    uploaded.kept_leads += len(event.kept)
    if uploaded.undone_leads + uploaded.kept_leads == event.leads:
        uploaded.undone_at = func.now()
        if uploaded.problem_code:
            end_in_failure(session, uploaded)
        else:
            uploaded.status = "undone"


def forget_kept(session: Session, event: events.KeptLeadsUndone) -> None:
    """Leads that the undoing had kept were given back with another list."""
    uploaded = session.get(UploadedList, event.list_id, with_for_update=True)
    if uploaded is None:
        raise Permanent(f"there is no list {event.list_id}")
    kept = (KeptLead.list_id == event.list_id, KeptLead.lead_id.in_(event.lead_ids))
    forgotten = len(session.scalars(delete(KeptLead).where(*kept).returning(KeptLead.lead_id)).all())
    uploaded.kept_leads -= forgotten
    uploaded.undone_leads += forgotten


def _give_up(uploaded: UploadedList) -> None:
    """The list is as it was. What was tried is told by `undone_at`, until somebody tries again."""
    if uploaded.status == "undoing" and not uploaded.undone_parts:
        uploaded.status = "finished"
        uploaded.finished_at = uploaded.finished_at or func.now()
