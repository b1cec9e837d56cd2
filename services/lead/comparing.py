"""Three-way compare of リスト更新: what was exported, what the lead has now, what the file has.

Rows with a version older than the lead's are compared field by field. What the user left as it was exported says
nothing; what only the user changed is written; where both changed, and differ, the row is a conflict and waits for
somebody who chooses. What was exported, the history of changes tells. Rows of the same list do not conflict.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from .contradicting import yield_to_later_rows
from .list_update import FLAGS, LEAD_FIELDS
from .staging import NUMBERS, PERSON_CELLS, same, stored_as

STORED = {cell: ("p", cell) for cell in PERSON_CELLS} | {cell: ("l", field) for cell, field in LEAD_FIELDS.items()}

# The first change of each field since tells what had been exported; fields of lead and person by their cells.
FIND_BASE = """
UPDATE staged_row s SET base = b.base, moved = b.moved, lead_version = b.version FROM (
    SELECT s.row, l.version, jsonb_object_agg(c.cell, c.before) AS base,
        array_agg(c.cell) FILTER (WHERE c.latest > coalesce(s.seen, 0)) AS moved
    FROM staged_row s JOIN lead l ON l.id = s.lead_id AND s.version < l.version
    CROSS JOIN LATERAL (
        SELECT DISTINCT ON (cell) cell, before, max(lead_version) OVER (PARTITION BY cell) AS latest
        FROM (SELECT id, before, lead_version, CASE WHEN field = 'shared_memo' THEN 'note' ELSE field END AS cell
              FROM change c WHERE c.lead_id = s.lead_id AND c.lead_version > s.version
                  AND (c.record_type = 'person' AND c.field = ANY(:person_cells)
                      OR c.record_type = 'lead' AND c.field = ANY(:lead_fields))
                  AND c.cause_id <> CAST(:cause_id AS uuid) AND NOT EXISTS (SELECT FROM settled_batch b
                                  WHERE b.list_id = :list_id AND b.cause_id = c.cause_id)) since
        ORDER BY cell, id
    ) c
    WHERE s.verdict IS NULL AND s.given_id IS NOT NULL
    GROUP BY s.row, l.version
) b WHERE b.row = s.row
"""


def _plain(cell: str, value: str) -> str:
    """As it is compared: text."""
    if cell == "owner_id":
        return f"nullif({value}, 0)::text"
    return f"({value})::text" if cell in FLAGS else same(cell, value)


def _exported(cell: str) -> str:
    value = f"(s.base ->> '{cell}')"
    return value if cell == "owner_id" or cell in FLAGS else stored_as(cell, value, f"s.{cell}")


def _now(cell: str) -> str:
    table, field = STORED[cell]
    return f"{table}.{field}"


def _plain_now(cell: str) -> str:
    return stored_as(cell, _now(cell), f"s.{cell}") if cell in NUMBERS else _plain(cell, _now(cell))


SAY_NOTHING = f"""
UPDATE staged_row s SET {
    ", ".join(
        f"{cell} = CASE WHEN s.base ? '{cell}' AND {_plain(cell, f's.{cell}')} IS NOT DISTINCT FROM {_exported(cell)}"
        f" THEN NULL ELSE s.{cell} END"
        for cell in STORED
    )
}
WHERE s.base IS NOT NULL
"""
# What is written besides, whatever somebody chooses, is told with the conflicts of the row.
# A row is in no conflict with what a later row of the same file has brought before.
HELD = {cell: "coalesce(l.owner_id, 0)::text" if cell == "owner_id" else _plain(cell, _now(cell)) for cell in STORED}
FIND_CONFLICTS = f"""
UPDATE staged_row s SET conflicts = c.conflicts, besides = c.besides FROM (
    SELECT s.row, jsonb_object_agg(f.cell, jsonb_build_object('exported', s.base -> f.cell, 'before', f.now,
        'after', f.file)) FILTER (WHERE f.clashes) AS conflicts,
        jsonb_object_agg(f.cell, jsonb_build_object('before', f.now, 'after', f.file)) FILTER (WHERE NOT f.clashes)
        AS besides
    FROM staged_row s JOIN lead l ON l.id = s.lead_id JOIN person p ON p.id = l.person_id
    CROSS JOIN LATERAL (SELECT v.*,
            s.base ? v.cell AND v.now IS DISTINCT FROM nullif(s.base -> v.cell, 'null') AS clashes
        FROM (VALUES {
    ", ".join(
        f"('{cell}', s.{cell} IS NOT NULL AND {_plain(cell, f's.{cell}')} IS DISTINCT FROM {_plain_now(cell)},"
        f" to_jsonb({_now(cell)}), to_jsonb({f'nullif(s.{cell}, 0)' if cell == 'owner_id' else f's.{cell}'}))"
        for cell in STORED
    )
}) AS v (cell, differs, now, file) WHERE v.differs) f
    WHERE s.base IS NOT NULL
    GROUP BY s.row HAVING bool_or(f.clashes)
) c WHERE c.row = s.row
"""
# Somebody chose, and what was looked at is still so. If not, the row waits again with all that differs now.
CHOSEN = """s.conflicts IS NOT NULL AND s.takes IS NOT NULL
    AND NOT EXISTS (SELECT FROM unnest(s.moved) AS since (cell) WHERE s.conflicts ? since.cell)"""
TAKE_SCREEN = f"""
UPDATE staged_row s SET {
    ", ".join(f"{cell} = CASE WHEN s.conflicts ? '{cell}' THEN NULL ELSE s.{cell} END" for cell in STORED)
}
WHERE {CHOSEN} AND s.takes = 'screen'
"""
SETTLE = f"UPDATE staged_row s SET conflicts = NULL WHERE {CHOSEN}"
WAIT = """
UPDATE staged_row SET verdict = 'conflict', problem = 'both_changed' WHERE conflicts IS NOT NULL
"""


def compare(session: Session, facts: dict[str, Any]) -> None:
    """Finds what each row really wants of its lead, and the rows that must wait for a choice."""
    fields = {"person_cells": PERSON_CELLS, "lead_fields": [*LEAD_FIELDS.values()]}
    found = session.execute(text(FIND_BASE), facts | fields)
    if not found.rowcount:  # type: ignore[attr-defined]  # an UPDATE has it
        return
    session.execute(text(SAY_NOTHING))
    yield_to_later_rows(session, HELD)
    for step in (FIND_CONFLICTS, TAKE_SCREEN, SETTLE, WAIT):
        session.execute(text(step))
