"""CSV and TSV: lists as other tools write them, in UTF-8 (with or without BOM), UTF-16 with BOM, or CP932.

Nothing in such a file says how it is written, so it is looked through once: the encoding is the first one that the
whole file is valid in, the separator the one that makes its first rows look most like a header. What is nearly all
UTF-8 is no CP932, but broken. A row's number is what Excel would show: a line break inside quotes is part of its cell,
a blank line is a row.
"""

import codecs
import csv
import re
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO

from . import refusal
from .columns import columns_of
from .xlsx.formats import only_errors

CHUNK = 1 << 20  # bytes
SEARCHED_LINES = 20
SEARCHED_WIDTH = 20_000  # characters of each
COUNTED = 2 << 20  # characters: so far rows are counted for the sake of a message
LONGEST_ROW = 1 << 20  # characters: a list's longest honest row has some thousands
LONG_LINE = 1_000
SEPARATORS = "\t,;"
NO_ASCII = bytes(range(0x80, 0x100))
JAPANESE_IN_UTF8 = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf]{2}")
# What Excel is told with ="0312345678" so that it leaves the zeros alone.
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Format:
    """How a text file is written. `name`: CSV or TSV, which stands where a workbook's sheet is named."""

    encoding: str
    separator: str

    @property
    def name(self) -> str:
        return "TSV" if self.separator == "\t" else "CSV"


def recognise(file: IO[bytes]) -> Format:
    """How the file is written. Raises Refused for text in another encoding, and for what is no table at all."""
    file.seek(0)
    in_utf16 = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    candidates = ["utf-16"] if in_utf16 else ["utf-8-sig", "cp932"]
    wrong_at = [_first_wrong_byte(file, encoding) for encoding in candidates]
    if (at := wrong_at[0]) is not None and not in_utf16 and _is_utf8_around(file, at):
        raise refusal.broken_utf8(_line_at(file, at))
    if None not in wrong_at:
        raise refusal.encoding(_line_at(file, max(at for at in wrong_at if at is not None)))
    encoding = candidates[wrong_at.index(None)]
    if (at := _first_escape(file)) >= 0:
        raise refusal.encoding(_line_at(file, at))
    with closing(_lines(file, encoding)) as found:
        lines = [line[:SEARCHED_WIDTH] for line in islice(found, SEARCHED_LINES)]
    separator = max(SEPARATORS, key=lambda sign: _likeness(lines, sign))
    if _likeness(lines, separator) == (0, 0):
        raise refusal.not_a_workbook()
    written = Format(encoding, separator)
    if _has_nul(file, encoding):
        raise _nul(file, written)
    return written


def rows(path: Path, most_rows: int, most_columns: int) -> Generator[Row, None, None]:
    """The rows as (number, cells), the header among them; blank ones and those of nothing but the errors of
    formulas are left out, trailing blank cells are cut. Raises Refused, also after some rows."""
    with path.open("rb") as file:
        written = recognise(file)
        with closing(_lines(file, written.encoding)) as lines:
            for number, values in _records(_Feed(lines, written.separator)):
                if number > most_rows + 1:  # blank ones count, as in a sheet
                    raise refusal.too_many_rows(most_rows)
                if len(values) > most_columns:
                    values = _cut_far(values, most_columns)
                cells = [_cell(value) for value in values]
                while cells and not cells[-1].strip():
                    cells.pop()
                if only_errors(cells):
                    continue
                if len(cells) > most_columns:
                    raise refusal.too_many_columns(number, most_columns)
                yield number, cells


def _cut_far(values: list[str], most: int) -> list[str]:
    """The row, wider than any list, without what is of no account there."""
    if not "".join(values[most:]).strip():
        return values[:most]
    return [] if only_errors({_cell(value) for value in set(values)}) else values


def _records(feed: "_Feed") -> Iterator[Row]:
    """Every row of the file, blank ones too, as it is written. Raises Refused for a quote that is never closed."""
    try:
        for number, values in enumerate(csv.reader(feed, delimiter=feed.separator), start=1):
            feed.next_row()
            yield number, values
    except csv.Error as error:
        raise refusal.open_quote(feed.row) from error
    if feed.ends_in_quote():
        raise refusal.open_quote(feed.row - 1)


class _Feed:
    """The lines for csv.reader, which asks for more of them while a quote is open. `row`: the one being read; `passed`:
    characters of those before."""

    def __init__(self, lines: Iterator[str], separator: str) -> None:
        self.lines, self.separator, self.row = lines, separator, 1
        self.length = self.passed = 0
        self.raw: list[str] = []
        self.last: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.length += len(line)
            if self.length > LONGEST_ROW:
                raise refusal.open_quote(self.row)
            if len(line) > LONG_LINE and not self.raw and '"' not in line:
                line = self._without_blank_end(line)
            self.raw.append(line)
            yield line

    def _without_blank_end(self, line: str) -> str:
        """The line without the blank cells at its end, which may be as many as it has characters."""
        filled = line.rstrip(self.separator + " \t\r\n")
        return filled + line[len(filled) :].partition(self.separator)[0].rstrip("\r\n") + "\n"

    def next_row(self) -> None:
        self.passed += self.length
        self.last, self.raw, self.length = self.raw, [], 0
        self.row += 1

    def ends_in_quote(self) -> bool:
        """Whether the file ended inside a quote, whose cell then holds everything below."""
        try:
            list(csv.reader(self.last, delimiter=self.separator, strict=True))
        except csv.Error as error:
            return "unexpected end" in str(error)
        return False


def _cell(value: str) -> str:
    if value.startswith("=") and (kept := KEPT_AS_TEXT.fullmatch(value)):
        value = kept.group(1)
    return value if value.isprintable() else value.replace("\r\n", "\n")


def _lines(file: IO[bytes], encoding: str) -> Generator[str, None, None]:
    """The file as lines with their ends, from its beginning. One that is far too long comes in pieces."""
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    try:
        while line := text.readline(LONGEST_ROW + 1):
            yield line
    finally:
        text.detach()  # the file stays open


def _likeness(lines: list[str], separator: str) -> tuple[int, int]:
    """How much the first rows look like a list with this separator: known headers in one of them, most separators."""
    split: list[list[str]] = []
    with suppress(csv.Error):  # a cell without an end: told with its row when the file is read
        split.extend(csv.reader(lines, delimiter=separator))
    known = max((len(columns_of(cells)) for cells in split), default=0)
    return (known if known > 1 else 0), max((len(cells) - 1 for cells in split), default=0)


def _first_wrong_byte(file: IO[bytes], encoding: str) -> int | None:
    """Where the file stops being valid in this encoding; None if it is valid to its end."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    file.seek(0)
    passed = 0
    while True:
        chunk = file.read(CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return passed + max(error.start, 0)
        if not chunk:
            return None
        passed += len(chunk)


def _first_escape(file: IO[bytes]) -> int:
    """Where ISO-2022-JP, which is valid in any encoding, begins to be Japanese; -1 for other text."""
    file.seek(0)
    return file.read(CHUNK).find(b"\x1b$")


def _chunks(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The file from its beginning, in which no byte of another character is a NUL, a quote or the end of a line."""
    file.seek(0)
    read = iter(lambda: file.read(CHUNK), b"")
    if encoding != "utf-16":
        return read
    decoder = codecs.getincrementaldecoder(encoding)()
    return (decoder.decode(chunk).encode() for chunk in read)


def _has_nul(file: IO[bytes], encoding: str) -> bool:
    return any(b"\0" in chunk for chunk in _chunks(file, encoding))


def _nul(file: IO[bytes], written: Format) -> refusal.Refused:
    """What to say of a file with a NUL. Its lines are counted, not read; where a cell may have line breaks, rows are
    read as far as that takes no long time."""
    lines, quoted, last = 1, False, b""
    for chunk in _chunks(file, written.encoding):
        above, nul, _ = chunk.partition(b"\0")
        quoted = quoted or b'"' in above
        lines += _line_ends(last + above) - _line_ends(last)
        last = above[-1:]
        if nul:
            break
    if not quoted:
        return refusal.no_text(lines)
    with closing(_lines(file, written.encoding)) as found:
        feed, number = _Feed(found, written.separator), 0
        for number, values in _records(feed):
            if any("\0" in value for value in values):
                return refusal.no_text(number)
            if feed.passed > COUNTED:
                break
    return refusal.no_text(number, is_below=True)


def _line_ends(text: bytes) -> int:
    returns = text.count(b"\r")
    return text.count(b"\n") + (returns - text.count(b"\r\n") if returns else 0)


def _is_utf8_around(file: IO[bytes], at: int) -> bool:
    """Whether nearly all that is no ASCII around this place is Japanese in UTF-8. In CP932 one rare kanji and half of
    the next look like it, such as 邉見, and the other half does not."""
    file.seek(max(at - CHUNK // 2, 0))
    text = file.read(CHUNK)
    characters = len(JAPANESE_IN_UTF8.findall(text))
    others = len(text) - len(text.translate(None, NO_ASCII)) - 3 * characters
    return characters >= 2 * others > 0


def _line_at(file: IO[bytes], at: int) -> int:
    file.seek(0)
    ends, last = 0, b""
    while at > 0 and (chunk := file.read(min(at, CHUNK))):
        ends += _line_ends(last + chunk) - _line_ends(last)
        at, last = at - len(chunk), chunk[-1:]
    return ends + 1
