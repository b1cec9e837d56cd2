"""A lead and, if asked for, what was done about it or what changed, for a page that shows both."""

from typing import Literal

from chassis.shapes import PageQuery

from .actions import ActionPage
from .changes import ChangePage
from .leads import LeadDetails


class LeadQuery(PageQuery):
    """`history`: which one comes along, from `cursor` on; without, none does."""

    history: Literal["actions", "changes"] | None = None


class WholeLead(LeadDetails):
    history: ActionPage | ChangePage | None = None
