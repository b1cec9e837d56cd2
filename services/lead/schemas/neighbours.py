"""前へ / 次へ: a lead's place in a search."""

from pydantic import Field

from chassis.shapes import Id, Shape


class Neighbours(Shape):
    """The leads before and after one in a search; null at its ends. `place` is where the lead stands now: asked with
    it as `cursor`, the neighbours stay the same after the lead was changed. `position` and `total` are null where
    counting would take long."""

    previous_id: Id | None
    next_id: Id | None
    place: str
    position: int | None = Field(description="1 for the first")
    total: int | None
