"""前へ / 次へ: the search that somebody came to a lead from, carried along by the addresses and forms of its page.

`from` is the list's own query. `place` is where in the search the first look found the lead: a save that moves the
lead in the list, or out of it, does not lose the way.
"""

from dataclasses import dataclass
from typing import Any

from flask import request

from chassis.problems import Problem
from gateway.calling import call

from .frame import address
from .lead_search import LeadSearch


@dataclass(frozen=True)
class Walk:
    """`beside`: the service's neighbours of the lead, None for who came from no search."""

    lead_id: int
    came_from: str
    place: str
    beside: dict[str, Any] | None = None

    @classmethod
    def read(cls, lead_id: int) -> "Walk":
        return cls(lead_id, request.values.get("from", ""), request.values.get("place", ""))

    def looked_up(self) -> "Walk":
        """With the neighbours. Who came from no search, or from one that cannot be asked, has none."""
        if not self.came_from:
            return self
        search = LeadSearch.of_text(self.came_from)
        query = search.filters | {"sort": search.sort or None, "cursor": self.place or None}
        try:
            beside = call("lead").get(f"/leads/{self.lead_id}/neighbours", query)
        except Problem as problem:
            if problem.status in (404, 422, 503):
                return self
            raise
        return Walk(self.lead_id, self.came_from, beside["place"], beside)

    @property
    def carried(self) -> dict[str, str]:
        """What addresses and forms carry along."""
        return {"from": self.came_from, "place": self.place} if self.came_from else {}

    def here(self, tail: str = "", **more: str) -> str:
        """An address of this lead, e.g. `here("/edit")`."""
        return address(f"/leads/{self.lead_id}{tail}", self.carried | more)

    def _beside(self, name: str) -> str:
        found = self.beside.get(name) if self.beside else None
        return address(f"/leads/{found}", {"from": self.came_from}) if found else ""

    @property
    def previous(self) -> str:
        return self._beside("previous_id")

    @property
    def next(self) -> str:
        return self._beside("next_id")

    @property
    def list(self) -> str:
        """The list, where it was left."""
        return f"/leads?{self.came_from}" if self.came_from else "/leads"
