"""Reading the masters: by meaning for decisions, by label for people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
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
    extra: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1

    @property
    def label(self) -> str:
        """In the language of the request."""
        return self.label_en if language() == "en" else self.label_ja


_ROW = func.json_build_array(
    *(Choice.master, Choice.code, Choice.label_ja, Choice.label_en, Choice.meaning, Choice.position, Choice.active),
    *(Choice.extra, Choice.version),
)
# Every choice, as one text for `of_text`.
EVERYTHING = select(cast(func.json_agg(aggregate_order_by(_ROW, Choice.master, Choice.position)), Text))


class Masters:
    """Every choice as it stands in this transaction."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self._values: dict[str, dict[str, Value]] = {}
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

    def retired(self, master: str) -> list[str]:
        """The codes of the values that nobody may choose any more."""
        return [value.code for value in self.all(master) if not value.active]

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
        if not code:
            raise Invalid([Field(field, "missing", "選択してください。", "Choose one.")])
        value = self.get(master, code)
        if value is None or not (value.active or code == kept):
            raise Invalid([Field(field, "unknown_choice", "選択肢にない値です。", "Not one of the choices.")])
        return value


@lru_cache(4)
def of_text(everything: str | None) -> Masters:
    """The text is the same until somebody changes a master, so it is taken apart by the first who reads it."""
    return Masters(json.loads(everything or "[]"))


def masters(session: Session) -> Masters:
    """The masters, read once in a transaction."""
    known: Masters | None = session.info.get("masters")
    if known is None:
        known = session.info["masters"] = of_text(session.connection().scalar(EVERYTHING))
    return known
