"""The choices of the masters (stages, results, phases, …) as the owning services give them; kept for ten seconds."""

from time import monotonic
from typing import Any

from gateway.api.public_calls import MASTERS
from gateway.authentication import language
from gateway.calling import call

KEPT_SECONDS = 10.0
_kept: dict[tuple[str, str], tuple[float, list[dict[str, Any]]]] = {}


def all_choices(name: str) -> list[dict[str, Any]]:
    """Every value of a master, retired ones too, in their order: `{code, label, meaning, …}`."""
    key = (name, language())
    until, items = _kept.get(key, (0.0, []))
    if monotonic() < until:
        return items
    answer = call(MASTERS[name]).get(f"/masters/{name}")
    items = answer["items"] if isinstance(answer, dict) else answer
    _kept[key] = (monotonic() + KEPT_SECONDS, items)
    return items


def forget() -> None:
    """After choices were changed here, they are read anew."""
    _kept.clear()


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
