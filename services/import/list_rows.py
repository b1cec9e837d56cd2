"""The rows of a list workbook, written as they come: memory stays flat, however many there are.

XlsxWriter makes everything but the rows (writing.py). They are put between the head and the tail of its sheet リスト as
inline strings: 100,000 rows of 26 columns in 2.5 s, where XlsxWriter takes 10 s. Every text is a
text for Excel, whatever it begins with; days are real dates.
"""

import functools
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import IO, Any

from .columns import WRITTEN, letter
from .writing import FLAG, LAST_ROW, LONGEST_CELL, Choices, write_frame

SHEET = "xl/worksheets/sheet1.xml"
FIRST = "[Content_Types].xml"
END_OF_ROWS = b"</sheetData>"
LARGEST_SHEET = (1 << 31) - (1 << 26)  # bytes before compression; a zip file of plain kind takes 2 GiB a member
COMPRESSION = 3  # 6 takes 0.6 s more for 100,000 rows and makes the file a twelfth smaller
EPOCH = date(1899, 12, 30)
# What XML cannot hold as it is: its own signs, control characters, and what Excel would take for an escaped one.
UNSAFE = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
MARKS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\ufffe": "", "\uffff": ""}
Row = Sequence[Any]


class TooLarge(Exception):
    """More than a sheet of Excel takes."""


def write_list(
    target: IO[bytes], fields: Sequence[str], portions: Iterable[list[Row]], choices: Choices, meta: Mapping[str, str]
) -> int:
    """Writes the workbook into `target`, which can be sought in. A row has a value for each of `fields` (column codes).
    Answers how many rows it has. Raises TooLarge."""
    rows = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        with _frame(choices, meta, 0) as frame:
            archive.writestr(FIRST, frame.read(FIRST))
            head, _ = frame.read(SHEET).split(END_OF_ROWS)
        size = len(head)
        writer = _Writer(fields, choices, head)
        with archive.open(SHEET, "w") as sheet:
            sheet.write(re.sub(rb"<dimension [^>]*/>", b"", head))  # it would say that there is nothing but the header
            for portion in portions:
                if rows + len(portion) > LAST_ROW:
                    raise TooLarge
                written = "".join(writer.rows(portion, rows + 2)).encode()
                rows += len(portion)
                size += len(written)
                if size > LARGEST_SHEET:
                    raise TooLarge
                sheet.write(written)
            with _frame(choices, meta, rows) as frame:
                sheet.write(END_OF_ROWS + frame.read(SHEET).split(END_OF_ROWS)[1])
                others = {name: frame.read(name) for name in frame.namelist() if name not in (FIRST, SHEET)}
        for name, content in others.items():
            archive.writestr(name, content)
    return rows


def _frame(choices: Choices, meta: Mapping[str, str], rows: int) -> zipfile.ZipFile:
    written = tempfile.SpooledTemporaryFile(1 << 20)  # noqa: SIM115  closed with the archive
    write_frame(written, choices, meta, rows)
    return zipfile.ZipFile(written)


class _Writer:
    """Turns rows into XML, each column in its style and with what its values are called."""

    def __init__(self, fields: Sequence[str], choices: Choices, head: bytes) -> None:
        styles = _styles(head.decode())
        places = {field: place for place, field in enumerate(fields)}
        columns = [(index, column) for index, column in enumerate(WRITTEN) if column.code in places]
        self._order = [places[column.code] for _, column in columns]
        self._cells = []
        self._shown: list[tuple[int, Any]] = []
        for at, (index, column) in enumerate(columns):
            style = styles[index]
            if column.kind == "date":
                self._shown.append((at, _day))
                self._cells.append((f'<c r="{letter(index)}', f'" s="{style}"><v>', "</v></c>"))
                continue
            if column.kind == "flag":
                self._shown.append((at, {True: FLAG, False: ""}.get))
            elif column.code in choices.labels:
                self._shown.append((at, functools.partial(_called, choices.labels[column.code])))
            kept = ' xml:space="preserve"' if column.kind in ("text", "long_text") else ""  # blanks at its ends
            self._cells.append(
                (f'<c r="{letter(index)}', f'" s="{style}" t="inlineStr"><is><t{kept}>', "</t></is></c>")
            )

    def rows(self, portion: list[Row], number: int) -> Iterator[str]:
        """`number`: of the first row, from 1."""
        cells, shown, order = self._cells, self._shown, self._order
        for row in portion:
            values = [row[place] for place in order]
            for at, show in shown:
                values[at] = show(values[at])
            texts = ["" if value is None else str(value) for value in values]
            together = "\t".join(texts)
            if UNSAFE.search(together) or len(together) > LONGEST_CELL:
                texts = [safe(text[:LONGEST_CELL]) for text in texts]
            filled = [
                f"{before}{number}{middle}{text}{after}"
                for (before, middle, after), text in zip(cells, texts, strict=True)
                if text
            ]
            yield f'<row r="{number}">{"".join(filled)}</row>'
            number += 1


def _styles(head: str) -> dict[int, str]:
    """Column, from 0 → the number of its style, as XlsxWriter noted it for the whole column."""
    found = {}
    for mark in re.findall(r"<col [^>]*/>", head):
        told = dict(re.findall(r'(\w+)="([^"]*)"', mark))
        for index in range(int(told["min"]) - 1, int(told["max"])):
            found[index] = told["style"]
    return found


def _called(labels: Mapping[str, str], value: Any) -> Any:
    return labels.get(str(value), value)


@functools.lru_cache(10_000)
def _day(value: str | None) -> int | None:
    """A day as Excel counts them."""
    return (date.fromisoformat(value) - EPOCH).days if value else None


def safe(text: str) -> str:
    """A text as XML holds it."""
    return UNSAFE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if len(sign) > 1:  # _x000D_ as somebody typed it
        return f"_x005F{sign}"
    return MARKS.get(sign) or ("" if sign in MARKS else f"_x{ord(sign):04X}_")
