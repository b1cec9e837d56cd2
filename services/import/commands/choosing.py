"""Somebody chooses whose values hold in conflict rows, the screen's or the file's: the same list goes on with them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict, Forbidden

from .. import queries
from ..models import UploadedList
from .going_on import COME_BACK, place_again

CHOSEN = """
INSERT INTO corrected (row, cells, seen)
SELECT o.row, u.cells, o.seen FROM row_outcome o JOIN uploaded_row u ON u.list_id = o.list_id AND u.row = o.row
WHERE o.list_id = :list_id AND o.outcome = 'conflict'
    AND (CAST(:rows AS int[]) IS NULL OR o.row = ANY(CAST(:rows AS int[])))
"""


def choose_values(session: Session, actor: Actor, list_id: int, take: str, rows: list[int] | None) -> UploadedList:
    """Of these conflict rows, or of all. Raises NotFound, Forbidden for others than who registered the list and their
    managers, and Conflict while the list is at work or where none of the rows waits (any longer)."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status not in ("finished", "planned"):
        raise Conflict(
            code="list_at_work",
            ja="このリストは処理中のため、今は選べません。",
            en="This list is at work; nothing can be chosen now.",
        )
    session.execute(text(COME_BACK))
    session.execute(text(CHOSEN), {"list_id": list_id, "rows": rows})
    count = session.scalar(text("SELECT count(*) FROM corrected")) or 0
    if not count:
        raise Conflict(
            code="no_conflicts",
            ja="選んだ行に、衝突している行はありません。",
            en="None of these rows is a conflict any longer.",
        )
    uploaded.rounds += 1
    place_again(session, uploaded, count, take, actor.id)
    return uploaded
