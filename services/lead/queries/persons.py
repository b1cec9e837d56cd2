"""Persons: as a list, found by the same words as their leads, and one with all that the page shows."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import NotFound
from chassis.shapes import write_cursor

from ..masters import Masters, masters
from ..models import Lead, Person
from ..schemas import PersonDetails, PersonFilters, PersonPage, PersonSearch, PersonShape, StageShape
from ..schemas.leads import OwnerShape
from ..schemas.persons import PersonLead, PersonSummary
from ..sight import visible
from .commonness import commonness
from .details import campaign_history
from .people import people
from .places import read_place
from .preparing import prepare
from .search import keyword
from .totals import QUICK

# What each order compares; the id of the person makes it unique.
ORDERS: dict[str, Any] = {
    "name": Person.reading,
    "company": func.left(Person.company, 100),
    "created_at": Person.id,
}
DEFAULT_ORDER = "name"


def person_conditions(actor: Actor, filters: PersonFilters) -> list[ColumnElement[bool]]:
    """What a person, joined with the lead, must be for this search by this person."""
    named = keyword(actor, _words(filters), besides=_of_persons(filters))
    return [*named, *_other_conditions(actor, filters)]


def _words(filters: PersonFilters) -> str:
    return f"{filters.q} {filters.company}".strip()


def _of_persons(filters: PersonFilters) -> list[ColumnElement[bool]]:
    """What is said of persons beside the keyword."""
    found = []
    if filters.company:
        found.append(Person.company.icontains(filters.company, autoescape=True))
    if filters.prefecture:
        found.append(Person.prefecture.in_(filters.prefecture))
    if filters.status:
        found.append(Person.status.in_(filters.status))
    return found


def _other_conditions(actor: Actor, filters: PersonFilters) -> list[ColumnElement[bool]]:
    found = [visible(actor)]
    if filters.has_account is not None:
        belongs = or_(Person.account_id.is_not(None), Lead.account_id.is_not(None))
        found.append(belongs if filters.has_account else ~belongs)
    return found


def search_persons(session: Session, actor: Actor, search: PersonSearch) -> PersonPage:
    """One page, by reading unless told otherwise. The total is counted for the first page and travels in the cursor."""
    prepare(session)
    sort = search.sort or DEFAULT_ORDER
    value, descending = ORDERS[sort.removeprefix("-")], sort.startswith("-")
    place = tuple_(value, Person.id)
    query = select(Person, Lead, value).join(Lead, Lead.person_id == Person.id).where(*_wanted(session, actor, search))
    if search.cursor:
        first, person_id = read_place(search.cursor, int if value is Person.id else str, int)
        cursor = tuple_(literal(first, value.type), literal(person_id, Person.id.type))
        query = query.where(place < cursor if descending else place > cursor)
    order = (value.desc(), Person.id.desc()) if descending else (value.asc(), Person.id.asc())
    found = session.execute(query.order_by(*order).limit(search.page_size + 1)).all()
    page = found[: search.page_size]
    total, exact = _total(session, actor, search, len(found))
    known, owners = masters(session), people(session, [lead.owner_id for _, lead, _ in page])
    items = [_summary(person, lead, known, owners) for person, lead, _ in page]
    more = write_cursor([page[-1][2], page[-1][0].id, total, int(exact)]) if len(found) > len(page) else None
    return PersonPage(items=items, total=total, total_is_exact=exact, next_cursor=more)


def _wanted(session: Session, actor: Actor, search: PersonSearch) -> list[ColumnElement[bool]]:
    """For a page: a common keyword is met soon on the way through the order."""
    words, known = _words(search), commonness(session)
    looked_at = Person.search_text if known.is_met_soon(words) else None
    named = keyword(actor, words, known.shares, looked_at, _of_persons(search))
    return [*named, *_other_conditions(actor, search)]


def _total(session: Session, actor: Actor, search: PersonSearch, found: int) -> tuple[int, bool]:
    """(how many, whether that is exact)."""
    if search.cursor:
        *_, total, told = read_place(search.cursor, str, int, int, int)
        return total, bool(told)
    if found <= search.page_size:
        return found, True
    quick = search.total == "quick"
    if quick and commonness(session).too_many_to_count(_words(search)):
        return search.page_size, False
    wanted = person_conditions(actor, search)
    counted = select(Person.id).join(Lead, Lead.person_id == Person.id).where(*wanted)
    if quick:
        counted = counted.limit(QUICK + 1)
    total = session.scalar(select(func.count()).select_from(counted.subquery())) or 0
    return (QUICK, False) if quick and total > QUICK else (total, True)


def _summary(person: Person, lead: Lead, known: Masters, owners: dict[int | None, OwnerShape]) -> PersonSummary:
    stored = set(PersonSummary.model_fields) - {"lead_id", "status_label", "stage", "owner"}
    return PersonSummary(
        **{field: getattr(person, field) for field in stored},
        status_label=known.label("person-statuses", person.status),
        lead_id=lead.id,
        stage=StageShape.model_validate(known.stage(lead.stage)),
        owner=owners.get(lead.owner_id),
    )


def opened_person(session: Session, actor: Actor, person_id: int, lock: bool = False) -> tuple[Lead, Person]:
    """A person with the lead, as sight.opened opens a lead. Raises NotFound."""
    query = select(Lead, Person).join(Person, Person.id == Lead.person_id).where(Person.id == person_id, visible(actor))
    found = session.execute(query.with_for_update(of=[Lead, Person], key_share=True) if lock else query).one_or_none()
    if found is None:
        raise NotFound(ja="このパーソンは見つかりません。", en="There is no such person.")
    return found[0], found[1]


def person_details(session: Session, actor: Actor, person_id: int) -> PersonDetails:
    """Raises NotFound for a person that does not exist."""
    session.flush()
    lead, person = opened_person(session, actor, person_id)
    known = masters(session)
    who = people(session, [lead.owner_id, person.created_by, person.updated_by])
    stored: dict[str, Any] = {field: getattr(person, field) for field in PersonShape.model_fields}
    stored |= {field: getattr(person, field) for field in ("version", "name", "kana")}
    stored["account_id"] = person.account_id or lead.account_id
    return PersonDetails(
        **stored,
        status_label=known.label("person-statuses", person.status),
        lead=PersonLead(
            id=lead.id,
            number=lead.number,
            stage=StageShape.model_validate(known.stage(lead.stage)),
            owner=who.get(lead.owner_id),
            do_not_call=lead.do_not_call,
            do_not_mail=lead.do_not_mail,
        ),
        members=campaign_history(session, lead.id, known),
        account_name=lead.account_name,
        created_at=person.created_at,
        created_by=who.get(person.created_by),
        updated_at=person.updated_at,
        updated_by=who.get(person.updated_by),
    )
