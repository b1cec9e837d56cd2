"""The child process that reads a workbook: `python reader.py FILE SHEET MOST_ROWS MOST_COLUMNS`.

A hostile file makes the reading library abort its whole process, so it is run here, under limits on memory and CPU
time, with nothing of the house imported and no secret in the environment.
Out go lines of JSON, each a list of up to 500 rows `[row number, cell, cell, …]`; blank rows are left out, row numbers
stay the sheet's own. A cell is text: whole numbers without a point, dates as 2026-10-28, date and time as
2026-10-28 14:45:00, booleans as TRUE and FALSE.
The last line is {"end": rows sent} or {"problem": what}.
"""

import json
import math
import resource
import sys
from datetime import date, datetime, time, timedelta

ROWS_PER_LINE = 500
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60


def confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def text(value: object) -> str:
    """One cell as text."""
    if isinstance(value, str):
        return value.replace("\0", "").replace("\r\n", "\n")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)


def say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")) + "\n")


def read(path: str, sheet_name: str, most_rows: int, most_columns: int) -> None:
    import python_calamine

    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        sheet = workbook.get_sheet_by_name(sheet_name)
    except python_calamine.PasswordError:
        return say({"problem": "encrypted"})
    except (python_calamine.CalamineError, OSError) as error:
        return say({"problem": "damaged", "detail": str(error)[:200]})
    if sheet.start is None:
        return say({"end": 0})
    blank_before = [""] * sheet.start[1]
    waiting: list[list[object]] = []
    sent = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = blank_before + [
            value if type(value) is str and value.isprintable() else text(value) for value in values[:most_columns]
        ]
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        sent += 1
        if sent > most_rows:
            return say({"problem": "too_many_rows"})
        waiting.append([number, *cells])
        if len(waiting) == ROWS_PER_LINE:
            say(waiting)
            waiting = []
    if waiting:
        say(waiting)
    say({"end": sent})


if __name__ == "__main__":
    confine()
    try:
        read(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    except MemoryError:
        say({"problem": "too_large"})
