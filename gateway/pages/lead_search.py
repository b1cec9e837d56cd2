"""A search over leads as the address says it, and the leads ticked in its results.

The list, 保存した検索, リスト出力 and 一括変更 all speak of the same search, so it is read in one place.
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from flask import request
from werkzeug.datastructures import MultiDict

from gateway.schemas import REPEATED_FILTERS, SINGLE_FILTERS

from .frame import address

PAGE_SIZES = (50, 100, 200, 500)
TRAIL_LIMIT = 10  # cursors of earlier pages that the address carries for 前へ


@dataclass(frozen=True)
class LeadSearch:
    """Filters by name; `sort` and `columns` shape the list and do not change what is found. `saved` is the id of the
    saved search that it began as."""

    filters: dict[str, Any]
    sort: str = ""
    columns: tuple[str, ...] = ()
    saved: str = ""

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> "LeadSearch":
        filters: dict[str, Any] = {}
        for name in SINGLE_FILTERS:
            if value := (arguments.get(name) or "").strip():
                filters[name] = value
        for name in REPEATED_FILTERS:
            if values := [value for value in arguments.getlist(name) if value]:
                filters[name] = values
        columns = tuple(column for column in arguments.get("columns", "").split(",") if column)
        saved = arguments.get("saved", "")
        return cls(filters, arguments.get("sort", ""), columns, saved if saved.isascii() and saved.isdigit() else "")

    @classmethod
    def of_text(cls, text: str) -> "LeadSearch":
        """From the text of `text` or `address`, which a form carries."""
        return cls.read(MultiDict(parse_qs(text.rpartition("?")[2])))

    @classmethod
    def of_saved(cls, saved: Any) -> "LeadSearch":
        """As it was saved: something with id, filters, sort and columns."""
        filters: dict[str, Any] = {}
        for name, given in saved.filters.items():
            values = [_as_text(value) for value in (given if isinstance(given, list) else [given])]
            if values:
                filters[name] = values if name in REPEATED_FILTERS else values[0]
        return cls(filters, saved.sort, tuple(saved.columns), str(saved.id))

    @property
    def text(self) -> str:
        """The filters alone: two searches with the same text find the same leads."""
        return address("", self.filters).lstrip("?")

    def address(self, **more: Any) -> str:
        shape = {"sort": self.sort, "columns": ",".join(self.columns), "saved": self.saved}
        return address("/leads", self.filters | shape | more)

    def without(self, name: str, value: str | None = None) -> "LeadSearch":
        """The same search without a filter, or without one of its values."""
        left = {key: found for key, found in self.filters.items() if key != name}
        if value is not None and (rest := [each for each in self.filters.get(name, []) if each != value]):
            left[name] = rest
        return replace(self, filters=left)

    def has(self, name: str, value: str) -> bool:
        found = self.filters.get(name, [])
        return value in found if isinstance(found, list) else value == found

    def same_as(self, other: "LeadSearch") -> bool:
        """Whether both find and show the same; the order in which filters were chosen does not matter."""
        mine, others = (
            {key: sorted(value) if isinstance(value, list) else value for key, value in each.filters.items()}
            for each in (self, other)
        )
        return (mine, self.sort, self.columns) == (others, other.sort, other.columns)


def _as_text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Place:
    """Where in a list a page stands: its cursor, the cursors of the pages before it, and how many rows lie before."""

    cursor: str
    trail: tuple[str, ...]
    start: int

    @classmethod
    def read(cls) -> "Place":
        trail = tuple(part for part in request.args.get("trail", "").split("~") if part)
        return cls(request.args.get("cursor", ""), trail, max(request.args.get("start", 0, type=int), 0))

    def before(self, size: int) -> dict[str, Any] | None:
        """The query of the page before; None on the first. Beyond the trail it is the first page."""
        if not self.cursor:
            return None
        if not self.trail:
            return {}
        *rest, last = self.trail
        return {"cursor": "" if last == "-" else last, "trail": "~".join(rest), "start": max(self.start - size, 0)}

    def after(self, cursor: str | None, count: int) -> dict[str, Any] | None:
        if not cursor:
            return None
        trail = (*self.trail, self.cursor or "-")[-TRAIL_LIMIT:]
        return {"cursor": cursor, "trail": "~".join(trail), "start": self.start + count}


@dataclass(frozen=True)
class Ticked:
    """The leads that somebody ticked: some of them, or all that a search finds but a few."""

    search: LeadSearch
    all: bool
    lead_ids: tuple[str, ...]
    except_ids: tuple[str, ...]

    @classmethod
    def read(cls) -> "Ticked":
        lead_ids = tuple(request.values.getlist("lead_id"))
        # Without JavaScript a page with everything ticked says which rows it showed: those missing were unticked.
        unticked = tuple(shown for shown in request.values.getlist("shown_id") if shown not in lead_ids)
        everything = request.values.get("all") == "1"
        return cls(
            LeadSearch.of_text(request.values.get("search", "")),
            everything,
            () if everything else lead_ids,
            (*request.values.getlist("except_id"), *unticked) if everything else (),
        )

    def __bool__(self) -> bool:
        return self.all or bool(self.lead_ids)

    def target(self) -> dict[str, Any]:
        """As `POST /leads/assignments` takes it."""
        if self.all:
            return {"search": self.search.filters, "except_ids": list(self.except_ids)}
        return {"lead_ids": list(self.lead_ids)}
