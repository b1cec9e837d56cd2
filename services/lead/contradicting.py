"""Rows of a batch that are about the same lead and contradict each other: cell by cell the last one holds.

What a row before it has there is not written, only to be overwritten: the row says where the value that was used
stands. So the same file, sent again, finds nothing to change.
"""

from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

from .staging import OTHER_CELLS, same

# Names from one cell, which nobody could split, do not contradict names from two.
NAMES = ("family_name", "given_name", "family_name_kana", "given_name_kana")


def _said(cell: str) -> str:
    if cell in NAMES:
        return f"{cell.replace('given', 'family')} IS NOT NULL AND {cell.replace('family', 'given')} IS NOT NULL"
    return f"{cell} IS NOT NULL"


@lru_cache(maxsize=64)
def _yielding(cells: tuple[str, ...]) -> str:
    """`later`: cell → the row whose value is used. The reason for a stage stays in `own_note`."""
    plain = {cell: f"{cell}::text" if cell in OTHER_CELLS else cell for cell in cells}
    # The number before the value makes the greatest the last; rows that follow are in the window already.
    last = ", ".join(
        f"""max(lpad(row::text, 7, '0') || {plain[cell]} COLLATE "C") FILTER (WHERE {_said(cell)}) OVER later
            AS last_{cell}"""
        for cell in cells
    )
    found = ", ".join(
        f"'{cell}', CASE WHEN {_said(cell)} AND {same(cell, plain[cell])} <> {same(cell, f'substr(last_{cell}, 8)')}"
        f" THEN substr(last_{cell}, 1, 7)::int END"
        for cell in cells
    )
    blanked = ", ".join(f"{cell} = CASE WHEN f.later ? '{cell}' THEN NULL ELSE s.{cell} END" for cell in cells)
    return f"""
UPDATE staged_row s SET later = f.later, own_note = s.note, {blanked}
FROM (
    SELECT row, jsonb_strip_nulls(jsonb_build_object({found})) AS later
    FROM (SELECT *, {last} FROM staged_row WHERE verdict IS NULL AND NOT fresh
          WINDOW later AS (PARTITION BY lead_id ORDER BY row DESC)) w
) f WHERE f.row = s.row AND f.later <> '{{}}'
"""


def yield_to_later_rows(session: Session, cells: Collection[str]) -> None:
    """Of these cells, which the rows are about to write."""
    if cells:
        session.execute(text(_yielding(tuple(sorted(cells)))))
