"""The actions of a lead, the latest first."""

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.shapes import PageQuery, write_cursor

from ..masters import masters
from ..models import Action
from ..schemas import ActionDetails, ActionPage
from ..sight import opened
from .people import campaigns, people
from .places import moment, read_place


def lead_actions(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> ActionPage:
    opened(session, actor, lead_id)
    rows = select(Action).where(Action.lead_id == lead_id).order_by(Action.occurred_at.desc(), Action.id.desc())
    if query.cursor:
        occurred_at, action_id = read_place(query.cursor, moment, int)
        rows = rows.where(
            tuple_(Action.occurred_at, Action.id) < tuple_(literal(occurred_at, Action.occurred_at.type), action_id)
        )
    found = session.scalars(rows.limit(query.page_size + 1)).all()
    page = list(found[: query.page_size])
    total = session.scalar(select(func.count()).select_from(Action).where(Action.lead_id == lead_id)) or 0
    more = len(found) > len(page)
    return ActionPage(
        items=_shown(session, page),
        total=total,
        next_cursor=write_cursor([page[-1].occurred_at, page[-1].id]) if more else None,
    )


def action_details(session: Session, action: Action) -> ActionDetails:
    session.flush()
    return _shown(session, [action])[0]


def _shown(session: Session, actions: list[Action]) -> list[ActionDetails]:
    known = masters(session)
    who = people(session, (action.by for action in actions))
    named = campaigns(session, (action.campaign_id for action in actions))
    stored = set(ActionDetails.model_fields) - {"campaign_name", "type_label", "by", "reached_label", "result_label"}
    items = []
    for action in actions:
        campaign = named.get(action.campaign_id)
        items.append(
            ActionDetails(
                **{field: getattr(action, field) for field in stored},
                campaign_name=campaign.name if campaign else "",
                by=who.get(action.by),
                type_label=known.label("action-types", action.type),
                reached_label=known.label("action-reached", action.reached),
                result_label=known.label("action-results", action.result),
            )
        )
    return items
