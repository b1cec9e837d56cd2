"""The history of changes, as people read it."""

from datetime import datetime
from typing import Any

from chassis.shapes import Id, Page, Shape

from .leads import OwnerShape


class ChangeShape(Shape):
    """One field of one record that changed. `record`: lead, person, member, action; `field` is `created` for a new
    record. `list_id`: the list whose act it was. `before_text` and `after_text` are what people read: names for ids,
    labels for codes."""

    id: Id
    at: datetime
    actor: OwnerShape | None
    cause_id: str
    cause: str
    cause_label: str
    list_id: Id | None
    record: str
    record_label: str
    field: str
    field_label: str
    before: Any
    after: Any
    before_text: str
    after_text: str


class ChangePage(Page[ChangeShape]):
    pass


class MemoShape(Shape):
    """The shared memo as it once was written."""

    number: int
    text: str
    written_at: datetime
    written_by: OwnerShape | None


class MemoPage(Page[MemoShape]):
    pass
