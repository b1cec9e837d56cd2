"""What the opportunity service asks before it converts a lead, while a person waits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict

from ..masters import masters
from ..models import CampaignMember
from ..schemas import ConversionCheck
from ..sight import opened


def conversion_check(session: Session, actor: Actor, lead_id: int) -> ConversionCheck:
    """The lead's facts if this person may convert it. Raises NotFound, and Conflict when it is converted already."""
    lead, _ = opened(session, actor, lead_id)
    if masters(session).stage(lead.stage).meaning == "converted":
        raise Conflict(
            code="already_converted",
            ja="このリードはすでに案件化されています。",
            en="This lead is converted already.",
            opportunity_id=str(lead.opportunity_id) if lead.opportunity_id else None,
        )
    joined = select(CampaignMember.campaign_id).where(CampaignMember.lead_id == lead_id).order_by(CampaignMember.id)
    campaign_ids = list(session.scalars(joined))
    return ConversionCheck(lead_id=lead.id, account_id=lead.account_id, campaign_ids=campaign_ids)
