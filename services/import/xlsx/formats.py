"""Number formats: which cells hold dates, and numbers and dates as the text that people see. And columns by letters."""

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import IO

from .markup import TooMuch, parse, pieces

# What every program knows without a definition; 27 to 36 and 50 to 58 are the Japanese ones.
DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
DURATION = 46
# What a formula that fails shows; the numbered ones stand in text files of LibreOffice alone.
ERRORS = {
    *(f"{word}:{number}" for word in ("Err", "エラー") for number in range(501, 541)),
    *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"),
    *("#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!"),
}
# What stands for the value of a formula that no program has calculated yet.
UNCALCULATED = "（未計算の数式）"
MOST_STYLES = 100_000
MOST_FORMATS = 5_000  # Excel has some 250
MOST_ELEMENTS = 1_000_000
LONGEST_FORMAT = 255  # characters, as Excel has it
MOST_SHAPES = 50_000
_ATTRIBUTES = re.compile(r'(?: (?:s|t|cm|vm|ph)="[^"]*")*')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_NO_PART_OF_A_DATE = re.compile(r"\"[^\"]*\"|\[[^\[\]]*\]|\\.|_.|\*.|General|Standard|G/標準|E[+-]", re.IGNORECASE)
_DATE = re.compile("[dmyhsge]|aaa", re.IGNORECASE)
_SECONDS_A_DAY = 86_400
_LAST_DAY = 2_958_465  # 9999-12-31


def kind_of(code: str) -> str:
    """ "date", "duration" or "" for a format such as yyyy年m月d日, [h]:mm or 0.00."""
    first = code.partition(";")[0]
    if _ELAPSED.search(first):
        return "duration"
    return "date" if _DATE.search(_NO_PART_OF_A_DATE.sub("", first)) else ""


class Styles:
    """`kinds`: number of a cell's style, as cells write it → date or duration; others are not in it."""

    def __init__(self, part: IO[bytes] | None) -> None:
        self.kinds: dict[str, str] = {}
        self._formats: dict[int, str] = {}
        self._count = self._elements = self._defined = 0
        self._within = ""
        if part is not None:
            parse(pieces(part), self._start, self._end)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise TooMuch
        name = name.rpartition(":")[2]
        if name in ("cellXfs", "numFmts"):
            self._within = name
        elif name == "numFmt" and self._within == "numFmts":
            self._defined += 1
            if self._defined > MOST_FORMATS:
                raise TooMuch
            code = attributes.get("formatCode", "")[:LONGEST_FORMAT]
            self._formats[int(attributes.get("numFmtId", -1))] = kind_of(code)
        elif name == "xf" and self._within == "cellXfs" and self._count < MOST_STYLES:
            number = int(attributes.get("numFmtId", 0))
            known = "date" if number in DATES else "duration" if number == DURATION else ""
            if kind := self._formats.get(number, known):
                self.kinds[str(self._count)] = kind
            self._count += 1

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == self._within:
            self._within = ""


class Shapes(dict[str, str]):
    """What the attributes of a cell behind its place, such as ` s="3" t="s"`, make of its value: a kind of cell, or
    date or duration; "" is a number."""

    def __init__(self, styles: dict[str, str]) -> None:
        self.styles = styles

    def __missing__(self, attributes: str) -> str:
        if not _ATTRIBUTES.fullmatch(attributes):
            raise KeyError(attributes)
        named = dict(_ATTRIBUTE.findall(attributes))
        shape = self.of(named.get("s", ""), named.get("t", ""))
        if len(self) < MOST_SHAPES:
            self[attributes] = shape
        return shape

    def of(self, style: str, kind: str) -> str:
        return self.styles.get(style, "") if kind in ("", "n") else kind


def only_errors(texts: Iterable[str]) -> bool:
    """Whether formulas were drawn down to here, and there is nothing for them to find."""
    return all(text in ERRORS or not text.strip() for text in texts)


def number(text: str) -> str:
    """A number as it is read: whole ones without a point."""
    try:
        value = float(text)
    except ValueError:
        return text.strip()
    if not math.isfinite(value):
        return ""
    if value.is_integer():
        plain = text.strip()
        digits = plain.removeprefix("-")
        return plain if digits.isdigit() and digits[0] != "0" else str(int(value)) if abs(value) < 1e18 else repr(value)
    return repr(value)


def moment(text: str, kind: str, from_1904: bool) -> str:
    """A serial number as 2026-10-28, 2026-10-28 14:45:00, 14:45:00 or, a duration, 30:00:00; what is no day of the
    calendar stays the number."""
    try:
        serial = float(text)
    except ValueError:
        return text.strip()
    if not math.isfinite(serial) or not (0 <= serial < _LAST_DAY + 1 or kind == "duration"):
        return number(text)
    if kind == "duration":
        return _elapsed(serial) if abs(serial) < _LAST_DAY else number(text)
    days = math.floor(serial)
    seconds = round((serial - days) * _SECONDS_A_DAY)
    if days == 0 and seconds < _SECONDS_A_DAY:
        return _clock(seconds)
    if not from_1904 and days < 60:
        days += 1  # there was a 29th of February 1900, Lotus said
    try:
        at = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
        at += timedelta(days=days, seconds=seconds)
    except OverflowError:
        return number(text)
    return at.date().isoformat() if at.time() == datetime.min.time() else at.isoformat(" ")


def iso(text: str) -> str:
    """A cell of kind d, as strict workbooks have them."""
    try:
        at = datetime.fromisoformat(text.strip().removesuffix("Z"))
    except ValueError:
        return text.strip()
    if "T" not in text or at.time() == datetime.min.time():
        return date(at.year, at.month, at.day).isoformat()
    return at.replace(microsecond=0, tzinfo=None).isoformat(" ")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def _elapsed(serial: float) -> str:
    seconds = round(abs(serial) * _SECONDS_A_DAY)
    return ("-" if serial < 0 and seconds else "") + _clock(seconds)


@cache
def columns_by_letters() -> dict[str, int]:
    """A → 1 … XFD → 16384."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = ["", *alphabet]
    names += [first + second for first in alphabet for second in alphabet]
    names += [first + second for first in names[27:] for second in alphabet]
    return {name: index for index, name in enumerate(names[:16_385])}
