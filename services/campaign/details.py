"""How campaigns read: with the names behind ids, the labels behind codes, and their results."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from .attachments import attachments_of
from .choices import CLOSED, Choices
from .models import Campaign, UserCopy
from .results import results_of
from .schemas import BudgetLineDetails, CampaignDetails, CampaignItem, Goals, Results, StakeholderDetails


class Names:
    """Names of users and departments, read once for what is shown."""

    def __init__(self, session: Session, user_ids: Iterable[int | None], department_ids: Iterable[int | None]) -> None:
        wanted = {user_id for user_id in user_ids if user_id}
        users = session.scalars(select(UserCopy).where(UserCopy.user_id.in_(wanted))).all()
        self.users = {user.user_id: user.name for user in users}
        departments = select(UserCopy.department_id, UserCopy.department).ext(distinct_on(UserCopy.department_id))
        newest_first = departments.order_by(UserCopy.department_id, UserCopy.active.desc(), UserCopy.version.desc())
        ids = {department_id for department_id in department_ids if department_id}
        rows = session.execute(newest_first.where(UserCopy.department_id.in_(ids))) if ids else ()
        self.departments = {row[0]: row[1] for row in rows}


def items(session: Session, campaigns: list[Campaign]) -> list[CampaignItem]:
    """Campaigns as a list shows them."""
    choices = Choices.known(session)
    names = Names(session, (each.owner_id for each in campaigns), (each.department_id for each in campaigns))
    results = results_of(session, [each.id for each in campaigns])
    return [CampaignItem(**_shared(each, choices, names, results[each.id])) for each in campaigns]


def details(session: Session, campaign: Campaign) -> CampaignDetails:
    """One campaign with everything on it."""
    choices = Choices.known(session)
    people = (campaign.owner_id, campaign.created_by, campaign.updated_by)
    names = Names(session, people, (campaign.department_id,))
    parent = session.get(Campaign, campaign.parent_id) if campaign.parent_id else None
    own = {name: getattr(campaign, name) for name in ("venue", "url", "objective", "target", "description")}
    return CampaignDetails(
        **_shared(campaign, choices, names, results_of(session, [campaign.id])[campaign.id]),
        **own,
        parent_id=campaign.parent_id,
        parent_name=parent.name if parent else "",
        venue_type=campaign.venue_type,
        venue_type_label=choices.label("venue-types", campaign.venue_type),
        goals=Goals.model_validate(campaign.goals),
        budget_lines=[
            BudgetLineDetails.model_validate(vars(line) | {"kind_label": choices.label("cost-kinds", line.kind)})
            for line in campaign.budget_lines
        ],
        stakeholders=[
            StakeholderDetails.model_validate(vars(one) | {"kind_label": choices.label("stakeholder-kinds", one.kind)})
            for one in campaign.stakeholders
        ],
        attachments=attachments_of(session, campaign.id),
        created_at=campaign.created_at,
        created_by=campaign.created_by,
        created_by_name=names.users.get(campaign.created_by or 0, ""),
        updated_by=campaign.updated_by,
        updated_by_name=names.users.get(campaign.updated_by or 0, ""),
    )


def _shared(campaign: Campaign, choices: Choices, names: Names, results: Results) -> dict[str, Any]:
    meaning = choices.meaning("campaign-statuses", campaign.status)
    return {
        "id": campaign.id,
        "code": campaign.code,
        "name": campaign.name,
        "category": campaign.category,
        "category_label": choices.label("campaign-categories", campaign.category),
        "status": campaign.status,
        "status_label": choices.label("campaign-statuses", campaign.status),
        "status_meaning": meaning,
        "open_for_lists": meaning not in CLOSED,
        "start_date": campaign.start_date,
        "end_date": campaign.end_date,
        "owner_id": campaign.owner_id,
        "owner_name": names.users.get(campaign.owner_id, ""),
        "department_id": campaign.department_id,
        "department": names.departments.get(campaign.department_id or 0, ""),
        "results": results,
        "updated_at": campaign.updated_at,
        "version": campaign.version,
    }
