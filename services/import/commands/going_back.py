"""A plan that went on is stopped: rows that nobody has looked at go back to where they were, and to what they were.

What lead has planned stays planned, for the batches after it were planned behind it. Of the other rows lead knows what
it knew of them before, so that nothing is planned anew.
"""

from sqlalchemy import delete, exists, select, text
from sqlalchemy.orm import Session

from ..models import Batch, FormerRow

KEEP = """
INSERT INTO former_row
    (list_id, row, batch, cells, notices, seen, outcome, lead_id, reasons, match, changes, found)
SELECT u.list_id, u.row, u.batch, u.cells, u.notices, u.seen,
    o.outcome, o.lead_id, o.reasons, o.match, o.changes, o.seen
FROM corrected c JOIN uploaded_row u ON u.row = c.row JOIN row_outcome o ON o.list_id = u.list_id AND o.row = u.row
WHERE u.list_id = :list_id
"""
GOING = """
FROM uploaded_row u JOIN former_row f ON f.list_id = u.list_id AND f.row = u.row
WHERE u.list_id = :list_id AND u.batch = ANY(:stopped)
"""
SAID = f"""
INSERT INTO row_outcome (list_id, row, batch, outcome, lead_id, reasons, match, changes, seen)
SELECT f.list_id, f.row, f.batch, f.outcome, f.lead_id, f.reasons, f.match, f.changes, f.found {GOING}
"""
COUNT = f"""
WITH back AS (
    SELECT f.batch, f.outcome, count(*) AS rows {GOING} GROUP BY f.batch, f.outcome
), more AS MATERIALIZED (
    SELECT batch, sum(rows) AS rows, jsonb_object_agg(outcome, rows) AS outcomes FROM back GROUP BY batch
)
UPDATE batch b SET rows = b.rows + m.rows, outcomes = (
    SELECT jsonb_object_agg(key, coalesce((b.outcomes ->> key)::int, 0) + coalesce((m.outcomes ->> key)::int, 0))
    FROM jsonb_object_keys(b.outcomes || m.outcomes) AS key
) FROM more m WHERE b.list_id = :list_id AND b.number = m.batch
"""
PLACE = """
UPDATE uploaded_row u SET batch = f.batch, cells = f.cells, notices = f.notices, seen = f.seen
FROM former_row f
WHERE u.list_id = :list_id AND u.batch = ANY(:stopped) AND f.list_id = u.list_id AND f.row = u.row
"""
EMPTY = """
UPDATE batch SET state = 'settled', rows = 0, outcomes = '{}' WHERE list_id = :list_id AND number = ANY(:stopped)
"""


def keep_former(session: Session, list_id: int) -> None:
    """The rows in the table `corrected` (going_on.COME_BACK) as they are, until the list has come to its end again."""
    session.execute(text(KEEP), {"list_id": list_id})


def was_planned(session: Session, list_id: int) -> bool:
    """Whether a plan that is at work was one before."""
    return bool(session.scalar(select(exists().where(FormerRow.list_id == list_id))))


def not_looked_at(session: Session, list_id: int) -> list[int]:
    """The numbers of the batches that nobody has looked at, none that is checked just now; they are locked."""
    cut = select(Batch.number).where(Batch.list_id == list_id, Batch.state == "cut").order_by(Batch.number)
    return list(session.scalars(cut.with_for_update()))


def go_back(session: Session, list_id: int) -> list[int]:
    """Empties the batches that nobody has looked at; their numbers."""
    stopped = not_looked_at(session, list_id)
    for statement in (SAID, COUNT, PLACE, EMPTY):
        session.execute(text(statement), {"list_id": list_id, "stopped": stopped})
    return stopped


def forget_former(session: Session, list_id: int) -> bool:
    """Whether there was something to forget."""
    forgotten = delete(FormerRow).where(FormerRow.list_id == list_id).returning(FormerRow.row)
    return session.execute(forgotten).first() is not None
