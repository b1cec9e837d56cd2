"""Somebody chooses whose values hold in conflict rows, the screen's or the file's: the same list goes on with them. As
long as the list is a plan, a choice can be taken back, and the row is a conflict again."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict, Forbidden

from .. import queries
from ..models import UploadedList
from .announcing import once_at_work
from .going_on import COME_BACK, place_again
from .refusing import not_now

CHOSEN = """
INSERT INTO corrected (row, cells, seen)
SELECT o.row, u.cells, o.seen FROM row_outcome o JOIN uploaded_row u ON u.list_id = o.list_id AND u.row = o.row
WHERE o.list_id = :list_id AND o.outcome = 'conflict'
    AND (CAST(:rows AS int[]) IS NULL OR o.row = ANY(CAST(:rows AS int[])))
"""
# Decided rows are known by the version that was looked at; they stand in batches of their own.
TAKEN_BACK = """
INSERT INTO corrected (row, cells)
SELECT u.row, u.cells FROM batch b JOIN uploaded_row u ON u.list_id = b.list_id AND u.batch = b.number
WHERE b.list_id = :list_id AND b.takes IS NOT NULL AND u.seen IS NOT NULL
    AND (CAST(:rows AS int[]) IS NULL OR u.row = ANY(CAST(:rows AS int[])))
"""


def choose_values(session: Session, actor: Actor, list_id: int, take: str, rows: list[int] | None) -> UploadedList:
    """Of these conflict rows, or of all; `take` none: takes back what was chosen for them. Raises NotFound, Forbidden
    for others than who registered the list and their managers, and Conflict while the list or its file is at work,
    where none of the rows waits (any longer), and where what was chosen holds already."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status not in ("finished", "planned"):
        raise not_now(uploaded)
    takes_back = take == "none"
    if takes_back and not uploaded.is_draft:
        raise Conflict(
            code="holds_already",
            ja="選んだ値はもう登録されているため、選択を取り消せません。",
            en="What was chosen holds already; the choice cannot be taken back.",
        )
    session.execute(text(COME_BACK))
    session.execute(text(TAKEN_BACK if takes_back else CHOSEN), {"list_id": list_id, "rows": rows})
    count = session.scalar(text("SELECT count(*) FROM corrected")) or 0
    if not count:
        raise _nothing_chosen() if takes_back else _no_conflicts()
    with once_at_work(session, uploaded, uploaded.created_by):
        uploaded.rounds += 1
        uploaded.go_on()
    place_again(session, uploaded, count, *((None, None) if takes_back else (take, actor.id)))
    return uploaded


def _nothing_chosen() -> Conflict:
    return Conflict(
        code="nothing_chosen",
        ja="選んだ行に、どちらの値にするかを選択した行はありません。",
        en="For none of these rows was anything chosen.",
    )


def _no_conflicts() -> Conflict:
    return Conflict(
        code="no_conflicts",
        ja="選んだ行に、衝突している行はありません。",
        en="None of these rows is a conflict any longer.",
    )
