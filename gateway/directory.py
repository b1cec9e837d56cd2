"""Names for ids: who the users and departments are, for pages that show them everywhere. At most 5 seconds old."""

import threading
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from chassis.database import transaction

from .models import Department, User
from .remembered import Remembered


@dataclass(frozen=True)
class Person:
    """A user as pages show one."""

    id: int
    login: str
    name: str
    email: str
    department_id: int | None
    department: str
    roles: frozenset[str]
    active: bool
    absent_from: date | None = None
    absent_until: date | None = None
    deputy_id: int | None = None

    def is_absent(self, day: date) -> bool:
        return self.absent_from is not None and self.absent_from <= day <= (self.absent_until or day)


@dataclass(frozen=True)
class Unit:
    """A department."""

    id: int
    name: str
    active: bool = True


@dataclass(frozen=True)
class _Book:
    people: dict[int, Person]
    units: tuple[Unit, ...]


_kept = Remembered(5.0)
_lock = threading.Lock()


def users(active: bool = True) -> tuple[Person, ...]:
    """Users by login; `active=False`: the former ones too."""
    return tuple(person for person in _read().people.values() if person.active or not active)


def user(user_id: int | str | None) -> Person | None:
    """None for nobody, and for what is no id."""
    number = str(user_id)
    return _read().people.get(int(number)) if number.isdecimal() else None


def name_of(user_id: int | str | None) -> str:
    """姓 名; "" for nobody and for an unknown user."""
    person = user(user_id)
    return person.name if person else ""


def departments(active: bool = True) -> tuple[Unit, ...]:
    """In their order; `active=False`: the retired ones too."""
    return tuple(unit for unit in _read().units if unit.active or not active)


def _read() -> _Book:
    with _lock:
        book: _Book = _kept.get("book", _read_anew)
        return book


def _read_anew() -> _Book:
    with transaction() as session:
        people = [_person(each) for each in session.scalars(select(User).order_by(func.lower(User.login)))]
        order = (Department.position, Department.id)
        units = tuple(
            Unit(each.id, each.name, each.active) for each in session.scalars(select(Department).order_by(*order))
        )
    return _Book({person.id: person for person in people}, units)


def _person(each: User) -> Person:
    return Person(
        id=each.id,
        login=each.login,
        name=each.name,
        email=each.email,
        department_id=each.department_id,
        department=each.department.name if each.department else "",
        roles=frozenset(each.roles),
        active=each.active,
        absent_from=each.absent_from,
        absent_until=each.absent_until,
        deputy_id=each.deputy_id,
    )
