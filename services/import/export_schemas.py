"""The shapes of exports and of the ledger of what was taken out."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from chassis.shapes import Id, Page, Shape

from .schemas import Uploader


class ExportForm(Shape):
    """`search`: the filters of GET /leads or GET /persons."""

    kind: Literal["leads", "persons"]
    search: dict[str, str | int | bool | list[str | int] | None] = Field(default_factory=dict)


class ExportDetails(Shape):
    """kind: leads or persons of a search; errors (the error workbook) of a list. While it runs, `rows` of `total` are
    written; `total` is not known before the first."""

    id: Id
    kind: str
    list_id: Id | None
    search: dict[str, Any]
    status: str
    rows: int
    total: int | None
    file_name: str
    file_size: int
    sha256: str
    problem: str | None
    exported_by: Uploader
    created_at: datetime
    finished_at: datetime | None


class ExportPage(Page[ExportDetails]):
    pass


class LedgerLine(Shape):
    """One line of the ledger: somebody took `rows` rows out. `act`: exported, downloaded. `kind`: leads or persons of a
    search; original or errors (the error workbook) of a list."""

    id: Id
    at: datetime
    user: Uploader
    act: str
    export_id: Id | None
    list_id: Id | None
    file_name: str
    kind: str
    search: dict[str, Any]
    rows: int
    sha256: str


class LedgerPage(Page[LedgerLine]):
    pass
