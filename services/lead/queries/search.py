"""Which leads a search means, and in which order; the list, its counts, bulk changes and exports all ask here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Integer, Select, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from chassis.auth import Actor
from chassis.keywords import holds, search_terms, stands

from .. import matching
from ..masters import masters
from ..models import CampaignMember, Change, Choice, Lead, Person, SettledBatch
from ..models.leads import LAST_CONTACT, NEXT_ACTION, OWNER
from ..schemas import LeadFilters, LeadSearch
from ..sight import in_sight, sees_everything, visible
from .periods import periods
from .places import Kind, moment, read_place

# Where the lead's stage stands in its master. No index has it: see `in_order`.
STAGE = select(Choice.position).where(Choice.master == "lead-stages", Choice.code == Lead.stage).correlate(Lead)
# What each order compares: a value that is never null, then an id that is unique.
# `owner` puts each owner's leads together, the owners in the order in which they were registered. By their names would
# be nicer, and no index has that: a name in the lead would rewrite all leads of who is renamed; and going from owner to
# owner, as `in_order` goes from stage to stage, would ask once for each of some hundred users where a search finds few.
ORDERS: dict[str, tuple[Any, Any]] = {
    "updated_at": (Lead.updated_at, Lead.id),
    "created_at": (Lead.id, Lead.id),
    "number": (Lead.id, Lead.id),
    "next_action_at": (NEXT_ACTION, Lead.id),
    "last_contact_at": (LAST_CONTACT, Lead.id),
    "owner": (OWNER, Lead.id),
    "stage": (func.coalesce(STAGE.scalar_subquery(), 0), Lead.id),
    "name": (Person.reading, Person.id),
    "company": (func.left(Person.company, 100), Person.id),
}
DEFAULT_ORDER = "-updated_at"
OTHERS = aliased(Lead)  # made once: an alias learns each of its columns anew, 2 ms for two
# The order's last value, by which most leads may stand: after it there is none, and only their ids go on.
LAST_VALUES = {
    "next_action_at": datetime(9999, 1, 1, tzinfo=UTC),
    "-last_contact_at": datetime(1900, 1, 1, tzinfo=UTC),
}


def conditions(actor: Actor, filters: LeadFilters) -> list[ColumnElement[bool]]:
    """What a lead must be for this search by this person."""
    return [*keyword(actor, filters.q), *other_conditions(actor, filters)]


def other_conditions(actor: Actor, filters: LeadFilters) -> list[ColumnElement[bool]]:
    """All but the keyword."""
    found = [visible(actor), *_owner(actor, filters.owner), *_history(actor, filters)]
    if filters.stage:
        found.append(Lead.stage.in_(filters.stage))
    if filters.converted_campaign_id:
        found.append(Lead.converted_campaign_id.in_(filters.converted_campaign_id))
    if filters.account_id:
        found.append(Lead.account_id.in_(filters.account_id))
    if filters.has_account is not None:
        found.append(Lead.account_id.is_not(None) if filters.has_account else Lead.account_id.is_(None))
    if filters.list_id:
        found.append(_changed_by_lists(filters.list_id))
    if filters.source:
        found.append(Lead.source.in_(filters.source))
    if filters.temperature:
        found.append(Lead.temperature.in_(filters.temperature))
    if filters.department:
        found.append(Lead.department_id.in_(filters.department))
    return [*found, *periods(filters)]


def on_the_way(actor: Actor, query: str, sort: str | None) -> list[ColumnElement[bool]]:
    """The keyword for a query that goes through the leads, or persons, in their order and looks at each."""
    return keyword(actor, query, looked_at=Person.search_text if needs_person(sort) else Lead.search_text)


def keyword(
    actor: Actor,
    query: str,
    shares: Mapping[int, float] | None = None,
    looked_at: Any = None,
    besides: Sequence[ColumnElement[bool]] = (),
) -> list[ColumnElement[bool]]:
    """All words occur; a lead number is one, too. Who sees addresses masked cannot try them out as keywords.
    Candidates come from the index, unless there is a column of each row to be `looked_at`. `besides`: what else the
    persons must be, so that no others become candidates."""
    numbers, found = _terms(actor, query, shares, looked_at)
    if not found or looked_at is not None:
        return [*numbers, *found, *besides]
    # Materialized: beside an order and a limit, the planner would rather go through all leads for a rare number.
    candidates = select(Person.id).where(*found, *besides).cte().prefix_with("MATERIALIZED", dialect="postgresql")
    return [*numbers, Lead.person_id.in_(select(candidates.c.id))]


def persons_named(actor: Actor, query: str, shares: Mapping[int, float]) -> list[ColumnElement[bool]]:
    """The keyword for a query of persons alone; empty where it names leads by number, or nobody."""
    numbers, found = _terms(actor, query, shares, None)
    return [] if numbers else found


def _terms(
    actor: Actor, query: str, shares: Mapping[int, float] | None, looked_at: Any
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """What is said of leads (numbers) and of persons."""
    searched = Person.search_text if looked_at is None else looked_at
    numbers: list[ColumnElement[bool]] = []
    found: list[ColumnElement[bool]] = []
    for term in search_terms(query):
        number = matching.searched_number(term)
        if number is not None:
            numbers.append(Lead.id == number)
            continue
        found.append(holds(searched, term, shares) if looked_at is None else stands(searched, term))
        if not sees_everything(actor):
            without_addresses = func.regexp_replace(searched, r"\S*@\S*", " ", "g")
            found.append(stands(without_addresses, term))
    return numbers, found


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


def named_owners(actor: Actor, owners: list[str]) -> list[int]:
    """The ids of the owners that a search names, 0 for nobody; none where it names others."""
    named = {"unassigned": 0, "me": actor.id}
    return [] if "others" in owners else [named[owner] if owner in named else int(owner) for owner in owners]


def owners_of_order(actor: Actor, search: LeadSearch) -> list[ColumnElement[bool]]:
    """The owners that the search names, said once more as the order of owners compares them: who looks for one owner's
    leads in this order (1,000,000 leads: 2 s) is not led past everybody else's."""
    named = named_owners(actor, search.owner)
    return [OWNER.in_(named)] if named and (search.sort or "").removeprefix("-") == "owner" else []


HISTORY = ("invited", "responded", "new_lead", "contacted", "appointment", "handed_over")


def history_flags(filters: LeadFilters) -> dict[str, bool]:
    """What is demanded of the rows of the campaign history."""
    return {name: wanted for name in HISTORY if (wanted := getattr(filters, name)) is not None}


def _history(actor: Actor, filters: LeadFilters) -> list[ColumnElement[bool]]:
    """Campaign, invited, responded, new, how far it came. With a campaign they speak of the lead's row in it; without,
    of any row."""
    sight = in_sight(actor, CampaignMember.campaign_id)
    flags = [(getattr(CampaignMember, name), wanted) for name, wanted in history_flags(filters).items()]
    if filters.campaign_id:
        return [
            _has_row(
                sight,
                CampaignMember.campaign_id.in_(filters.campaign_id),
                *(flag.is_(wanted) for flag, wanted in flags),
            )
        ]
    return [_has_row(sight, flag.is_(True)) if wanted else ~_has_row(sight, flag.is_(True)) for flag, wanted in flags]


def _changed_by_lists(list_ids: list[int]) -> ColumnElement[bool]:
    acts = select(SettledBatch.cause_id).where(SettledBatch.list_id.in_(list_ids))
    changed = (
        select(Change.lead_id).where(Change.cause_id.in_(acts)).cte().prefix_with("MATERIALIZED", dialect="postgresql")
    )
    return Lead.id.in_(select(changed.c.lead_id))


def _has_row(*row: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(CampaignMember.id).where(CampaignMember.lead_id == Lead.id, *row).correlate(Lead))


def listed(column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """The person is among those whose lead has one of these values in the column (the stage or the owner, whose indexes
    name the person). Said so, the database lists them once and asks the list; IN alone it would turn into a join."""
    return Person.id.in_(select(OTHERS.person_id).where(getattr(OTHERS, column.key).in_(values))).is_(True)


def ordered(query: Select[Any], sort: str | None, cursor: str | None = None, backwards: bool = False) -> Select[Any]:
    """The query in this order, from the cursor's place on. It has to join Person for `name` and `company`."""
    sort = sort or DEFAULT_ORDER
    name = sort.removeprefix("-")
    value, unique = ORDERS[name]
    descending = sort.startswith("-") != backwards
    if cursor is not None:
        first, second = _place(value, unique, cursor)
        if value is unique:  # said once, the planner carries it on to the campaign's leads, too
            query = query.where(unique < second if descending else unique > second)
        elif LAST_VALUES.get(f"-{name}" if descending else name) == first.value:
            # The planner counts what is beyond the value only: it expects one lead of 400,000, whatever else is asked.
            query = query.where(value == first, unique < second if descending else unique > second)
        else:
            place = tuple_(first, second)
            query = query.where(tuple_(value, unique) < place if descending else tuple_(value, unique) > place)
    columns = (value.desc(), unique.desc()) if descending else (value.asc(), unique.asc())
    return query.order_by(*columns)


def in_order(
    session: Session,
    query: Select[Any],
    sort: str | None,
    limit: int,
    cursor: str | None = None,
    backwards: bool = False,
) -> Sequence[Any]:
    """The first rows of the query in this order, from the cursor's place on. In the order of the stages it goes from
    stage to stage, as an index cannot, until it has enough: mostly it has after the first."""
    if (sort or "").removeprefix("-") != "stage":
        return session.connection().execute(ordered(query, sort, cursor, backwards).limit(limit)).all()
    descending = str(sort).startswith("-") != backwards
    by_id = Lead.id.desc() if descending else Lead.id.asc()
    here, last_id = read_place(cursor, int, int) if cursor is not None else (None, None)
    rows: list[Any] = []
    stages = masters(session).all("lead-stages")
    for stage in reversed(stages) if descending else stages:
        if here is not None and (stage.position > here if descending else stage.position < here):
            continue
        part = query.where(Lead.stage == stage.code)
        if stage.position == here:
            part = part.where(Lead.id < last_id if descending else Lead.id > last_id)
        rows += session.connection().execute(part.order_by(by_id).limit(limit - len(rows))).all()
        if len(rows) == limit:
            break
    return rows


def _place(value: Any, unique: Any, cursor: str) -> tuple[Any, Any]:
    """The cursor's values with the types of the columns that they are compared with."""
    kind: Kind = int if isinstance(value.type, Integer) else moment if isinstance(value.type, DateTime) else str
    first, second = read_place(cursor, kind, int)
    return literal(first, value.type), literal(second, Lead.id.type)


def order_values(sort: str | None) -> tuple[Any, Any]:
    """The two expressions that the order compares; a cursor is made of their values."""
    return ORDERS[(sort or DEFAULT_ORDER).removeprefix("-")]


def needs_person(sort: str | None) -> bool:
    return order_values(sort)[1] is Person.id
