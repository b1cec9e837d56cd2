"""Rows of a list about the same lead are put into one batch, where lead sees which of them holds.

Only for lists that write into known leads. A row joins the last row of the same リードID, or without one of the same
address, and never passes a row that stands behind it: the last row of the file holds as before, also for a lead whose
rows name it in different ways, and where there is no room for all of them.
"""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.orm import Session

from ..header import Header

# What one writes for another is no matter here: rows that are kept apart by it take turns, as those of others do.
ID = "nullif(ltrim(regexp_replace(normalize(cells ->> CAST(:lead_id AS int), NFKC), '[^0-9]', '', 'g'), '0'), '')"
ADDRESS = r"nullif(lower(regexp_replace(normalize(cells ->> CAST(:email AS int), NFKC), '\s', '', 'g')), '')"
# The later rows first: they are the ones that hold. The rows were written in this transaction, so that each is found by
# its place: by number all would be compared with all, as long as the statistics do not know the list.
GATHER = f"""
WITH keyed AS (
    SELECT ctid AS place, row, batch, coalesce({ID}, {ADDRESS}) AS key FROM uploaded_row
    WHERE list_id = :list_id AND batch >= :first_batch
), meeting AS MATERIALIZED (
    SELECT * FROM (
        SELECT place, row, batch AS was, key, max(batch) OVER (PARTITION BY key) AS batch FROM keyed
    ) AS last WHERE key IS NOT NULL AND batch > was
), moving AS (
    SELECT m.place, m.was, m.batch, sum(octet_length(u.cells::text) + :names) OVER (
        PARTITION BY m.batch ORDER BY m.row DESC) AS bytes
    FROM meeting m JOIN uploaded_row u ON u.ctid = m.place
), moved AS (
    UPDATE uploaded_row u SET batch = m.batch FROM moving m WHERE u.ctid = m.place AND m.bytes <= :room
    RETURNING m.was, m.batch
)
SELECT was, batch, count(*) FROM moved GROUP BY was, batch
"""


def gather(
    session: Session, list_id: int, header: Header, first_batch: int, sizes: list[int], room: int, names: int
) -> None:
    """Puts the rows of a portion together. `sizes`: of its batches, the first of which is `first_batch`; `room`: bytes
    that a batch may get in addition; `names`: bytes that a row takes beside its cells."""
    columns = {cell.code: cell.index for cell in header.cells}
    if len(sizes) < 2 or not columns.keys() & {"lead_id", "email"}:
        return
    facts = {code: columns.get(code) for code in ("lead_id", "email")} | {"list_id": list_id, "names": names}
    moved: Iterable[tuple[int, int, int]] = session.execute(
        text(GATHER), facts | {"first_batch": first_batch, "room": room}
    )
    for was, batch, rows in moved:
        sizes[was - first_batch] -= rows
        sizes[batch - first_batch] += rows
