"""The process that reads a sheet: under limits on memory and time, with nothing of the house in it.

Its one argument is JSON: {"path", "sheet", "strings", "styles", "links" (names of parts, or null), "from_1904",
"most_rows", "most_columns", "last_row", "after", "enough" (rows), "seconds" (or null)}. Out go blocks of up to 500
rows: a line of JSON, {"rows": how many, "width": columns of the widest, "bytes": how long}, and so many bytes, for each
row a line: its number, a tab and its cells as JSON. Blank rows are left out, row numbers stay the sheet's own. A cell
is text: whole numbers without a point, dates as 2026-10-28, date and time as 2026-10-28 14:45:00, durations as
30:00:00, booleans as TRUE and FALSE. A row may end with an object: "links" {column from 0: address}, mail addresses
behind cells that do not show them; "hidden", if the sheet hides the row; "beyond", its first column with a value right
of all that are read; and at the first row "columns", those that the sheet hides.
The last line is {"end": rows sent} or {"problem": what}.

Starting it costs as much as reading 2,000 rows: what few sheets need is imported where they need it.
"""

import gc
import json
import os
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO, Any

from .formats import Styles
from .markup import Damaged, TooManyRows, TooMuch
from .sheet import Reader, Row
from .strings import Strings

FIRST_ROWS, ROWS = 25, 500  # of a block; the first one, with the header in it, is wanted soon
BLOCK_BYTES = 256 << 10
NO_CELLS = b"[{"  # but something to say about the row
MEMORY_BYTES = 300 << 20
CPU_SECONDS = 20
MEGABYTES_A_SECOND = 6  # of inflated parts, on a slow and busy machine
BROKEN = (
    *(Damaged, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
    *(LookupError, ValueError, OverflowError),  # names of parts and encodings; numbers that cannot be
)


def confine(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))  # ended by SIGXCPU, which nobody else sends
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def say(answer: object, block: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n" + block)


def say_rows(rows: Iterable[Row], most: int, enough: int) -> None:
    sent = widest = size = 0
    lines: list[bytes] = []
    for number, width, cells in rows:
        sent += 1
        if sent > most:
            return say({"problem": "too_many_rows"})
        lines.append(b"%d\t%b\n" % (number, cells))
        size += len(cells)
        widest = max(widest, width)
        enough -= not cells.startswith(NO_CELLS)
        if len(lines) == ROWS or sent == FIRST_ROWS or size > BLOCK_BYTES or not enough:
            say_block(lines, widest)
            lines, widest, size = [], 0, 0
        if not enough:
            break
    if lines:
        say_block(lines, widest)
    say({"end": sent})


def say_block(lines: list[bytes], widest: int) -> None:
    block = b"".join(lines)
    block.decode()  # whether it can be read
    say({"rows": len(lines), "width": widest, "bytes": len(block)}, block)


def read(asked: dict[str, Any]) -> None:
    with zipfile.ZipFile(asked["path"]) as archive:
        parts = {info.filename: info for info in archive.infolist()}

        def part(name: str) -> IO[bytes] | None:
            return archive.open(parts[asked[name]]) if asked.get(name) in parts else None

        size = sum(parts[asked[name]].file_size for name in ("sheet", "strings") if asked.get(name) in parts)
        needed = CPU_SECONDS + (size >> 20) // MEGABYTES_A_SECOND
        confine(min(needed, asked.get("seconds") or needed))
        hidden: dict[tuple[int, int], str] = {}
        if asked.get("links"):
            from .links import addresses

            hidden = addresses(part("links"), archive.open(parts[asked["sheet"]]))
        strings, styles = Strings(part("strings")), Styles(part("styles"))
        bounds = asked["after"], asked["last_row"]
        reader = Reader(strings, styles, asked["most_columns"], asked["from_1904"], hidden, *bounds)
        rows = reader.rows(archive.open(parts[asked["sheet"]]))
        say_rows(rows, asked["most_rows"], asked["enough"])


def main() -> None:
    gc.disable()  # nothing here points in circles
    try:
        read(json.loads(sys.argv[1]))
    except BROKEN as error:
        say({"problem": "damaged", "detail": str(error)[:200]})
    except TooManyRows:
        say({"problem": "too_many_rows"})
    except (TooMuch, MemoryError):
        say({"problem": "too_large"})
    except BrokenPipeError:
        os._exit(0)
    except OSError as error:
        say({"problem": "disk", "detail": str(error)[:200]})
