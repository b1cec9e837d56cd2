"""Correcting an action, or taking it back: for who did it, and for managers. Both stay in the history."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict, Forbidden, NotFound

from ..history import change, note_deleted
from ..masters import masters
from ..models import Action, CampaignMember, Change, Lead
from ..queries.actions import action_details, may_correct
from ..schemas import ActionDetails, ActionPatch
from ..sight import opened
from .actions import worth
from .news import say_members_changed
from .progress import note_progress

MASTERS = {"type": "action-types", "result": "action-results", "reached": "action-reached"}


def correct_action(session: Session, actor: Actor, lead_id: int, action_id: int, patch: ActionPatch) -> ActionDetails:
    """Raises NotFound, Forbidden for somebody else's, Conflict when it was corrected since it was read."""
    lead, action = _opened(session, actor, lead_id, action_id)
    if action.version != patch.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人がこのアクションを更新しました。最新の内容を確認してください。",
            en="Somebody else changed this action. Look at what it is now.",
            current=action_details(session, actor, action).model_dump(mode="json"),
        )
    given = patch.model_dump(exclude_unset=True, exclude={"version"})
    known = masters(session)
    for field, master in MASTERS.items():
        if given.get(field):
            known.check(master, given[field], field, getattr(action, field))
    # What an action cannot be without stays when it is given empty.
    given = {field: value for field, value in given.items() if value or field not in ("type", "result", "occurred_at")}
    before = action.result
    if change(session, action, lead.id, {field: _kept(field, value) for field, value in given.items()}):
        session.flush()
        _count_again(session, lead, action.campaign_id)
    if action.result != before:
        reached = _steps(session, action.result)
        _take_steps_back(session, lead, action, _steps(session, before) - reached)
        note_progress(session, [lead.id], campaign_id=action.campaign_id, reached=reached)
    return action_details(session, actor, action)


def take_action_back(session: Session, actor: Actor, lead_id: int, action_id: int) -> None:
    """Deletes an action, and what it alone had reached in its campaign; stage and plan of the lead stay as they are."""
    lead, action = _opened(session, actor, lead_id, action_id)
    campaign_id = action.campaign_id
    _take_steps_back(session, lead, action, _steps(session, action.result))
    before = {field: getattr(action, field) for field in ("type", "result", "text", "by", "occurred_at")}
    note_deleted(session, action, lead.id, before | {"occurred_at": action.occurred_at.isoformat()})
    session.delete(action)
    session.flush()
    _count_again(session, lead, campaign_id)


def _opened(session: Session, actor: Actor, lead_id: int, action_id: int) -> tuple[Lead, Action]:
    lead, _ = opened(session, actor, lead_id, lock=True)
    action = session.get(Action, action_id)
    if action is None or action.lead_id != lead_id:
        raise NotFound(ja="このアクションは見つかりません。", en="There is no such action.")
    if not may_correct(actor, action):
        raise Forbidden
    return lead, action


def _kept(field: str, value: Any) -> Any:
    return "" if value is None and field != "duration_minutes" else value


def _steps(session: Session, result: str) -> set[str]:
    """The steps of a campaign that a result is worth."""
    known = masters(session)
    value = known.get("action-results", result)
    return {*worth(known, value)} if value else set()


def _take_steps_back(session: Session, lead: Lead, action: Action, steps: set[str]) -> None:
    """What this action alone had reached in a campaign was never so: the steps that it noted, and that no other action
    of the same campaign is worth. Says so."""
    beside = select(Action.result).where(Action.lead_id == lead.id, Action.id != action.id)
    beside = beside.where(Action.campaign_id.is_not_distinct_from(action.campaign_id)).distinct()
    gone = steps.difference(*(_steps(session, result) for result in session.scalars(beside)))
    acts = select(Change.cause_id).where(Change.record_type == "action", Change.record_id == action.id)
    noted = select(Change.record_id, Change.field).where(
        Change.lead_id == lead.id, Change.record_type == "member", Change.field.in_(gone), Change.cause_id.in_(acts)
    )
    for member_id, step in session.execute(noted.distinct()).all():
        member = session.get_one(CampaignMember, member_id, with_for_update=True)
        if change(session, member, lead.id, {step: False}):
            say_members_changed(session, member.campaign_id, [lead.id])


def _count_again(session: Session, lead: Lead, campaign_id: int | None) -> None:
    """First response, last contact and the result of the campaign, by the actions that there are now."""
    known = masters(session)
    contacts = [value.code for value in known.all("action-results") if value.extra.get("contact")]
    moments = select(
        func.min(Action.occurred_at), func.max(Action.occurred_at).filter(Action.result.in_(contacts))
    ).where(Action.lead_id == lead.id)
    first, last = session.execute(moments).one()
    change(session, lead, lead.id, {"first_response_at": first, "last_contact_at": last})
    if campaign_id is None:
        return
    latest = (
        select(Action.result)
        .where(Action.lead_id == lead.id, Action.campaign_id == campaign_id)
        .order_by(Action.occurred_at.desc(), Action.id.desc())
    )
    query = select(CampaignMember).where(CampaignMember.lead_id == lead.id, CampaignMember.campaign_id == campaign_id)
    if member := session.scalars(query.with_for_update()).one_or_none():
        change(session, member, lead.id, {"result": session.scalar(latest.limit(1)) or ""})
