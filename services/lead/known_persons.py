"""Who is known already: the leads that a person is, and those whose address somebody is about to get."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Field, Invalid

from . import matching
from .matching_key import matching_key
from .models import Lead, Person
from .models.leads import lead_number
from .problems import ROW_PROBLEMS
from .sight import sees_everything

SHOWN = 5


def same_person(session: Session, keys: matching.Keys, *others: ColumnElement[bool]) -> list[int]:
    """The leads that are this person by the matching key; none for somebody whom nothing tells apart. `others`: what
    else holds for them."""
    if not (keys.email_key or keys.bare_key):
        return []
    query = select(Lead.id).join(Person, Person.id == Lead.person_id).where(*others).order_by(Lead.id)
    if keys.email_key:
        query = query.where(Person.email_key == keys.email_key)
        if matching_key(session) == "email_name":
            query = query.where(Person.name_key == keys.name_key)
    else:
        query = query.where(Person.bare_key == keys.bare_key)
    return list(session.scalars(query).all())


def refuse_taken_address(session: Session, actor: Actor, person: Person, given: dict[str, Any], place: str) -> None:
    """Raises Invalid, with `lead_id`, where an edit gives the person an address by which another lead is known: of the
    next list nobody could tell whom it means. Somebody who sees addresses masked is not asked, and so cannot try out
    whether somebody has one."""
    if not given.get("email") or not sees_everything(actor):
        return
    keys = matching.keys({field: given.get(field, getattr(person, field)) for field in matching.FIELDS})
    known = same_person(session, keys, Person.id != person.id) if keys.email_key != person.email_key else []
    if known:
        taken = ROW_PROBLEMS["address_taken"]
        ja, en = (sign.join(lead_number(lead_id) for lead_id in known[:SHOWN]) for sign in ("、", ", "))
        field = Field(f"{place}email", taken.code, taken.ja.format(leads=ja), taken.en.format(leads=en))
        raise Invalid([field], code=taken.code, lead_id=str(known[0]))
