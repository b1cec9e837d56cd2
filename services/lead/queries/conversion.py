"""What the opportunity service asks before it converts a lead, while a person waits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict

from ..masters import masters
from ..models import CampaignMember
from ..problems import NOT_IN_CAMPAIGN, invalid
from ..schemas import ConversionCheck
from ..sight import opened
from .people import campaigns


def conversion_check(session: Session, actor: Actor, lead_id: int, campaign_id: int | None) -> ConversionCheck:
    """The lead's facts if it can be converted with this campaign. Raises Conflict when it is converted already,
    Invalid for a campaign outside its history."""
    lead, person = opened(session, actor, lead_id)
    if masters(session).stage(lead.stage).meaning == "converted":
        raise Conflict(
            code="already_converted",
            ja="このリードはすでに案件化されています。",
            en="This lead is converted already.",
            opportunity_id=str(lead.opportunity_id) if lead.opportunity_id else None,
        )
    query = select(CampaignMember.campaign_id).where(CampaignMember.lead_id == lead_id).order_by(CampaignMember.id)
    joined = session.scalars(query).all()
    if campaign_id is not None and campaign_id not in joined:
        raise invalid(NOT_IN_CAMPAIGN)
    named = campaigns(session, joined)
    return ConversionCheck(
        lead_id=lead.id,
        number=lead.number,
        version=lead.version,
        person_name=person.name,
        company=person.company,
        owner_id=lead.owner_id,
        stage=lead.stage,
        account_id=lead.account_id,
        campaigns=[named[joined_id] for joined_id in joined],
    )
