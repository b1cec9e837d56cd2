"""Reading what a person typed, and showing it again with what is wrong in it."""

import re
import unicodedata
from datetime import datetime
from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict

from chassis.problems import Problem, from_pydantic

from .frame import COMPANY_TIME


class Form:
    """A form as the templates show it: `value(name)`, `error(name)`, and `problem` for the whole of it.

    Fields are named as the services name them (`goals.invited`, `stakeholders.0.email`), so that an error finds its
    field. `initial` are the values of a form that nobody has typed into yet. `taken_by`: the lead that has the address
    that was typed, where that was why it was refused.
    """

    def __init__(self, initial: dict[str, Any] | None = None, problem: Problem | None = None) -> None:
        self.initial = initial or {}
        self.typed: MultiDict[str, str] | None = request.form if request.method == "POST" else None
        self.problem = problem
        document = problem.as_json() if problem else {}
        self.detail: str = document.get("detail", "")
        self.taken_by: str | None = document.get("lead_id") if document.get("title") == "address_taken" else None
        self.errors: dict[str, str] = {}
        for error in document.get("errors", []):
            self.errors.setdefault(error["field"], error["message"])
        self.shown: set[str] = set()

    def value(self, name: str) -> Any:
        if self.typed is not None:
            return self.typed.get(name, "")
        value = self.initial.get(name)
        return "" if value is None else value

    def values(self, name: str) -> list[str]:
        if self.typed is not None:
            return self.typed.getlist(name)
        return list(self.initial.get(name) or [])

    def error(self, name: str) -> str:
        """What is wrong with the field, or with one of the several values in it (`domains.0`)."""
        of_it = [field for field in self.errors if field == name or re.fullmatch(rf"{re.escape(name)}\.\d+", field)]
        self.shown.update([name, *of_it])
        return self.errors[of_it[0]] if of_it else ""

    def gather(self, name: str) -> None:
        """What is wrong with parts of a field that is typed as one (`domains.0`) is told beside it, once."""
        for part in [one for one in self.errors if one.startswith(f"{name}.")]:
            self.errors.setdefault(name, self.errors.pop(part))

    def other_errors(self, *shown: str) -> list[str]:
        """Messages about fields that the form does not show."""
        return [message for field, message in self.errors.items() if field not in self.shown and field not in shown]

    @property
    def status(self) -> int:
        return self.problem.status if self.problem else 200


Given = TypeVar("Given", bound=BaseModel)


def shaped(shape: type[Given], values: dict[str, Any]) -> Given:
    """What was typed in the shape that a command takes. Raises Invalid with what is wrong in which field."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        raise from_pydantic(error.errors(include_url=False)) from error


def plain(text: str | None) -> str:
    """Numbers and codes as typed on a Japanese keyboard: half width, without separators."""
    return unicodedata.normalize("NFKC", text or "").replace(",", "").replace("¥", "").replace("円", "").strip()


def text(name: str) -> str:
    """As the services keep it: nothing around it, and line ends of one kind, whatever browsers send."""
    return (request.form.get(name) or "").replace("\r\n", "\n").strip()


def anyway() -> dict[str, bool]:
    """What goes with an edit of which somebody said that its address is saved though another lead has it."""
    return {"save_anyway": True} if "save_anyway" in request.form else {}


def whole(name: str) -> int | str | None:
    """A whole number; None for blank; what is not a number goes on as typed, and the service says what is wrong."""
    value = plain(request.form.get(name))
    if not value:
        return None
    return int(value) if value.lstrip("-").isdecimal() else value


def fraction(name: str) -> float | str | None:
    """25 or 25% as 0.25."""
    value = plain(request.form.get(name)).rstrip("%")
    try:
        return round(float(value) / 100, 4) if value else None
    except ValueError:
        return value


def moment(name: str) -> str | None:
    """A date and time typed in company time, as RFC 3339; a date alone means 9 in the morning."""
    return company_moment(text(name))


def company_moment(value: str) -> str | None:
    """The same of a value."""
    if not value:
        return None
    try:
        when = datetime.fromisoformat(value if len(value) > 10 else f"{value}T09:00")
    except ValueError:
        return value
    return when.replace(tzinfo=when.tzinfo or COMPANY_TIME).isoformat()


def rows(block: str, names: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """The rows `block.0.name`, … of a form with their numbers; a row that nobody filled in is left out."""
    numbers = [int(number) for number in request.form.getlist(f"{block}.rows") if number.isdecimal()]
    found = [(number, {name: text(f"{block}.{number}.{name}") for name in names}) for number in numbers]
    return [(number, row) for number, row in found if any(value for name, value in row.items() if name != "kind")]
