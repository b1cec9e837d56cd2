"""アクション登録: what was done, what came of it, and what it changes about the lead, in one save."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.company_time import COMPANY_TIME
from chassis.working_days import working_day_from

from ..history import change, note_created
from ..masters import Masters, Value, masters
from ..models import Action, CampaignMember, Lead
from ..problems import NOT_IN_CAMPAIGN, invalid
from ..queries.actions import action_details
from ..schemas import ActionDetails, ActionDraft
from ..sight import in_sight, opened
from ..stages import follows
from .editing import apply_edit, check_version, move_stage, say_edit
from .progress import note_progress

WAYS = {"phone": "電話", "mail": "メール", "meeting": "面談", "letter": "手紙"}  # by what a type of action means
MORNING = 9  # o'clock: when a next action that somebody did not time is due


def register_action(session: Session, actor: Actor, lead_id: int, draft: ActionDraft) -> ActionDetails:
    """Registers an action with its effects. What the person gave wins over what the result's master row decides."""
    lead, person = opened(session, actor, lead_id, lock=True)
    if draft.version is not None:
        check_version(session, actor, lead, draft.version)
    known = masters(session)
    result = known.check("action-results", draft.result, "result")
    known.check("action-types", draft.type, "type")
    if draft.reached:
        known.check("action-reached", draft.reached, "reached")
    if draft.next_action_type:
        known.check("action-types", draft.next_action_type, "next_action_type")
    occurred_at = draft.occurred_at or datetime.now(UTC)
    older = happened_since(session, lead.id, occurred_at)
    action = _action(session, actor, lead, draft, occurred_at)
    with session.no_autoflush:  # one act is one version
        changed = apply_edit(session, actor, lead, person, draft.lead) if draft.lead else set()
        changed |= _note_result(session, lead, action, draft, result, older)
        changed |= _move(session, known, lead, draft, None if older else result)
        if lead.next_action_at is None:
            action.next_action_at, action.next_action_type = None, ""
    note_progress(session, [lead.id], campaign_id=draft.campaign_id, reached=worth(known, result))
    say_edit(session, lead, changed)
    return action_details(session, actor, action)


def happened_since(session: Session, lead_id: int, moment: datetime, campaign_id: int | None = None) -> bool:
    """Whether something was done later than this already (in the campaign, if one is given)."""
    later = [Action.lead_id == lead_id, Action.occurred_at > moment]
    if campaign_id is not None:
        later.append(Action.campaign_id == campaign_id)
    return bool(session.scalar(select(exists().where(*later))))


def _action(session: Session, actor: Actor, lead: Lead, draft: ActionDraft, occurred_at: datetime) -> Action:
    given = draft.model_dump(exclude={"stage", "drop_reason", "lead", "version", "occurred_at"})
    action = Action(**given, lead_id=lead.id, by=actor.id, occurred_at=occurred_at)
    if draft.campaign_id is not None:
        _keep_result(session, actor, lead, draft.campaign_id, draft.result, occurred_at)
    session.add(action)
    session.flush()
    note_created(session, action, lead.id, {"type": draft.type, "result": draft.result})
    return action


def _keep_result(
    session: Session, actor: Actor, lead: Lead, campaign_id: int, result: str, occurred_at: datetime
) -> None:
    """The campaign row shows the latest result. Raises Invalid for a campaign outside the lead's history, or of which
    the actor may not know."""
    row = (CampaignMember.lead_id == lead.id, CampaignMember.campaign_id == campaign_id)
    query = select(CampaignMember).where(*row, in_sight(actor, CampaignMember.campaign_id))
    member = session.scalars(query.with_for_update()).one_or_none()
    if member is None:
        raise invalid(NOT_IN_CAMPAIGN)
    if not happened_since(session, lead.id, occurred_at, campaign_id):
        change(session, member, lead.id, {"result": result})


def _note_result(
    session: Session, lead: Lead, action: Action, draft: ActionDraft, result: Value, older: bool
) -> set[str]:
    """Last contact, next action and do-not-call."""
    action.next_action_at = _next_action_at(lead, action, draft, result, older)
    action.next_action_type = _next_action_type(lead, action, draft)
    values: dict[str, Any] = {
        "next_action_at": action.next_action_at,
        "next_action_type": action.next_action_type,
    }
    if lead.first_response_at is None or action.occurred_at < lead.first_response_at:
        values["first_response_at"] = action.occurred_at
    if result.extra.get("contact") and (lead.last_contact_at is None or lead.last_contact_at < action.occurred_at):
        values["last_contact_at"] = action.occurred_at
    if result.extra.get("do_not_call") and not lead.do_not_call:
        values |= {"do_not_call": True, "do_not_call_reason": draft.text[:200] or _asked(session, action)}
    return change(session, lead, lead.id, values)


def _asked(session: Session, action: Action) -> str:
    """How and when somebody asked for it, where nobody wrote more: `電話で申し出（10/25）`."""
    way = masters(session).get("action-types", action.type)
    named = WAYS.get(way.meaning, way.label_ja) if way else ""
    day = action.occurred_at.astimezone(COMPANY_TIME)
    return f"{named}で申し出（{day.month}/{day.day}）"


def worth(known: Masters, result: Value) -> list[str]:
    """The steps that a result is worth to the campaign, also where the lead itself has come further already."""
    reached = ["contacted"] if result.extra.get("contact") else []
    proposed = known.get("lead-stages", result.extra.get("next_stage"))
    return [*reached, "appointment"] if proposed and proposed.meaning == "appointment" else reached


def _next_action_at(lead: Lead, action: Action, draft: ActionDraft, result: Value, older: bool) -> datetime | None:
    """What the person said, else some days on by the result, else a plan that is still ahead. What is registered
    afterwards, of a day before or of before the latest action, leaves the plan alone."""
    if "next_action_at" in draft.model_fields_set:
        return draft.next_action_at
    if draft.lead and "next_action_at" in draft.lead.model_fields_set:
        return draft.lead.next_action_at
    if older or (_is_of_a_day_before(action) and lead.next_action_at and lead.next_action_at > datetime.now(UTC)):
        return lead.next_action_at
    days = result.extra.get("days")
    if days is None:
        ahead = lead.next_action_at is not None and lead.next_action_at > action.occurred_at
        return lead.next_action_at if ahead else None
    day = working_day_from(action.occurred_at.astimezone(COMPANY_TIME).date() + timedelta(days=days))
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=COMPANY_TIME)


def _is_of_a_day_before(action: Action) -> bool:
    return action.occurred_at.astimezone(COMPANY_TIME).date() < datetime.now(COMPANY_TIME).date()


def _next_action_type(lead: Lead, action: Action, draft: ActionDraft) -> str:
    """What the person said; a plan that stays keeps its kind."""
    if action.next_action_at is None:
        return ""
    stays = "next_action_type" not in draft.model_fields_set and lead.next_action_at == action.next_action_at
    return lead.next_action_type if stays else draft.next_action_type


def _move(session: Session, known: Masters, lead: Lead, draft: ActionDraft, result: Value | None) -> set[str]:
    """To the stage that was said, else to the one that the result proposes (None: it proposes nothing)."""
    planned = bool(draft.next_action_at or (draft.lead and draft.lead.next_action_at))
    if draft.stage:
        return move_stage(session, lead, draft.stage, draft.drop_reason or "", keeps_plan=planned)
    if result is None or (draft.lead and draft.lead.stage):
        return set()
    proposed = result.extra.get("next_stage")
    if not follows(known, lead.stage, proposed):
        return set()
    reason = draft.drop_reason or draft.text or result.label_ja
    return move_stage(session, lead, str(proposed), reason, keeps_plan=planned)
