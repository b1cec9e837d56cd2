"""The rows of a worksheet as text, a block at a time.

A row whose cells all look as most programs write them is cut at its tags (quick.py); one with formulas or other shapes
is searched with a pattern; and one in which that does not find every cell goes through an XML parser (careful.py). So
speed is no question of right or wrong.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from . import formats
from .careful import Cell, careful_cells
from .formats import Shapes, Styles, columns_by_letters
from .hidden import hidden_columns, hides
from .markup import Damaged, TooManyRows, blocks, decoded, plain
from .quick import Quick
from .strings import Strings, unquoted

LONGEST_ROW = 16 << 20  # bytes
LAST_ROW = 1_048_576
WHOLE_ROWS = 20  # so many rows come with every column they have: the header is among them
REMEMBERED = 50_000
_NUMBER = re.compile(rb"\sr=[\"'](\d{1,7})[\"']")
Row = tuple[int, int, bytes]  # its number, how many columns it has, and its cells as JSON (process.py)


class Tags:
    """The tags of a sheet, with the prefix that it gives them."""

    def __init__(self, prefix: str) -> None:
        p, space = re.escape(prefix), r'(?: xml:space="preserve")?'
        self.row, self.row_end = f"<{prefix}row", f"</{prefix}row>"
        self.value, self.inline, self.cell = f"<{prefix}v", f"<{prefix}is", f"<{prefix}c"
        self.formula = f"<{prefix}f"
        formula = rf"(?:<{p}f(?: [^<>]*)?(?:/>|>[^<]*</{p}f>))?"
        value = rf"(?:<{p}v{space}>|<{p}is><{p}t{space}>)([^<]*)(?:</{p}v>|</{p}t></{p}is>)"
        self.pattern = re.compile(
            rf'<{p}c(?: r="([A-Z]{{1,3}})[0-9]+")?((?: [a-z]+="[^"<>]*")*)(?:/>|>{formula}(?:{value})?</{p}c>)'
        )


class Reader:
    """Reads rows of one workbook, those below `after` down to `last_row`. `addresses`: (row, column from 0) → the mail
    address behind a cell."""

    def __init__(
        self,
        strings: Strings,
        styles: Styles,
        most_columns: int,
        from_1904: bool,
        addresses: dict[tuple[int, int], str],
        after: int = 0,
        last_row: int = LAST_ROW,
    ) -> None:
        self.strings, self.shapes, self.from_1904 = strings, Shapes(styles.kinds), from_1904
        self.most_columns, self.addresses, self.after, self.last_row = most_columns, addresses, after, last_row
        self.linked = {row for row, _ in addresses}
        self.columns = columns_by_letters()
        self.errors = False
        self.moments: dict[tuple[str, str], str] = {}

    def rows(self, part: IO[bytes]) -> Iterator[Row]:
        """Every row that is not blank. Raises Damaged and TooMuch."""
        last, seen = 0, WHOLE_ROWS if self.after else 0
        prefix, rest = None, b""
        for block, found in blocks(part, "row", LONGEST_ROW):
            if found != prefix:
                prefix = found
                self._begin(prefix, block)
            opening, ending = self.tags.row.encode(), self.tags.row_end.encode()
            if last < self.after and (passed := self._last_number(block)) <= self.after and passed:
                last = passed
                continue
            *texts, rest = block.split(ending)
            for text in texts:
                begins = text.find(opening)
                ends = text.find(b">", begins)
                if begins < 0 or ends < 0:
                    continue
                attributes, body = text[begins + len(opening) : ends], text[ends + 1 :]
                number = b'%d"' % (last + 1)
                if attributes.startswith(b' r="' + number) and last < LAST_ROW:
                    last += 1
                else:
                    last = self._row_number(attributes, last)
                    number = b'%d"' % last
                if last > self.last_row:
                    return
                if last > self.after and body and (row := self._said(last, number, attributes, body, seen)):
                    seen += 1
                    yield row
        if f"</{prefix}sheetData>".encode() not in rest and f"<{prefix}sheetData/>".encode() not in rest:
            raise Damaged("sheet without its end")

    def _begin(self, prefix: str, head: bytes) -> None:
        self.tags, self.quick = Tags(prefix), Quick(prefix, self.strings, self.shapes, self._text)
        self.hidden = hidden_columns(decoded(head.partition(b"sheetData")[0]), self.most_columns)

    def _said(self, row: int, number: bytes, attributes: bytes, body: bytes, seen: int) -> Row | None:
        """The row as it is sent; None for a blank one. `seen`: how many there were before."""
        if seen and row not in self.linked and b" hidden=" not in attributes:
            width, written = self.quick.row(number, body) or (0, b"")
            if 0 < width <= self.most_columns and not (self.errors and b"#" in written):
                return row, width, written
        _, *cells = self._row(row, decoded(attributes), decoded(body), seen >= WHOLE_ROWS)
        if not cells:
            return None
        if not seen and self.hidden:
            _mark(cells, {"columns": self.hidden})
        return row, len(cells), json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode()

    def _row(self, row: int, attributes: str, body: str, cuts: bool) -> list[Any]:
        """Its number, its cells and what else there is to say of it. `cuts`: without what is right of any list."""
        cells, marks = self._read(row, body), {}
        if cuts and len(cells) > self.most_columns + 1:
            marks = self._cut_far(cells)
        behind = self._in_formulas(cells, body) if self.tags.formula in body else {}
        self._cut(cells)
        if self.addresses or behind:
            marks |= self._addresses_behind(cells, row, behind)
        if " hidden=" in attributes and hides(attributes):
            marks["hidden"] = True
        if marks and (len(cells) > 1 or "beyond" in marks):
            _mark(cells, marks)
        return cells

    def _cut(self, cells: list[Any]) -> None:
        """Takes blank cells off the end of a row, and all from one that has nothing but the errors of formulas."""
        while len(cells) > 1 and not cells[-1].strip():
            cells.pop()
        if self.errors and formats.only_errors(cells[1:]):
            del cells[1:]

    def _cut_far(self, cells: list[Any]) -> dict[str, Any]:
        """Takes off what is right of any list, and says where that begins."""
        far = next((at for at in range(self.most_columns + 1, len(cells)) if cells[at].strip()), 0)
        del cells[self.most_columns + 1 :]
        return {"beyond": far - 1} if far else {}

    def _last_number(self, block: bytes) -> int:
        """The number of the last row in the block, where it says one; else 0."""
        attributes = block.rpartition(self.tags.row.encode())[2].partition(b">")[0]
        found = _NUMBER.match(attributes)
        return int(found.group(1)) if found else 0

    def _row_number(self, attributes: bytes, last: int) -> int:
        found = _NUMBER.match(attributes) or _NUMBER.search(attributes)
        number = int(found.group(1)) if found else last + 1
        if number > LAST_ROW:
            raise TooManyRows
        if number <= last:
            raise Damaged(f"row {number} after row {last}")
        return number

    def _read(self, row: int, body: str) -> list[Any]:
        """The row's number and the texts of its cells."""
        tags = self.tags
        if tags.value not in body and tags.inline not in body:
            return [row]
        if tags.row in body:
            raise Damaged(f"row {row}")
        cells: list[Any] = [row]
        found: list[Cell] = []
        with suppress(KeyError):
            found += [(letters, self.shapes[more], value) for letters, more, value in tags.pattern.findall(body)]
        if len(found) != body.count(tags.cell):
            found = careful_cells(f"{tags.row}>{body}{tags.row_end}", self.shapes)
        place = 0
        for letters, shape, value in found:
            place = self.columns[letters] if letters else place + 1
            if not value:
                continue
            if place >= len(cells):
                cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = self._text(shape, value)
        return cells

    def _text(self, shape: str, value: str) -> str:
        """The text of one cell."""
        if not value:
            return ""
        if shape == "e":
            self.errors = True
            return value if value in formats.ERRORS else ""
        if shape == "s":
            return unquoted(self.strings.later(int(value) if value.strip().isdigit() else -1))
        if shape == "":
            return formats.number(value)
        if shape in ("date", "duration"):
            return self._moment(value, shape)
        if shape == "b":
            return "TRUE" if value.strip() in ("1", "true") else "FALSE"
        if shape == "d":
            return formats.iso(value)
        return plain(value) if "&" in value or "_x" in value or not value.isprintable() else value

    def _moment(self, value: str, kind: str) -> str:
        """Remembered, as days repeat."""
        text = self.moments.get((value, kind))
        if text is None:
            text = formats.moment(value, kind, self.from_1904)
            if len(self.moments) < REMEMBERED:
                self.moments[value, kind] = text
        return text

    def _in_formulas(self, cells: list[Any], body: str) -> dict[int, str]:
        """Column from 0 → the address that its formula links to. A cell that shows nothing shows the address, or that
        its formula was never calculated."""
        from . import formulas

        linked = formulas.linked(body) if "HYPERLINK(" in body else []
        found = {self.columns[letters]: address for letters, address in linked if letters in self.columns}
        told = {self.columns[letters]: formats.UNCALCULATED for letters in formulas.uncalculated(body)}
        for place, text in (told | found).items():
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = cells[place] or text
        return {place - 1: address for place, address in found.items()}

    def _addresses_behind(self, cells: list[Any], row: int, behind: dict[int, str]) -> dict[str, Any]:
        found: dict[str, str] = {}
        for index, text in enumerate(cells[1:]):
            address = behind.get(index) or self.addresses.get((row, index))
            if address and text and "@" not in str(text):
                found[str(index)] = address
        return {"links": found} if found else {}


def _mark(cells: list[Any], marks: dict[str, Any]) -> None:
    """Adds to what is said of the row at its end."""
    if isinstance(cells[-1], dict):
        cells[-1] |= marks
    else:
        cells.append(marks)
