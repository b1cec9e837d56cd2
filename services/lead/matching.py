"""名寄せ: by which keys two rows are the same person.

Keys only. What people see is kept as it was written: 髙橋 stays 髙橋 on the screen and meets 高橋 in the key.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from chassis.keywords import LEGAL_FORMS, fold, fold_phone

COMPANY_NOISE = re.compile(r"[\s・,.\-‐‑–—―&'’\"“”/]+")
# Most companies have this one alone: where nothing is left that others are made of, nobody looks for them (0.7 µs).
USUAL_FORM, PART_OF_OTHERS = "株式会社", re.compile("[社法()ckil]")
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
    return _without_blanks(fold(email)).removeprefix("mailto:")


def fold_company(company: str) -> str:
    """The name without its legal form, blanks and marks; 株式会社 alone stays what it is."""
    return _both_forms(company)[0]


@lru_cache(maxsize=5_000)
def _both_forms(company: str) -> tuple[str, str]:
    """The key, and what is searched: with its marks, since a person looks for X-TECH as it is written."""
    plain = fold(company)
    bare = plain.replace(USUAL_FORM, " ")
    if PART_OF_OTHERS.search(bare):
        bare = LEGAL_FORMS.sub(" ", plain)
    key = COMPANY_NOISE.sub("", bare) or _without_blanks(plain)
    return key[:LONGEST_WORD], _without_blanks(bare).replace("・", "")[:LONGEST_WORD]


def fold_name(*parts: str) -> str:
    return _folded_name("".join(parts))


@lru_cache(maxsize=5_000)
def _folded_name(name: str) -> str:
    return _without_blanks(fold(name)).replace("・", "")


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def keys(person: Mapping[str, str | None]) -> Keys:
    """The keys of a person with the fields of the list layout; a field that is missing is empty."""
    return Keys(*_keys(*map(person.get, FIELDS)))


def keys_by_columns(columns: Mapping[str, Iterable[str | None]], count: int) -> list[Sequence[str | None]]:
    """The same of many people, field by field: for each of the keys, in their order, those of all people."""
    nothing = (None,) * count
    return [*zip(*map(_keys, *(columns.get(field, nothing) for field in FIELDS)), strict=True)] or [()] * len(
        Keys._fields
    )


def _keys(
    company: str | None,
    family_name: str | None,
    given_name: str | None,
    family_name_kana: str | None,
    given_name_kana: str | None,
    email: str | None,
    second_email: str | None,
    phone: str | None,
    direct_phone: str | None,
    mobile: str | None,
) -> tuple[str | None, str, str | None, str, str]:
    """In the order of FIELDS, and of the keys."""
    address = fold_email(email)[:LONGEST_WORD] if email else ""
    name = fold_name(family_name or "", given_name or "")[:LONGEST_WORD]
    bare_company, searched_company = _both_forms(company or "")
    kana = fold_name(family_name_kana or "", given_name_kana or "")
    numbers = fold_phone(phone or ""), fold_phone(mobile or "")
    bare = None
    if not address and name:
        number = (numbers[0] or numbers[1])[:LONGEST_WORD]
        if bare_company or number:
            bare = SEPARATOR.join((bare_company, name, number))
    words = [searched_company, name, kana, address, *numbers]
    if second_email:
        words.append(fold_email(second_email))
    if direct_phone:
        words.append(fold_phone(direct_phone))
    return address or None, name, bare, kana[:LONGEST_WORD] or name, " ".join(filter(None, words))[:LONGEST_TEXT]


LEAD_NUMBER = re.compile(r"^l-0*(\d{1,18})$")


def searched_number(term: str) -> int | None:
    """The lead that a folded word such as `l-000123` names; None if it is no lead number."""
    found = LEAD_NUMBER.match(term)
    return int(found.group(1)) if found else None
