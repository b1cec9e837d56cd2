"""一括変更: an owner, a stage, or both for many leads at once, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause

from ..masters import Masters, masters
from ..models import Assignment, Lead, among
from ..problems import DROP_REASON, STAGE_BY_CONVERSION, invalid
from ..queries.search import conditions
from ..schemas import AssignmentDraft, AssignmentResult
from ..sight import visible
from .editing import known_owner
from .news import say_assigned, say_leads_changed, say_taken_back
from .progress import note_progress

WRITE = """
WITH noted AS (
    INSERT INTO change (record_type, record_id, lead_id, field, before, after, cause_id, cause_kind, actor_id,
        lead_version)
    SELECT 'lead', l.id, l.id, f.field, f.before, f.after, CAST(:cause_id AS uuid), :cause_kind, :actor_id,
        l.version + 1
    FROM lead l CROSS JOIN LATERAL (VALUES
        ('owner_id', to_jsonb(l.owner_id),
            CASE WHEN :sets_owner THEN to_jsonb(CAST(:owner_id AS bigint)) ELSE to_jsonb(l.owner_id) END),
        ('stage', to_jsonb(l.stage), to_jsonb(coalesce(:stage, l.stage))),
        ('drop_reason', to_jsonb(l.drop_reason),
            to_jsonb(CASE WHEN :stage IS NULL OR l.stage = :stage THEN l.drop_reason ELSE :drop_reason END)),
        ('next_action_at', to_jsonb(l.next_action_at),
            CASE WHEN NOT :drops OR l.stage = :stage THEN to_jsonb(l.next_action_at) END),
        ('next_action_type', to_jsonb(l.next_action_type),
            to_jsonb(CASE WHEN NOT :drops OR l.stage = :stage THEN l.next_action_type ELSE '' END))
    ) AS f (field, before, after)
    WHERE l.id = ANY(:lead_ids) AND f.before IS DISTINCT FROM f.after
)
UPDATE lead l SET
    owner_id = CASE WHEN :sets_owner THEN CAST(:owner_id AS bigint) ELSE l.owner_id END,
    department_id = CASE WHEN :sets_owner AND CAST(:owner_id AS bigint) IS NOT NULL
        THEN CAST(:department_id AS bigint) ELSE l.department_id END,
    assigned_at = CASE WHEN NOT :sets_owner OR l.owner_id = CAST(:owner_id AS bigint) THEN l.assigned_at
        WHEN CAST(:owner_id AS bigint) IS NOT NULL THEN now() END,
    assigned_by = CASE WHEN NOT :sets_owner OR l.owner_id = CAST(:owner_id AS bigint) THEN l.assigned_by
        WHEN CAST(:owner_id AS bigint) IS NOT NULL THEN CAST(:actor_id AS bigint) END,
    drop_reason = CASE WHEN :stage IS NULL OR l.stage = :stage THEN l.drop_reason ELSE :drop_reason END,
    next_action_at = CASE WHEN NOT :drops OR l.stage = :stage THEN l.next_action_at END,
    next_action_type = CASE WHEN NOT :drops OR l.stage = :stage THEN l.next_action_type ELSE '' END,
    stage_since = CASE WHEN :stage IS NULL OR l.stage = :stage THEN l.stage_since ELSE now() END,
    stage_by = CASE WHEN :stage IS NULL OR l.stage = :stage THEN l.stage_by ELSE CAST(:actor_id AS bigint) END,
    stage = coalesce(:stage, l.stage),
    version = l.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
WHERE l.id = ANY(:lead_ids)
"""


@dataclass
class Sorted:
    """What a bulk change means for each lead: it changes, it is so already, it may not."""

    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    refused: int = 0


def assign_leads(session: Session, actor: Actor, draft: AssignmentDraft) -> AssignmentResult:
    """Gives leads an owner and / or a stage, or counts what that would do. New owners hear of it once."""
    known = masters(session)
    owner, meaning = known_owner(session, draft.owner_id), ""
    if draft.stage:
        meaning = known.check("lead-stages", draft.stage, "stage").meaning
        if meaning == "converted":
            raise invalid(STAGE_BY_CONVERSION)
        if meaning == "dropped" and not draft.drop_reason:
            raise invalid(DROP_REASON)
    result = _sort(_targets(session, actor, draft), draft, known)
    if draft.lead_ids is not None:
        found = len(result.changed) + result.unchanged + result.refused
        result.refused += len({*draft.lead_ids} - {*draft.except_ids}) - found
    cause = current_cause(session)
    if not draft.preview:
        session.add(_record(cause.id, actor, draft, result))
    if result.changed and not draft.preview:
        facts = {
            "lead_ids": result.changed,
            "sets_owner": "owner_id" in draft.model_fields_set,
            "owner_id": draft.owner_id,
            "department_id": owner.department_id if owner else None,
            "stage": draft.stage,
            "drop_reason": draft.drop_reason or "",
            "drops": meaning == "dropped",
            "cause_id": cause.id,
            "cause_kind": cause.kind,
            "actor_id": actor.id,
        }
        session.execute(text(WRITE), facts)
        if draft.stage:
            note_progress(session, result.changed)
        say_leads_changed(session, result.changed)
        say_assigned(session, "bulk")
        say_taken_back(session, "bulk")
    return AssignmentResult(
        id=None if draft.preview else str(cause.id),
        changed=len(result.changed),
        unchanged=result.unchanged,
        refused=result.refused,
        at=None if draft.preview else datetime.now(UTC),
    )


def _record(act: UUID, actor: Actor, draft: AssignmentDraft, result: Sorted) -> Assignment:
    return Assignment(
        id=act,
        actor_id=actor.id,
        sets_owner="owner_id" in draft.model_fields_set,
        owner_id=draft.owner_id,
        stage=draft.stage,
        drop_reason=draft.drop_reason or "",
        changed=len(result.changed),
        unchanged=result.unchanged,
        refused=result.refused,
    )


def _targets(session: Session, actor: Actor, draft: AssignmentDraft) -> Sequence[Any]:
    """The leads that are meant and that the actor sees, locked unless it is a preview."""
    query = select(Lead.id, Lead.owner_id, Lead.stage).where(visible(actor)).order_by(Lead.id)
    if draft.search is not None:
        query = query.where(*conditions(actor, draft.search))
    else:
        query = query.where(among(Lead.id, draft.lead_ids or []))
    if draft.except_ids:
        query = query.where(~among(Lead.id, draft.except_ids))
    return session.execute(query if draft.preview else query.with_for_update(of=Lead, key_share=True)).all()


def _sort(targets: Sequence[Any], draft: AssignmentDraft, known: Masters) -> Sorted:
    result = Sorted()
    converted = set(known.stages("converted"))
    sets_owner = "owner_id" in draft.model_fields_set
    for lead_id, owner_id, stage in targets:
        if draft.stage and draft.stage != stage and stage in converted:
            result.refused += 1
        elif (sets_owner and owner_id != draft.owner_id) or (draft.stage and draft.stage != stage):
            result.changed.append(lead_id)
        else:
            result.unchanged += 1
    return result
