"""名寄せ: by which keys two rows are the same person, and how text is folded so that writing habits do not matter.

Keys only. What people see is kept as it was written: 髙橋 stays 髙橋 on the screen and meets 高橋 in the key.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

# Old, variant and simplified forms of characters in names, each before the form that the key uses.
VARIANT_PAIRS = """
髙高 﨑崎 嵜崎 碕崎 邉辺 邊辺 濵浜 濱浜 澤沢 齋斎 齊斎 斉斎 眞真 國国 廣広 髮髪 德徳 增増 曾曽 惠恵 榮栄 會会 藏蔵
瀨瀬 冨富 峯峰 嶋島 嶌島 槇槙 萬万 龍竜 瀧滝 櫻桜 壽寿 條条 與与 淵渕 圓円 黑黒 學学 實実 寬寛 戶戸 鐵鉄 鹽塩 靜静
縣県 顯顕 淺浅 豐豊 彌弥 禮礼 關関 假仮 兒児 亞亜 埜野 舘館 桒桑 栁柳 曻昇 閒間 吳呉 晧皓 頴穎 佛仏 辨弁 淨浄 橫横 來来
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
COMPANY_NOISE = re.compile(r"[\s・,.\-‐‑–—―&'’\"“”/]+")
NOT_DIGITS = re.compile(r"\D+")
EXTENSION = re.compile(r"(?:内線|代表|代|ext\.?|[/、;]).*$", re.IGNORECASE)
PHONE_LIKE = re.compile(r"^[+(]?[\d][\d\-()‐‑–—―ー+]*$")
SEPARATOR = "|"
# Keys are cut to these lengths: an index entry must fit a page, whatever a cell of a file holds.
LONGEST_WORD, LONGEST_TEXT = 200, 2_000
# What the keys are made of.
FIELDS = (
    *("company", "family_name", "given_name", "family_name_kana", "given_name_kana"),
    *("email", "second_email", "phone", "direct_phone", "mobile"),
)


class Keys(NamedTuple):
    """What is compared (the first three), sorted by, and searched in."""

    email_key: str | None
    name_key: str
    bare_key: str | None
    reading: str
    search_text: str


def fold(text: str) -> str:
    """Width, case, kana, variant characters and invisible ones made one."""
    if text.isascii():
        return text.strip().lower()
    return unicodedata.normalize("NFKC", text).lower().translate(FOLDED).strip()


def fold_email(email: str) -> str:
    return BLANKS.sub("", fold(email)).removeprefix("mailto:")


def fold_phone(phone: str) -> str:
    """Digits with the leading 0: `+81-3-…` and `03-…` are one number; an extension (内線) is left off."""
    if not phone or (phone.isascii() and phone.isdigit()):
        return phone
    plain = unicodedata.normalize("NFKC", phone)
    digits = NOT_DIGITS.sub("", EXTENSION.sub("", plain))
    if plain.lstrip().startswith("+81"):
        digits = "0" + digits[2:].removeprefix("0")
    return digits


def fold_company(company: str) -> str:
    """The name without its legal form, blanks and marks; 株式会社 alone stays what it is."""
    return _both_forms(company)[0]


def _both_forms(company: str) -> tuple[str, str]:
    """The key, and what is searched: with its marks, since a person looks for X-TECH as it is written."""
    plain = fold(company)
    bare = LEGAL_FORMS.sub(" ", plain)
    return COMPANY_NOISE.sub("", bare) or BLANKS.sub("", plain), BLANKS.sub("", bare).replace("・", "")


def fold_name(*parts: str) -> str:
    return BLANKS.sub("", fold("".join(parts))).replace("・", "")


def keys(person: Mapping[str, str | None]) -> Keys:
    """The keys of a person with the fields of the list layout; a field that is missing is empty."""
    get = person.get
    email = fold_email(get("email") or "")[:LONGEST_WORD]
    name = fold_name(get("family_name") or "", get("given_name") or "")[:LONGEST_WORD]
    company, searched_company = (form[:LONGEST_WORD] for form in _both_forms(get("company") or ""))
    kana = fold_name(get("family_name_kana") or "", get("given_name_kana") or "")
    phone, mobile = fold_phone(get("phone") or ""), fold_phone(get("mobile") or "")
    number = (phone or mobile)[:LONGEST_WORD]
    bare = SEPARATOR.join((company, name, number)) if not email and name and (company or number) else None
    others = (fold_email(get("second_email") or ""), fold_phone(get("direct_phone") or ""))
    words = (searched_company, name, kana, email, phone, mobile, *others)
    searched = " ".join(word for word in words if word)[:LONGEST_TEXT]
    return Keys(email or None, name, bare, kana[:LONGEST_WORD] or name, searched)


def search_terms(query: str) -> list[str]:
    """The words of a query, folded like the text that is searched; all of them have to occur."""
    terms = []
    for word in LEGAL_FORMS.sub(" ", fold(query)).split():
        term = fold_phone(word) if PHONE_LIKE.match(word) else word.replace("・", "")
        if term:
            terms.append(term)
    return terms


LEAD_NUMBER = re.compile(r"^l-0*(\d{1,18})$")


def searched_number(query: str) -> int | None:
    """The lead that a query such as `L-000123` names; None if it is no lead number."""
    found = LEAD_NUMBER.match(fold(query))
    return int(found.group(1)) if found else None
