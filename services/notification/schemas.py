"""Shapes: the portlet as it is asked for and answered."""

from datetime import datetime
from typing import Literal

from pydantic import field_validator

from chassis.problems import FieldError
from chassis.shapes import Id, Page, PageQuery, Shape, read_cursor


class NotificationSearch(PageQuery):
    """`unread`: true only what is unread, false only what was read, left out both."""

    unread: bool | None = None

    @field_validator("cursor")
    @classmethod
    def _is_a_place(cls, cursor: str | None) -> str | None:
        if cursor and not (len(place := read_cursor(cursor)) == 1 and isinstance(place[0], int)):
            raise FieldError("cursor", ja="ページの位置が正しくありません。", en="Not a cursor of this list.")
        return cursor

    @property
    def before(self) -> int | None:
        """The id that the page before this one ended with."""
        return int(read_cursor(self.cursor)[0]) if self.cursor else None


class NotificationItem(Shape):
    """One of the things that a notification is about."""

    id: str
    number: str = ""
    name: str
    company: str = ""


class Delivery(Shape):
    """How the mail fares: `reason` is what the mail server last said against it."""

    state: Literal["queued", "sent", "failed"]
    attempts: int
    reason: str = ""


class NotificationDetails(Shape):
    """An entry of the portlet. `title` is in the reader's language, `link` a path of the pages, `items` at most 20.
    `on_behalf_of` is the absent user whose deputy the reader is."""

    id: Id
    kind: str
    title: str = ""
    count: int
    items: list[NotificationItem]
    link: str
    actor_id: Id | None
    actor_name: str
    on_behalf_of: str = ""
    created_at: datetime
    read_at: datetime | None
    mail: Delivery | None = None


class NotificationPage(Page[NotificationDetails]):
    """`unread` counts all that is unread, whatever the search."""

    unread: int


class Reading(Shape):
    """How many entries are newly read."""

    read: int
