"""前へ / 次へ: the leads beside one in the search that the person came from, and where it stands in it."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.shapes import write_cursor

from ..models import Lead, Person
from ..schemas import LeadSearch, Neighbours
from ..sight import refuse_unseen
from .commonness import commonness
from .preparing import prepare
from .search import in_order, keyword, needs_person, on_the_way, order_values, other_conditions, owners_of_order

COUNTED = 1_000  # leads; beyond them nobody counts places, and counting would take long


def neighbours(session: Session, actor: Actor, lead_id: int, search: LeadSearch) -> Neighbours:
    """The leads before and after this one, from where it stands, or stood (`cursor`) before it was changed."""
    refuse_unseen(session, actor, lead_id)
    prepare(session)
    found = _found(session, actor, search)
    place = search.cursor or _place(session, lead_id, search.sort)
    beside = found.where(Lead.id != lead_id)
    total = None if commonness(session).too_many_to_count(search.q) else _bounded(session, found)
    before = in_order(session, beside, search.sort, 1 if total is None else COUNTED + 1, place, backwards=True)
    after = in_order(session, beside, search.sort, 1, place)
    return Neighbours(
        previous_id=before[0].id if before else None,
        next_id=after[0].id if after else None,
        place=place,
        position=len(before) + 1 if total is not None and len(before) <= COUNTED else None,
        total=total,
    )


def _found(session: Session, actor: Actor, search: LeadSearch) -> Select[Any]:
    known = commonness(session)
    common = known.too_many_to_count(search.q)
    named = on_the_way(actor, search.q, search.sort) if common else keyword(actor, search.q, known.shares)
    query = select(Lead.id).where(*named, *other_conditions(actor, search), *owners_of_order(actor, search))
    return query.join(Person, Person.id == Lead.person_id) if needs_person(search.sort) else query


def _place(session: Session, lead_id: int, sort: str | None) -> str:
    here = select(*order_values(sort)).select_from(Lead).join(Person, Person.id == Lead.person_id)
    return write_cursor(list(session.execute(here.where(Lead.id == lead_id)).one()))


def _bounded(session: Session, query: Select[Any]) -> int | None:
    """How many; None for more than people count."""
    counted = session.scalar(select(func.count()).select_from(query.limit(COUNTED + 1).subquery())) or 0
    return counted if counted <= COUNTED else None
