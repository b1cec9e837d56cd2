"""The choices of the masters (stages, results, phases, …) as the owning services give them; kept for ten seconds."""

from typing import Any

from gateway.api.public_calls import MASTERS
from gateway.authentication import language
from gateway.calling import call
from gateway.remembered import Remembered

_kept = Remembered(10.0)


def all_choices(name: str) -> list[dict[str, Any]]:
    """Every value of a master, retired ones too, in their order: `{code, label, meaning, …}`."""

    def read() -> Any:
        answer = call(MASTERS[name]).get(f"/masters/{name}")
        return answer["items"] if isinstance(answer, dict) else answer

    items: list[dict[str, Any]] = _kept.get((name, language()), read)
    return items


def choices(name: str, chosen: str | None = None) -> list[dict[str, Any]]:
    """The values that may be chosen now, and the one that a record already has."""
    return [item for item in all_choices(name) if item.get("active", True) or item["code"] == chosen]


def options(name: str, chosen: str | None = None) -> list[tuple[str, str]]:
    """Pairs of code and label for a select box."""
    return [(item["code"], item["label"]) for item in choices(name, chosen)]


def label_of(name: str, code: str | None) -> str:
    """What a stored code is called."""
    return next((item["label"] for item in all_choices(name) if item["code"] == code), code or "")


def meaning_of(name: str, code: str | None) -> str:
    return next((item.get("meaning") or "" for item in all_choices(name) if item["code"] == code), "")
