"""Lists that were all taken back: what one of them had to leave as it was, because another had changed it since, goes
with that other one, whichever of the two was taken back first.

Every list that is taken back is looked at piece by piece (see taking_back.py): it is free where nobody else changed the
piece since, lists that are free there themselves counting for nobody. A list that is not free keeps what it did; that
counts like anybody's work from then on. Changes of free lists are undone together, so that the values before the first
of them come back.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from .models.leads import STEPS

OTHERS = "SELECT FROM undo_change WHERE list_id <> :list_id LIMIT 1"
FREE = "UPDATE undo_change SET free = true WHERE list_id IS NOT NULL"
# Whom another list has too, or who has an opportunity, stays with all that the list that made the lead did.
KEEP_MADE = """
UPDATE undo_change c SET free = false FROM undo_change m
WHERE m.record_type = 'lead' AND m.field = 'created' AND m.list_id IS NOT NULL AND m.list_id = c.list_id
    AND m.lead_id = c.lead_id AND (
    m.lead_id IN (SELECT n.lead_id FROM undo_change n WHERE n.other_list IS NOT NULL)
    OR EXISTS (SELECT FROM opportunity_copy o WHERE o.lead_id = m.lead_id AND NOT o.cancelled))
"""
# 0 is the piece of a lead with its person. How far a lead came in a campaign goes with the stage that says so.
PIECE = f"""
SELECT *, CASE WHEN made OR record_type <> 'member' OR free AND field IN {STEPS} THEN 0 ELSE record_id END AS piece
FROM (SELECT *, bool_or(free AND record_type = 'lead' AND field = 'created') OVER (PARTITION BY lead_id) AS made
      FROM undo_change) c
"""
KEEP = f"""
WITH placed AS ({PIECE}), begun AS (
    SELECT lead_id, piece, list_id, min(id) AS first_id FROM placed WHERE free GROUP BY lead_id, piece, list_id
), kept AS (
    SELECT lead_id, piece, list_id FROM begun b WHERE EXISTS (
        SELECT FROM placed w WHERE w.lead_id = b.lead_id AND w.piece = b.piece AND NOT w.free AND w.id > b.first_id)
)
UPDATE undo_change c SET free = false FROM placed p JOIN kept USING (lead_id, piece, list_id) WHERE c.id = p.id
"""
# Where the list itself must leave the piece, the others that are free there have been undone before. One look over all
# of them: a join of the pieces with each other was planned as every one with every other.
DROP = f"""
WITH placed AS ({PIECE}), marked AS (
    SELECT id, free, list_id, bool_or(list_id = :list_id AND NOT free) OVER (PARTITION BY lead_id, piece) AS stays
    FROM placed
)
DELETE FROM undo_change c USING marked m WHERE c.id = m.id AND m.stays AND m.free AND m.list_id <> :list_id
"""
JOIN = "UPDATE undo_change SET own = true WHERE free AND NOT own"
WHOLE = """
SELECT list_id, array_agg(lead_id ORDER BY lead_id) FROM (
    SELECT list_id, lead_id FROM undo_change WHERE list_id <> :list_id GROUP BY list_id, lead_id HAVING bool_and(free)
) w GROUP BY list_id ORDER BY list_id
"""


def join_others(session: Session, list_id: int) -> dict[int, list[int]]:
    """Makes what other lists did, and nobody needs any longer, part of the undoing of this list. Those lists, each with
    the leads of which nothing of it stays."""
    facts: dict[str, Any] = {"list_id": list_id}
    if session.execute(text(OTHERS), facts).first() is None:
        return {}
    session.execute(text(FREE))
    session.execute(text(KEEP_MADE))
    while session.execute(text(KEEP)).rowcount:  # type: ignore[attr-defined]  # an UPDATE has it
        pass
    whole = {other: lead_ids for other, lead_ids in session.execute(text(WHOLE), facts)}
    session.execute(text(DROP), facts)
    session.execute(text(JOIN))
    return whole
