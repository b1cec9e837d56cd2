"""Rows of a list come again: they leave their batches for new ones, so that everything keyed by (list, batch) holds and
outcomes still sum to the rows read."""

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from ..models import Batch, MovedRow, RowOutcome, UploadedList
from .announcing import announce
from .going_back import keep_former

BATCH_ROWS = 500  # not counted in bytes here, so fewer of them: a batch must not outgrow what the broker takes
COME_BACK = """
CREATE TEMP TABLE corrected (row int PRIMARY KEY, cells json NOT NULL, seen int) ON COMMIT DROP
"""
# The batches that the rows leave count them no longer.
LEAVE = """
WITH left_behind AS (
    SELECT o.batch, o.outcome, count(*) AS rows FROM row_outcome o JOIN corrected c ON c.row = o.row
    WHERE o.list_id = :list_id GROUP BY o.batch, o.outcome
), fewer AS MATERIALIZED (
    SELECT batch, sum(rows) AS rows, jsonb_object_agg(outcome, rows) AS outcomes FROM left_behind GROUP BY batch
)
UPDATE batch b SET rows = b.rows - f.rows, outcomes = (
    SELECT coalesce(jsonb_object_agg(key, value::int - coalesce((f.outcomes ->> key)::int, 0)), '{}')
    FROM jsonb_each_text(b.outcomes)
) FROM fewer f WHERE b.list_id = :list_id AND b.number = f.batch
"""
TAKE = """
UPDATE uploaded_row u SET cells = n.cells, seen = n.seen, notices = NULL, batch = :first + (n.place - 1) / :size
FROM (SELECT row, cells, seen, row_number() OVER (ORDER BY row) AS place FROM corrected) n
WHERE u.list_id = :list_id AND u.row = n.row
"""


def begin_round(uploaded: UploadedList, settled: int) -> None:
    """The list goes on from here, with so many of its rows settled already."""
    # Not the beginning of the transaction, which may have read a file before.
    uploaded.went_on_at, uploaded.settled_before = func.clock_timestamp(), settled


def place_again(session: Session, uploaded: UploadedList, count: int, takes: str | None, taken_by: int | None) -> None:
    """The rows in the table `corrected` (COME_BACK) leave their batches for new ones, which are announced. `takes`,
    `taken_by`: whose values hold in conflicts that somebody decided, those with `seen`; None where nobody did."""
    facts = {"list_id": uploaded.id, "first": uploaded.batches, "size": BATCH_ROWS}
    if uploaded.is_draft:
        keep_former(session, uploaded.id)
    session.execute(text(LEAVE), facts)
    corrected = select(text("row")).select_from(text("corrected"))
    for table in (RowOutcome, MovedRow):  # what a plan had said of them is no news any more
        session.execute(delete(table).where(table.list_id == uploaded.id, table.row.in_(corrected)))
    session.execute(text(TAKE), facts)
    sizes = [min(BATCH_ROWS, count - start) for start in range(0, count, BATCH_ROWS)]
    numbers = range(uploaded.batches, uploaded.batches + len(sizes))
    session.execute(
        insert(Batch),
        [
            {"list_id": uploaded.id, "number": number, "rows": size, "takes": takes, "taken_by": taken_by}
            for number, size in zip(numbers, sizes, strict=True)
        ],
    )
    uploaded.batches += len(sizes)
    uploaded.start_again()
    uploaded.go_on()
    begin_round(uploaded, uploaded.rows_read - count)
    announce(session, uploaded, numbers.start)
