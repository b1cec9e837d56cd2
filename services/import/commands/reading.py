"""Reading a list: its rows stream from the file into the database, cut into batches that any worker may take.

A long file is read in portions, each one event and one transaction, so that its first rows are on their way while the
rest is read. Every portion is larger than the one before it; passing over the rows that were read costs a sixth of
reading them.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict

from pydantic_core import to_json
from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis import files
from chassis.consumers import Permanent
from chassis.database import copy_text

from ..header import Below, Header, Said, find_header
from ..headings import remembered_meanings
from ..models import Batch, UploadedList
from ..refusal import Refused
from ..spreadsheet import Block, Row, pieces
from .announcing import announce_file, announce_more
from .asking import sheet_or_question
from .checking import header_of
from .gathering import gather
from .settling import fail_list, read_no_further

log = logging.getLogger(__name__)

BATCH_ROWS = 2_000
# A batch travels as one event, which must not outgrow what the broker takes: a list of long texts has fewer rows in it.
BATCH_BYTES = 2 << 20
FIRST_ROWS = 8_000  # are read in a third of a second, and keep lead busy for two
FIRST_ROWS_TOGETHER = 100_000  # where rows about the same lead are to meet
GROWTH = 4  # times as many as were read before
MOST_ROWS = 400_000
NAMES_BYTES = 500  # what the names of the fields add to each row
HEAD_ROWS = 50  # may come and be no rows of the list: the header and what is above it


def read_list(session: Session, list_id: int, after: int = 0) -> None:
    """Stores the next rows of a list, those below row `after`, and announces their batches, or asks about it first. A
    file that cannot be read fails the list; none of its rows stays. The list is locked at the end only: it may be
    stopped while it is read."""
    uploaded = session.get(UploadedList, list_id)
    if uploaded is None:
        raise Permanent(f"there is no list {list_id}")
    if not waits(uploaded, after):
        return
    try:
        with session.begin_nested():
            _read(session, uploaded, after)
    except Refused as refused:
        session.refresh(uploaded, with_for_update=True)
        if waits(uploaded, after):
            log.info("list %s is refused: %s", list_id, refused)
            fail_list(session, uploaded, refused)
    except _Stopped:
        session.refresh(uploaded, with_for_update=True)
        if after and waits(uploaded, after):
            uploaded.stopped_after = after
            read_no_further(session, uploaded)


def waits(uploaded: UploadedList, after: int) -> bool:
    """Whether what follows row `after` is not read yet."""
    return uploaded.read_to == after if after else uploaded.status == "received"


def _read(session: Session, uploaded: UploadedList, after: int) -> None:
    if uploaded.is_stopped:
        raise _Stopped
    path = files.path(uploaded.file_key)
    path.stat()  # a file store that is away for a moment is no fault of the list: raises, and is tried again
    remembered = remembered_meanings(session, uploaded.created_by)
    sheet, question = uploaded.sheet, None
    if uploaded.said is None and not after:
        sheet, question = sheet_or_question(path, uploaded, remembered)
    if question:
        _lock(session, uploaded, after)
        uploaded.status, uploaded.question = "asking", question
        return
    portion = _Portion(uploaded)
    with closing(pieces(path, sheet, after=after, enough=portion.most + HEAD_ROWS)) as found:
        source = _Source(found)
        if after:
            below = Below(header_of(uploaded), source.rows())
        else:
            _, below = find_header(source.rows(), sheet, uploaded.kind, remembered, _said(uploaded))
        copy_text(session, "uploaded_row (row, cells, list_id, batch)", portion.stored(below, source.rest()))
    header = below.told()
    if uploaded.writes_into_leads:
        gather(session, uploaded.id, header, portion.first, portion.sizes, BATCH_BYTES // 4, NAMES_BYTES)
    session.execute(insert(Batch), portion.batches())
    _lock(session, uploaded, after)
    _take(session, uploaded, portion, sheet, header)
    uploaded.read_to = portion.last if portion.more else None
    if portion.more:
        announce_file(session, uploaded.id, uploaded.reading_bytes, portion.last)


def _take(session: Session, uploaded: UploadedList, portion: "_Portion", sheet: str, header: Header) -> None:
    """The rows of a portion belong to the list from now on, and are on their way."""
    known = uploaded.batches
    uploaded.sheet = sheet
    uploaded.header = asdict(header)
    uploaded.rows_read += sum(portion.sizes)
    uploaded.batches += len(portion.sizes)
    uploaded.go_on()
    announce_more(session, uploaded, known)


def _said(uploaded: UploadedList) -> Said | None:
    if uploaded.said is None:
        return None
    codes = {int(at): code for at, code in uploaded.said["codes"].items()}
    return Said(uploaded.said["row"], codes, frozenset(uploaded.said.get("asked", ())))


class _Stopped(Exception):
    """Nobody waits for these rows any longer: nothing of the portion stays."""


def _lock(session: Session, uploaded: UploadedList, after: int) -> None:
    session.refresh(uploaded, with_for_update=True)
    if uploaded.is_stopped or not waits(uploaded, after):
        raise _Stopped


class _Source:
    """The rows of a file: one by one until the header is known, then as they come."""

    def __init__(self, found: Iterator[Block | Row]) -> None:
        self._found, self._is_known = found, False

    def rows(self) -> Iterator[Row]:
        """Of a workbook to the end of the block at which the rest is asked for; of a text all of them."""
        for piece in self._found:
            if isinstance(piece, Block):
                yield from piece.rows()
                if self._is_known:
                    return
            else:
                yield piece

    def rest(self) -> Iterator[Block]:
        self._is_known = True
        return (piece for piece in self._found if isinstance(piece, Block))


class _Portion:
    """Counts the rows that pass and gives each its batch. `sizes`: how many rows each batch has; `last`: the number of
    the last row; `more`: whether there are rows below it."""

    def __init__(self, uploaded: UploadedList) -> None:
        self.list_id, self.first = uploaded.id, uploaded.batches
        first = FIRST_ROWS_TOGETHER if uploaded.writes_into_leads else FIRST_ROWS
        self.most = min(uploaded.rows_read * GROWTH, MOST_ROWS) if uploaded.batches else first
        self.sizes: list[int] = []
        self.room = 0  # bytes left in the last batch
        self.left, self.last, self.more = self.most, 0, False

    def stored(self, below: Below, rest: Iterator[Block]) -> Iterator[bytes]:
        """The rows as COPY takes them. Whole blocks of a workbook pass without a look into them."""
        yield from self._one_by_one(map(_line, below))
        for block in rest:
            if self.more:
                return
            size = len(block.text) + block.count * NAMES_BYTES
            if not below.passes(block):
                yield from self._one_by_one(map(_line, below.passed(block.rows())))
            elif block.count <= self.left and self._fits(block.count, size):
                self._take(block.count, size)
                yield self._written(block.text)
            else:
                yield from self._one_by_one(block.text.splitlines(keepends=True))

    def _one_by_one(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        waiting: list[bytes] = []
        for line in lines:
            if not self.left:
                self.more = True
                break
            size = len(line) + NAMES_BYTES
            if not self._fits(1, size):
                if waiting:
                    yield self._written(b"".join(waiting))
                    waiting = []
                self.sizes.append(0)
                self.room = BATCH_BYTES
            self._take(1, size)
            waiting.append(line)
        if waiting:
            yield self._written(b"".join(waiting))

    def _fits(self, count: int, size: int) -> bool:
        """Whether the last batch has room for so many rows of so many bytes."""
        return bool(self.sizes) and self.sizes[-1] + count <= BATCH_ROWS and size <= self.room

    def _take(self, count: int, size: int) -> None:
        self.sizes[-1] += count
        self.room -= size
        self.left -= count

    def _written(self, lines: bytes) -> bytes:
        """Rows of the last batch, with what COPY escapes, their list and their batch."""
        begin = lines.rfind(b"\n", 0, -1) + 1
        self.last = int(lines[begin : lines.index(b"\t", begin)])
        end = b"\t%d\t%d\n" % (self.list_id, self.first + len(self.sizes) - 1)
        return lines.replace(b"\\", b"\\\\").replace(b"\n", end)

    def batches(self) -> list[dict[str, int]]:
        numbered = enumerate(self.sizes, start=self.first)
        return [{"list_id": self.list_id, "number": number, "rows": size} for number, size in numbered]


def _line(row: Row) -> bytes:
    """As the blocks of a workbook have it."""
    number, cells = row
    return b"%d\t%b\n" % (number, to_json(cells))  # a quarter of what json takes: 1 µs
