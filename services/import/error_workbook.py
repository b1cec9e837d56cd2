"""The error workbook: rows that did not go in, to be put right in Excel and brought back to the same list.

The list layout, with two columns before it: 元の行, by which a row is known when it comes back, and what is wrong with
it. A wrong cell is red and has the reason as a note; a field with choices has its drop-down.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from . import refusal
from .cells import number
from .columns import plain
from .gate import Seen
from .spreadsheet import Row, rows
from .workbook import META_SHEET

ROW_HEADER = {"ja": "元の行", "en": "Original row"}
WHY_HEADER = {"ja": "エラー内容", "en": "What is wrong"}
OWN_NAMES = {plain(name) for names in (ROW_HEADER, WHY_HEADER) for name in names.values()}
BEFORE = 2  # columns that stand before the layout
SEARCHED_ROWS = 20
# What a request waits for, rows and bytes of the sheet before compression; a worker writes a longer workbook.
AT_ONCE = 20_000
AT_ONCE_BYTES = 128 << 20


def is_long(rows: int) -> bool:
    """Whether nobody should wait for the workbook of so many rows."""
    return rows > AT_ONCE


@dataclass(frozen=True)
class Origin:
    """The list that an error workbook was taken out of, how many `batches` it had then, and whether what stood there
    was a plan or its commit was not through."""

    list_id: int
    file_name: str
    batches: int | None
    planned: bool


def origin_of(path: Path, seen: Seen) -> Origin | None:
    """None where the file does not say, such as one into which somebody copied the cells. Raises Refused."""
    if all(sheet.name != META_SHEET for sheet in seen.sheets):
        return None
    with closing(rows(path, META_SHEET, last_row=SEARCHED_ROWS)) as found:
        meta = {cells[0]: cells[1] for _, cells in found if len(cells) > 1}
    list_id = number(meta.get("list_id", ""))
    return (
        Origin(list_id, meta.get("file_name", ""), number(meta.get("batches", "")), meta.get("planned") == "1")
        if meta.get("kind") == "errors" and list_id
        else None
    )


@dataclass(frozen=True)
class OpenRow:
    """A row that did not go in. `cells` by column code, as the file had them; `reasons`: (cells by code, words)."""

    row: int
    cells: Mapping[str, str]
    reasons: list[tuple[tuple[str, ...], str]]


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
