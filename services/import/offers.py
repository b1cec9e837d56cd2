"""What a file offers before it is read: its sheets with rows, and what each of their columns seems to mean.

Shown with samples to whoever registered it, where something is not clear.
"""

import math
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from .columns import columns_of, plain
from .gate import LIMITS
from .header import KNOWN_NAMES, SEARCHED_ROWS, find_header, has_values, header_at, short
from .refusal import Refused, too_costly
from .spreadsheet import Row, look, rows
from .xlsx.process import MEGABYTES_A_SECOND

SHEETS = 20
SECONDS = 20.0  # for all of them, and for their bytes as long as one may take that has them all
LOOKED_AT = SEARCHED_ROWS + 10
LOWEST = 10_000  # a sheet that is blank down to here holds no list
SAMPLES = 3
OFFERED_ROWS = 10  # may be the header


@dataclass(frozen=True)
class OfferedColumn:
    """`code`: the field that the column seems to be, or "". `clear`: nobody need say more about it."""

    index: int
    name: str
    code: str
    samples: tuple[str, ...]
    clear: bool


@dataclass(frozen=True)
class OfferedRow:
    """A row that may be the header, and what the columns are if it is."""

    row: int
    columns: tuple[OfferedColumn, ...]


@dataclass(frozen=True)
class Offer:
    """A sheet. `row`: its header, as it seems; `rows`: which may be it. `looks_right`: that row is a header; `clear`:
    nothing about it needs a word."""

    sheet: str
    row: int
    columns: tuple[OfferedColumn, ...]
    rows: tuple[OfferedRow, ...]
    looks_right: bool
    clear: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def offers(path: Path, kind: str, remembered: Mapping[str, str]) -> list[Offer]:
    """The visible sheets with rows, by their tabs. Raises Refused."""
    found: list[Offer] = []
    seen = look(path, again=True)
    ends = time.monotonic() + SECONDS + (seen.bytes >> 20) // MEGABYTES_A_SECOND
    for sheet in seen.visible[:SHEETS]:
        left = ends - time.monotonic()
        if left < 0:
            raise too_costly("its sheets together")
        limits = replace(LIMITS, seconds=math.ceil(left))
        with closing(rows(path, sheet.name, limits, LOWEST, enough=LOOKED_AT)) as incoming:
            head = list(islice(incoming, LOOKED_AT))
        if offer := _offer(sheet.name, head, kind, remembered):
            found.append(offer)
    return found


def chosen(found: list[Offer]) -> Offer | None:
    """The one sheet that needs no word: the only one that looks like a list, and all about it is clear."""
    lists = [offer for offer in found if offer.looks_right]
    return lists[0] if len(lists) == 1 and lists[0].clear else None


def _offer(sheet: str, head: list[Row], kind: str, remembered: Mapping[str, str]) -> Offer | None:
    if len(head) < 2:
        return None
    at = header_at(head[:SEARCHED_ROWS], kind, remembered)
    if at is None:
        at = _fullest(head[:SEARCHED_ROWS])
    if at == len(head) - 1:
        return None
    rows = tuple(
        _offered_row(head, place, remembered) for place in sorted({*range(min(OFFERED_ROWS, len(head) - 1)), at})
    )
    row = next(each for each in rows if each.row == head[at][0])
    try:
        find_header(iter(head), sheet, kind, remembered)
        clear = all(column.clear for column in row.columns)
    except Refused:
        clear = False
    named = {column.code for column in row.columns if column.code}
    return Offer(sheet, row.row, row.columns, rows, len(named) >= KNOWN_NAMES, clear)


def _offered_row(head: list[Row], at: int, remembered: Mapping[str, str]) -> OfferedRow:
    """The row at this place as a header, with samples of what stands below it."""
    number, names = head[at]
    below = [cells for _, cells in head[at + 1 :]]
    meant = columns_of(names, remembered)
    columns: list[OfferedColumn] = []
    taken: set[str] = set()
    for index in range(min(max(map(len, [names, *below])), LIMITS.columns)):
        name = names[index].strip() if index < len(names) else ""
        samples = _samples(cells[index] for cells in below if index < len(cells))
        if not name and not samples:
            continue
        column = meant.get(index)
        code = column.code if column and column.code not in taken else ""
        taken.add(code)
        left_out = column is None and plain(name) in remembered
        clear = bool(code) or left_out if name else not has_values(index, below)
        columns.append(OfferedColumn(index, short(name), code, samples, clear))
    return OfferedRow(number, tuple(columns))


def _fullest(head: list[Row]) -> int:
    fullness = [sum(bool(cell.strip()) for cell in cells) for _, cells in head]
    return fullness.index(max(fullness))


def _samples(cells: Iterable[str]) -> tuple[str, ...]:
    different = dict.fromkeys(short(cell) for cell in cells if cell.strip())
    return tuple(islice(different, SAMPLES))
