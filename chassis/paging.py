"""Lists page by page: sorted by one of the named sorts, going on after the last record shown (keyset, no offset)."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, cast, func, select, tuple_
from sqlalchemy.orm import Session

from .problems import Field, Invalid
from .shapes import PageQuery, read_cursor, write_cursor


class Sort(NamedTuple):
    """What a list can be sorted by: never null; `read` makes its value out of what a cursor holds."""

    expression: ColumnElement[Any]
    read: Callable[[Any], Any]


class Sheet(NamedTuple):
    """The records of one page, how many all pages have, and where the next one starts."""

    records: list[Any]
    total: int
    next_cursor: str | None


def page_of(
    session: Session, found: Select[Any], query: PageQuery, sorts: Mapping[str, Sort], default: str, key: Any
) -> Sheet:
    """One page of `found`, a select of one entity whose id is `key`. Raises Invalid for a sort or cursor of no use."""
    name = query.sort or default
    down, sort = name.startswith("-"), sorts.get(name.removeprefix("-"))
    if sort is None:
        choices = ", ".join(sorts)
        raise Invalid(
            [Field("sort", "unknown", ja=f"並べ替えに使える項目は {choices} です。", en=f"Sort by one of {choices}.")]
        )
    total = session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    place = tuple_(sort.expression, key)
    if query.cursor:
        value, last = _position(query.cursor, name, sort)
        after = tuple_(cast(value, sort.expression.type), cast(last, key.type))
        found = found.where(place < after if down else place > after)
    if not total:
        return Sheet([], 0, None)
    order = (sort.expression.desc(), key.desc()) if down else (sort.expression, key)
    rows = session.execute(found.add_columns(sort.expression).order_by(*order).limit(query.page_size + 1)).all()
    shown = rows[: query.page_size]
    more = len(rows) > len(shown)
    return Sheet(
        [row[0] for row in shown], total, write_cursor([name, shown[-1][1], shown[-1][0].id]) if more else None
    )


def _position(cursor: str, name: str, sort: Sort) -> tuple[Any, int]:
    try:
        sorted_by, value, last = read_cursor(cursor)
        if sorted_by == name:
            return sort.read(value), int(last)
    except (ValueError, TypeError):
        pass
    wrong = Field("cursor", "cursor", ja="ページの位置が正しくありません。", en="Not a cursor of this list.")
    raise Invalid([wrong])
