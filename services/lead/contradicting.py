"""Rows of a batch that are about the same lead and contradict each other: cell by cell the last one holds.

What a row before it has there is not written, only to be overwritten: the row says where the value that was used
stands. So the same file, sent again, finds nothing to change.
"""

from collections.abc import Mapping
from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.orm import Session

from .staging import OTHER_CELLS, same, stored_as

# Names from one cell, which nobody could split, do not contradict names from two.
NAMES = ("family_name", "given_name", "family_name_kana", "given_name_kana")
TWICE = """
SELECT lead_id FROM staged_row WHERE verdict IS NULL AND NOT fresh GROUP BY lead_id HAVING count(*) > 1 LIMIT 1
"""


def _said(cell: str) -> str:
    if cell in NAMES:
        return f"s.{cell.replace('given', 'family')} IS NOT NULL AND s.{cell.replace('family', 'given')} IS NOT NULL"
    return f"s.{cell} IS NOT NULL"


@lru_cache(maxsize=64)
def _yielding(cells: tuple[tuple[str, str], ...]) -> str:
    """`cells`: each with what the lead must have got there for a row to yield, or "". `later`: cell → the row whose
    value is used. The reason for a stage stays in `own_note`."""
    names = [cell for cell, _ in cells]
    plain = {cell: f"s.{cell}::text" if cell in OTHER_CELLS else f"s.{cell}" for cell in names}
    # The number before the value makes the greatest the last; rows that follow are in the window already.
    last = ", ".join(
        f"""max(lpad(s.row::text, 7, '0') || {plain[cell]} COLLATE "C") FILTER (WHERE {_said(cell)}) OVER later
            AS last_{cell}"""
        for cell in names
    )

    def yields(cell: str, stored: str) -> str:
        after = same(cell, f"substr(last_{cell}, 8)")
        holds = f" AND s.base ? '{cell}' AND {after} = {stored_as(cell, stored, after)}" if stored else ""
        return f"{_said(cell)} AND {same(cell, plain[cell])} <> {after}{holds}"

    found = ", ".join(
        f"'{cell}', CASE WHEN {yields(cell, stored)} THEN substr(last_{cell}, 1, 7)::int END" for cell, stored in cells
    )
    blanked = ", ".join(f"{cell} = CASE WHEN f.later ? '{cell}' THEN NULL ELSE s.{cell} END" for cell in names)
    return f"""
UPDATE staged_row s SET later = coalesce(s.later, '{{}}') || f.later, own_note = coalesce(s.own_note, s.note), {blanked}
FROM (
    SELECT s.row, jsonb_strip_nulls(jsonb_build_object({found})) AS later
    FROM (SELECT s.*, {last} FROM staged_row s WHERE s.verdict IS NULL AND NOT s.fresh
          WINDOW later AS (PARTITION BY s.lead_id ORDER BY s.row DESC)) s
    JOIN lead l ON l.id = s.lead_id JOIN person p ON p.id = l.person_id
) f WHERE f.row = s.row AND f.later <> '{{}}'
"""


def yield_to_later_rows(session: Session, cells: Mapping[str, str]) -> None:
    """Of these cells, which the rows are about to write. With an expression for what the lead has: only where that has
    changed since it was exported, and is the later row's value, as when the same file comes again."""
    if cells and session.execute(text(TWICE)).first():
        session.execute(text(_yielding(tuple(sorted(cells.items())))))
