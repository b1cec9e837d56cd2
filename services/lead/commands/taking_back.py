"""取消 of a list: its leads are cut into parts, every part is one transaction, and in the end the owners are told.

Keyed by list and part: a repeat changes nothing. No merge runs meanwhile, so that no list meets a lead that goes.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.events import portions
from chassis.outbox import publish
from contracts import events

from ..matching_key import one_at_a_time, one_teller
from ..models import EarlyBatch, Mention, SettledBatch, Undoing, UndonePart
from ..taking_back import Undone, find_pieces, give_back, leads_to_go
from .news import removed_leads, say_assigned, say_leads_changed, say_members_changed, say_members_left, say_taken_back

# With those that another list made, and had to leave because they are in this one, too.
LEADS_OF = """
SELECT lead_id FROM change WHERE cause_id = ANY(:causes)
UNION
SELECT m.lead_id FROM mention m JOIN lead l ON l.id = m.lead_id JOIN undoing u ON u.list_id = l.list_id
WHERE m.list_id = :list_id
ORDER BY lead_id
"""


def cut_undoing(session: Session, event: events.ListUndoing) -> None:
    """Announces the parts. A list that touched nobody has one part, without leads."""
    one_at_a_time(session)
    causes = [act for act, _ in _acts(session, SettledBatch.list_id == event.list_id)]
    leads = list(session.scalars(text(LEADS_OF), {"causes": causes, "list_id": event.list_id}))
    parts = [*portions(leads, events.EVENT_LIMIT)] or [[]]
    act = {"list_id": event.list_id, "cause_id": current_cause(session).id, "parts_left": len(parts)}
    begun = insert(Undoing).values(act).on_conflict_do_nothing().returning(Undoing.list_id)
    if session.scalar(begun) is None:
        return
    for table in (Mention, EarlyBatch):
        session.execute(delete(table).where(table.list_id == event.list_id))
    for part, lead_ids in enumerate(parts):
        cut = events.UndoingCut(list_id=event.list_id, part=part, lead_ids=tuple(lead_ids), leads=len(leads))
        publish(session, cut)


def undo_part(session: Session, event: events.UndoingCut) -> None:
    """Undoes what the list did to these leads, and says what became of them; the last part tells the owners."""
    if not _first_time(session, event):
        return
    one_at_a_time(session)
    acts = _acts(session, SettledBatch.list_id.in_(select(Undoing.list_id)))
    void = list(session.scalars(select(Undoing.cause_id)))
    released = find_pieces(session, event.lead_ids, event.list_id, acts, void)
    gone = leads_to_go(session)
    farewell = removed_leads(session, gone)
    cause = current_cause(session)
    facts = {"cause_id": cause.id, "cause_kind": cause.kind, "actor_id": cause.actor_id}
    undone = give_back(session, gone, facts)
    _say(session, undone, farewell)
    for list_id, lead_ids in released.items():
        publish(session, events.KeptLeadsUndone(list_id=list_id, lead_ids=tuple(lead_ids)))
    _settle(session, event, tuple(events.KeptLead.model_validate(dict(row._mapping)) for row in undone.kept))


def give_up_undoing(session: Session, event: events.ListUndoing) -> None:
    """A list that could not even be cut into parts is as it was, and may be taken back once more."""
    if session.get(Undoing, event.list_id) is None:
        said = events.UndoingSettled(list_id=event.list_id, part=0, leads=0, undone=0, kept=(), given_up=True)
        publish(session, said)


def give_up_part(session: Session, event: events.UndoingCut) -> None:
    """Leads whose undoing failed at every attempt are left as they are, and told to be so; the others' end is heard."""
    if _first_time(session, event):
        now = datetime.now(UTC)
        _settle(session, event, tuple(events.KeptLead(lead_id=lead_id, changed_at=now) for lead_id in event.lead_ids))


def _first_time(session: Session, event: events.UndoingCut) -> bool:
    claim = insert(UndonePart).values(list_id=event.list_id, part=event.part).on_conflict_do_nothing()
    return session.scalar(claim.returning(UndonePart.part)) is not None


def _settle(session: Session, event: events.UndoingCut, kept: tuple[events.KeptLead, ...]) -> None:
    done = len(event.lead_ids) - len(kept)
    settled = events.UndoingSettled(list_id=event.list_id, part=event.part, leads=event.leads, undone=done, kept=kept)
    publish(session, settled)
    left = update(Undoing).where(Undoing.list_id == event.list_id).values(parts_left=Undoing.parts_left - 1)
    if session.scalar(left.returning(Undoing.parts_left)) != 0:
        return
    one_teller(session, event.list_id)
    if _was_told(session, event.list_id):
        say_assigned(session, "list_undoing", event.list_id)
        say_taken_back(session, "list_undoing")


def _was_told(session: Session, list_id: int) -> bool:
    """Whether the owners have heard of the list: not of one whose file could not be read to its end."""
    ends = select(SettledBatch.batch).where(SettledBatch.list_id == list_id, SettledBatch.batch <= SettledBatch.END)
    return session.scalar(ends.limit(1)) is not None


def _say(session: Session, undone: Undone, farewell: list[events.LeadFact]) -> None:
    if farewell:
        publish(session, events.LeadsChanged(leads=tuple(farewell)))
    say_leads_changed(session, undone.restored)
    for campaign_id, lead_ids in sorted(undone.members.items()):
        say_members_changed(session, campaign_id, lead_ids)
    say_members_left(session, undone.former)


def _acts(session: Session, meant: ColumnElement[bool]) -> list[tuple[UUID, int]]:
    """The acts by which rows of these lists were merged, each with its list: the files', and those of error
    workbooks."""
    rows = session.execute(select(SettledBatch.cause_id, SettledBatch.list_id).where(meant).distinct())
    return [(row.cause_id, row.list_id) for row in rows]
