"""Questions about opportunities and their activities."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.paging import Sort, page_of
from chassis.problems import NotFound
from chassis.shapes import Page, PageQuery

from ..choices import Choices
from ..models import Account, Activity, Change, Handover, Influence, Opportunity
from ..names import Names
from ..schemas import (
    ActivityDetails,
    InfluenceCampaign,
    LeadActivity,
    OpportunityDetails,
    OpportunityItem,
    OpportunityPage,
    OpportunitySearch,
)
from .filters import LATEST, PHASES, SUMS, matching, of_lead
from .handovers import concerns
from .records import find

SORTS = {
    "code": Sort(Opportunity.code.expression, str),
    "name": Sort(Opportunity.name.expression, str),
    "amount": Sort(func.coalesce(Opportunity.amount, -1), int),
    "probability": Sort(func.coalesce(Opportunity.probability, -1), int),
    "expected_on": Sort(func.coalesce(Opportunity.expected_on, date.max), date.fromisoformat),
    "next_action_at": Sort(func.coalesce(Opportunity.next_action_at, LATEST), datetime.fromisoformat),
    "updated_at": Sort(Opportunity.updated_at.expression, datetime.fromisoformat),
}
ACTIVITY_SORTS = {"occurred_at": Sort(Activity.occurred_at.expression, datetime.fromisoformat)}


def search_opportunities(session: Session, actor: Actor, query: OpportunitySearch) -> OpportunityPage:
    """The opportunities that are looked for, the latest change first unless asked otherwise, and their sums."""
    found = matching(query, actor)
    sheet = page_of(session, found, query, SORTS, default="-updated_at", key=Opportunity.id.expression)
    if not sheet.total:
        return OpportunityPage(items=[], total=0, next_cursor=None, amount=0, expected_amount=0)
    amount, expected = session.execute(found.with_only_columns(*SUMS)).one()
    return OpportunityPage(
        items=opportunity_items(session, sheet.records),
        total=sheet.total,
        next_cursor=sheet.next_cursor,
        amount=int(amount),
        expected_amount=int(expected),
    )


def opportunity_details(session: Session, opportunity: Opportunity) -> OpportunityDetails:
    """An opportunity with everything on it."""
    influences = session.scalars(
        select(Influence.campaign_id).where(Influence.opportunity_id == opportunity.id).order_by(Influence.campaign_id)
    ).all()
    names = Names(session, users=(opportunity.created_by, opportunity.updated_by), campaigns=influences)
    activities = select(func.count()).select_from(Activity).where(Activity.opportunity_id == opportunity.id)
    account = session.get_one(Account, opportunity.account_id)
    return OpportunityDetails(
        **_shared(session, [opportunity])[0],
        phase_before=_phase_before(session, opportunity),
        account_do_not_approach=account.do_not_approach,
        account_do_not_approach_reason=account.do_not_approach_reason,
        lost_reason=opportunity.lost_reason,
        handover_memo=opportunity.handover_memo,
        influence_campaigns=[
            InfluenceCampaign(
                campaign_id=campaign_id,
                code=names.campaigns[campaign_id].code if campaign_id in names.campaigns else "",
                name=names.campaign(campaign_id),
            )
            for campaign_id in influences
        ],
        activities=session.scalar(activities) or 0,
        created_at=opportunity.created_at,
        created_by=opportunity.created_by,
        created_by_name=names.user(opportunity.created_by),
        updated_by=opportunity.updated_by,
        updated_by_name=names.user(opportunity.updated_by),
    )


def _phase_before(session: Session, opportunity: Opportunity) -> str:
    """The open phase that it is in, or was in last; the first one if it never was in any."""
    choices = Choices.known(session)
    if choices.meaning(PHASES, opportunity.phase) == "open":
        return opportunity.phase
    of_it = Change.record == "opportunity", Change.record_id == opportunity.id, Change.field == "phase"
    earlier = session.scalars(select(Change.before).where(*of_it).order_by(Change.id.desc()))
    known = (phase for phase in earlier if phase and choices.meaning(PHASES, phase) == "open")
    return next(known, choices.first(PHASES, "open"))


def list_activities(session: Session, actor: Actor, opportunity_id: int, query: PageQuery) -> Page[ActivityDetails]:
    """What was done for an opportunity, the latest first. Raises NotFound."""
    find(session, Opportunity, opportunity_id)
    found = select(Activity).where(Activity.opportunity_id == opportunity_id)
    sheet = page_of(session, found, query, ACTIVITY_SORTS, default="-occurred_at", key=Activity.id.expression)
    return Page[ActivityDetails](
        items=activity_details(session, actor, sheet.records), total=sheet.total, next_cursor=sheet.next_cursor
    )


def activities_of_lead(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> Page[LeadActivity]:
    """What was done for the opportunities that came of a lead, the latest first."""
    found = select(Activity).join(Opportunity).where(of_lead(lead_id), Opportunity.cancelled_at.is_(None))
    sheet = page_of(session, found, query, ACTIVITY_SORTS, default="-occurred_at", key=Activity.id.expression)
    ids = {one.opportunity_id for one in sheet.records}
    named = session.execute(select(Opportunity.id, Opportunity.name).where(Opportunity.id.in_(ids)))
    names = {row[0]: row[1] for row in named}
    items = [
        LeadActivity(
            **details.model_dump(), opportunity_id=one.opportunity_id, opportunity_name=names[one.opportunity_id]
        )
        for one, details in zip(sheet.records, activity_details(session, actor, sheet.records), strict=True)
    ]
    return Page[LeadActivity](items=items, total=sheet.total, next_cursor=sheet.next_cursor)


def find_activity(session: Session, opportunity_id: int, activity_id: int, to_change: bool = False) -> Activity:
    """Raises NotFound."""
    found = select(Activity).where(Activity.id == activity_id, Activity.opportunity_id == opportunity_id)
    activity = session.scalars(found.with_for_update() if to_change else found).first()
    if activity is None:
        raise NotFound(ja="この活動はありません。", en="There is no such activity.")
    return activity


def activity_details(session: Session, actor: Actor, activities: Sequence[Activity]) -> list[ActivityDetails]:
    choices, names = Choices.known(session), Names(session, users=(activity.by_id for activity in activities))
    return [
        ActivityDetails(
            **{
                name: getattr(activity, name)
                for name in ("id", "type", "occurred_at", "by_id", "text", "result", "version")
            },
            may_edit=concerns(actor, activity.by_id),
            type_label=choices.label("activity-types", activity.type),
            by_name=names.user(activity.by_id),
        )
        for activity in activities
    ]


def _latest_handovers(session: Session, opportunity_ids: Sequence[int]) -> dict[int, str]:
    of_them = Handover.opportunity_id.in_(opportunity_ids)
    newest = select(func.max(Handover.id)).where(of_them).group_by(Handover.opportunity_id)
    states = select(Handover.opportunity_id, Handover.state).where(Handover.id.in_(newest))
    return {row[0]: row[1] for row in session.execute(states)}


def opportunity_items(session: Session, opportunities: Sequence[Opportunity]) -> list[OpportunityItem]:
    return [OpportunityItem(**row) for row in _shared(session, opportunities)]


def _shared(session: Session, opportunities: Sequence[Opportunity]) -> list[dict[str, Any]]:
    choices = Choices.known(session)
    accounts = select(Account.id, Account.name).where(Account.id.in_({one.account_id for one in opportunities}))
    account_names = {row[0]: row[1] for row in session.execute(accounts)}
    names = Names(
        session,
        users=[one.main_owner_id for one in opportunities],
        campaigns=[one.campaign_id for one in opportunities],
        leads=[one.lead_id for one in opportunities],
    )
    handovers = _latest_handovers(session, [one.id for one in opportunities])
    same = (
        "id code name account_id main_owner_id campaign_id lead_id phase probability amount expected_on won_on "
        "next_action next_action_at cancelled_at updated_at version"
    )
    rows = []
    for one in opportunities:
        lead = names.leads.get(one.lead_id or 0)
        added = {
            "account_name": account_names[one.account_id],
            "main_owner_name": names.user(one.main_owner_id),
            "campaign_name": names.campaign(one.campaign_id),
            "lead_number": lead.number if lead else "",
            "lead_name": lead.person_name if lead else "",
            "phase_label": choices.label("opportunity-phases", one.phase),
            "phase_meaning": choices.meaning("opportunity-phases", one.phase),
            "handover": handovers.get(one.id, ""),
        }
        rows.append({name: getattr(one, name) for name in same.split()} | added)
    return rows
