"""Names for ids: users and campaigns as pages show them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..models import CampaignCopy, UserCopy, among
from ..schemas.leads import NamedCampaign, OwnerShape

_USERS = select(UserCopy.user_id, UserCopy.login, UserCopy.name, UserCopy.department)
_CAMPAIGNS = select(CampaignCopy.campaign_id, CampaignCopy.name)


def people(session: Session, user_ids: Iterable[int | None]) -> dict[int | None, OwnerShape]:
    """By id; somebody whom we have not heard of yet is called by the number. Looked up once in a transaction."""
    known: dict[int | None, OwnerShape] = session.info.setdefault("people", {})
    ids = {user_id for user_id in user_ids if user_id is not None}
    if missing := ids - known.keys():
        known |= {user_id: OwnerShape(id=user_id, name=f"#{user_id}") for user_id in missing}
        for user_id, login, name, department in session.connection().execute(
            _USERS.where(among(UserCopy.user_id, missing))
        ):
            known[user_id] = OwnerShape(id=user_id, name=name, login=login, department=department)
    return {user_id: known[user_id] for user_id in ids}


def campaigns(session: Session, campaign_ids: Iterable[int | None]) -> dict[int | None, NamedCampaign]:
    """By id, as `people`."""
    known: dict[int | None, NamedCampaign] = session.info.setdefault("campaigns", {})
    ids = {campaign_id for campaign_id in campaign_ids if campaign_id is not None}
    if missing := ids - known.keys():
        known |= {campaign_id: NamedCampaign(id=campaign_id, name=f"#{campaign_id}") for campaign_id in missing}
        for campaign_id, name in session.connection().execute(
            _CAMPAIGNS.where(among(CampaignCopy.campaign_id, missing))
        ):
            known[campaign_id] = NamedCampaign(id=campaign_id, name=name)
    return {campaign_id: known[campaign_id] for campaign_id in ids}
