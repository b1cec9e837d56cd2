"""Whether a row became what the plan had said of it. While a plan is committed its words stay, until more is known of
a row: what came true is left alone, what became something else is kept beside it as what the plan had said."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import copy_rows

# By the bounds of the rows: looked up in a subquery, they were planned as a scan of the whole list for each of them.
BOUNDS = "SELECT min(row), max(row) FROM uploaded_row WHERE list_id = :list_id AND batch = ANY(:batches)"
LAY_ASIDE = """
WITH said AS (
    DELETE FROM row_outcome WHERE list_id = :list_id AND row BETWEEN :first AND :last AND batch = ANY(:batches)
    RETURNING list_id, row, outcome, lead_id, reasons, changes
)
INSERT INTO moved_row (list_id, row, outcome, lead_id, reasons, changes) SELECT * FROM said
"""
CAME = """
CREATE TEMP TABLE IF NOT EXISTS came_true (
    list_id bigint, row int PRIMARY KEY, batch int, outcome text, lead_id bigint, reasons json, match json,
    changes json, seen int
) ON COMMIT DELETE ROWS
"""
# Leads that the plan would have made had no number yet, so that reasons may name more of them than the plan did.
NAMED = "(SELECT array_agg((each ->> 'field') || ' ' || (each ->> 'code')) FROM json_array_elements({0}.reasons) each)"
MOVED = f"""
INSERT INTO moved_row (list_id, row, outcome, lead_id, reasons, changes)
SELECT o.list_id, o.row, o.outcome, o.lead_id, o.reasons, o.changes
FROM came_true c JOIN row_outcome o ON o.list_id = c.list_id AND o.row = c.row
WHERE o.outcome <> c.outcome OR o.lead_id IS NOT NULL AND o.lead_id IS DISTINCT FROM c.lead_id
    OR o.reasons::text IS DISTINCT FROM c.reasons::text AND {NAMED.format("o")} IS DISTINCT FROM {NAMED.format("c")}
    OR o.changes::text IS DISTINCT FROM c.changes::text
"""
TAKE = """
INSERT INTO row_outcome AS o (list_id, row, batch, outcome, lead_id, reasons, match, changes, seen)
SELECT list_id, row, batch, outcome, lead_id, reasons, match, changes, seen FROM came_true
ON CONFLICT (list_id, row) DO UPDATE SET batch = excluded.batch, outcome = excluded.outcome,
    lead_id = excluded.lead_id, reasons = excluded.reasons, match = excluded.match, changes = excluded.changes,
    seen = excluded.seen
WHERE (o.batch, o.outcome, o.lead_id, o.reasons::text, o.match::text, o.changes::text, o.seen)
    IS DISTINCT FROM (excluded.batch, excluded.outcome, excluded.lead_id, excluded.reasons::text,
        excluded.match::text, excluded.changes::text, excluded.seen)
"""
COUNTS = """
SELECT outcome, count(*) FROM row_outcome
WHERE list_id = :list_id AND row BETWEEN :first AND :last AND batch = ANY(:batches) GROUP BY outcome
"""


def lay_plan_aside(session: Session, list_id: int, batches: list[int]) -> None:
    """Before the rows of these batches are told to have become something else, all of them."""
    facts = {"list_id": list_id, "batches": batches}
    first, last = session.execute(text(BOUNDS), facts).one()
    session.execute(text(LAY_ASIDE), facts | {"first": first, "last": last})


def settle_over_plan(session: Session, outcomes: Iterable[tuple[Any, ...]]) -> None:
    """What became of rows of a plan that is committed: (list, row, batch, outcome, lead, reasons, match, changes,
    version seen), the last four as JSON."""
    session.execute(text(CAME))
    session.execute(text("DELETE FROM came_true"))
    copy_rows(session, "came_true", outcomes)
    session.execute(text(MOVED))
    session.execute(text(TAKE))


def counted(session: Session, list_id: int, batch: int) -> dict[str, int]:
    """How many rows of a batch have each outcome."""
    facts = {"list_id": list_id, "batches": [batch]}
    first, last = session.execute(text(BOUNDS), facts).one()
    return {outcome: rows for outcome, rows in session.execute(text(COUNTS), facts | {"first": first, "last": last})}
