"""A search over persons as the address says it; the list and リスト出力 speak of the same one."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from werkzeug.datastructures import MultiDict

from .frame import address

REPEATED = ("prefecture", "status")
SINGLE = ("q", "company", "has_account")
DEFAULT_SORT, PAGE_SIZE = "name", 50


@dataclass(frozen=True)
class PersonSearch:
    """Filters by name; `sort` shapes the list and does not change what is found."""

    filters: dict[str, Any]
    sort: str = DEFAULT_SORT

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> "PersonSearch":
        filters: dict[str, Any] = {}
        for name in SINGLE:
            if value := (arguments.get(name) or "").strip():
                filters[name] = value
        for name in REPEATED:
            if values := [value for value in arguments.getlist(name) if value]:
                filters[name] = values
        return cls(filters, arguments.get("sort") or DEFAULT_SORT)

    @classmethod
    def of_text(cls, text: str) -> "PersonSearch":
        """From the text of `text`, which a form carries."""
        return cls.read(MultiDict(parse_qs(text)))

    @property
    def text(self) -> str:
        """The filters alone: two searches with the same text find the same persons."""
        return address("", self.filters).lstrip("?")

    def address(self, **more: Any) -> str:
        sort = {"sort": self.sort if self.sort != DEFAULT_SORT else ""}
        return address("/persons", self.filters | sort | more)

    def has(self, name: str, value: str) -> bool:
        found = self.filters.get(name, [])
        return value in found if isinstance(found, list) else value == found
