"""Whether a row became what the plan had said of it. Nobody reads the plan's word of rows where it came true."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from ..models import Batch

# By the bounds of the rows: looked up in a subquery, they were planned as a scan of the whole list for each of them.
BOUNDS = "SELECT min(row), max(row) FROM uploaded_row WHERE list_id = :list_id AND batch = ANY(:batches)"
LAY_ASIDE = """
WITH said AS (
    DELETE FROM row_outcome WHERE list_id = :list_id AND row BETWEEN :first AND :last AND batch = ANY(:batches)
    RETURNING list_id, row, outcome, lead_id, reasons, changes
)
INSERT INTO moved_row (list_id, row, outcome, lead_id, reasons, changes) SELECT * FROM said
"""
# Leads that the plan would have made had no number yet.
FORGET = """
DELETE FROM moved_row m USING row_outcome o
WHERE m.list_id = :list_id AND m.row BETWEEN :first AND :last
    AND o.list_id = :list_id AND o.row = m.row AND o.batch = ANY(:batches)
    AND o.outcome = m.outcome AND (m.lead_id IS NULL OR m.lead_id = o.lead_id)
    AND m.reasons::text IS NOT DISTINCT FROM o.reasons::text AND m.changes::text IS NOT DISTINCT FROM o.changes::text
"""


def lay_plan_aside(session: Session, list_id: int, batches: list[int]) -> None:
    """Before the rows of these batches are committed."""
    _within(session, LAY_ASIDE, list_id, batches)


def forget_what_came_true(session: Session, batch: Batch) -> None:
    """When the rows of a batch are settled."""
    _within(session, FORGET, batch.list_id, [batch.number])


def _within(session: Session, statement: str, list_id: int, batches: list[int]) -> None:
    facts = {"list_id": list_id, "batches": batches}
    first, last = session.execute(text(BOUNDS), facts).one()
    session.execute(text(statement), facts | {"first": first, "last": last})
