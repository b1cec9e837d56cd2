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
# The later rows first: they are the ones that hold.
GATHER = f"""
WITH keyed AS MATERIALIZED (
    SELECT row, batch, coalesce({ID}, {ADDRESS}) AS key FROM uploaded_row
    WHERE list_id = :list_id AND batch >= :first_batch
), parted AS (
    SELECT key, max(batch) AS batch FROM keyed WHERE key IS NOT NULL GROUP BY key HAVING min(batch) < max(batch)
), moving AS (
    SELECT u.row, u.batch AS was, p.batch, sum(octet_length(u.cells::text) + :names) OVER (
        PARTITION BY p.batch ORDER BY u.row DESC) AS bytes
    FROM keyed k JOIN parted p ON p.key = k.key AND p.batch > k.batch
    JOIN uploaded_row u ON u.list_id = :list_id AND u.row = k.row
), moved AS (
    UPDATE uploaded_row u SET batch = m.batch FROM moving m
    WHERE u.list_id = :list_id AND u.row = m.row AND m.bytes <= :room RETURNING m.was, m.batch
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
