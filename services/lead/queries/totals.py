"""How many leads a search finds: exactly, or quickly up to a limit."""

import time
from collections.abc import Hashable
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from chassis.auth import Actor

from ..models import CampaignMember, Lead, Person
from ..schemas import LeadFilters
from ..sight import sees_everything
from .commonness import commonness
from .preparing import look_up
from .search import history_flags, keyword, other_conditions, persons_named

QUICK = 1_000  # a page that is in a hurry counts no further
# A total larger than this, or than QUICK, may be so many seconds old where nobody asked for the exact one.
LARGE, REMEMBERED = 10_000, 60
NOTED = 100  # until the leads that came since are one in so many: a list of thousands is to be seen at once
_large: dict[Hashable, tuple[float, int, Any]] = {}


def recall(session: Session, key: Hashable) -> Any:
    """What was counted for this key a short while ago, or None."""
    counted_at, last, counted = _large.get(key, (float("-inf"), 0, None))
    if time.monotonic() - counted_at >= REMEMBERED:
        return None
    look_up(session)
    return counted if session.info["newest"] <= last else None


def remember(session: Session, key: Hashable, counted: Any, total: int) -> None:
    """For a while."""
    if len(_large) > 1_000:
        _large.clear()
    look_up(session)
    _large[key] = time.monotonic(), session.info["newest"] + total // NOTED, counted


def total_of(session: Session, actor: Actor, filters: LeadFilters, quick: bool, least: int) -> tuple[int, bool]:
    """(how many, whether that is exact). `quick`: from QUICK on it may be "at least QUICK", and of a common keyword "at
    least as many as have been found already", the `least`."""
    filters = LeadFilters.model_validate(filters.model_dump())  # without page and order: equal to what finds the same
    key = key_of(actor, filters)
    if quick and (total := recall(session, key)) is not None:
        return total, True
    if quick and commonness(session).too_many_to_count(filters.q):
        return least, False
    if quick and recall(session, (key, QUICK)):
        return QUICK, False
    if quick:
        total = _count_quickly(session, actor, filters)
        if total > QUICK:
            remember(session, (key, QUICK), True, total)
        return min(total, QUICK), total <= QUICK
    total = _count(session, actor, filters)
    if total > LARGE:
        remember(session, key, total, total)
    return total, True


def key_of(actor: Actor, filters: LeadFilters) -> tuple[int, str]:
    """The same for everybody who would get the same answer."""
    anybody = sees_everything(actor) and not {"me", "others"} & {*filters.owner}
    return 0 if anybody else actor.id, LeadFilters.model_validate(filters.model_dump()).model_dump_json()


def _count_quickly(session: Session, actor: Actor, filters: LeadFilters) -> int:
    some = _counted(session, actor, filters, literal(1)).limit(QUICK + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _count(session: Session, actor: Actor, filters: LeadFilters) -> int:
    only_history = LeadFilters(**{name: getattr(filters, name) for name in ("campaign_id", *history_flags(filters))})
    if sees_everything(actor) and len(filters.campaign_id) == 1 and filters == only_history:
        # Every row of the campaign's history is a lead of its own; the index of the campaign tells how many.
        rows = select(func.count()).where(CampaignMember.campaign_id == filters.campaign_id[0])
        flags = (getattr(CampaignMember, name).is_(wanted) for name, wanted in history_flags(filters).items())
        return session.scalar(rows.where(*flags)) or 0
    return session.scalar(_counted(session, actor, filters, func.count())) or 0


def _counted(session: Session, actor: Actor, filters: LeadFilters, what: Any) -> Select[Any]:
    """A row of each lead that is found. Words alone are looked for among the persons: each is one lead, and looking
    that up takes as long as finding them."""
    shares = commonness(session).shares
    only_words = sees_everything(actor) and filters == LeadFilters(q=filters.q)
    if only_words and (persons := persons_named(actor, filters.q, shares)):
        return select(what).select_from(Person).where(*persons)
    named = keyword(actor, filters.q, shares)
    return select(what).select_from(Lead).where(*named, *other_conditions(actor, filters))
