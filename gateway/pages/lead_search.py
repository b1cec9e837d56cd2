"""A search over leads as the address says it, and the leads ticked in its results.

The list, リスト出力 and 一括変更 all speak of the same search, so it is read in one place.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from flask import request
from werkzeug.datastructures import MultiDict

from .frame import address

REPEATED = ("owner", "stage", "campaign_id", "source", "converted_campaign_id")
# How far a lead came in its campaign; the numbers of a campaign lead here.
PROGRESS = ("new_lead", "contacted", "appointment", "handed_over")
SINGLE = ("q", "invited", "responded", *PROGRESS, "next_action_until", "updated_since")
PAGE_SIZES = (50, 100, 200, 500)
TRAIL_LIMIT = 10  # cursors of earlier pages that the address carries for 前へ


@dataclass(frozen=True)
class LeadSearch:
    """Filters by name; `sort` and `page_size` shape the list and do not change what is found."""

    filters: dict[str, Any]
    sort: str = ""
    page_size: int = PAGE_SIZES[0]

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> "LeadSearch":
        filters: dict[str, Any] = {}
        for name in SINGLE:
            if value := (arguments.get(name) or "").strip():
                filters[name] = value
        for name in REPEATED:
            if values := [value for value in arguments.getlist(name) if value]:
                filters[name] = values
        size = arguments.get("page_size", type=int) or PAGE_SIZES[0]
        return cls(filters, arguments.get("sort", ""), size if size in PAGE_SIZES else PAGE_SIZES[0])

    @classmethod
    def of_text(cls, text: str) -> "LeadSearch":
        """From the text of `text`, which a form carries."""
        return cls.read(MultiDict(parse_qs(text)))

    @property
    def text(self) -> str:
        """The filters alone: two searches with the same text find the same leads."""
        return address("", self.filters).lstrip("?")

    def address(self, **more: Any) -> str:
        shape = {"sort": self.sort, "page_size": self.page_size if self.page_size != PAGE_SIZES[0] else ""}
        return address("/leads", self.filters | shape | more)

    def has(self, name: str, value: str) -> bool:
        found = self.filters.get(name, [])
        return value in found if isinstance(found, list) else value == found


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
