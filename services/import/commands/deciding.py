"""Conflicts are decided in the error workbook: who wrote something else into every cell of one goes on as with
「ファイルの値にする」, as long as the row still is the conflict that the workbook told of."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ..error_workbook import Origin
from ..header import Header
from ..models import UploadedList

MOST_NAMED = 10  # rows
# What is compared is free of blanks, which a way through Excel may change.
REWRITTEN = r"""
FROM row_outcome o JOIN uploaded_row u ON u.list_id = o.list_id AND u.row = o.row
WHERE o.list_id = :list_id AND o.row = n.row AND o.outcome = 'conflict' AND NOT EXISTS (
    SELECT FROM json_array_elements(o.changes) c
    CROSS JOIN LATERAL (SELECT (CAST(:places AS json) ->> (c ->> 'field'))::int AS place) p
    WHERE (c ->> 'besides') IS DISTINCT FROM 'true'
        AND regexp_replace(coalesce(n.cells ->> p.place, ''), '\s', '', 'g')
            = regexp_replace(coalesce(u.cells ->> p.place, ''), '\s', '', 'g')
)
"""
# A row that comes again does so in a new batch. When a plan is committed it stays where it is; what became something
# else then has what the plan had said beside it.
DECIDED = f"""
UPDATE corrected n SET seen = o.seen {REWRITTEN} AND o.batch < :batches AND (
    NOT :planned OR NOT EXISTS (SELECT FROM moved_row m WHERE m.list_id = o.list_id AND m.row = o.row)
)
"""
UNDECIDED = f"SELECT n.row FROM corrected n WHERE n.seen IS NULL AND EXISTS (SELECT {REWRITTEN}) ORDER BY n.row"


def decide(session: Session, uploaded: UploadedList, header: Header, origin: Origin | None) -> dict[str, Any] | None:
    """Notes in the table `corrected` which of its rows are decided. Those that somebody rewrote and that are not, for
    nobody knows that they are what was looked at: how many, the first, and whether the file says when it was taken
    out."""
    places = json.dumps({cell.code: cell.index for cell in header.cells})
    facts = {"list_id": uploaded.id, "places": places}
    batches = origin.batches if origin else None
    if batches is not None:
        session.execute(text(DECIDED), facts | {"batches": batches, "planned": origin is not None and origin.planned})
    rows = list(session.scalars(text(UNDECIDED), facts))
    return {"count": len(rows), "rows": rows[:MOST_NAMED], "dated": batches is not None} if rows else None
