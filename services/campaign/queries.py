"""What can be asked of campaigns."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.paging import Sort, page_of
from chassis.problems import Field, Invalid, NotFound
from chassis.shapes import Page

from .choices import CLOSED
from .details import details, items
from .models import Campaign, Choice, MemberCount
from .results import COUNTED
from .schemas import CampaignDetails, CampaignItem, CampaignSearch
from .searching import mentions

SORTS = {
    "code": Sort(Campaign.code.expression, str),
    "name": Sort(Campaign.name.expression, str),
    "start_date": Sort(Campaign.start_date.expression, date.fromisoformat),
    "end_date": Sort(Campaign.end_date.expression, date.fromisoformat),
    "updated_at": Sort(Campaign.updated_at.expression, datetime.fromisoformat),
} | {name: Sort(func.coalesce(getattr(MemberCount, name), 0), int) for name in COUNTED}


def search_campaigns(session: Session, actor: Actor, query: CampaignSearch) -> Page[CampaignItem]:
    """The campaigns that are looked for, the latest start first unless asked otherwise."""
    found = select(Campaign).outerjoin(MemberCount, MemberCount.campaign_id == Campaign.id)
    if query.q:
        found = found.where(mentions(query.q))
    if query.status:
        found = found.where(Campaign.status.in_(query.status))
    if query.category:
        found = found.where(Campaign.category.in_(query.category))
    if query.owner:
        found = found.where(Campaign.owner_id.in_(_users(query.owner, actor)))
    if query.department:
        found = found.where(Campaign.department_id.in_(query.department))
    if query.parent_id is not None:
        found = found.where(Campaign.parent_id == query.parent_id)
    if query.from_date:
        found = found.where(Campaign.end_date >= query.from_date)
    if query.to_date:
        found = found.where(Campaign.start_date <= query.to_date)
    if query.open_for_lists is not None:
        closed = Campaign.status.in_(
            select(Choice.code).where(Choice.master == "campaign-statuses", Choice.meaning.in_(CLOSED))
        )
        found = found.where(~closed if query.open_for_lists else closed)
    sheet = page_of(session, found, query, SORTS, default="-start_date", key=Campaign.id.expression)
    return Page[CampaignItem](items=items(session, sheet.records), total=sheet.total, next_cursor=sheet.next_cursor)


def campaign_details(session: Session, campaign_id: int) -> CampaignDetails:
    """One campaign. Raises NotFound."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        raise NotFound(ja="このキャンペーンはありません。", en="There is no such campaign.")
    return details(session, campaign)


def _users(named: list[str], actor: Actor) -> list[int]:
    try:
        return [actor.id if name == "me" else int(name) for name in named]
    except ValueError:
        wrong = Field(
            "owner", "id", ja="担当者は me またはユーザー ID で指定してください。", en="Name me or a user's id."
        )
        raise Invalid([wrong]) from None
