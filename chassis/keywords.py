"""Japanese text as keywords look for it: folded so that writing habits do not matter, indexed by pieces of it.

The pieces (grams) of a word are its pairs of neighbouring characters, and non-ASCII characters by themselves, as one
kanji is a word; of a word of digits alone three in a row, as two say nothing about a telephone number. A service keeps
what is searched folded in a column with the index `gin (grams(column))`; the function `grams` is made by its own
migrations and gives the pieces as their `hashtext`, for numbers are sorted, kept and found in half the time.
"""

import re
import unicodedata
from collections.abc import Mapping
from math import prod
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy.dialects.postgresql import array

# Old, variant and simplified forms of characters in names, each before the form that the key uses.
VARIANT_PAIRS = """
髙高 﨑崎 嵜崎 碕崎 邉辺 邊辺 濵浜 濱浜 澤沢 齋斎 齊斎 斉斎 眞真 國国 廣広 髮髪 德徳 增増 曾曽 惠恵 榮栄 會会 藏蔵
瀨瀬 冨富 峯峰 嶋島 嶌島 槇槙 萬万 龍竜 瀧滝 櫻桜 壽寿 條条 與与 淵渕 圓円 黑黒 學学 實実 寬寛 戶戸 鐵鉄 鹽塩 靜静
縣県 顯顕 淺浅 豐豊 彌弥 禮礼 關関 假仮 兒児 亞亜 埜野 舘館 桒桑 栁柳 曻昇 閒間 吳呉 晧皓 頴穎 佛仏 辨弁 淨浄 橫横 來来
驛駅 晉晋
"""
# Zero-width characters, soft hyphens, variation selectors and the byte order mark say nothing.
INVISIBLE = (0xAD, *range(0x200B, 0x2010), 0x2060, *range(0xFE00, 0xFE10), 0xFEFF, *range(0xE0100, 0xE01F0))
# In one pass: variants to their usual form, hiragana to katakana, invisible characters to nothing.
FOLDED: dict[int, str | int | None] = {
    **{ord(pair[0]): pair[1] for pair in VARIANT_PAIRS.split()},
    **{code: code + 0x60 for code in range(0x3041, 0x3097)},
    **dict.fromkeys(INVISIBLE),
}
BLANKS = re.compile(r"\s+")
LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|相互会社|(?:一般|公益|特例)?(?:社団|財団)法人|医療法人|学校法人|宗教法人"
    r"|社会福祉法人|特定非営利活動法人|(?:国立大学|独立行政|地方独立行政)法人"
    r"|\((?:株|有|同|資|名|相|一社|一財|公社|公財|医|学|宗|福|社福|特非|独)\)|\(カ\)|カ\)|\(カ"
    r"|\b(?:co\.?,?\s*ltd\.?|k\.?\s?k\.?|inc\.?|l\.?l\.?c\.?|ltd\.?|corp\.?|corporation|company limited)(?=$|[\s,.)])"
)
NOT_DIGITS = re.compile(r"\D+")
EXTENSION = re.compile(r"(?:内線|代表|代|ext\.?|[/、;]).*$", re.IGNORECASE)
DIGIT, BY_CHANCE = re.compile("[0-9]"), 0.1
RAREST = 3  # so many grams of a term are looked up
_BITS = 0xFFFF_FFFF
WRITTEN_PHONE = re.compile(
    r"(?:[(\[]?(?:代表電話|大代表|代表|代|直通|電話|携帯|tel|phone)[)\]]?[:.]?\s*)?"
    r"(\+?[\d\s()\[\].\-‐‑‒–—―−ー─━]*\d)\s*"
    r"(?:[(\[]?(?:内線|ext(?:ension)?\.?|x|#)\s*[:.]?\s*(\d{1,8})[)\]]?)?\s*(?:\(?(?:代表|代)\)?)?",
    re.IGNORECASE,
)
PHONE_LIKE = re.compile(r"^[+(]?[\d][\d\-()‐‑–—―ー−+]*$")


def fold(text: str) -> str:
    """Width, case, kana, variant characters and invisible ones made one."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFKC", text).lower().translate(FOLDED).strip()


def fold_phone(phone: str) -> str:
    """Digits with the leading 0: `+81-3-…` and `03-…` are one number; an extension (内線) is left off."""
    if not phone or (phone.isascii() and phone.isdigit()):
        return phone
    plain = unicodedata.normalize("NFKC", phone)
    digits = NOT_DIGITS.sub("", EXTENSION.sub("", plain))
    if plain.lstrip().startswith("+81"):
        digits = "0" + digits[2:].removeprefix("0")
    return digits


def normal_phone(phone: str) -> str:
    """The one form in which a phone number is kept: `0312345678`, `0312345678 内線205`, `+16505550123`. What is no
    number, or more than one, stays as it was written."""
    if not phone or (phone.isascii() and phone.isdigit()):
        return phone
    plain = unicodedata.normalize("NFKC", phone).strip()
    found = WRITTEN_PHONE.fullmatch(plain)
    if found is None:
        return plain
    number, extension = found.groups()
    abroad = number.startswith("+") and not number.startswith("+81")
    return ("+" if abroad else "") + fold_phone(number) + (f" 内線{extension}" if extension else "")


def search_terms(query: str) -> list[str]:
    """The words of a query, folded like the text that is searched; all of them have to occur."""
    terms = []
    for word in LEGAL_FORMS.sub(" ", fold(query)).split():
        term = fold_phone(word) if PHONE_LIKE.match(word) else word.replace("・", "")
        if term:
            terms.append(term)
    return terms


def grams(term: str) -> list[list[str]]:
    """The pieces of a term that the index knows, as the database's `grams` makes them of a text, for each way in which
    the term may stand there: digits are a number, or part of another word. None for a Latin letter, one or two digits
    and a sign: most of them stand in nearly every text. One that stands in none takes a look at all of them."""
    if len(term) == 1:
        return [] if term.isascii() else [[term]]
    pairs = _pieces(term, 2)
    if not (term.isascii() and term.isdigit()):
        return [pairs]
    return [_pieces(term, 3), pairs] if len(term) > 2 else []


def _pieces(term: str, size: int) -> list[str]:
    return [term[place : place + size] for place in range(len(term) - size + 1)]


def hashed(gram: str) -> int:
    """PostgreSQL's `hashtext` of a gram: the statistics of the index speak of grams by it. Of at most 11 bytes, so that
    only the end of its hash_bytes is needed, on a machine that puts the lowest byte first.
    https://github.com/postgres/postgres/blob/REL_18_STABLE/src/common/hashfn.c"""
    key = gram.encode()
    first, second, third = (int.from_bytes(key[place : place + 4], "little") for place in (0, 4, 8))
    start = 0x9E3779B9 + len(key) + 3_923_095
    a, b, c = start + first, start + second, start + (third << 8)
    c = ((c ^ b) - _turned(b, 14)) & _BITS
    a = ((a ^ c) - _turned(c, 11)) & _BITS
    b = ((b ^ a) - _turned(a, 25)) & _BITS
    c = ((c ^ b) - _turned(b, 16)) & _BITS
    a = ((a ^ c) - _turned(c, 4)) & _BITS
    b = ((b ^ a) - _turned(a, 14)) & _BITS
    c = ((c ^ b) - _turned(b, 24)) & _BITS
    return c - (1 << 32) if c >> 31 else c


def _turned(bits: int, places: int) -> int:
    bits &= _BITS
    return (bits << places | bits >> (32 - places)) & _BITS


def stands(searched: Any, term: str) -> ColumnElement[bool]:
    """The term stands in the searched text, as a condition that no index answers.

    LIKE would say the same, but the planner takes it for a hundred times rarer than it is beside its pairs (measured on
    1,000,000 persons: 322 expected, 32,730 found, 350 ms by the wrong plan)."""
    return func.strpos(searched, term) != 0


def holds(searched: Any, term: str, shares: Mapping[int, float] | None = None) -> ColumnElement[bool]:
    """The same, with candidates from the index. `shares` tells which part of the texts holds a gram, by its hash: then
    only the rarest are looked up, as the index would read the whole list of each (.example.jp stands in nine of ten
    persons)."""
    known = shares or {}
    ways = []
    for pieces in grams(term):
        rarest = sorted(set(pieces), key=lambda gram: known.get(hashed(gram), 0))[: RAREST if known else None]
        ways.append(func.grams(searched).op("@>")(array([func.hashtext(gram) for gram in rarest])))
    return and_(or_(*ways), stands(searched, term)) if ways else stands(searched, term)


def share(term: str, shares: Mapping[int, float]) -> float:
    """The part of the texts that holds the term, about; 1 for what is not indexed, 0 for what is rare. A word is as
    common as its rarest pair of letters: the others come with it. Digits follow by chance, one in ten, unless all pairs
    are more common than chance makes them."""
    found = [{gram: shares.get(hashed(gram), 0.0) for gram in pieces} for pieces in grams(term)]
    if len(found) != 1:
        return min(sum(prod(pieces.values()) for pieces in found), 1.0) if found else 1.0
    rarest = min(found[0].values())
    of_letters = [part for gram, part in found[0].items() if not DIGIT.search(gram)]
    if rarest > BY_CHANCE or not of_letters:
        return rarest
    return min(of_letters) * BY_CHANCE ** len(DIGIT.findall(term))
