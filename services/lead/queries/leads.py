"""The list of leads: a page of a search, how many there are by owner and stage, and a lead's neighbours in it."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.shapes import write_cursor

from ..masters import masters
from ..models import Lead, Person
from ..schemas import LeadCounts, LeadFilters, LeadPage, LeadSearch
from ..schemas.leads import OwnerCounts, StageCount
from .commonness import commonness
from .places import read_place
from .preparing import impatiently, prepare
from .search import (
    conditions,
    in_order,
    keyword,
    listed,
    named_owners,
    needs_person,
    on_the_way,
    order_values,
    ordered,
    other_conditions,
    owners_of_order,
)
from .summaries import summaries
from .totals import LARGE, key_of, recall, remember, total_of


def search_leads(session: Session, actor: Actor, search: LeadSearch) -> LeadPage:
    """One page. The total is counted for the first page and travels in the cursor from then on."""
    prepare(session)
    rows = _rows(session, actor, search)
    page = rows[: search.page_size]
    exact = True
    if search.cursor:
        *_, total, told = read_place(search.cursor, str, int, int, int)
        exact = bool(told)
    elif len(rows) <= search.page_size:
        total = len(rows)
    elif "total" in rows[0]._fields:
        total = rows[0].total
    else:
        total, exact = total_of(session, actor, search, search.total == "quick", least=len(page))
    cursor = write_cursor([page[-1][1], page[-1][2], total, int(exact)]) if len(rows) > len(page) else None
    items = summaries(session, actor, [row[0] for row in page])
    return LeadPage(items=items, total=total, total_is_exact=exact, next_cursor=cursor)


def _rows(session: Session, actor: Actor, search: LeadSearch) -> Sequence[Any]:
    """The page's leads and one more, each (id, value of the order, unique value). A common keyword is met soon on the
    way through the order; should the leads that have it stand at its other end, the index looks them up after all.
    Who asks the index has every lead in hand, and their number, `total`, for nothing."""
    wanted = [*other_conditions(actor, search), *owners_of_order(actor, search)]
    query = select(Lead.id, *order_values(search.sort)).where(*wanted)
    known = commonness(session)
    if needs_person(search.sort):
        query = query.join(Person, Person.id == Lead.person_id)
        owners = named_owners(actor, search.owner)
        if known.is_worth_listing(owners, known.owners) and 0 not in owners:
            query = query.where(listed(Lead.owner_id, owners))
        elif known.is_worth_listing(search.stage, known.stages):
            query = query.where(listed(Lead.stage, search.stage))
    sort, limit, cursor = search.sort, search.page_size + 1, search.cursor
    if not search.q:
        return in_order(session, query, sort, limit, cursor)
    if known.is_met_soon(search.q):
        with contextlib.suppress(OperationalError), impatiently(session):
            return in_order(session, query.where(*on_the_way(actor, search.q, search.sort)), sort, limit, cursor)
    query = ordered(query, sort, cursor).limit(limit).where(*keyword(actor, search.q, known.shares))
    return (
        session.connection()
        .execute(query if search.cursor else query.add_columns(func.count().over().label("total")))
        .all()
    )


def count_leads(session: Session, actor: Actor, filters: LeadFilters) -> LeadCounts:
    """How many leads a search finds, by owner and by stage. The owner filter counts for the stages alone, the stage
    filter for the owners alone: each number tells what choosing it would find. Large ones may be a minute old."""
    owners, stages = Counter[str](), Counter[str]()
    for owner_id, _, leads in _tally(session, actor, filters.model_copy(update={"owner": []})):
        owners["unassigned" if owner_id is None else "me" if owner_id == actor.id else "others"] += leads
    for _, stage, leads in _tally(session, actor, filters.model_copy(update={"stage": []})):
        stages[stage] += leads
    return LeadCounts(
        owners=OwnerCounts(
            all=owners.total(), unassigned=owners["unassigned"], me=owners["me"], others=owners["others"]
        ),
        stages=[
            StageCount(code=stage.code, label=stage.label, meaning=stage.meaning, count=stages[stage.code])  # type: ignore[arg-type]
            for stage in masters(session).all("lead-stages")
        ],
    )


def _tally(session: Session, actor: Actor, filters: LeadFilters) -> Sequence[Any]:
    """(owner_id, stage, how many) of what a search finds."""
    key = ("tally", *key_of(actor, filters))
    known: Sequence[Any] | None = session.info.get(key) or recall(session, key)
    if known is None:
        query = select(Lead.owner_id, Lead.stage, func.count()).where(*conditions(actor, filters))
        known = session.info[key] = session.execute(query.group_by(Lead.owner_id, Lead.stage)).all()
        total = sum(leads for *_, leads in known)
        if total > LARGE:
            remember(session, key, known, total)
    return known
