"""One cell's text made clean: what people write for a phone, a date, a name, and what it means.

Every function takes the text of a cell that is not blank and returns the cleaned value, or None if it cannot be read.
Called for each of millions of cells, so each looks first for the usual shape.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

from chassis.contacts import PREFECTURES, one_line

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?")
_WESTERN = re.compile(
    r"(\d{4})\s*[/.\-年]\s*(\d{1,2})\s*[/.\-月]\s*(\d{1,2})\s*日?(?:\s*\(.\))?(?:\s*\d{1,2}[:時]\d{1,2}\S*)?"
)
_ERA = re.compile(
    r"(令和|平成|昭和|[RHS])\s*(\d{1,2}|元)\s*[/.\-年]\s*(\d{1,2})\s*[/.\-月]\s*(\d{1,2})\s*日?", re.IGNORECASE
)
_ERA_BEGINS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)")
_JAPAN = timezone(timedelta(hours=9))
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[345]\d{4}(?:\.\d+)?")  # a date whose cell lost its format: days since 1899-12-30
YEARS = range(1900, 2101)

_TRUE = re.compile("[○〇◯●◎✓✔☑1yレ有]|true|yes|on|はい|あり|禁止|不可")
_FALSE = re.compile("[-ー☐0n無可]|false|no|off|いいえ|なし")
_PREFECTURE = re.compile("|".join(PREFECTURES))


def folded(text: str) -> str:
    """Text for comparing: half width, no spaces, no case."""
    return "".join(unicodedata.normalize("NFKC", one_line(text)).split()).casefold()


def bare(text: str) -> str:
    """Without the apostrophe that keeps a text a text, and the .0 that programs add to whole numbers."""
    text = text.removeprefix("'")
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def iso_date(text: str) -> str | None:
    """`2026-10-28` from 2026/10/28, 2026年10月28日, 令和8年10月28日, R8.10.28, 20261028; a time of day is dropped."""
    if (found := _ISO.fullmatch(text)) is None:
        plain = unicodedata.normalize("NFKC", text).strip()
        found = _ISO.fullmatch(plain) or _WESTERN.fullmatch(plain) or _COMPACT.fullmatch(plain)
        if found is None:
            return _era_date(plain) or _serial_date(plain) or _zoned_date(plain)
    year, month, day = found.groups()
    return _checked(int(year), int(month), int(day))


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if year in YEARS else None
    except ValueError:
        return None


def _era_date(plain: str) -> str | None:
    if (found := _ERA.fullmatch(plain)) is None:
        return None
    era, year, month, day = found.groups()
    return _checked(_ERA_BEGINS[era.upper()] + (1 if year == "元" else int(year)), int(month), int(day))


def _serial_date(plain: str) -> str | None:
    if not _SERIAL.fullmatch(plain):
        return None
    return (date(1899, 12, 30) + timedelta(days=int(float(plain)))).isoformat()


def _zoned_date(plain: str) -> str | None:
    """The day in Japan of a moment as other systems write it: 2026-10-27T20:00:00Z is the 28th."""
    if not _ZONED.fullmatch(plain):
        return None
    try:
        at = datetime.fromisoformat(plain).astimezone(_JAPAN)
    except (ValueError, OverflowError):
        return None
    return _checked(at.year, at.month, at.day)


def flag(text: str) -> bool | None:
    plain = folded(text)
    return True if _TRUE.fullmatch(plain) else False if _FALSE.fullmatch(plain) else None


def number(text: str) -> int | None:
    """A whole number of up to 18 digits, such as an id."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 18 else None


def lead_number(text: str) -> int | None:
    """The id in a lead's number, `L-000123` as screens and lists say it; also by itself."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return number(re.sub("^[Ll]-?(?=[0-9])", "", plain))


def split_name(text: str) -> tuple[str, str]:
    """Family and given name at the first space; without one all is the family name: nothing tells where to cut."""
    family, _, given = " ".join(text.split()).partition(" ")
    return family, given


def split_prefecture(address: str) -> tuple[str, str]:
    """An address that begins with its prefecture as (prefecture, rest); otherwise ("", address)."""
    if found := _PREFECTURE.match(unicodedata.normalize("NFC", address[:4])):
        rest = address[found.end() :].strip()
        return (found.group(), rest) if rest else ("", address)
    return "", address
