"""Names for ids: users and campaigns as pages show them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import CampaignCopy, UserCopy, among
from ..schemas.leads import NamedCampaign, OwnerShape


def people(session: Session, user_ids: Iterable[int | None]) -> dict[int | None, OwnerShape]:
    """By id; somebody whom we have not heard of yet is called by the number."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    named: dict[int | None, OwnerShape] = {user_id: OwnerShape(id=user_id, name=f"#{user_id}") for user_id in ids}
    for user in session.scalars(select(UserCopy).where(among(UserCopy.user_id, ids))) if ids else ():
        named[user.user_id] = OwnerShape(id=user.user_id, name=user.name, login=user.login, department=user.department)
    return named


def campaigns(session: Session, campaign_ids: Iterable[int | None]) -> dict[int | None, NamedCampaign]:
    ids = {campaign_id for campaign_id in campaign_ids if campaign_id is not None}
    named: dict[int | None, NamedCampaign] = {number: NamedCampaign(id=number, name=f"#{number}") for number in ids}
    copies = select(CampaignCopy.campaign_id, CampaignCopy.name).where(among(CampaignCopy.campaign_id, ids))
    for campaign_id, name in session.execute(copies) if ids else ():
        named[campaign_id] = NamedCampaign(id=campaign_id, name=name)
    return named
