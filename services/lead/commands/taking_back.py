"""取消 of a list: its leads are cut into parts, every part is one transaction, and in the end the owners are told.

Of a list WINDOW parts are on their way at most; one that is settled, or given up, announces the next. So who takes back
300 rows waits for a few parts of each list before, not for all parts of a million rows.

Keyed by list and part: a repeat changes nothing. No merge runs meanwhile, so that no list meets a lead that goes. What
a fault left may be taken up by another act, in parts of its own.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.events import portions
from chassis.outbox import publish
from contracts import events

from ..matching_key import one_at_a_time, one_teller
from ..models import EarlyBatch, FurtherUndoing, Mention, SettledBatch, Undoing, UndonePart, WaitingPart
from ..taking_back import Undone, find_pieces, give_back, leads_to_go
from .news import removed_leads, say_assigned, say_leads_changed, say_members_changed, say_members_left, say_taken_back

# With those that a list which was taken back had to leave, because they are in this one, too.
LEADS_OF = """
SELECT lead_id FROM change WHERE cause_id = ANY(:causes)
UNION
SELECT m.lead_id FROM mention m JOIN lead l ON l.id = m.lead_id
WHERE m.list_id = :list_id
    AND EXISTS (SELECT FROM change c WHERE c.lead_id = m.lead_id AND c.cause_id = ANY(:taken_back)
        AND c.id < coalesce(m.place, c.id + 1))
ORDER BY lead_id
"""
LEFT_NO_LONGER = """
UPDATE undone_part
SET left_leads = ARRAY(SELECT lead_id FROM unnest(left_leads) lead_id WHERE lead_id <> ALL(:lead_ids) ORDER BY lead_id)
WHERE list_id = :list_id AND left_leads && CAST(:lead_ids AS bigint[])
"""
TAKEN_BACK = SettledBatch.list_id.in_(select(Undoing.list_id))
# Two of one list are never here at once: who settles a part holds the list's row of `undoing`.
NEXT_PART = """
DELETE FROM waiting_part WHERE (list_id, part) = (
    SELECT list_id, part FROM waiting_part WHERE list_id = :list_id ORDER BY part LIMIT 1
) RETURNING part, lead_ids
"""
PART, WINDOW = events.EVENT_LIMIT, 4
SMALLER = 10  # Where one lead is at fault, another act leaves a tenth of the part on its account, and the next a tenth.


def cut_undoing(session: Session, event: events.ListUndoing) -> None:
    """Announces the parts. A list that touched nobody has one part, without leads. By another act: those that a fault
    left."""
    one_at_a_time(session)
    if session.get(Undoing, event.list_id) is not None:
        _announce(session, _cut_again(session, event.list_id))
        return
    causes = [act for act, _ in _acts(session, SettledBatch.list_id == event.list_id)]
    taken_back = [act for act, _ in _acts(session, TAKEN_BACK)]
    facts = {"causes": causes, "taken_back": taken_back, "list_id": event.list_id}
    leads = list(session.scalars(text(LEADS_OF), facts))
    parts = [*portions(leads, PART)] or [[]]
    session.add(Undoing(list_id=event.list_id, cause_id=current_cause(session).id, parts_left=len(parts)))
    for table in (Mention, EarlyBatch):
        session.execute(delete(table).where(table.list_id == event.list_id))
    _announce(session, _as_events(event.list_id, 0, parts))


def undo_part(session: Session, event: events.UndoingCut) -> None:
    """Undoes what the list did to these leads, and says what became of them; the last part tells the owners."""
    if not _first_time(session, event):
        return
    one_at_a_time(session)
    acts = _acts(session, TAKEN_BACK)
    void = list(session.scalars(select(Undoing.cause_id).union_all(select(FurtherUndoing.cause_id))))
    released = find_pieces(session, event.lead_ids, event.list_id, acts, void)
    gone = leads_to_go(session)
    farewell = removed_leads(session, gone)
    cause = current_cause(session)
    facts = {"cause_id": cause.id, "cause_kind": cause.kind, "actor_id": cause.actor_id}
    undone = give_back(session, gone, facts)
    _say(session, undone, farewell)
    for list_id, lead_ids in released.items():
        session.execute(text(LEFT_NO_LONGER), {"list_id": list_id, "lead_ids": lead_ids})
        publish(session, events.KeptLeadsUndone(list_id=list_id, lead_ids=tuple(lead_ids)))
    _settle(session, event, tuple(events.KeptLead.model_validate(dict(row._mapping)) for row in undone.kept))


def give_up_undoing(session: Session, event: events.ListUndoing) -> None:
    """A list that could not even be cut into parts is as it was, and may be taken back once more; so may what another
    act could not take up."""
    if session.get(Undoing, event.list_id) is None:
        said = events.UndoingSettled(list_id=event.list_id, part=0, leads=0, undone=0, kept=(), given_up=True)
        publish(session, said)
        act = FurtherUndoing(cause_id=current_cause(session).id, list_id=event.list_id)
        session.merge(act)  # should it be replayed once another act has undone the list, there is nothing to take up
        return
    for cut in _cut_again(session, event.list_id):
        give_up_part(session, cut)


def give_up_part(session: Session, event: events.UndoingCut) -> None:
    """Leads whose undoing failed at every attempt are left as they are, and told to be so; the others' end is heard."""
    if _first_time(session, event, left=[*event.lead_ids]):
        _settle(session, event, failed=event.lead_ids)


def _cut_again(session: Session, list_id: int) -> list[events.UndoingCut]:
    """What earlier acts had to leave, as parts of this one; none where this act is known, or another is at work. Where
    everything went meanwhile, one without leads: whoever asked waits for the end."""
    undoing = session.get_one(Undoing, list_id, with_for_update=True)
    cause_id = current_cause(session).id
    if undoing.parts_left or cause_id == undoing.cause_id or session.get(FurtherUndoing, cause_id) is not None:
        return []
    session.add(FurtherUndoing(cause_id=cause_id, list_id=list_id))
    settled = session.scalars(select(UndonePart).where(UndonePart.list_id == list_id).order_by(UndonePart.part)).all()
    again = [
        portion
        for part in settled
        if part.left_leads
        for portion in portions(part.left_leads, max(len(part.left_leads) // SMALLER, 1))
    ] or [[]]
    for part in settled:
        part.left_leads = None
    undoing.parts_left = len(again)
    session.flush()
    return _as_events(list_id, settled[-1].part + 1, again)


def _as_events(list_id: int, first: int, parts: list[list[int]]) -> list[events.UndoingCut]:
    """The parts of an act, numbered from `first`."""
    facts: dict[str, Any] = {"list_id": list_id, "leads": sum(map(len, parts)), "parts": first + len(parts)}
    return [
        events.UndoingCut(part=part, lead_ids=tuple(lead_ids), **facts) for part, lead_ids in enumerate(parts, first)
    ]


def _announce(session: Session, cuts: list[events.UndoingCut]) -> None:
    """The first of them; the others wait for theirs to be settled."""
    for cut in cuts[:WINDOW]:
        publish(session, cut)
    if waiting := [cut.model_dump(include={"list_id", "part", "lead_ids"}) for cut in cuts[WINDOW:]]:
        session.execute(insert(WaitingPart), [each | {"lead_ids": [*each["lead_ids"]]} for each in waiting])


def _announce_next(session: Session, facts: dict[str, Any]) -> None:
    """`facts`: what a part of the same act was cut with."""
    following = session.execute(text(NEXT_PART), {"list_id": facts["list_id"]}).first()
    if following is not None:
        cut = facts | {"part": following.part, "lead_ids": tuple(following.lead_ids)}
        publish(session, events.UndoingCut.model_validate(cut))


def _first_time(session: Session, event: events.UndoingCut, left: list[int] | None = None) -> bool:
    claim = insert(UndonePart).values(list_id=event.list_id, part=event.part, left_leads=left).on_conflict_do_nothing()
    return session.scalar(claim.returning(UndonePart.part)) is not None


def _settle(
    session: Session, event: events.UndoingCut, kept: tuple[events.KeptLead, ...] = (), failed: tuple[int, ...] = ()
) -> None:
    facts: dict[str, Any] = {"list_id": event.list_id, "part": event.part, "leads": event.leads, "parts": event.parts}
    done = len(event.lead_ids) - len(kept) - len(failed)
    publish(session, events.UndoingSettled(undone=done, kept=kept, failed=failed, **facts))
    left = update(Undoing).where(Undoing.list_id == event.list_id).values(parts_left=Undoing.parts_left - 1)
    if session.scalar(left.returning(Undoing.parts_left)) != 0:
        _announce_next(session, facts)
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
