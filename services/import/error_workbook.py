"""The error workbook: rows that did not go in, to be put right in Excel and brought back to the same list.

The list layout, with two columns before it: 元の行, by which a row is known when it comes back, and what is wrong with
it. A wrong cell is red and has the reason as a note; a field with choices has its drop-down.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import xlsxwriter

from . import refusal
from .cells import number
from .columns import BY_CODE, WRITTEN, plain
from .gate import Seen
from .spreadsheet import Row, rows
from .workbook import META_SHEET
from .writing import (
    HEADER_LOOK,
    LAYOUT_VERSION,
    LIST_SHEET,
    LONGEST_CELL,
    OPTIONS,
    Choices,
    offer_choices,
    write_choices,
    write_meta,
)

ROW_HEADER = {"ja": "元の行", "en": "Original row"}
WHY_HEADER = {"ja": "エラー内容", "en": "What is wrong"}
OWN_NAMES = {plain(name) for names in (ROW_HEADER, WHY_HEADER) for name in names.values()}
BEFORE = 2  # columns that stand before the layout
SEARCHED_ROWS = 20
AT_ONCE = 20_000  # rows of a workbook that a request waits for; a worker writes a longer one
MOST_NOTES = 5_000  # a note is a drawing: more make a file that Excel opens slowly; the words stand in their column


def is_long(rows: int) -> bool:
    """Whether nobody should wait for the workbook of so many rows."""
    return rows > AT_ONCE


@dataclass(frozen=True)
class Origin:
    """The list that an error workbook was taken out of, and its `rounds` then."""

    list_id: int
    file_name: str
    round: int | None


def origin_of(path: Path, seen: Seen) -> Origin | None:
    """None where the file does not say, such as one into which somebody copied the cells. Raises Refused."""
    if all(sheet.name != META_SHEET for sheet in seen.sheets):
        return None
    with closing(rows(path, META_SHEET, last_row=SEARCHED_ROWS)) as found:
        meta = {cells[0]: cells[1] for _, cells in found if len(cells) > 1}
    list_id = number(meta.get("list_id", ""))
    return (
        Origin(list_id, meta.get("file_name", ""), number(meta.get("round", "")))
        if meta.get("kind") == "errors" and list_id
        else None
    )


@dataclass(frozen=True)
class OpenRow:
    """A row that did not go in. `cells` by column code, as the file had them; `reasons`: (cells by code, words)."""

    row: int
    cells: Mapping[str, str]
    reasons: list[tuple[tuple[str, ...], str]]


def write_errors(
    target: IO[bytes], rows: Iterable[OpenRow], codes: set[str], choices: Choices, meta: Mapping[str, str], words: str
) -> int:
    """Writes the workbook into `target`; answers how many rows it has. `codes`: the columns that the list had, so that
    one 氏名 column stays one. `words`: ja or en."""
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    sheet = workbook.add_worksheet(LIST_SHEET)
    extra = [BY_CODE[code] for code in ("full_name", "full_name_kana") if code in codes]
    columns = dict(enumerate([*WRITTEN, *extra], start=BEFORE))
    shown = [column.code for column in columns.values() if not column.hidden]
    text = workbook.add_format({"num_format": "@", "valign": "top"})
    wrong = workbook.add_format({"num_format": "@", "valign": "top", "bg_color": "#FECACA", "border": 1})
    told = workbook.add_format({"text_wrap": True, "valign": "top", "font_color": "#B91C1C"})
    head = workbook.add_format({**HEADER_LOOK, "bg_color": "#475569"})
    sheet.freeze_panes(1, BEFORE)
    sheet.set_column(0, 0, 8, text)
    sheet.set_column(1, 1, 60, told)
    sheet.write_string(0, 0, ROW_HEADER[words], head)
    sheet.write_string(0, 1, WHY_HEADER[words], head)
    for index, column in columns.items():
        sheet.set_column(index, index, column.width, text, {"hidden": 1} if column.hidden else {})
        sheet.write_string(0, index, column.ja, head)
    count = notes = 0
    for count, row in enumerate(rows, start=1):
        sheet.write_string(count, 0, str(row.row), text)
        sheet.write_string(count, 1, "\n".join(said for _, said in row.reasons)[:LONGEST_CELL], told)
        reasons = _notes(row, shown)
        for index, column in columns.items():
            value, why = row.cells.get(column.code, ""), reasons.get(column.code)
            if value or why:
                sheet.write_string(count, index, value[:LONGEST_CELL], wrong if why else text)
            if why and notes < MOST_NOTES:
                notes += 1
                sheet.write_comment(count, index, why, {"x_scale": 2.2, "y_scale": 0.8})
    sheet.autofilter(0, 0, max(count, 1), BEFORE + len(columns) - 1)
    offer_choices(sheet, columns, write_choices(workbook, choices))
    write_meta(workbook, {**meta, "kind": "errors", "rows": str(count), "layout_version": LAYOUT_VERSION})
    sheet.activate()
    workbook.close()
    return count


def _notes(row: OpenRow, shown: list[str]) -> dict[str, str]:
    """What each wrong cell is told, by column code; the first cell tells what is wrong with no cell that is seen."""
    notes: dict[str, str] = {}
    for codes, said in row.reasons:
        for code in [code for code in codes if code in shown] or shown[:1]:
            notes[code] = f"{notes[code]}\n{said}" if code in notes else said
    return notes


class RowNumbers:
    """Passes rows on and remembers in which column of which row 元の行 stands."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = rows
        self._places: dict[int, int] = {}

    def __iter__(self) -> Iterator[Row]:
        names = {plain(name) for name in ROW_HEADER.values()}
        for looked, (row, cells) in enumerate(self._rows):
            if looked < SEARCHED_ROWS:
                found = [index for index, name in enumerate(cells) if plain(name) in names]
                if found:
                    self._places[row] = found[0]
            yield row, cells

    def column(self, header_row: int) -> int:
        """The column's index. Raises Refused where the header has none: the file is no error workbook."""
        if header_row not in self._places:
            raise refusal.Refused(
                "no_row_numbers",
                f"見出し（{header_row}行目）に「{ROW_HEADER['ja']}」の列がありません。"
                "このリストの画面からExcelで出力した、取り込めない行のファイルを直して選んでください。",
                f"The header (row {header_row}) has no column “{ROW_HEADER['en']}”. Choose the error workbook of this "
                "list, with its rows put right.",
            )
        return self._places[header_row]


def numbered(rows: Iterable[Row], column: int) -> Iterator[tuple[int, list[str]]]:
    """The rows under the number that they have in the list; one without a readable number is 0. Raises Refused for a
    number that comes twice: nobody could say which of the two is meant."""
    seen: dict[int, int] = {}
    for row, cells in rows:
        original = (number(cells[column]) if column < len(cells) and cells[column].strip() else 0) or 0
        if original and original in seen:
            raise refusal.Refused(
                "doubled_row",
                f"{seen[original]}行目と{row}行目の「{ROW_HEADER['ja']}」がどちらも {original} です。"
                "どちらか一方を削除してください。",
                f"Rows {seen[original]} and {row} both have {original} as their “{ROW_HEADER['en']}”. Delete one.",
            )
        seen[original] = row
        yield original, cells
