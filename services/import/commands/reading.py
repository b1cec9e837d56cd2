"""Reading a list: its rows stream from the file into the database, cut into batches that any worker may take."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict

from pydantic_core import to_json
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from chassis import files
from chassis.consumers import Permanent
from chassis.database import beside, copy_rows

from ..header import Said, find_header
from ..models import Batch, UploadedList
from ..refusal import Refused
from ..spreadsheet import Row, rows
from .announcing import announce
from .asking import remembered_meanings, sheet_or_question
from .settling import fail_list

log = logging.getLogger(__name__)

BATCH_ROWS = 2_000
# A batch travels as one event, which must not outgrow what the broker takes: a list of long texts has fewer rows in it.
BATCH_BYTES = 2 << 20
TOLD_ROWS = 20_000  # are read in a second
StoredRow = tuple[int, int, int, str]  # list, row, batch, cells as JSON
NAMES_BYTES = 500  # what the names of the fields add to each row


def read_list(session: Session, list_id: int) -> None:
    """Stores the rows of a list and announces its batches, or asks about it first. A file that cannot be read fails the
    list; none of its rows stays. The list is locked at the end only: it may be cancelled while it is read."""
    uploaded = session.get(UploadedList, list_id)
    if uploaded is None:
        raise Permanent(f"there is no list {list_id}")
    if uploaded.status != "received":
        return
    try:
        with session.begin_nested():
            _read(session, uploaded)
    except Refused as refused:
        session.refresh(uploaded, with_for_update=True)
        if uploaded.status == "received":
            log.info("list %s is refused: %s", list_id, refused)
            fail_list(session, uploaded, refused)
    except _Cancelled:
        return


def _read(session: Session, uploaded: UploadedList) -> None:
    path = files.path(uploaded.file_key)
    path.stat()  # a file store that is away for a moment is no fault of the list: raises, and is tried again
    remembered = remembered_meanings(session, uploaded.created_by)
    sheet, question = uploaded.sheet, None
    if uploaded.said is None:
        sheet, question = sheet_or_question(path, uploaded, remembered)
    if question:
        _lock(session, uploaded)
        uploaded.status, uploaded.question = "asking", question
        return
    counter = _Counter()
    with closing(rows(path, sheet)) as found:
        header, below = find_header(found, sheet, uploaded.kind, remembered, _said(uploaded))
        numbered = _told(session, uploaded.id, counter.numbered(uploaded.id, below))
        copy_rows(session, "uploaded_row (list_id, row, batch, cells)", numbered)
    batches = [{"list_id": uploaded.id, "number": number, "rows": size} for number, size in enumerate(counter.sizes)]
    session.execute(insert(Batch), batches)
    _lock(session, uploaded)
    uploaded.sheet = sheet
    uploaded.header = asdict(header)
    uploaded.rows_read = sum(counter.sizes)
    uploaded.batches = len(batches)
    uploaded.go_on()
    announce(session, uploaded.id, 0, len(batches))


def _told(session: Session, list_id: int, rows: Iterable[StoredRow]) -> Iterator[StoredRow]:
    """Passes the rows on and tells at times how many there were, for who waits for a long file."""
    for number, row in enumerate(rows):
        if number and number % TOLD_ROWS == 0:
            waiting = update(UploadedList).where(UploadedList.id == list_id, UploadedList.status == "received")
            with beside(session) as short:
                short.execute(waiting.values(rows_read=number))
        yield row


def _said(uploaded: UploadedList) -> Said | None:
    if uploaded.said is None:
        return None
    return Said(uploaded.said["row"], {int(at): code for at, code in uploaded.said["codes"].items()})


class _Cancelled(Exception):
    """Somebody stopped the list while it was read: nothing of it stays."""


def _lock(session: Session, uploaded: UploadedList) -> None:
    session.refresh(uploaded, with_for_update=True)
    if uploaded.status != "received":
        raise _Cancelled


class _Counter:
    """Counts the rows that pass and gives each its batch. `sizes`: how many rows each batch has."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.room = 0  # bytes left in the last batch

    def numbered(self, list_id: int, below: Iterable[Row]) -> Iterator[StoredRow]:
        for row, cells in below:
            kept = to_json(cells)  # a quarter of what json takes: 1 µs
            size = len(kept) + NAMES_BYTES
            if not self.sizes or self.sizes[-1] == BATCH_ROWS or size > self.room:
                self.sizes.append(0)
                self.room = BATCH_BYTES
            self.sizes[-1] += 1
            self.room -= size
            yield list_id, row, len(self.sizes) - 1, kept.decode()
