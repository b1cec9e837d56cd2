"""Editing what others may edit too: which fields a person changed, and both values where somebody else saved first.

A form carries the values that it was rendered with (`seen`). Only what differs from them is sent. After a refused
save, fields that both changed stand side by side, and `keep.<field>` says which of the two values stays.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request

from chassis.problems import Problem

from .forms import Form, text

Values = Mapping[str, str]


@dataclass(frozen=True)
class Both:
    """A field that somebody changed: its label, both values as the form holds them and as people read them."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_text: str
    theirs_text: str


def seen() -> dict[str, str]:
    """The values that the posted form was rendered with."""
    try:
        values = json.loads(request.form.get("seen", ""))
    except ValueError:
        values = {}
    return values if isinstance(values, dict) else {}


def touched() -> dict[str, str]:
    """The fields that the person changed, as typed; not those whose other value was chosen. A field of several boxes
    is their values with a blank between, in the order of the page; `<field>.shown` says that a box was there."""
    found = {}
    for name, before in seen().items():
        if f"{name}.shown" in request.form:
            typed = " ".join(request.form.getlist(name))
        elif name in request.form:
            typed = text(name)
        else:
            continue
        if typed != str(before).replace("\r\n", "\n").strip() and request.form.get(f"keep.{name}") != "theirs":
            found[name] = typed
    return found


@dataclass(frozen=True)
class Collision:
    """A save that came second. `both` has to be decided; `mine` and `theirs` are changes apart from each other."""

    both: list[Both]
    mine: list[Both]
    theirs: list[Both]

    @classmethod
    def of(cls, now: Values, labels: Values, read_as: Callable[[str, str], str]) -> "Collision":
        """The posted form against what is stored `now`; fields in the order of their labels."""
        before, wanted = seen(), touched()

        def both(name: str) -> Both:
            mine = wanted.get(name, before.get(name, ""))
            return Both(name, labels[name], mine, now[name], read_as(name, mine), read_as(name, now[name]))

        theirs = {name for name, value in before.items() if name in now and now[name] != value}
        same = {name for name, value in wanted.items() if now[name] == value}
        return cls(
            both=[both(name) for name in labels if name in wanted and name in theirs and name not in same],
            mine=[both(name) for name in labels if name in wanted and name not in theirs],
            theirs=[both(name) for name in labels if name in theirs and (name not in wanted or name in same)],
        )


def is_stale(problem: Problem | None) -> bool:
    """Whether a save was refused because somebody else saved first."""
    return bool(problem and problem.as_json().get("title") == "stale_version")


def form_of(values: Values, problem: Problem | None) -> Form:
    """The form as it is shown again: after a stale save with what is stored, and over it what the person changed."""
    form = Form(dict(values), problem)
    if is_stale(problem):
        form.typed, form.initial = None, {**values, **touched()}
    return form
