"""Rows as most programs write them, made into JSON as they are cut: bytes in, bytes out.

Thousands of rows of a list are alike but for their values: the same cells, in the same order, with the same attributes.
Such a layout is understood once; what it is in JSON is then a form to fill in. Whatever looks different in any way is
left to sheet.py.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from .formats import Shapes, columns_by_letters
from .markup import decoded, plain
from .strings import Strings, quoted, unquoted

REMEMBERED = 10_000  # layouts; and as many values
LONGEST_KEY = 4_096
ZERO = ord("0")
CONTROLS = bytes(range(32))
SPECIAL = re.compile(rb'[&"\\\x00-\x1f]|_x')  # what a text is not in XML, or not in JSON


class Layout(NamedTuple):
    """Cells of a row. `form`: their JSON, with %b for each value; `quotes`: how many it has; `width`: its last column.
    By the place of the value: `texts` that stand in the row itself, `others` with their shapes. `shared`: all values
    are numbers of shared strings."""

    form: bytes
    quotes: int
    width: int
    texts: tuple[int, ...]
    others: tuple[tuple[int, str], ...]
    shared: bool


class Marks:
    """What stands around a value: in <v>, or in <is><t>."""

    def __init__(self, prefix: str, *around: str) -> None:
        opening = "".join(f"<{prefix}{name}>" for name in around)
        closing = "".join(f"</{prefix}{name}>" for name in reversed(around))
        self.first = f'<{prefix}c r="'.encode()
        self.value = f">{opening}".encode()
        self.last = f"{closing}</{prefix}c>".encode()
        self.between = self.last + self.first


class Quick:
    """Makes the rows of a sheet, whose tags have this prefix, into JSON. `text`: of a shape and a value that is
    neither of plain text nor a number of a shared string."""

    def __init__(self, prefix: str, strings: Strings, shapes: Shapes, text: Callable[[str, str], str]) -> None:
        self.strings, self.shapes, self.text = strings, shapes, text
        self.columns = columns_by_letters()
        self.inline, self.valued = Marks(prefix, "is", "t"), Marks(prefix, "v")
        opening, closing = f"<{prefix}is><{prefix}t", f"</{prefix}t></{prefix}is>"
        self.texts = [
            (written.encode(), f"{meant}{prefix}v>".encode())
            for written, meant in ((f"{opening}>", "<"), (f'{opening} xml:space="preserve">', "<"), (closing, "</"))
        ]
        self.empty = f'"></{prefix}c>'.encode()
        self.blank = re.compile(rf'<{re.escape(prefix)}c(?: [a-z]+="[^"<>]*")*(?:/>|></{re.escape(prefix)}c>)'.encode())
        self.are_mixed = False  # the rows of late: they have blank cells, or values in both ways
        self.layouts: dict[bytes, Layout | None] = {}
        self.values: dict[tuple[str, bytes], bytes] = {}

    def row(self, number: bytes, body: bytes) -> tuple[int, bytes] | None:
        """(columns, JSON of the cells); None for a row that needs a closer look. `number`: of the row, with the
        quotation mark that closes it."""
        if not self.are_mixed and (found := self._cut(number, body)):
            return found
        plainer = self._plainer(body)
        if plainer == body and not self.are_mixed:
            return None
        found = self._cut(number, plainer)
        self.are_mixed = found is not None and plainer != body
        return found

    def _plainer(self, body: bytes) -> bytes:
        """The row without its blank cells, and with all values in <v>."""
        for written, meant in self.texts:
            body = body.replace(written, meant)
        return self.blank.sub(b"", body) if b'"/>' in body or self.empty in body else body

    def _cut(self, number: bytes, body: bytes) -> tuple[int, bytes] | None:
        marks = self.inline if body.endswith(self.inline.last) else self.valued
        if not body.startswith(marks.first) or not body.endswith(marks.last):
            return None
        cells = body[len(marks.first) : -len(marks.last)].split(marks.between)
        pieces = marks.value.join(cells).split(marks.value)
        count = len(cells)
        if len(pieces) != 2 * count:
            return None
        heads = b"\n".join(pieces[::2])
        key = heads.replace(number, b'"')
        if len(heads) - len(key) != count * (len(number) - 1):
            return None
        try:
            layout = self.layouts[key]
        except KeyError:
            layout = self._learn(key, count)
        if layout is None:
            return None
        values = pieces[1::2]
        if layout.others and not self._fill(layout, values):
            return None
        found = layout.form % tuple(values)
        if layout.texts:
            found = _meant(found, layout) or self._careful(layout, values)
            if not found:
                return None
        last = values[-1]
        if not (unquoted(last) if b"\\" in last else last.decode()).strip():
            return None
        return layout.width, found

    def _learn(self, key: bytes, count: int) -> Layout | None:
        layout = self._layout(key.split(b"\n"))
        if layout and len(layout.texts) + len(layout.others) != count:
            layout = None
        if len(self.layouts) < REMEMBERED and len(key) < LONGEST_KEY:
            self.layouts[key] = layout
        return layout

    def _layout(self, heads: list[bytes]) -> Layout | None:
        """None where a cell has attributes that nobody knows, is out of its order, or holds an error."""
        cells: list[bytes] = []
        texts: list[int] = []
        others: list[tuple[int, str]] = []
        for at, head in enumerate(heads):
            letters, _, attributes = head.decode(errors="replace").partition('"')
            try:
                column, shape = self.columns[letters], self.shapes[attributes]
            except KeyError:
                return None
            if column <= len(cells) or shape == "e":
                return None
            cells += [b'""'] * (column - len(cells) - 1)
            cells.append(b'"%b"')
            if shape in ("s", "", "date", "duration", "b", "d"):
                others.append((at, shape))
            else:
                texts.append(at)
        shared = not texts and all(shape == "s" for _, shape in others)
        return Layout(b"[%b]" % b",".join(cells), 2 * len(cells), len(cells), tuple(texts), tuple(others), shared)

    def _fill(self, layout: Layout, values: list[bytes]) -> bool:
        """Puts what they stand for in the place of values that are no plain text, and says whether it could."""
        kept, later = self.strings.kept, self.strings.later
        try:
            if layout.shared:
                numbers = [*map(int, values)]
                if min(numbers) < 0:
                    return False
                if max(numbers) >= len(kept):
                    later(max(numbers))  # so far they are read now
                count = len(kept)
                values[:] = [kept[number] if number < count else later(number) for number in numbers]
                return True
            for at, shape in layout.others:
                value = values[at]
                if shape == "s":
                    values[at] = later(int(value))
                elif shape != "" or not value.isdigit() or value[0] == ZERO:
                    values[at] = self._value(shape, value)
        except ValueError:
            return False
        return True

    def _careful(self, layout: Layout, values: list[bytes]) -> bytes:
        """Nothing where a value is none: there are other tags in the row."""
        for at in layout.texts:
            if b"<" in values[at]:
                return b""
            if SPECIAL.search(values[at]):
                values[at] = quoted(plain(decoded(values[at])))
        return layout.form % tuple(values)

    def _value(self, shape: str, value: bytes) -> bytes:
        """Remembered, as days repeat."""
        if b"<" in value:
            raise ValueError
        found = self.values.get((shape, value))
        if found is None:
            found = quoted(self.text(shape, decoded(value)))
            if len(self.values) < REMEMBERED and len(value) < LONGEST_KEY:
                self.values[shape, value] = found
        return found


def _meant(written: bytes, layout: Layout) -> bytes | None:
    """The row without the escapes of XML; None where there are others than those of &, < and >, or JSON needs some."""
    if (
        written.count(b'"') != layout.quotes
        or b"\\" in written
        or b"<" in written
        or (b"_" in written and b"_x" in written)
        or len(written.translate(None, CONTROLS)) != len(written)
    ):
        return None
    if b"&" in written:
        if layout.others:  # may be meant
            return None
        written = written.replace(b"&lt;", b"<").replace(b"&gt;", b">")
        if written.count(b"&") != written.count(b"&amp;"):
            return None
        written = written.replace(b"&amp;", b"&")
    return written
