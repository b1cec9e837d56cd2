"""Reading the masters: by meaning for decisions, by label for people."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from chassis.problems import Field, Invalid, language

from .models import Choice


@dataclass(frozen=True)
class Value:
    """One value of a master."""

    code: str
    label_ja: str
    label_en: str
    meaning: str
    position: int
    active: bool
    extra_json: str = "{}"
    version: int = 1

    @property
    def extra(self) -> dict[str, Any]:
        """What else is known of it; read out of the JSON when asked for, as a list of leads never does."""
        found: dict[str, Any] = json.loads(self.extra_json)
        return found

    @property
    def label(self) -> str:
        """In the language of the request."""
        return self.label_en if language() == "en" else self.label_ja


_EVERYTHING = select(
    *(Choice.master, Choice.code, Choice.label_ja, Choice.label_en, Choice.meaning, Choice.position, Choice.active),
    *(cast(Choice.extra, Text), Choice.version),
).order_by(Choice.master, Choice.position)


class Masters:
    """Every choice as it stands in this transaction."""

    def __init__(self, session: Session) -> None:
        self._values: dict[str, dict[str, Value]] = {}
        rows: Any = session.connection().execute(_EVERYTHING)
        for master, *values in rows:
            self._values.setdefault(master, {})[values[0]] = Value(*values)

    def all(self, master: str) -> list[Value]:
        """In their order; empty for a master that does not exist."""
        return list(self._values.get(master, {}).values())

    def get(self, master: str, code: str | None) -> Value | None:
        return self._values.get(master, {}).get(code or "")

    def label(self, master: str, code: str | None) -> str:
        """What people read; the code itself when the master does not know it."""
        value = self.get(master, code)
        return value.label if value else code or ""

    def stage(self, code: str) -> Value:
        return self.get("lead-stages", code) or Value(code, code, code, "open", 0, True)

    def stages(self, meaning: str) -> list[str]:
        """The codes of the stages that mean this, e.g. `converted`."""
        return [value.code for value in self.all("lead-stages") if value.meaning == meaning]

    def first_stage(self) -> str:
        """Where a new lead begins."""
        return next(value.code for value in self.all("lead-stages") if value.meaning == "open" and value.active)

    def check(self, master: str, code: str, field: str, kept: str = "") -> Value:
        """The value that a request names. Raises Invalid when there is none, or when it is retired and not `kept`, the
        one that the record has already."""
        value = self.get(master, code)
        if value is None or not (value.active or code == kept):
            raise Invalid([Field(field, "unknown_choice", "選択肢にない値です。", "Not one of the choices.")])
        return value


def masters(session: Session) -> Masters:
    """The masters, read once in a transaction."""
    known: Masters | None = session.info.get("masters")
    if known is None:
        known = session.info["masters"] = Masters(session)
    return known
