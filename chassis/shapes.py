"""Bases for the shapes of requests and answers."""

import base64
import json
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from .problems import FieldError


def _to_int(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FieldError("id", ja="ID の形が正しくありません。", en="Not an id.")
    if value == "":
        raise FieldError("id", ja="選択してください。", en="Choose one.")
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise FieldError("id", ja="ID の形が正しくありません。", en="Not an id.")
        return int(value)
    return value


# An id: a whole number inside, an opaque string outside.
Id = Annotated[
    int,
    BeforeValidator(_to_int, json_schema_input_type=str),
    PlainSerializer(str, return_type=str, when_used="json"),
]


class Shape(BaseModel):
    """A request or an answer. Text is trimmed; what a shape does not know is ignored."""

    model_config = ConfigDict(from_attributes=True, extra="ignore", str_strip_whitespace=True)


Item = TypeVar("Item")


class Page(Shape, Generic[Item]):
    """One page of a list. `total` counts all pages; `next_cursor` is null on the last."""

    items: list[Item]
    total: int
    next_cursor: str | None = None


class PageQuery(Shape):
    """What every list takes."""

    page_size: int = Field(50, ge=1, le=500)
    cursor: str | None = None
    sort: str | None = Field(None, max_length=40)


def write_cursor(values: list[Any]) -> str:
    """An opaque place in a sorted list."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> list[Any]:
    """The values of `write_cursor`. Raises FieldError (a ValueError) for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        values = None
    if not isinstance(values, list):
        raise FieldError(
            "cursor", ja="ページの位置が正しくありません。", en="Not a cursor of this list.", field="cursor"
        )
    return values
