"""A list that was stopped goes on: the rows that were not in come again, and what was not read of its file is read.

The stopped batches are announced once more, as they were. Those before the last one that came to lead get new numbers:
whose turn is next is told by numbers, and lead has heard of some of them, without their rows.
"""

from sqlalchemy import func, text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Conflict, Forbidden

from .. import queries
from ..models import UploadedList
from .announcing import announce, announce_file, once_at_work
from .going_on import begin_round
from .refusing import not_now
from .registering import check_campaign

# What a plan had said of these rows holds again, until more is known of them. The statistics do not know one list from
# another (import_0013): without a hash every row of the list would be compared with all others.
SAID_AGAIN = """
WITH stopped AS (
    DELETE FROM row_outcome WHERE list_id = :list_id AND outcome = 'cancelled' RETURNING list_id, row, batch
), said AS (
    DELETE FROM moved_row m USING stopped s WHERE m.list_id = :list_id AND m.row = s.row
    RETURNING m.list_id, m.row, s.batch, m.outcome, m.lead_id, m.reasons, m.changes
)
INSERT INTO row_outcome (list_id, row, batch, outcome, lead_id, reasons, changes) SELECT * FROM said
"""
FORGET = "DELETE FROM row_outcome WHERE list_id = :list_id AND outcome = 'cancelled'"
LAST = "SELECT coalesce(max(number), -1) FROM batch WHERE list_id = :list_id AND NOT outcomes ? 'cancelled'"
# Checked anew: lead has forgotten the rows of a plan by now.
AGAIN = """
UPDATE batch SET state = 'cut', outcomes = '{}', checked_against = NULL
WHERE list_id = :list_id AND outcomes ? 'cancelled' AND number > :last
"""
PASSED_BY = """
CREATE TEMP TABLE passed_by ON COMMIT DROP AS
SELECT number, :first - 1 + row_number() OVER (ORDER BY number) AS again
FROM batch WHERE list_id = :list_id AND outcomes ? 'cancelled' AND number < :last
"""
RENUMBERED = """
WITH emptied AS (
    UPDATE batch b SET rows = 0, outcomes = '{}' FROM passed_by p, batch was
    WHERE b.list_id = :list_id AND b.number = p.number AND was.list_id = b.list_id AND was.number = b.number
    RETURNING p.again, was.rows, was.takes, was.taken_by
)
INSERT INTO batch (list_id, number, rows, takes, taken_by) SELECT :list_id, again, rows, takes, taken_by FROM emptied
"""
MOVE = """
UPDATE {table} r SET batch = p.again FROM passed_by p WHERE r.list_id = :list_id AND r.batch = p.number
"""


def resume_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    """Brings in what a stopped list has left. Raises NotFound, Forbidden for others than who registered it and their
    managers, Invalid when its campaign was closed since, and Conflict where nothing is left, or the list or its file is
    at work."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status != "finished":
        raise not_now(uploaded)
    stopped = queries.outcome_counts(session, [list_id])[list_id]["cancelled"]
    if not queries.may_resume(actor, uploaded, stopped):
        raise Conflict(
            code="nothing_stopped",
            ja="このリストには、中止したために取り込んでいない行がありません。",
            en="This list has no rows that were not taken in because it was stopped.",
        )
    check_campaign(session, actor, uploaded.kind, uploaded.campaign_id)
    with once_at_work(session, uploaded, uploaded.created_by):
        uploaded.rounds += 1
        uploaded.go_on()
    uploaded.resumed_by, uploaded.resumed_at = actor.id, func.now()
    uploaded.problem_ja = uploaded.problem_en = None
    uploaded.start_again()
    begin_round(uploaded, uploaded.rows_read - stopped)
    first = _come_again(session, uploaded)
    uploaded.batches_settled = first
    announce(session, uploaded, first)
    if uploaded.stopped_after is not None:
        uploaded.read_to, uploaded.stopped_after = uploaded.stopped_after, None
        announce_file(session, list_id, uploaded.reading_bytes, uploaded.read_to)
    return uploaded


def _come_again(session: Session, uploaded: UploadedList) -> int:
    """The stopped batches wait to be checked again, all behind those that are through. The number of the first."""
    facts = {"list_id": uploaded.id}
    if uploaded.follows_a_plan:
        session.execute(text("SET LOCAL enable_nestloop = off"))
        session.execute(text(SAID_AGAIN), facts)
        session.execute(text("SET LOCAL enable_nestloop = on"))
    else:
        session.execute(text(FORGET), facts)
    last: int = session.execute(text(LAST), facts).scalar_one()
    facts |= {"last": last, "first": uploaded.batches}
    session.execute(text(AGAIN), facts)
    session.execute(text(PASSED_BY), facts)
    passed_by: int = session.execute(text("SELECT count(*) FROM passed_by")).scalar_one()
    if passed_by:
        session.execute(text(RENUMBERED), facts)
        for table in ("uploaded_row", "row_outcome"):
            session.execute(text(MOVE.format(table=table)), facts)
        uploaded.batches += passed_by
    return last + 1
