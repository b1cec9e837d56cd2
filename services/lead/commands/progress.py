"""How far a lead came in a campaign: contacted, appointment, handed over. What the campaign's funnel counts.

An act that names a campaign counts there; one that names none (an edit, a bulk change, a list update) counts for the
campaign that the lead joined last. What was reached stays reached, wherever the lead goes afterwards; but an act that
is taken back, or an action that is corrected, did not reach it, and a lead that sales gave back is not handed over.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import current_cause

from ..masters import masters
from ..models import CampaignMember
from ..models.leads import STEPS
from .news import say_members_changed

STAGE_STEPS = ("appointment", "handed_over")  # called as the stages that mean them
# A stage that a new lead began with is in what was noted of its creation. Found by the leads: a list is one cause of
# hundreds of thousands of rows, and an index is not used for IS NOT DISTINCT FROM.
MOVED = """
SELECT lead_id FROM change
WHERE lead_id = ANY(:lead_ids) AND record_type = 'lead' AND cause_id IS NOT DISTINCT FROM CAST(:cause_id AS uuid)
    AND CASE field WHEN 'stage' THEN after #>> '{}' WHEN 'created' THEN after ->> 'stage' END = ANY(:codes)
"""
NOTE = f"""
WITH meant AS (
    SELECT DISTINCT ON (lead_id) id FROM campaign_member
    WHERE lead_id = ANY(:lead_ids)
        AND (CAST(:campaign_id AS bigint) IS NULL OR campaign_id = CAST(:campaign_id AS bigint))
    ORDER BY lead_id, id DESC
), reached AS (
    SELECT m.id, m.lead_id, f.step FROM campaign_member m JOIN meant ON meant.id = m.id CROSS JOIN LATERAL (VALUES
        {", ".join(f"('{step}', NOT m.{step} AND m.lead_id = ANY(:{step}))" for step in STEPS)}
    ) AS f (step, now_reached) WHERE f.now_reached
), noted AS (
    INSERT INTO change (record_type, record_id, lead_id, field, before, after, cause_id, cause_kind, actor_id)
    SELECT 'member', id, lead_id, step, 'false', 'true', CAST(:cause_id AS uuid), :cause_kind, :actor_id FROM reached
)
UPDATE campaign_member m SET {", ".join(f"{step} = m.{step} OR m.lead_id = ANY(:{step})" for step in STEPS)},
    version = m.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
WHERE m.id IN (SELECT id FROM reached)
RETURNING m.campaign_id, m.lead_id
"""
NOTED_BY_ACT = """
    SELECT record_id, lead_id, field FROM change
    WHERE cause_id = :act AND record_type = 'member' AND field = ANY(:steps) AND lead_id = ANY(:lead_ids)
        AND after = 'true'
"""
# In other campaigns, if the lead stands in the one that has it now: one lead, one step, one campaign.
HANDED_OVER_ELSEWHERE = """
    SELECT id AS record_id, lead_id, CAST('handed_over' AS text) AS field FROM campaign_member m
    WHERE lead_id = ANY(:lead_ids) AND handed_over AND campaign_id <> :campaign_id
        AND EXISTS (SELECT FROM campaign_member c WHERE c.lead_id = m.lead_id AND c.campaign_id = :campaign_id)
"""
# What an act had taken from other campaigns in that way is theirs again.
GIVE_BACK = """
WITH lost AS (
    SELECT DISTINCT m.id, m.lead_id FROM change c JOIN campaign_member m ON m.id = c.record_id
    WHERE c.cause_id = :act AND c.record_type = 'member' AND c.field = 'handed_over' AND c.after = 'false'
        AND c.lead_id = :lead_id AND NOT m.handed_over
), noted AS (
    INSERT INTO change (record_type, record_id, lead_id, field, before, after, cause_id, cause_kind, actor_id)
    SELECT 'member', id, lead_id, 'handed_over', 'false', 'true', CAST(:cause_id AS uuid), :cause_kind, :actor_id
    FROM lost
)
UPDATE campaign_member m SET handed_over = true,
    version = m.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
FROM lost WHERE m.id = lost.id
RETURNING m.campaign_id, m.lead_id
"""
HANDED_OVER = """
    SELECT id AS record_id, lead_id, CAST('handed_over' AS text) AS field FROM campaign_member
    WHERE lead_id = ANY(:lead_ids) AND handed_over
"""
TAKE_BACK = f"""
WITH back AS ({{back}}), noted AS (
    INSERT INTO change (record_type, record_id, lead_id, field, before, after, cause_id, cause_kind, actor_id)
    SELECT 'member', record_id, lead_id, field, 'true', 'false', CAST(:cause_id AS uuid), :cause_kind, :actor_id
    FROM back
), members AS (
    SELECT record_id, array_agg(field) AS steps FROM back GROUP BY record_id
)
UPDATE campaign_member m SET {", ".join(f"{step} = m.{step} AND '{step}' <> ALL(b.steps)" for step in STEPS)},
    version = m.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
FROM members b WHERE m.id = b.record_id
RETURNING m.campaign_id, m.lead_id
"""


def note_progress(
    session: Session,
    lead_ids: Iterable[int],
    *,
    campaign_id: int | None = None,
    reached: Collection[str] = (),
    said: bool = True,
) -> set[int]:
    """Notes the steps that this act took these leads: those in `reached`, and those that its stages mean. Says so
    unless the caller does (`said`). The leads whose history it changed."""
    leads = list(lead_ids)
    steps = {step: set(leads) if step in reached else _moved_to(session, leads, step) for step in STEPS}
    together = sorted(set().union(*steps.values()))
    if not together:
        return set()
    session.flush()
    cause = current_cause(session)
    facts = {"cause_id": cause.id, "cause_kind": cause.kind, "actor_id": cause.actor_id, "campaign_id": campaign_id}
    facts |= {step: sorted(found) for step, found in steps.items()} | {"lead_ids": together}
    found: dict[int, set[int]] = {}
    for changed_in, lead_id in session.execute(text(NOTE), facts):
        found.setdefault(changed_in, set()).add(lead_id)
    for record in list(session.identity_map.values()):
        if isinstance(record, CampaignMember):
            session.expire(record)
    for changed_in, changed in sorted(found.items()):
        if said:
            say_members_changed(session, changed_in, changed)
    return set().union(*found.values())


def take_progress_back(session: Session, act: UUID, lead_ids: list[int]) -> None:
    """What that act alone noted of these leads was never so. Says so."""
    _take_back(session, NOTED_BY_ACT, {"act": act, "steps": list(STEPS), "lead_ids": lead_ids})


def take_handover_back(session: Session, lead_id: int) -> None:
    """Sales gave the lead back: it is handed over in no campaign, whatever act noted it. Says so."""
    _take_back(session, HANDED_OVER, {"lead_ids": [lead_id]})


def credit_handover(session: Session, lead_id: int, campaign_id: int) -> None:
    """The lead is handed over in this campaign, and therefore in no other any longer. Says so."""
    _take_back(session, HANDED_OVER_ELSEWHERE, {"lead_ids": [lead_id], "campaign_id": campaign_id})
    note_progress(session, [lead_id], campaign_id=campaign_id, reached=("handed_over",))


def give_handover_back(session: Session, act: UUID, lead_id: int) -> None:
    """The lead is handed over where it was before that act credited it to another campaign. Says so."""
    _write(session, GIVE_BACK, {"act": act, "lead_id": lead_id})


def _take_back(session: Session, back: str, facts: dict[str, Any]) -> None:
    _write(session, TAKE_BACK.format(back=back), facts)


def _write(session: Session, statement: str, facts: dict[str, Any]) -> None:
    session.flush()
    cause = current_cause(session)
    facts |= {"cause_id": cause.id, "cause_kind": cause.kind, "actor_id": cause.actor_id}
    rows = session.execute(text(statement), facts).all()
    for changed_in in sorted({row.campaign_id for row in rows}):
        say_members_changed(session, changed_in, {row.lead_id for row in rows if row.campaign_id == changed_in})


def _moved_to(session: Session, lead_ids: list[int], step: str) -> set[int]:
    """The leads that this act brought to a stage which means this step."""
    codes = masters(session).stages(step) if step in STAGE_STEPS else []
    if not codes or not lead_ids:
        return set()
    session.flush()
    facts = {"cause_id": current_cause(session).id, "lead_ids": lead_ids, "codes": codes}
    return set(session.scalars(text(MOVED), facts).all())
