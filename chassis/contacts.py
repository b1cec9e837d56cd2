"""How people are reached, made clean: what is written for an address, a phone number, a postal code, a reading. One
set of rules for the cells of lists and for what is typed on a screen.

Every reader takes a text that is not blank and returns the one form in which it is kept, or None if it cannot be read.
Lists call them for millions of cells, so each looks first for the usual shape.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Literal

from .keywords import normal_phone
from .problems import Field

# The longest texts in characters, of a record and of a list's cell alike.
LINE, ADDRESS, EMAIL, LINES = 200, 300, 254, 20_000
SHOWN = 60  # characters of a text that cannot be read
PREFECTURES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県",
    "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県",
    "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県",
    "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
# Control characters, soft hyphens, zero-width spaces, marks of direction and of byte order. Joiners (U+200C and D) and
# selectors of variants make a character what it is, in emoji and in names.
_INVISIBLE: dict[int, str | None] = dict.fromkeys(
    [
        *range(0x20),
        *range(0x7F, 0xA0),
        0x00AD,
        *(0x200B, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)
_BREAKS = (0x0A, 0x0D, 0x85, 0x2028, 0x2029)
_ONE_LINE = _INVISIBLE | dict.fromkeys([0x09, *_BREAKS], " ")
_LINES = _INVISIBLE | {0x09: "\t"} | dict.fromkeys(_BREAKS, "\n")
_JOINERS = dict.fromkeys([0x200C, 0x200D, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}

# Characters of names that normalising would turn into the usual ones (U+FA19 into 神). Windows writes them, people are
# called by them: they are kept, and meet the usual ones in keys alone.
_OF_NAMES = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_KANJI = re.compile("[々〆㐀-䶿一-鿿豈-﫿]")

_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_WITH_NAME = re.compile(r"[^<>]*<([^<>]+)>")

_PLAIN_POSTAL_CODE = re.compile(r"[0-9]{3}-[0-9]{4}")
_PLAIN_PHONE = re.compile(r"0[1-9]\d{8,9}")
_EXTENSION = re.compile(r"(?:[(\[]?\s*(?:内線|内|ext(?:ension)?\.?|x|#)\s*[:：.]?\s*(\d.*))$", re.IGNORECASE)
_PHONE_WORDS = re.compile(
    r"[(\[]?\s*(?:代表電話|代表|代|直通|大代表|tel|phone|電話|携帯)\s*[)\]]?\s*[:：.]?", re.IGNORECASE
)
_PHONE_MARKS = re.compile(r"[\s()\[\].\-‐‑‒–—―−ー─━ｰ/]+")
_FOREIGN = re.compile(r"\+[1-9]\d{7,14}")
_MOBILE = re.compile(r"0(?:[5-9]0\d{8}|20\d{8})")

# What cannot be read: kind -> (code, Japanese, English).
WORDS: dict[str, tuple[str, str, str]] = {
    "email": ("bad_email", "「{value}」はメールアドレスとして読めません。", "“{value}” is not an email address."),
    "phone": ("bad_phone", "「{value}」は電話番号として読めません。", "“{value}” is not a phone number."),
    "postal_code": (
        "bad_postal_code",
        "「{value}」は7桁の郵便番号として読めません。",
        "“{value}” is not a postal code of 7 digits.",
    ),
    "prefecture": ("bad_prefecture", "「{value}」という都道府県はありません。", "There is no prefecture “{value}”."),
    "kana": ("bad_kana", "「{value}」はカナとして読めません。", "“{value}” is not kana."),
}


def composed(text: str, form: Literal["NFC", "NFKC"] = "NFC") -> str:
    """Normalised for keeping: か and its mark are one が; the characters of names stay what they are."""
    if unicodedata.is_normalized(form, text):
        return text
    return "".join(
        part if place % 2 else unicodedata.normalize(form, part) for place, part in enumerate(_OF_NAMES.split(text))
    )


def one_line(text: str) -> str:
    """Text of one line: no control or invisible characters, no breaks, composed, trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    if not text.isprintable():  # also true of a full-width space
        text = text.translate(_ONE_LINE)
    return composed(text).strip()


def lines(text: str) -> str:
    """Text that may have line breaks."""
    if not text.isprintable():
        text = text.replace("\r\n", "\n").translate(_LINES)
    return composed(text).strip()


def _signs(text: str) -> str:
    """What is written with few signs, in half width."""
    return unicodedata.normalize("NFKC", one_line(text).translate(_JOINERS)).strip()


def kana(text: str) -> str:
    """Full-width katakana, one half-width space between words."""
    return " ".join(composed(one_line(text), "NFKC").split()).translate(_HIRAGANA)


def email(text: str) -> str | None:
    """Lower case, half width. The display name of `山田 <a@example.jp>` and `mailto:` are dropped."""
    address = text.strip().lower()
    if not address.isascii() or not _EMAIL.fullmatch(address):
        address = _signs(text).lower().removeprefix("mailto:")
        if named := _WITH_NAME.fullmatch(address):
            address = named.group(1).strip()
        if not _EMAIL.fullmatch(address):
            return None
    return address if len(address) <= EMAIL else None


def phone(text: str) -> str | None:
    """Digits with the leading zero, `0312345678`; a foreign number as + and digits. Extension and 代表 are cut off.

    A spreadsheet takes the zero off a number: 9 digits, or 10 that begin as a mobile or IP number, get it back.
    """
    compact = text.replace("-", "")
    if not _PLAIN_PHONE.fullmatch(compact) or not compact.isascii():
        plain = _EXTENSION.sub("", _signs(text))
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
    if _PLAIN_POSTAL_CODE.fullmatch(text):
        return text
    digits = _PHONE_MARKS.sub("", _signs(text).removeprefix("〒"))
    if not (digits.isascii() and digits.isdigit() and 5 <= len(digits) <= 7):
        return None
    digits = digits.zfill(7)
    return f"{digits[:3]}-{digits[3:]}"


def number_with_extension(text: str) -> str | None:
    """The same with its extension, as numbers are kept: `0312345678 内線205`."""
    number = phone(text)
    if number is None or text.replace("-", "").isdigit():
        return number
    plain = _signs(text)
    _, blank, extension = normal_phone(plain).partition(" 内線")
    if not blank and (found := _EXTENSION.search(plain)):  # several of them, or more than a number
        extension = found.group(1).rstrip(" )]")
    return f"{number} 内線{extension}" if extension else number


def prefecture(text: str) -> str | None:
    plain = _signs(text)
    return plain if plain in PREFECTURES else None


def reading(text: str) -> str | None:
    """A name in kana. Other letters may stand in it, as in the names of people from abroad; kanji have no reading."""
    found = kana(text)
    return None if _KANJI.search(found) else found


_READERS: dict[str, Callable[[str], str | None]] = {
    "email": email,
    "phone": number_with_extension,
    "postal_code": postal_code,
    "prefecture": prefecture,
    "kana": reading,
}


def read_fields(
    kinds: Mapping[str, str], given: Mapping[str, Any], stored: Mapping[str, Any], place: str = ""
) -> tuple[dict[str, Any], list[Field]]:
    """Those of the given fields that `kinds` names, as they are kept, and what cannot be read (its field named after
    `place`). What is stored already stays as it is, whatever was allowed when it was written."""
    kept: dict[str, Any] = {}
    wrong = []
    for field, kind in kinds.items():
        text = given.get(field)
        if not text or text == stored.get(field):
            continue
        found = _READERS[kind](text)
        if found is not None:
            kept[field] = found
            continue
        code, ja, en = WORDS[kind]
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
        wrong.append(Field(f"{place}{field}", code, ja.format(value=shown), en.format(value=shown)))
    return kept, wrong
