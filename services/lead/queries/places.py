"""Reading the cursors of this service's lists."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from chassis.problems import Field, Invalid
from chassis.shapes import read_cursor

Kind = Callable[[Any], Any]


def moment(value: Any) -> datetime:
    return datetime.fromisoformat(value)


def read_place(cursor: str, *kinds: Kind) -> list[Any]:
    """The first values of a cursor, each made what it was. Raises Invalid for a cursor of another list."""
    try:
        return [kind(value) for kind, value in zip(kinds, read_cursor(cursor)[: len(kinds)], strict=True)]
    except (ValueError, TypeError) as error:
        raise Invalid(
            [Field("cursor", "cursor", "ページの位置が正しくありません。", "Not a cursor of this list.")]
        ) from error
