"""案件化 as this service hears of it: the lead reaches its last stage; taken back, it has the one before again."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis.database import current_cause
from contracts import events

from ..history import change
from ..masters import masters
from ..models import Change, Lead, Person
from .news import say_leads_changed
from .progress import credit_handover, give_handover_back, take_handover_back, take_progress_back


def mark_converted(session: Session, event: events.LeadConverted) -> None:
    """Sets the stage 案件化 and links account and opportunity. The lead's next action is planned no more: from here on
    there are those of the opportunity. Older news of the same lead is ignored."""
    lead = session.scalars(select(Lead).where(Lead.id == event.lead_id).with_for_update(key_share=True)).one()
    if lead.converted_at is not None and lead.converted_at >= event.converted_at:
        return
    known = masters(session)
    converted = known.stages("converted")[0]
    if lead.stage != converted:
        lead.stage_since = datetime.now(UTC)
        lead.stage_by = current_cause(session).actor_id
    values = {
        "stage": converted,
        "drop_reason": "",
        "account_id": event.account_id,
        "account_name": event.account_name,
        "opportunity_id": event.opportunity_id,
        "opportunity_name": event.opportunity_name,
        "converted_campaign_id": event.campaign_id,
        "converted_at": event.converted_at,
        "next_action_at": None,
        "next_action_type": "",
    }
    change(session, lead, lead.id, values)
    person = session.get_one(Person, lead.person_id)
    change(session, person, lead.id, {"account_id": event.account_id})
    # Whoever takes the opportunity over has taken the lead over, whether or not a stage said so before.
    credit_handover(session, lead.id, event.campaign_id)
    say_leads_changed(session, [lead.id])


def correct_conversion(session: Session, event: events.ConversionCorrected) -> None:
    """The conversion is credited to another campaign, and the handover with it. Older news changes nothing."""
    lead = session.scalars(select(Lead).where(Lead.id == event.lead_id).with_for_update(key_share=True)).one()
    newer = lead.converted_at is not None and lead.converted_at > event.corrected_at
    if newer or lead.opportunity_id != event.opportunity_id:
        return
    change(session, lead, lead.id, {"converted_campaign_id": event.campaign_id})
    credit_handover(session, lead.id, event.campaign_id)


def unmark_converted(session: Session, event: events.ConversionCancelled) -> None:
    """The lead goes back to the stage and the plan that it had, or is nurtured again. The account stays linked, so that
    the next conversion finds it. `converted_at` keeps the moment, so that older news, which may come later, changes
    nothing."""
    lead = session.scalars(select(Lead).where(Lead.id == event.lead_id).with_for_update(key_share=True)).one()
    if lead.converted_at is not None and lead.converted_at >= event.cancelled_at:
        return
    values: dict[str, Any] = {"converted_at": event.cancelled_at}
    if lead.opportunity_id is not None:
        noted = select(Change.cause_id).where(*_noted(lead, "opportunity_id"))
        act = session.scalars(noted.order_by(Change.id.desc()).limit(1)).one()
        for credited in _credits(session, lead, act):
            take_progress_back(session, credited, [lead.id])
            if not event.nurturing:
                give_handover_back(session, credited, lead.id)
        values |= {"opportunity_id": None, "opportunity_name": "", "converted_campaign_id": None}
        values |= _plan_before(session, lead, act)
    if event.nurturing:
        take_handover_back(session, lead.id)
    if masters(session).stage(lead.stage).meaning == "converted":
        values |= _earlier(session, lead, event.nurturing)
        lead.stage_since, lead.stage_by = datetime.now(UTC), current_cause(session).actor_id
    change(session, lead, lead.id, values)
    say_leads_changed(session, [lead.id])


def _credits(session: Session, lead: Lead, act: UUID) -> list[UUID]:
    """The acts that credited this conversion to a campaign: itself, and corrections of it since; the latest first."""
    of_it = _noted(lead, "converted_campaign_id")
    began = select(func.min(Change.id)).where(*of_it, Change.cause_id == act).scalar_subquery()
    rows = session.execute(select(Change.cause_id).where(*of_it, Change.id >= began).order_by(Change.id.desc()))
    return list(dict.fromkeys(rows.scalars()))


def _plan_before(session: Session, lead: Lead, act: UUID) -> dict[str, Any]:
    """The next action that the conversion took away, unless somebody has planned another since."""
    if lead.next_action_at is not None:
        return {}
    of_it = _noted(lead, "next_action_at", "next_action_type")
    taken = select(Change.field, Change.before).where(*of_it, Change.cause_id == act)
    before = {row.field: row.before for row in session.execute(taken)}
    if not before.get("next_action_at"):
        return {}
    return before | {"next_action_at": datetime.fromisoformat(before["next_action_at"])}


def _earlier(session: Session, lead: Lead, nurturing: bool) -> dict[str, Any]:
    """The stage before the conversion with its reason; for 再育成 the last of the open stages."""
    known = masters(session)
    worked = [stage.code for stage in known.all("lead-stages") if stage.meaning == "open" and stage.active]
    if nurturing:
        return {"stage": worked[-1]}
    noted = select(Change).where(*_noted(lead, "stage")).order_by(Change.id.desc())
    moved = session.scalars(noted.limit(1)).first()
    if moved is None or known.get("lead-stages", moved.before) is None:
        return {"stage": worked[-1]}
    reasons = select(Change).where(*_noted(lead, "drop_reason"), Change.cause_id == moved.cause_id)
    reason = session.scalars(reasons).first()
    return {"stage": moved.before, "drop_reason": reason.before if reason else ""}


def _noted(lead: Lead, *fields: str) -> tuple[ColumnElement[bool], ...]:
    """What was noted of these fields of the lead."""
    return Change.lead_id == lead.id, Change.record_type == "lead", Change.field.in_(fields)
