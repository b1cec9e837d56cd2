"""One cell's text made clean: what people write for a phone, a date, a name, and what it means.

Every function takes the text of a cell that is not blank and returns the cleaned value, or None if it cannot be read.
Called for each of millions of cells, so each looks first for the usual shape.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

_INVISIBLE = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x00AD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)
_KEEP_LINES = {code: kept for code, kept in _INVISIBLE.items() if code not in (0x09, 0x0A)}
_ONE_LINE = _INVISIBLE | {0x09: " ", 0x0A: " ", 0x0D: " ", 0x85: " "}
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_WITH_NAME = re.compile(r"[^<>]*<([^<>]+)>")

_PLAIN_PHONE = re.compile(r"0[1-9]\d{8,9}")
_EXTENSION = re.compile(r"(?:[(\[]?\s*(?:内線|内|ext(?:ension)?\.?|x|#)\s*[:：.]?\s*\d.*)$", re.IGNORECASE)
_PHONE_WORDS = re.compile(
    r"[(\[]?\s*(?:代表電話|代表|代|直通|大代表|tel|phone|電話|携帯)\s*[)\]]?\s*[:：.]?", re.IGNORECASE
)
_PHONE_MARKS = re.compile(r"[\s()\[\].\-‐‑‒–—―−ー─━ｰ/]+")
_FOREIGN = re.compile(r"\+[1-9]\d{7,14}")
_MOBILE = re.compile(r"0(?:[5-9]0\d{8}|20\d{8})")

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
_PREFECTURE = re.compile(
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|"
    "東京都|神奈川県|新潟県|富山県|石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|"
    "滋賀県|京都府|大阪府|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|"
    "香川県|愛媛県|高知県|福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)


def one_line(text: str) -> str:
    """Text of one line: no control or invisible characters, no breaks, composed (NFC), trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    if not text.isprintable():  # also true of a full-width space
        text = text.translate(_ONE_LINE)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.strip()


def lines(text: str) -> str:
    """Text that may have line breaks."""
    if not text.isprintable():
        text = text.translate(_KEEP_LINES)
    return unicodedata.normalize("NFC", text).strip()


def folded(text: str) -> str:
    """Text for comparing: half width, no spaces, no case."""
    return "".join(unicodedata.normalize("NFKC", one_line(text)).split()).casefold()


def kana(text: str) -> str:
    """Full-width katakana, one half-width space between words."""
    return " ".join(unicodedata.normalize("NFKC", one_line(text)).split()).translate(_HIRAGANA)


def bare(text: str) -> str:
    """Without the apostrophe that keeps a text a text, and the .0 that programs add to whole numbers."""
    text = text.removeprefix("'")
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def email(text: str) -> str | None:
    """Lower case, half width. The display name of `山田 <a@example.jp>` and `mailto:` are dropped."""
    address = text.strip().lower()
    if not address.isascii() or not _EMAIL.fullmatch(address):
        address = unicodedata.normalize("NFKC", one_line(text)).strip().lower().removeprefix("mailto:")
        if named := _WITH_NAME.fullmatch(address):
            address = named.group(1).strip()
        if not _EMAIL.fullmatch(address):
            return None
    return address if len(address) <= 254 else None


def phone(text: str) -> str | None:
    """Digits with the leading zero, `0312345678`; a foreign number as + and digits. Extension and 代表 are cut off.

    A spreadsheet takes the zero off a number: 9 digits, or 10 that begin as a mobile or IP number, get it back.
    """
    compact = text.replace("-", "")
    if not _PLAIN_PHONE.fullmatch(compact) or not compact.isascii():
        plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", one_line(text)))
        compact = _PHONE_MARKS.sub("", _PHONE_WORDS.sub("", plain))
        if compact.startswith("+81"):
            compact = "0" + compact[3:].lstrip("0")
        elif compact.startswith("+"):
            return compact if _FOREIGN.fullmatch(compact) else None
        if not (compact.isascii() and compact.isdigit()):
            return None
        if (len(compact) == 9 and compact[0] != "0") or (len(compact) == 10 and compact[0] in "5789"):
            compact = "0" + compact
    if len(compact) == 10:
        return compact if _PLAIN_PHONE.fullmatch(compact) else None
    return compact if _MOBILE.fullmatch(compact) else None


def postal_code(text: str) -> str | None:
    """`123-4567`; leading zeros that a spreadsheet took off come back."""
    digits = unicodedata.normalize("NFKC", text).strip().removeprefix("〒")
    digits = _PHONE_MARKS.sub("", digits)
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 7):
        return None
    digits = digits.zfill(7)
    return f"{digits[:3]}-{digits[3:]}"


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
    if found := _PREFECTURE.match(address):
        rest = address[found.end() :].strip()
        return (found.group(), rest) if rest else ("", address)
    return "", address
