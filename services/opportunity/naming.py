"""How names and numbers of companies are compared: the key that finds the same company written differently, the key
that search looks through, and the check digit of the 法人番号. Keys only; what people wrote is what is shown."""

import re
import unicodedata

from chassis.keywords import fold, search_terms
from chassis.problems import FieldError

LEGAL_FORMS = (  # separated by spaces
    "株式会社 有限会社 合同会社 合資会社 合名会社 相互会社 有限責任事業組合 協同組合 特定非営利活動法人 "
    "公益社団法人 公益財団法人 一般社団法人 一般財団法人 社団法人 財団法人 社会福祉法人 医療法人社団 医療法人財団 "
    "医療法人 学校法人 宗教法人 地方独立行政法人 独立行政法人 国立大学法人 "
    "(株) (有) (同) (資) (名) (社) (財) (医) (学) (福) (独)"
)
ABBREVIATED = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(同)": "合同会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
    "(社)": "社団法人",
    "(財)": "財団法人",
    "(医)": "医療法人",
    "(学)": "学校法人",
    "(福)": "社会福祉法人",
    "(独)": "独立行政法人",
}
_LEGAL = re.compile("|".join(re.escape(form) for form in sorted(LEGAL_FORMS.split(), key=len, reverse=True)))
_LATIN_LEGAL = re.compile(
    r"[\s,]+(?:co\.?,?\s*,?ltd|company\s+limited|inc|incorporated|corp|corporation|ltd|limited|llc|k\.?k|g\.?k|gmbh|plc)"
    r"\.?\s*$"
)
HYPHENS = re.compile(r"[\-‐‑–—−]")
_NOISE = re.compile(r"[\s・･.,'’`\"“”\-‐‑‒–—―−ー~〜/&+()\[\]「」『』【】〈〉<>]")


def company_key(name: str) -> str:
    """The same for 株式会社ヤマダ, ㈱やまだ and ﾔﾏﾀﾞ（株）. A name that is nothing but a legal form keeps it."""
    plain = fold(name)
    bare = _NOISE.sub("", _LATIN_LEGAL.sub("", _LEGAL.sub(" ", plain)))
    return bare or _NOISE.sub("", plain)


def search_key(*parts: str | None) -> str:
    """What keywords are looked for in: the parts folded, one per line."""
    return "\n".join(found for part in parts if part and (found := "".join(words(part))))


def words(text: str) -> list[str]:
    """The words of a query or of what is searched: legal forms and hyphens left out, so that 031234 finds 03-1234."""
    return [word for term in search_terms(text) if (word := HYPHENS.sub("", term))]


def phone_key(phone: str) -> str:
    """The digits of a telephone number; +81 3 and 03 are the same."""
    return re.sub(r"^[+]81[(]?0?", "0", re.sub(r"[^0-9+]", "", unicodedata.normalize("NFKC", phone)))


FREE_MAIL = {
    "gmail.com", "googlemail.com", "yahoo.co.jp", "ymail.ne.jp", "outlook.com", "outlook.jp", "hotmail.com",
    "hotmail.co.jp", "icloud.com", "me.com", "nifty.com", "ocn.ne.jp", "biglobe.ne.jp", "so-net.ne.jp", "docomo.ne.jp",
    "ezweb.ne.jp", "au.com", "softbank.ne.jp",
}  # fmt: skip


def own_domains(written: list[str]) -> list[str]:
    """Domains that belong to one company, out of domains, addresses and URLs as people write them."""
    hosts = (re.sub(r"^\s*https?://|^.*@", "", folded_domain.casefold()) for folded_domain in written)
    bare = (re.split(r"[/:?#\s]", host)[0].removeprefix("www.") for host in hosts)
    return [domain for domain in dict.fromkeys(bare) if "." in domain and domain not in FREE_MAIL]


def split_legal_form(name: str) -> tuple[str, str]:
    """The legal form in a company's name, written out, and its side: `㈱北斗電機` → 株式会社, before (前)."""
    plain = unicodedata.normalize("NFKC", name).strip()
    for form in sorted(LEGAL_FORMS.split(), key=len, reverse=True):
        side = "before" if plain.startswith(form) else "after" if plain.endswith(form) else ""
        if side and plain != form:
            return ABBREVIATED.get(form, form), side
    return "", ""


def check_digit(base: str) -> int:
    """The check digit of a 法人番号: 9 − (Σ Pn·Qn mod 9), where Pn is the nth of the other twelve digits from the
    right, and Qn is 1 where n is odd and 2 where it is even (National Tax Agency, 検査用数字の計算方法).
    https://www.houjin-bangou.nta.go.jp/documents/checkdigit.pdf"""
    total = sum(int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(base)))
    return 9 - total % 9


def checked_corporate_number(value: str) -> str:
    """The 13 digits without spaces and hyphens; blank stays blank. Raises FieldError."""
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", value))
    if not digits:
        return ""
    if not (len(digits) == 13 and digits.isascii() and digits.isdigit()):
        raise FieldError(
            "corporate_number", ja="法人番号は13桁の数字で入力してください。", en="A corporate number has 13 digits."
        )
    if int(digits[0]) != check_digit(digits[1:]):
        raise FieldError(
            "check_digit",
            ja=f"法人番号 {digits} の検査用数字（先頭の桁）が合いません。入力間違いがないか確認してください。",
            en=f"The check digit of the corporate number {digits} is wrong. Look for a typing mistake.",
        )
    return digits
