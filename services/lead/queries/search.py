"""Which leads a search means, and in which order; the list, its counts, bulk changes and exports all ask here."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, tuple_

from chassis.auth import Actor
from chassis.keywords import holds, search_terms

from .. import matching
from ..models import CampaignMember, Lead, Person
from ..schemas import LeadFilters
from ..sight import sees_everything, visible
from .periods import periods
from .places import Kind, moment, read_place

NEVER_YET = datetime(9999, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
# What each order compares: a value that is never null, then an id that is unique.
ORDERS: dict[str, tuple[Any, Any]] = {
    "updated_at": (Lead.updated_at, Lead.id),
    "created_at": (Lead.id, Lead.id),
    "number": (Lead.id, Lead.id),
    "next_action_at": (func.coalesce(Lead.next_action_at, NEVER_YET), Lead.id),
    "last_contact_at": (func.coalesce(Lead.last_contact_at, LONG_AGO), Lead.id),
    "name": (Person.reading, Person.id),
    "company": (func.left(Person.company, 100), Person.id),
}
DEFAULT_ORDER = "-updated_at"


def conditions(actor: Actor, filters: LeadFilters) -> list[ColumnElement[bool]]:
    """What a lead must be for this search by this person."""
    found = [visible(actor), *_keyword(actor, filters.q), *_owner(actor, filters.owner), *_history(filters)]
    if filters.stage:
        found.append(Lead.stage.in_(filters.stage))
    if filters.converted_campaign_id:
        found.append(Lead.converted_campaign_id.in_(filters.converted_campaign_id))
    if filters.source:
        found.append(Lead.source.in_(filters.source))
    if filters.temperature:
        found.append(Lead.temperature.in_(filters.temperature))
    if filters.department:
        found.append(Lead.department_id.in_(filters.department))
    return [*found, *periods(filters)]


def _keyword(actor: Actor, query: str) -> list[ColumnElement[bool]]:
    """All words occur; a lead number is one, too. Who sees addresses masked cannot try them out as keywords."""
    numbers: list[ColumnElement[bool]] = []
    found: list[ColumnElement[bool]] = []
    for term in search_terms(query):
        number = matching.searched_number(term)
        if number is not None:
            numbers.append(Lead.id == number)
            continue
        found.append(holds(Person.search_text, term))
        if not sees_everything(actor):
            without_addresses = func.regexp_replace(Person.search_text, r"\S*@\S*", " ", "g")
            found.append(func.strpos(without_addresses, term) != 0)
    person = exists(select(Person.id).where(Person.id == Lead.person_id, *found).correlate(Lead))
    return [*numbers, person] if found else numbers


def _owner(actor: Actor, owners: list[str]) -> list[ColumnElement[bool]]:
    alternatives: list[ColumnElement[bool]] = []
    for owner in owners:
        if owner == "unassigned":
            alternatives.append(Lead.owner_id.is_(None))
        elif owner == "others":
            alternatives.append(Lead.owner_id != actor.id)
        else:
            alternatives.append(Lead.owner_id == (actor.id if owner == "me" else int(owner)))
    return [or_(*alternatives)] if alternatives else []


def _history(filters: LeadFilters) -> list[ColumnElement[bool]]:
    """Campaign, invited, responded, new, how far it came. With a campaign they speak of the lead's row in it; without,
    of any row."""
    flags = [
        (CampaignMember.invited, filters.invited),
        (CampaignMember.responded, filters.responded),
        (CampaignMember.new_lead, filters.new_lead),
        (CampaignMember.contacted, filters.contacted),
        (CampaignMember.appointment, filters.appointment),
        (CampaignMember.handed_over, filters.handed_over),
    ]
    if filters.campaign_id:
        row = [CampaignMember.campaign_id.in_(filters.campaign_id)]
        return [_has_row(*row, *(flag.is_(wanted) for flag, wanted in flags if wanted is not None))]
    return [
        _has_row(flag.is_(True)) if wanted else ~_has_row(flag.is_(True))
        for flag, wanted in flags
        if wanted is not None
    ]


def _has_row(*row: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(CampaignMember.id).where(CampaignMember.lead_id == Lead.id, *row).correlate(Lead))


def ordered(query: Select[Any], sort: str | None, cursor: str | None = None, backwards: bool = False) -> Select[Any]:
    """The query in this order, from the cursor's place on. It has to join Person for `name` and `company`."""
    sort = sort or DEFAULT_ORDER
    value, unique = ORDERS[sort.removeprefix("-")]
    descending = sort.startswith("-") != backwards
    if cursor is not None:
        place = _place(value, unique, cursor)
        query = query.where(tuple_(value, unique) < place if descending else tuple_(value, unique) > place)
    columns = (value.desc(), unique.desc()) if descending else (value.asc(), unique.asc())
    return query.order_by(*columns)


def _place(value: Any, unique: Any, cursor: str) -> Any:
    """The cursor's values with the types of the columns that they are compared with."""
    kind: Kind = int if value is Lead.id else str if unique is Person.id else moment
    first, second = read_place(cursor, kind, int)
    return tuple_(literal(first, value.type), literal(second, Lead.id.type))


def order_values(sort: str | None) -> tuple[Any, Any]:
    """The two expressions that the order compares; a cursor is made of their values."""
    return ORDERS[(sort or DEFAULT_ORDER).removeprefix("-")]


def needs_person(sort: str | None) -> bool:
    return order_values(sort)[1] is Person.id
