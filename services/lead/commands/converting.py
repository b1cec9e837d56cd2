"""案件化 as this service hears of it: the lead reaches its last stage."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.database import current_cause
from contracts import events

from ..history import change
from ..masters import masters
from ..models import Lead, Person
from .news import say_leads_changed


def mark_converted(session: Session, event: events.LeadConverted) -> None:
    """Sets the stage 案件化 and links account and opportunity. Older news of the same lead is ignored."""
    lead = session.scalars(select(Lead).where(Lead.id == event.lead_id).with_for_update()).one()
    known = masters(session)
    older = lead.converted_at is not None and lead.converted_at > event.converted_at
    if older or lead.opportunity_id == event.opportunity_id:
        return
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
    }
    change(session, lead, lead.id, values)
    person = session.get_one(Person, lead.person_id)
    change(session, person, lead.id, {"account_id": event.account_id})
    say_leads_changed(session, [lead.id])
