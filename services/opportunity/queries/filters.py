"""Which opportunities a search finds, and what they add up to; the same for the list and for the board."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, not_, or_, select, union_all

from chassis.auth import Actor
from chassis.keywords import holds

from ..models import Account, Choice, Conversion, Handover, Influence, Opportunity
from ..naming import words
from ..schemas import OpportunityFilters
from .records import users_named

LATEST = datetime(9999, 1, 1, tzinfo=UTC)  # where those without a date stand
PHASES = "opportunity-phases"
# The amounts in yen, and the same weighted by probability.
SUMS: tuple[Any, ...] = (
    func.coalesce(func.sum(Opportunity.amount), 0),
    func.coalesce(func.sum(Opportunity.amount * func.coalesce(Opportunity.probability, 0) / 100), 0),
)


def matching(query: OpportunityFilters, actor: Actor) -> Select[Any]:
    """The opportunities that the filters find. Raises Invalid for an owner that is none."""
    found = select(Opportunity)
    taken_back = Opportunity.cancelled_at.is_not(None)
    found = found.where(taken_back if query.cancelled else not_(taken_back))
    found = found.where(*(Opportunity.id.in_(_mentioning(word)) for word in words(query.q)))
    if query.owner:
        found = found.where(_owned(query.owner, actor))
    if query.phase:
        found = found.where(Opportunity.phase.in_(query.phase))
    if query.phase_meaning:
        meant = Choice.meaning.in_(query.phase_meaning)
        found = found.where(Opportunity.phase.in_(select(Choice.code).where(Choice.master == PHASES, meant)))
    if query.lead_id is not None:
        found = found.where(of_lead(query.lead_id))
    if query.account_id is not None:
        found = found.where(Opportunity.account_id == query.account_id)
    if query.campaign_id:
        found = found.where(Opportunity.campaign_id.in_(query.campaign_id))
    if query.influenced_by is not None:
        had_a_part = select(Influence.opportunity_id).where(Influence.campaign_id == query.influenced_by)
        found = found.where(or_(Opportunity.campaign_id == query.influenced_by, Opportunity.id.in_(had_a_part)))
    for day, month in ((Opportunity.expected_on, query.expected_month), (Opportunity.won_on, query.won_month)):
        if month:
            found = found.where(day >= month, day < _next_month(month))
    if query.handover:
        newest = select(Handover.state).where(Handover.opportunity_id == Opportunity.id)
        state = newest.order_by(Handover.id.desc()).limit(1).scalar_subquery()
        found = found.where(state.in_(query.handover))
    return found


def of_lead(lead_id: int) -> ColumnElement[bool]:
    """The opportunities that came of this lead, those among them that it joined after another."""
    joined = select(Conversion.opportunity_id).where(Conversion.lead_id == lead_id, Conversion.cancelled_at.is_(None))
    return or_(Opportunity.lead_id == lead_id, Opportunity.id.in_(joined))


def _mentioning(word: str) -> CompoundSelect[tuple[int]]:
    """The ids of opportunities that hold the word, themselves or by their account; both found by their index."""
    by_account = select(Opportunity.id).join(Account, Account.id == Opportunity.account_id)
    return union_all(
        select(Opportunity.id).where(holds(Opportunity.search_key, word)),
        by_account.where(holds(Account.search_key, word)),
    )


def _owned(named: list[str], actor: Actor) -> ColumnElement[bool]:
    """`me`, `others` and ids, as alternatives."""
    owners = users_named([name for name in named if name != "others"], actor)
    alternatives: list[ColumnElement[bool]] = [Opportunity.main_owner_id.in_(owners)] if owners else []
    if "others" in named:
        alternatives.append(not_(Opportunity.main_owner_id == actor.id))
    return or_(*alternatives)


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
