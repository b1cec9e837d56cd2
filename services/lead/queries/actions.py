"""The actions of a lead, and everybody's actions over a span of days; the latest first."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.company_time import COMPANY_TIME
from chassis.problems import NotFound
from chassis.shapes import PageQuery, write_cursor
from contracts.roles import Role

from ..masters import Masters, masters
from ..models import Action, Lead, Person
from ..models.leads import lead_number
from ..schemas import ActionCounts, ActionDetails, ActionPage, ActionSearch, ActionSpan, FoundActions
from ..schemas.actions import ActionWithLead, PersonCount
from ..sight import actions_in_sight, refuse_unseen, visible
from .people import campaigns, people
from .places import moment, read_place

CORRECTORS = (Role.ADMINISTRATOR, Role.MANAGER)
_NOT_STORED = {"campaign_name", "type_label", "by", "reached_label", "result_label", "may_edit"}


def lead_actions(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> ActionPage:
    """Raises NotFound."""
    refuse_unseen(session, actor, lead_id)
    return actions_of(session, actor, lead_id, query)


def actions_of(session: Session, actor: Actor, lead_id: int, query: PageQuery, total: int | None = None) -> ActionPage:
    """Of a lead that the actor may see; `total`: who knows how many there are."""
    wanted = (Action.lead_id == lead_id, actions_in_sight(actor))
    rows = _from(select(Action).where(*wanted), query.cursor)
    found = session.scalars(rows.limit(query.page_size + 1)).all()
    page = list(found[: query.page_size])
    if total is None:
        total = session.scalar(select(func.count()).select_from(Action).where(*wanted)) or 0
    cursor = _place(page[-1]) if len(found) > len(page) else None
    return ActionPage(items=_shown(session, actor, page), total=total, next_cursor=cursor)


def search_actions(session: Session, actor: Actor, search: ActionSearch) -> FoundActions:
    """What was done in a span of days about leads that the actor may see."""
    wanted = [*_span(search), *_meant(masters(session), search), visible(actor), actions_in_sight(actor)]
    if search.by:
        wanted.append(Action.by == (actor.id if search.by == "me" else int(search.by)))
    rows = select(Action, Person).join(Lead, Lead.id == Action.lead_id).join(Person, Person.id == Lead.person_id)
    found = session.execute(_from(rows.where(*wanted), search.cursor).limit(search.page_size + 1)).all()
    page = found[: search.page_size]
    counted = select(func.count()).select_from(Action).join(Lead, Lead.id == Action.lead_id).where(*wanted)
    shown = _shown(session, actor, [row[0] for row in page])
    return FoundActions(
        items=[_with_lead(details, person) for details, (_, person) in zip(shown, page, strict=True)],
        total=session.scalar(counted) or 0,
        next_cursor=_place(page[-1][0]) if len(found) > len(page) else None,
    )


def count_actions(session: Session, actor: Actor, span: ActionSpan) -> ActionCounts:
    """Calls, people reached and appointments of everybody in a span of days."""
    known = masters(session)
    calls = Action.type.in_(_types(known, "phone"))
    counted = (
        select(
            Action.by,
            func.count().filter(calls),
            func.count().filter(calls, Action.result.in_(_results(known, "reached"))),
            func.count().filter(Action.result.in_(_results(known, "appointment"))),
        )
        .join(Lead, Lead.id == Action.lead_id)
        .where(*_span(span), visible(actor), actions_in_sight(actor))
        .group_by(Action.by)
        .order_by(func.count().desc(), Action.by)
    )
    rows = session.execute(counted).all()
    who = people(session, [row[0] for row in rows])
    return ActionCounts(
        items=[PersonCount(by=who[by], calls=made, reached=met, appointments=won) for by, made, met, won in rows]
    )


def action_details(session: Session, actor: Actor, action: Action) -> ActionDetails:
    session.flush()
    return _shown(session, actor, [action])[0]


def action_of_lead(session: Session, actor: Actor, lead_id: int, action_id: int) -> ActionDetails:
    """Raises NotFound."""
    refuse_unseen(session, actor, lead_id)
    wanted = select(Action).where(Action.id == action_id, Action.lead_id == lead_id, actions_in_sight(actor))
    action = session.scalars(wanted).one_or_none()
    if action is None:
        raise NotFound(ja="このアクションは見つかりません。", en="There is no such action.")
    return action_details(session, actor, action)


def may_correct(actor: Actor, action: Action) -> bool:
    """Who did it, and who answers for everybody."""
    return action.by == actor.id or actor.has(*CORRECTORS)


def _from(query: Any, cursor: str | None) -> Any:
    """The query from a place on, the latest first."""
    if cursor:
        occurred_at, action_id = read_place(cursor, moment, int)
        place = tuple_(literal(occurred_at, Action.occurred_at.type), action_id)
        query = query.where(tuple_(Action.occurred_at, Action.id) < place)
    return query.order_by(Action.occurred_at.desc(), Action.id.desc())


def _place(action: Action) -> str:
    return write_cursor([action.occurred_at, action.id])


def _span(span: ActionSpan) -> list[ColumnElement[bool]]:
    today = datetime.now(COMPANY_TIME).date()
    until = span.until or max(today, span.since or today)
    since = span.since or min(today, until)
    begin = datetime.combine(since, time.min, COMPANY_TIME)
    end = datetime.combine(until + timedelta(days=1), time.min, COMPANY_TIME)
    return [Action.occurred_at >= begin, Action.occurred_at < end]


def _meant(known: Masters, search: ActionSearch) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.kind:
        wanted.append(Action.type.in_(_types(known, search.kind)))
    if search.outcome:
        wanted.append(Action.result.in_(_results(known, search.outcome)))
    return wanted


def _types(known: Masters, meaning: str) -> list[str]:
    return [value.code for value in known.all("action-types") if value.meaning == meaning]


def _results(known: Masters, outcome: str) -> list[str]:
    """The results that mean `reached`, or that lead to an `appointment`."""
    if outcome == "appointment":
        stages = known.stages("appointment")
        return [value.code for value in known.all("action-results") if value.extra.get("next_stage") in stages]
    return [value.code for value in known.all("action-results") if value.meaning == outcome]


def _with_lead(details: ActionDetails, person: Person) -> ActionWithLead:
    return ActionWithLead(
        **details.model_dump(),
        lead_number=lead_number(details.lead_id),
        lead_name=person.name,
        lead_company=person.company,
    )


def _shown(session: Session, actor: Actor, actions: list[Action]) -> list[ActionDetails]:
    known = masters(session)
    who = people(session, (action.by for action in actions))
    named = campaigns(session, (action.campaign_id for action in actions))
    stored = set(ActionDetails.model_fields) - _NOT_STORED
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
                may_edit=may_correct(actor, action),
            )
        )
    return items
