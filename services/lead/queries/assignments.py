"""A bulk change as an act: what it did, who may take it back, and which leads that left as they are."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import NotFound
from contracts.roles import Role

from ..masters import masters
from ..models import Assignment
from ..models.leads import lead_number
from ..schemas import AssignmentDetails, KeptLead, StageShape, UndoingShape
from .people import people

MOST_KEPT = 100  # so many of the kept leads are named; `kept_count` counts all
# The leads of an act, with its last change to each.
DONE = """
SELECT lead_id, max(id) AS last_id FROM change
WHERE cause_id = CAST(:act AS uuid) AND record_type = 'lead' GROUP BY lead_id
"""
# What counts as somebody's work on a lead since: any change of it, its person or actions, but not its campaign rows.
# What a list did and gave back is nobody's work. `undone_at`: as it was then.
TOUCHED = """c.record_type <> 'member' AND c.cause_id <> CAST(:act AS uuid) AND c.cause_kind <> 'list_undoing'
    AND NOT (c.cause_id IN (SELECT s.cause_id FROM settled_batch s JOIN undoing u ON u.list_id = s.list_id) AND EXISTS (
        SELECT FROM change back WHERE back.lead_id = c.lead_id AND back.id > c.id AND back.record_type <> 'member'
            AND back.cause_kind = 'list_undoing' AND back.at <= coalesce(CAST(:undone_at AS timestamptz), back.at)))"""
KEPT = f"""
SELECT d.lead_id, p.family_name, p.given_name, p.company, since.at, since.actor_id
FROM ({DONE}) d JOIN lead l ON l.id = d.lead_id JOIN person p ON p.id = l.person_id
JOIN LATERAL (
    SELECT c.at, c.actor_id FROM change c
    WHERE c.lead_id = d.lead_id AND c.id > d.last_id AND c.at <= :undone_at AND {TOUCHED}
        AND c.cause_id <> CAST(:undoing AS uuid) ORDER BY c.id DESC LIMIT 1
) since ON true
WHERE NOT EXISTS (SELECT FROM change u WHERE u.cause_id = CAST(:undoing AS uuid) AND u.lead_id = d.lead_id)
ORDER BY d.lead_id LIMIT {MOST_KEPT}
"""


def may_undo(actor: Actor, done: Assignment) -> bool:
    """Whoever did it, a manager, an administrator."""
    return actor.id == done.actor_id or actor.has(Role.MANAGER, Role.ADMINISTRATOR)


def assignment_details(session: Session, actor: Actor, assignment_id: UUID) -> AssignmentDetails:
    """Raises NotFound."""
    done = session.get(Assignment, assignment_id)
    if done is None:
        raise NotFound(ja="この一括変更は見つかりません。", en="There is no such bulk change.")
    kept = _kept(session, done)
    named = people(session, [done.actor_id, done.owner_id, done.undone_by, *(row.actor_id for row in kept)])
    undoing = None
    if done.undone_at is not None:
        undoing = UndoingShape(
            at=done.undone_at,
            by=named.get(done.undone_by),
            reversed=done.reversed or 0,
            kept_count=done.kept or 0,
            kept=[
                KeptLead(
                    lead_id=row.lead_id,
                    number=lead_number(row.lead_id),
                    name=f"{row.family_name} {row.given_name}".strip(),
                    company=row.company,
                    changed_at=row.at,
                    changed_by=named.get(row.actor_id),
                )
                for row in kept
            ],
        )
    return AssignmentDetails(
        id=str(done.id),
        at=done.at,
        by=named.get(done.actor_id),
        sets_owner=done.sets_owner,
        owner=named.get(done.owner_id),
        stage=StageShape.model_validate(masters(session).stage(done.stage)) if done.stage else None,
        changed=done.changed,
        unchanged=done.unchanged,
        refused=done.refused,
        may_undo=bool(done.changed) and done.undone_at is None and may_undo(actor, done),
        undoing=undoing,
    )


def _kept(session: Session, done: Assignment) -> list:
    if not done.kept:
        return []
    facts = {"act": done.id, "undoing": done.undoing_cause_id, "undone_at": done.undone_at}
    return list(session.execute(text(KEPT), facts).all())
