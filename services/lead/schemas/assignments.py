"""一括変更 as an act, and its taking back."""

from datetime import datetime

from pydantic import Field

from chassis.shapes import Id, Shape

from .leads import OwnerShape, StageShape


class KeptLead(Shape):
    """A lead that a taking back left as it is, because somebody changed it since."""

    lead_id: Id
    number: str
    name: str
    company: str
    changed_at: datetime
    changed_by: OwnerShape | None


class UndoingShape(Shape):
    """How a bulk change was taken back: how many leads are as they were before, and which were kept."""

    at: datetime
    by: OwnerShape | None
    reversed: int
    kept_count: int
    kept: list[KeptLead] = Field(description="the first 100 of them")


class AssignmentDetails(Shape):
    """A bulk change: what was wished and what came of it. With `sets_owner`, `owner: null` took the owner off."""

    id: str
    at: datetime
    by: OwnerShape | None
    sets_owner: bool
    owner: OwnerShape | None
    stage: StageShape | None
    changed: int
    unchanged: int
    refused: int
    may_undo: bool
    undoing: UndoingShape | None
