"""A list is stopped while it runs: what is in stays, every other row becomes cancelled; of a plan that went on, it is
what it was. And one that failed, or was stopped before any of its rows was in, is tried again."""

from sqlalchemy import func, text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict, Forbidden

from .. import queries
from ..models import CANCELLABLE, UploadedList
from .announcing import announce_file, once_at_work
from .going_back import go_back, not_looked_at, was_planned
from .going_on import begin_round
from .handing_over import hand_over
from .moving import lay_plan_aside
from .refusing import not_now
from .settling import count_settled

# Batches that nobody has looked at yet. Those at lead come to their end there.
SETTLE = """
WITH stopped AS (
    UPDATE batch SET state = 'settled', outcomes = jsonb_build_object('cancelled', rows)
    WHERE list_id = :list_id AND state = 'cut' RETURNING number
), rows AS (
    INSERT INTO row_outcome (list_id, row, batch, outcome)
    SELECT u.list_id, u.row, u.batch, 'cancelled' FROM uploaded_row u JOIN stopped s ON s.number = u.batch
    WHERE u.list_id = :list_id
)
SELECT number FROM stopped ORDER BY number
"""
LAST_AT_LEAD = "SELECT coalesce(max(number), -1) FROM batch WHERE list_id = :list_id AND state = 'checked'"


def cancel_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Stops a list. Before its rows go in nothing of it stays. Raises NotFound, Forbidden for others than who
    registered it and their managers, and Conflict where nothing runs that could be stopped."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status in ("reading", "planned", "undoing"):
        raise not_now(uploaded, "not_running")
    if uploaded.status not in CANCELLABLE:
        raise Conflict(
            code="not_running",
            ja="このリストは処理中ではないため、中止できません。",
            en="This list is not at work; there is nothing to stop.",
        )
    if uploaded.is_stopped:
        raise Conflict(
            code="not_running",
            ja="このリストはもう止まっています。処理中の行が終わるまでお待ちください。",
            en="This list has stopped already. Wait for the rows that are on their way.",
        )
    uploaded.cancelled_by, uploaded.cancelled_at = actor.id, func.now()
    if uploaded.status not in ("planning", "committing"):
        uploaded.status, uploaded.question, uploaded.rows_read = "cancelled", None, 0
        uploaded.finished_at = func.now()
    return uploaded


def settle_cancelled(session: Session, uploaded: UploadedList) -> None:
    """Gives every row of a cancelled list that is not on its way to lead its outcome, or the one that it had before.
    The worker that takes the next of its batches does this, as part of the act that the list belongs to: who is told of
    the rows that are in goes by it. Where batches go in their order, lead hears of those that a later one waits for,
    without rows.
    """
    facts = {"list_id": uploaded.id}
    if uploaded.follows_a_plan:
        lay_plan_aside(session, uploaded.id, not_looked_at(session, uploaded.id))
    goes_back = uploaded.is_draft and was_planned(session, uploaded.id)
    stopped = go_back(session, uploaded.id) if goes_back else list(session.scalars(text(SETTLE), facts))
    if uploaded.goes_in_order:
        last = session.scalar(text(LAST_AT_LEAD), facts)
        for number in (number for number in stopped if number < last):
            hand_over(session, uploaded, number)
    count_settled(session, uploaded.id, len(stopped))


def retry_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Reads a list once more that failed or was stopped before any row of it was in, asking what was not clear. Raises
    NotFound, Forbidden, and Conflict where that is not so or the same file is at work."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if not queries.may_retry(actor, uploaded):
        raise Conflict(
            code="not_failed",
            ja="このリストは失敗も中止もしていないか、取り込んだ行があるため、やり直せません。",
            en="This list neither failed nor was stopped, or rows of it were in; it cannot be tried again.",
        )
    with once_at_work(session, uploaded, uploaded.created_by):
        uploaded.status, uploaded.asks, uploaded.said = "received", True, None
        uploaded.problem_code = uploaded.problem_ja = uploaded.problem_en = None
        uploaded.finished_at = uploaded.cancelled_at = uploaded.cancelled_by = None
        uploaded.cause_id = current_cause(session).id
        uploaded.rounds += 1
        begin_round(uploaded, 0)
    announce_file(session, list_id, uploaded.reading_bytes)
    return uploaded
