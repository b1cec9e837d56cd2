"""Reading a list file: `rows(path, sheet)` streams (row number, cells), of a workbook or of text (delimited.py).

The library for workbooks (python-calamine) holds the whole sheet and aborts its process on some hostile files, so it
runs in reader.py under limits; whatever happens there, here it is an iterator or a Refused. Cells are text, blank rows
are left out, row numbers are the sheet's own, trailing blank cells are cut.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

from . import delimited, refusal
from .gate import LIMITS, ZIP_MAGIC, Limits, Sheet, inspect

READER = Path(__file__).with_name("reader.py")
SILENCE_SECONDS = 60.0
Row = tuple[int, list[str]]


def first_sheet(path: Path, limits: Limits = LIMITS) -> Sheet:
    """The sheet to read: the first visible one. Raises Refused."""
    with path.open("rb") as file:
        return inspect(file, limits)


def rows(path: Path, sheet: str, limits: Limits = LIMITS) -> Generator[Row, None, None]:
    """The rows of one sheet. Raises Refused, also after some rows when the file turns out to be broken or too long."""
    with path.open("rb") as file:
        is_workbook = file.read(len(ZIP_MAGIC)) == ZIP_MAGIC
    if is_workbook:
        yield from _workbook_rows(path, sheet, limits)
    else:
        yield from delimited.rows(path, limits.rows, limits.columns)


def _workbook_rows(path: Path, sheet: str, limits: Limits) -> Generator[Row, None, None]:
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", str(READER), str(path), sheet, str(limits.rows + 1), str(limits.columns)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, close_fds=True,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"},
    )  # fmt: skip
    ended = False
    try:
        for line in _lines(child):
            answer = json.loads(line)
            if isinstance(answer, list):
                for number, *cells in answer:
                    yield number, cells
            elif problem := answer.get("problem"):
                raise _refusal(problem, answer.get("detail", ""), limits)
            else:
                ended = True
        if not ended:
            raise _refusal("died", "", limits)
    finally:
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()


def _lines(child: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Whole lines as the child says them; a child silent for too long is given up."""
    assert child.stdout is not None
    descriptor, waiting = child.stdout.fileno(), bytearray()
    deadline = time.monotonic() + SILENCE_SECONDS
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return
        chunk = os.read(descriptor, 1 << 18)
        if not chunk:
            return
        searched = len(waiting)
        waiting += chunk
        while (end := waiting.find(b"\n", searched)) >= 0:
            yield bytes(waiting[:end])
            del waiting[: end + 1]
            searched = 0
            deadline = time.monotonic() + SILENCE_SECONDS


def _refusal(problem: str, detail: str, limits: Limits) -> refusal.Refused:
    if problem == "encrypted":
        return refusal.encrypted()
    if problem == "damaged":
        return refusal.damaged(detail)
    if problem == "too_many_rows":
        return refusal.too_many_rows(limits.rows)
    return refusal.bomb(
        "読み取りに必要なメモリか時間が上限を超えました。リストより右の列と下の行を削除して保存し直してください。",
        "Reading it needs more memory or time than allowed. "
        "Delete the columns and rows beyond the list and save it again.",
    )
