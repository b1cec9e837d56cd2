"""Reading a list file: `rows(path, sheet)` streams (row number, cells), of a workbook or of text (delimited.py).

A workbook is read by a process of its own under limits (xlsx/process.py); whatever happens there, here it is an
iterator or a Refused. Cells are text, blank rows are left out, row numbers are the sheet's own, trailing blank cells
are cut.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import delimited, refusal
from .gate import LAST_ROW, LIMITS, ZIP_MAGIC, Limits, Seen, inspect
from .workbook import NO_WORKBOOK, parts_of

PROCESS = f"import sys; sys.path.append({str(Path(__file__).parent)!r}); from xlsx.process import main; main()"
PIPE_BYTES = 1 << 20  # some 5,000 rows: the child need not wait for who stores them
SILENCE_SECONDS = 60.0
MARKED = b"}]\n"  # ends no row but one that ends with an object
Row = tuple[int, list[str]]


class MarkedCells(list[str]):
    """Cells of a row about which there is more to say. Columns count from 0.

    `links`: column → the mail address behind a cell that shows another text. `hidden`: the sheet hides the row.
    `beyond`: its first column with a value right of all that are read. `columns`: those that the sheet hides, told
    with its first row.
    """

    def __init__(self, cells: list[str], marks: dict[str, Any]) -> None:
        super().__init__(cells)
        self.links = {int(column): str(address) for column, address in marks.get("links", {}).items()}
        self.hidden: bool = marks.get("hidden", False)
        self.beyond: int | None = marks.get("beyond")
        self.columns: list[int] = marks.get("columns", [])


def look(path: Path, limits: Limits = LIMITS, again: bool = False) -> Seen:
    """The sheets of a file. Raises Refused. `again`: of one that the gate let pass before."""
    with path.open("rb") as file:
        return inspect(file, limits, again)


@dataclass(frozen=True)
class Block:
    """Rows that follow one another, as the reading process says them. `text`: for each a line, its number, a tab and
    its cells as JSON. `width`: how many columns the widest has."""

    text: bytes
    count: int
    width: int

    @property
    def is_marked(self) -> bool:
        """Whether there is more to say about some of the rows."""
        return MARKED in self.text

    def rows(self) -> Iterator[Row]:
        for line in self.text.splitlines():
            number, _, written = line.partition(b"\t")
            cells = json.loads(written)
            yield int(number), cells if type(cells[-1]) is str else MarkedCells(cells[:-1], cells[-1])


def rows(
    path: Path,
    sheet: str,
    limits: Limits = LIMITS,
    last_row: int = LAST_ROW,
    after: int = 0,
    enough: int = LAST_ROW + 1,
) -> Generator[Row, None, None]:
    """The rows of one sheet below row `after`, of a workbook down to `last_row` and no more than `enough`. Raises
    Refused, also after some rows when the file turns out to be broken or too long."""
    with closing(pieces(path, sheet, limits, last_row, after, enough)) as found:
        for piece in found:
            if isinstance(piece, Block):
                yield from piece.rows()
            else:
                yield piece


def pieces(
    path: Path,
    sheet: str,
    limits: Limits = LIMITS,
    last_row: int = LAST_ROW,
    after: int = 0,
    enough: int = LAST_ROW + 1,
) -> Generator[Block | Row, None, None]:
    """The same in the pieces in which they come: blocks of a workbook, rows of a text."""
    with path.open("rb") as file:
        is_workbook = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    if is_workbook:
        yield from _blocks(path, sheet, limits, last_row, after, enough)
    else:
        found = delimited.rows(path, limits.rows, limits.columns)
        yield from (row for row in found if row[0] > after) if after else found


def _blocks(
    path: Path, sheet: str, limits: Limits, last_row: int, after: int, enough: int
) -> Generator[Block, None, None]:
    try:
        asked = parts_of(path, sheet)
    except NO_WORKBOOK as error:
        raise refusal.damaged() from error
    asked |= {"path": str(path), "most_rows": limits.rows + 1, "most_columns": limits.columns}
    asked |= {"last_row": last_row, "after": after, "enough": enough, "seconds": limits.seconds}
    child = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", PROCESS, json.dumps(asked)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=True,
        pipesize=PIPE_BYTES,
        env={name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ} | {"PYTHONUTF8": "1"},
    )  # fmt: skip
    ended = False
    try:
        pipe = _Pipe(child)
        while line := pipe.line():
            answer = json.loads(line)
            if "rows" in answer:
                text = pipe.take(answer["bytes"])
                if text is None:
                    break
                yield Block(text, answer["rows"], answer["width"])
            elif answer.get("problem") == "disk":
                raise OSError(answer["detail"])  # no fault of the file: tried again later
            elif problem := answer.get("problem"):
                raise _refusal(problem, answer.get("detail", ""), limits)
            else:
                ended = True
        if not ended:
            raise _died(child, limits)
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


class _Pipe:
    """What a child says, as it says it; None at its end. A child silent for too long is given up."""

    def __init__(self, child: subprocess.Popen[bytes]) -> None:
        assert child.stdout is not None
        self._descriptor, self._waiting = child.stdout.fileno(), bytearray()

    def line(self) -> bytes | None:
        deadline = time.monotonic() + SILENCE_SECONDS
        while (end := self._waiting.find(b"\n")) < 0:
            if not self._hears(deadline):
                return None
        return self.take(end + 1)

    def take(self, size: int) -> bytes | None:
        deadline = time.monotonic() + SILENCE_SECONDS
        while len(self._waiting) < size:
            if not self._hears(deadline):
                return None
        taken = bytes(self._waiting[:size])
        del self._waiting[:size]
        return taken

    def _hears(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, deadline - time.monotonic()))
        heard = os.read(self._descriptor, 1 << 18) if ready else b""
        self._waiting += heard
        return bool(heard)


def _died(child: subprocess.Popen[bytes], limits: Limits) -> Exception:
    """Why the rows end before their end. Only somebody from outside sends SIGKILL, such as a machine that has no memory
    left: no fault of the file, tried again later."""
    with suppress(subprocess.TimeoutExpired):  # silent for too long, but alive
        if child.wait(1) == -signal.SIGKILL:
            return ChildProcessError("the process that reads the sheet was killed")
    return _refusal("died", "", limits)


def _refusal(problem: str, detail: str, limits: Limits) -> refusal.Refused:
    if problem == "damaged":
        return refusal.damaged(detail)
    if problem == "too_many_rows":
        return refusal.too_many_rows(limits.rows)
    return refusal.too_costly(problem)
