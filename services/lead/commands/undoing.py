"""元に戻す: a bulk change is taken back from the change history, in a fixed number of statements."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict, Forbidden, NotFound

from ..models import Assignment, Lead, among
from ..queries.assignments import DONE, TOUCHED, assignment_details, may_undo
from ..schemas import AssignmentDetails
from .news import say_assigned, say_leads_changed, say_taken_back
from .progress import take_progress_back

UNTOUCHED = f"""
SELECT d.lead_id FROM ({DONE}) d JOIN lead l ON l.id = d.lead_id
WHERE NOT EXISTS (SELECT FROM change c WHERE c.lead_id = d.lead_id AND c.id > d.last_id AND {TOUCHED})
ORDER BY d.lead_id
"""
# When and by whom the owner and the stage had been set before is what the history says, else when the lead was made.
RESTORE = """
WITH back AS (
    SELECT id, lead_id, field, before, after FROM change
    WHERE cause_id = :act AND record_type = 'lead' AND lead_id = ANY(:lead_ids)
        AND field IN ('owner_id', 'stage', 'drop_reason', 'next_action_at', 'next_action_type')
), noted AS (
    INSERT INTO change (record_type, record_id, lead_id, field, before, after, cause_id, cause_kind, actor_id,
        lead_version)
    SELECT 'lead', back.lead_id, back.lead_id, field, after, before, CAST(:cause_id AS uuid), :cause_kind, :actor_id,
        l.version + 1
    FROM back JOIN lead l ON l.id = back.lead_id
), was AS (
    SELECT lead_id, min(id) AS first_id, bool_or(field = 'owner_id') AS owned, bool_or(field = 'stage') AS staged,
        bool_or(field = 'drop_reason') AS reasoned, bool_or(field = 'next_action_at') AS planned,
        CAST(max(before #>> '{}') FILTER (WHERE field = 'next_action_at') AS timestamptz) AS next_action_at,
        max(before #>> '{}') FILTER (WHERE field = 'next_action_type') AS next_action_type,
        CAST(max(before #>> '{}') FILTER (WHERE field = 'owner_id') AS bigint) AS owner_id,
        max(before #>> '{}') FILTER (WHERE field = 'stage') AS stage,
        max(before #>> '{}') FILTER (WHERE field = 'drop_reason') AS drop_reason
    FROM back GROUP BY lead_id
), dated AS (
    SELECT was.*, owner.at AS owned_at, owner.actor_id AS owned_by, step.at AS staged_at, step.actor_id AS staged_by
    FROM was
    LEFT JOIN LATERAL (SELECT at, actor_id FROM change c WHERE c.lead_id = was.lead_id AND c.id < was.first_id
        AND c.field = 'owner_id' ORDER BY c.id DESC LIMIT 1) owner ON was.owned
    LEFT JOIN LATERAL (SELECT at, actor_id FROM change c WHERE c.lead_id = was.lead_id AND c.id < was.first_id
        AND c.record_type = 'lead' AND c.field = 'stage' ORDER BY c.id DESC LIMIT 1) step ON was.staged
)
UPDATE lead l SET
    owner_id = CASE WHEN d.owned THEN d.owner_id ELSE l.owner_id END,
    department_id = CASE WHEN d.owned THEN (SELECT u.department_id FROM user_copy u WHERE u.user_id = d.owner_id)
        ELSE l.department_id END,
    assigned_at = CASE WHEN NOT d.owned THEN l.assigned_at
        WHEN d.owner_id IS NOT NULL THEN coalesce(d.owned_at, l.created_at) END,
    assigned_by = CASE WHEN NOT d.owned THEN l.assigned_by
        WHEN d.owner_id IS NULL THEN NULL WHEN d.owned_at IS NULL THEN l.created_by ELSE d.owned_by END,
    stage = CASE WHEN d.staged THEN d.stage ELSE l.stage END,
    stage_since = CASE WHEN d.staged THEN coalesce(d.staged_at, l.created_at) ELSE l.stage_since END,
    stage_by = CASE WHEN NOT d.staged THEN l.stage_by
        WHEN d.staged_at IS NULL THEN l.created_by ELSE d.staged_by END,
    next_action_at = CASE WHEN d.planned THEN d.next_action_at ELSE l.next_action_at END,
    next_action_type = coalesce(d.next_action_type, l.next_action_type),
    drop_reason = CASE WHEN d.reasoned THEN coalesce(d.drop_reason, '') ELSE l.drop_reason END,
    version = l.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
FROM dated d WHERE l.id = d.lead_id
"""


def undo_assignment(session: Session, actor: Actor, assignment_id: UUID) -> AssignmentDetails:
    """Gives every lead of a bulk change its owner, stage and reason back, except those that somebody touched since.
    Raises NotFound, Forbidden for others than who did it and their managers, Conflict the second time."""
    done = session.get(Assignment, assignment_id, with_for_update=True)
    if done is None:
        raise NotFound(ja="この一括変更は見つかりません。", en="There is no such bulk change.")
    if not may_undo(actor, done):
        raise Forbidden
    if done.undone_at is not None:
        raise Conflict(
            code="undone_already",
            ja="この一括変更はすでに元に戻されています。",
            en="This bulk change was taken back already.",
        )
    cause, facts = current_cause(session), {"act": done.id, "undone_at": None}
    meant = list(session.scalars(text(DONE_IDS), facts))
    session.execute(select(Lead.id).where(among(Lead.id, meant)).order_by(Lead.id).with_for_update(key_share=True))
    lead_ids = list(session.scalars(text(UNTOUCHED), facts))
    if lead_ids:
        by: dict[str, Any] = {"cause_id": cause.id, "cause_kind": cause.kind, "actor_id": actor.id}
        session.execute(text(RESTORE), facts | by | {"lead_ids": lead_ids})
        take_progress_back(session, done.id, lead_ids)
        say_leads_changed(session, lead_ids)
        say_assigned(session, "undoing")
        say_taken_back(session)
    done.undone_at = session.scalar(select(func.clock_timestamp()))
    done.undone_by, done.undoing_cause_id = actor.id, cause.id
    done.reversed, done.kept = len(lead_ids), done.changed - len(lead_ids)
    session.flush()
    return assignment_details(session, actor, assignment_id)


DONE_IDS = f"SELECT lead_id FROM ({DONE}) d"
