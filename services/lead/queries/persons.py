"""Persons as a list, found by the same words as their leads."""

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.shapes import write_cursor

from ..models import Lead, Person
from ..schemas import LeadFilters, PersonPage, PersonSearch
from ..schemas.persons import PersonSummary
from .places import read_place
from .search import conditions


def search_persons(session: Session, actor: Actor, search: PersonSearch) -> PersonPage:
    """One page, by reading."""
    wanted = conditions(actor, LeadFilters(q=search.q))
    query = select(Person, Lead.id).join(Lead, Lead.person_id == Person.id).where(*wanted)
    query = query.order_by(Person.reading, Person.id)
    if search.cursor:
        reading, person_id = read_place(search.cursor, str, int)
        query = query.where(tuple_(Person.reading, Person.id) > tuple_(reading, person_id))
    found = session.execute(query.limit(search.page_size + 1)).all()
    page = found[: search.page_size]
    total = session.scalar(select(func.count()).select_from(Lead).where(*wanted)) or 0
    items = [_summary(person, lead_id) for person, lead_id in page]
    last = page[-1][0] if len(found) > len(page) else None
    return PersonPage(items=items, total=total, next_cursor=write_cursor([last.reading, last.id]) if last else None)


def _summary(person: Person, lead_id: int) -> PersonSummary:
    stored = set(PersonSummary.model_fields) - {"lead_id"}
    return PersonSummary(**{field: getattr(person, field) for field in stored}, lead_id=lead_id)
