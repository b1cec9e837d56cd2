"""Reading a list: its rows stream from the file into the database, cut into batches that any worker may take."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict

from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis import files
from chassis.consumers import Permanent
from chassis.database import copy_rows
from chassis.outbox import publish
from contracts import events

from ..header import find_header
from ..models import Batch, UploadedList
from ..refusal import Refused
from ..spreadsheet import Row, rows
from .settling import fail_list

BATCH_ROWS = 500


def read_list(session: Session, list_id: int) -> None:
    """Stores the rows of a list and announces its batches. A file that cannot be read fails the list; none of its rows
    stays."""
    uploaded = session.get(UploadedList, list_id, with_for_update=True)
    if uploaded is None:
        raise Permanent(f"there is no list {list_id}")
    if uploaded.status != "received":
        return
    try:
        with session.begin_nested():
            _read(session, uploaded)
    except Refused as refused:
        fail_list(session, uploaded, refused)


def _read(session: Session, uploaded: UploadedList) -> None:
    path = files.path(uploaded.file_key)
    path.stat()  # a file store that is away for a moment is no fault of the list: raises, and is tried again
    counter = _Counter()
    with closing(rows(path, uploaded.sheet)) as found:
        header, below = find_header(found, uploaded.sheet, uploaded.kind)
        copy_rows(session, "uploaded_row (list_id, row, batch, cells)", counter.numbered(uploaded.id, below))
    sizes = [BATCH_ROWS] * (counter.rows // BATCH_ROWS) + [counter.rows % BATCH_ROWS] * bool(counter.rows % BATCH_ROWS)
    session.execute(
        insert(Batch), [{"list_id": uploaded.id, "number": number, "rows": size} for number, size in enumerate(sizes)]
    )
    uploaded.header = asdict(header)
    uploaded.rows_read = counter.rows
    uploaded.batches = len(sizes)
    uploaded.status = "committing"
    for number in range(len(sizes)):
        publish(session, events.BatchCut(list_id=uploaded.id, batch=number))


class _Counter:
    """Counts the rows that pass and gives each its batch."""

    def __init__(self) -> None:
        self.rows = 0

    def numbered(self, list_id: int, below: Iterable[Row]) -> Iterator[tuple[int, int, int, str]]:
        for row, cells in below:
            yield list_id, row, self.rows // BATCH_ROWS, json.dumps(cells, ensure_ascii=False)
            self.rows += 1
