"""Whether a row became what the plan had said of it. Nobody reads the plan's word of rows where it came true."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from ..models import Batch

THOSE = "SELECT u.row FROM uploaded_row u WHERE u.list_id = :list_id AND u.batch = ANY(:batches)"
LAY_ASIDE = f"""
WITH said AS (
    DELETE FROM row_outcome WHERE list_id = :list_id AND row IN ({THOSE})
    RETURNING list_id, row, outcome, lead_id, reasons, changes
)
INSERT INTO moved_row (list_id, row, outcome, lead_id, reasons, changes) SELECT * FROM said
"""
# Leads that the plan would have made had no number yet.
FORGET = f"""
DELETE FROM moved_row m USING row_outcome o
WHERE m.list_id = :list_id AND m.row IN ({THOSE}) AND o.list_id = m.list_id AND o.row = m.row
    AND o.outcome = m.outcome AND (m.lead_id IS NULL OR m.lead_id = o.lead_id)
    AND m.reasons::text IS NOT DISTINCT FROM o.reasons::text AND m.changes::text IS NOT DISTINCT FROM o.changes::text
"""


def lay_plan_aside(session: Session, list_id: int, batches: list[int]) -> None:
    """Before the rows of these batches are committed."""
    session.execute(text(LAY_ASIDE), {"list_id": list_id, "batches": batches})


def forget_what_came_true(session: Session, batch: Batch) -> None:
    """When the rows of a batch are settled."""
    session.execute(text(FORGET), {"list_id": batch.list_id, "batches": [batch.number]})
