"""名寄せ: by which keys two rows are the same person.

Keys only. What people see is kept as it was written: 髙橋 stays 髙橋 on the screen and meets 高橋 in the key.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from chassis.keywords import BLANKS, LEGAL_FORMS, fold, fold_phone

COMPANY_NOISE = re.compile(r"[\s・,.\-‐‑–—―&'’\"“”/]+")
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


def fold_email(email: str) -> str:
    return BLANKS.sub("", fold(email)).removeprefix("mailto:")


def fold_company(company: str) -> str:
    """The name without its legal form, blanks and marks; 株式会社 alone stays what it is."""
    return _both_forms(company)[0]


@lru_cache(maxsize=5_000)
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


LEAD_NUMBER = re.compile(r"^l-0*(\d{1,18})$")


def searched_number(term: str) -> int | None:
    """The lead that a folded word such as `l-000123` names; None if it is no lead number."""
    found = LEAD_NUMBER.match(term)
    return int(found.group(1)) if found else None
