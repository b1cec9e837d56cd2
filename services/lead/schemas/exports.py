"""Tickets for リスト出力: who holds one may read the rows of one search, and nothing else."""

from typing import Any, Literal

from pydantic import Field

from chassis.shapes import Shape


class ExportTicketDraft(Shape):
    """`search`: the filters of GET /leads or GET /persons."""

    kind: Literal["leads", "persons"]
    search: dict[str, Any] = Field(default_factory=dict)


class ExportTicketShape(Shape):
    """The ticket is told once; only its fingerprint is kept."""

    ticket: str
