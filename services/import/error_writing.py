"""Writing the error workbook: the list layout with 元の行 and エラー内容 before it, wrong cells red and with notes.

As for リスト出力 (list_rows.py) XlsxWriter makes everything but the rows: 30,000 of 20 columns take 1.1 s, where it
takes 4.1 s.
"""

import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from shutil import copyfileobj
from typing import IO

import xlsxwriter

from .columns import BY_CODE, WRITTEN, Column, letter
from .error_workbook import BEFORE, ROW_HEADER, WHY_HEADER, OpenRow
from .list_rows import COMPRESSION, END_OF_ROWS, SHEET, TooLarge, safe
from .writing import (
    HEADER_LOOK,
    LAYOUT_VERSION,
    LINE_POINTS,
    LIST_SHEET,
    LONGEST_CELL,
    OPTIONS,
    Choices,
    height_of,
    lines_of,
    offer_choices,
    write_choices,
    write_meta,
)

MOST_NOTES = 5_000  # a note is a drawing: more make a file that Excel opens slowly; the words stand in their column
SAMPLE = re.compile(rb'<row r="2".*?</row>')  # of the frame: a cell in each style
DIMENSION = re.compile(rb"<dimension [^>]*/>")
LOOK = {"num_format": "@", "valign": "top"}
WRONG_LOOK = {**LOOK, "bg_color": "#FECACA", "border": 1}
TOLD_LOOK = {"text_wrap": True, "valign": "top", "font_color": "#B91C1C"}
WHY_WIDTH = 60
Note = tuple[int, int, str]  # row and column from 0, words


def write_errors(
    target: IO[bytes],
    rows: Iterable[OpenRow],
    codes: set[str],
    choices: Choices,
    meta: Mapping[str, str],
    words: str,
    largest: int,
) -> int:
    """Writes the workbook into `target`; answers how many rows it has. `codes`: the columns that the list had, so that
    one 氏名 column stays one. `words`: ja or en. Raises TooLarge where the rows have more than `largest` bytes."""
    extra = [BY_CODE[code] for code in ("full_name", "full_name_kana") if code in codes]
    frame = _Frame(dict(enumerate([*WRITTEN, *extra], start=BEFORE)), choices, meta, words)
    with tempfile.TemporaryFile() as written, tempfile.TemporaryFile() as framed:
        frame.write(framed, 0, [])
        with zipfile.ZipFile(framed) as parts:
            writer = _Writer(frame.columns, parts.read(SHEET))
        size = 0
        for row in rows:
            size += written.write(writer.row(row))
            if size > largest:
                raise TooLarge
        framed.seek(0)
        framed.truncate()
        written.seek(0)
        frame.write(framed, writer.count, writer.notes)
        area = f"A1:{letter(max(frame.columns))}{writer.count + 1}"
        _put_together(target, framed, written, area)
    return writer.count


def _put_together(target: IO[bytes], framed: IO[bytes], written: IO[bytes], area: str) -> None:
    """The frame with the rows in it; `area`: the cells that there are."""
    packed = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION)
    with zipfile.ZipFile(framed) as parts, packed:
        for name in parts.namelist():
            content = parts.read(name)
            if name != SHEET:
                packed.writestr(name, content)
                continue
            head, tail = SAMPLE.sub(b"", content).split(END_OF_ROWS)
            with packed.open(SHEET, "w") as sheet:
                sheet.write(DIMENSION.sub(f'<dimension ref="{area}"/>'.encode(), head))
                copyfileobj(written, sheet, 1 << 20)
                sheet.write(END_OF_ROWS + tail)


@dataclass(frozen=True)
class _Frame:
    """The workbook but for its rows. `columns`: by their index."""

    columns: dict[int, Column]
    choices: Choices
    meta: Mapping[str, str]
    words: str

    def write(self, target: IO[bytes], count: int, notes: Iterable[Note]) -> None:
        """Writes it with room for `count` rows and with their notes; its second row is the sample of the styles."""
        workbook = xlsxwriter.Workbook(target, OPTIONS)
        sheet = workbook.add_worksheet(LIST_SHEET)
        text, wrong, told = (workbook.add_format(look) for look in (LOOK, WRONG_LOOK, TOLD_LOOK))
        head = workbook.add_format({**HEADER_LOOK, "bg_color": "#475569"})
        sheet.freeze_panes(1, BEFORE)
        sheet.set_default_row(LINE_POINTS)
        sheet.set_column(0, 0, 8, text)
        sheet.set_column(1, 1, WHY_WIDTH, told)
        sheet.write_string(0, 0, ROW_HEADER[self.words], head)
        sheet.write_string(0, 1, WHY_HEADER[self.words], head)
        for index, column in self.columns.items():
            sheet.set_column(index, index, column.width, text, {"hidden": 1} if column.hidden else {})
            sheet.write_string(0, index, column.ja, head)
        for index, look in enumerate((text, wrong, told)):
            sheet.write_blank(1, index, None, look)
        for row, index, why in notes:
            sheet.write_comment(row, index, why, {"x_scale": 2.2, "y_scale": 0.8})
        sheet.autofilter(0, 0, max(count, 1), max(self.columns))
        offer_choices(sheet, self.columns, write_choices(workbook, self.choices))
        write_meta(workbook, {**self.meta, "kind": "errors", "rows": str(count), "layout_version": LAYOUT_VERSION})
        sheet.activate()
        workbook.close()


class _Writer:
    """Turns rows into XML, in the styles of the frame; keeps their notes, as far as there is room for them."""

    def __init__(self, columns: Mapping[int, Column], sheet: bytes) -> None:
        sample = SAMPLE.search(sheet)
        assert sample
        self._text, self._wrong, self._told = (int(style) for style in re.findall(rb' s="(\d+)"', sample[0]))
        self._columns = [(index, column.code, letter(index)) for index, column in columns.items()]
        self._shown = [column.code for column in columns.values() if not column.hidden]
        self.count = 0
        self.notes: list[Note] = []

    def row(self, row: OpenRow) -> bytes:
        self.count += 1
        number, text = self.count + 1, self._text
        reasons = _notes(row, self._shown)
        told = "\n".join(said for _, said in row.reasons)
        cells = [_cell("A", number, text, str(row.row)), _cell("B", number, self._told, told)]
        for index, code, at in self._columns:
            value, why = row.cells.get(code, ""), reasons.get(code)
            if value or why:
                cells.append(_cell(at, number, self._wrong if why else text, value))
            if why and len(self.notes) < MOST_NOTES:
                self.notes.append((self.count, index, why))
        lines = lines_of(told, WHY_WIDTH)
        height = f' ht="{height_of(lines)}"' if lines > 1 else ""
        return f'<row r="{number}"{height}>{"".join(cells)}</row>'.encode()


def _cell(at: str, number: int, style: int, text: str) -> str:
    if not text:
        return f'<c r="{at}{number}" s="{style}"/>'
    held = f'<is><t xml:space="preserve">{safe(text[:LONGEST_CELL])}</t></is>'
    return f'<c r="{at}{number}" s="{style}" t="inlineStr">{held}</c>'


def _notes(row: OpenRow, shown: list[str]) -> dict[str, str]:
    """What each wrong cell is told, by column code; the first cell tells what is wrong with no cell that is seen."""
    notes: dict[str, str] = {}
    for codes, said in row.reasons:
        for code in [code for code in codes if code in shown] or shown[:1]:
            notes[code] = f"{notes[code]}\n{said}" if code in notes else said
    return notes
