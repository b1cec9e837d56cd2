"""Checking the rows of a list: cells in, cleaned values out, or the reasons why not.

`Checker` is made once per batch from the header and the known choices. It goes column by column, with no database call:
a value that repeats (company, owner, stage) is looked at once.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, zip_longest

from chassis import contacts

from . import cells
from .columns import BY_CODE, Column
from .header import Header
from .reasons import Reason, reason
from .xlsx.formats import ERRORS, UNCALCULATED

Value = str | int | bool | None
Checked = tuple[Value, Reason | None]
Check = Callable[[str], Checked]

KEYS = ("email", "phone", "mobile", "company")
AS_NUMBER = re.compile(r"\d(?:\.\d*)?E\+?\d+", re.IGNORECASE)  # 1.0E+10, as spreadsheets show a long number
FORMULA_ERROR, NOT_CALCULATED = "formula_error", "formula_not_calculated"
# What refuses no row.
NOTICES = (FORMULA_ERROR, NOT_CALCULATED, "name_not_split")


@dataclass(frozen=True)
class KnownUser:
    user_id: int
    login: str
    name: str
    active: bool


@dataclass(frozen=True)
class KnownChoice:
    """A value of a master. `usable` is false once it is retired."""

    code: str
    label: str
    meaning: str = ""
    usable: bool = True


@dataclass(frozen=True)
class Known:
    """What a cell may name: the house's users, and per field (stage, source, …) the choices of its master."""

    users: tuple[KnownUser, ...] = ()
    choices: dict[str, tuple[KnownChoice, ...]] = field(default_factory=dict)

    def mark(self) -> str:
        """The same as long as every cell would be checked alike."""
        told = repr((sorted(map(repr, self.users)), sorted(self.choices.items())))
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass
class CheckedRows:
    """Rows by their numbers, column by column. A row of which `reasons` tell is refused; `notices` are worth telling
    though the row goes in."""

    rows: Sequence[int]
    columns: dict[str, Sequence[Value]] = field(default_factory=dict)
    reasons: dict[int, list[Reason]] = field(default_factory=dict)
    notices: dict[int, list[Reason]] = field(default_factory=dict)

    def of(self, code: str) -> Sequence[Value]:
        """The column's values; None where there is no such column."""
        return self.columns.get(code) or (None,) * len(self.rows)

    def tell(self, row: int, told: Reason) -> None:
        where = self.notices if told["code"] in NOTICES else self.reasons
        where.setdefault(row, []).append(told)

    def passed(self) -> "CheckedRows":
        """Those that are not refused."""
        if not self.reasons:
            return self
        passed = [row not in self.reasons for row in self.rows]
        columns: dict[str, Sequence[Value]] = {
            code: [*compress(values, passed)] for code, values in self.columns.items()
        }
        return CheckedRows([*compress(self.rows, passed)], columns, {}, self.notices)


class Checker:
    """Checks the rows of one list. `kind`: invited, participants or update."""

    def __init__(self, header: Header, kind: str, known: Known) -> None:
        self.kind = kind
        self.known = known
        self.plan: list[tuple[int, str, Check]] = [
            (cell.index, cell.code, self._check_of(BY_CODE[cell.code])) for cell in header.cells
        ]
        self.codes, self.own = header.codes(), header.own_codes()

    def check(self, rows: Sequence[int], raws: Sequence[Sequence[str]]) -> CheckedRows:
        """Rows by their numbers, and the cells of each, which may be fewer than the header has."""
        checked = CheckedRows(rows)
        texts = [*zip_longest(*raws, fillvalue="")]
        for index, code, check in self.plan:
            column = texts[index] if index < len(texts) else ("",) * len(rows)
            found = self._column(checked, code, column, check)
            # Blank in a column that the list's own file did not have: nobody wrote that, and it erases nothing.
            checked.columns[code] = found if code in self.own else [None if value == "" else value for value in found]
        self._split_names(checked)
        self._split_addresses(checked)
        self._require(checked)
        return checked

    def _column(self, checked: CheckedRows, code: str, texts: Sequence[str], check: Check) -> list[Value]:
        """A value that repeats is looked at once. A formula with an error or without a value says nothing: it is no
        blank either, which might erase what the lead has."""
        values: dict[str, Value] = {}
        told: dict[str, Reason] = {}
        for text in set(texts):
            if not text or text.isspace():
                values[text] = ""
            elif text == UNCALCULATED:
                values[text], told[text] = None, reason(code, NOT_CALCULATED)
            elif text in ERRORS:
                values[text], told[text] = None, reason(code, FORMULA_ERROR, text)
            else:
                values[text], refused = check(text)
                if refused is not None:
                    told[text] = refused
        if told:
            for row, text in zip(checked.rows, texts, strict=True):
                if text in told:
                    checked.tell(row, told[text])
        return [*map(values.__getitem__, texts)]

    def _split_names(self, checked: CheckedRows) -> None:
        """氏名 and フリガナ become two names each."""
        for whole, family, given in (
            ("full_name", "family_name", "given_name"),
            ("full_name_kana", "family_name_kana", "given_name_kana"),
        ):
            if whole not in self.codes:
                continue
            families: list[Value] = []
            givens: list[Value] = []
            texts = checked.columns.pop(whole)
            for row, text, name, first in zip(checked.rows, texts, checked.of(family), checked.of(given), strict=True):
                if not name:
                    name, rest = cells.split_name(str(text or ""))
                    first = rest or first or ""
                    if whole == "full_name" and text and not first:
                        checked.tell(row, reason(whole, "name_not_split", str(text)))
                families.append(name)
                givens.append(first)
            checked.columns |= {family: families, given: givens}

    def _split_addresses(self, checked: CheckedRows) -> None:
        """A prefecture at the head of an address becomes its own field, unless the lead has them so. Where the file has
        no column for it, an address without one says nothing of it."""
        if "address" not in self.codes:
            return
        prefectures, addresses = [*checked.of("prefecture")], [*checked.of("address")]
        exported = checked.of("lead_id" if "prefecture" in self.own else "")
        for place, (prefecture, lead_id) in enumerate(zip(prefectures, exported, strict=True)):
            if not prefecture and not lead_id and addresses[place]:
                found, addresses[place] = cells.split_prefecture(str(addresses[place]))
                prefectures[place] = found or prefecture
        checked.columns |= {"prefecture": prefectures, "address": addresses}

    def _require(self, checked: CheckedRows) -> None:
        needed = map(checked.of, ("family_name", "lead_id", *KEYS))
        for row, name, lead_id, *keys in zip(checked.rows, *needed, strict=True):
            if (name and any(keys)) or (self.kind == "update" and lead_id):
                continue
            refused = {each["field"] for each in checked.reasons.get(row, ())}
            if not name:
                missing = "full_name" if "full_name" in self.codes else "family_name"
                if self.kind == "update" and "lead_id" not in refused and "lead_id" in self.own:
                    checked.tell(row, reason("lead_id", "no_lead_id"))
                elif not refused & {"family_name", "full_name"}:
                    checked.tell(row, reason(missing, "required"))
            if not any(keys) and not refused & set(KEYS):
                checked.tell(row, reason("", "no_key"))

    def _check_of(self, column: Column) -> Check:
        if column.kind in ("text", "full_name") or column.kind in _CLEAN:
            return _text_check(column)
        if column.kind == "owner":
            return _owner_check(self.known.users, registering=self.kind != "update")
        if column.kind in ("source", "stage", "member_status", "temperature"):
            choices = self.known.choices.get(column.code, ())
            return _choice_check(column.code, choices, registering=self.kind != "update")
        return _shape_check(column.code, column.kind)


_CLEAN: dict[str, Callable[[str], str]] = {
    "kana": contacts.kana,
    "full_name_kana": contacts.kana,
    "long_text": contacts.lines,
    "prefecture": lambda text: contacts.prefecture(text) or contacts.one_line(text),
}


def _text_check(column: Column) -> Check:
    clean = _CLEAN.get(column.kind, contacts.one_line)

    def check(text: str) -> Checked:
        value = clean(text)
        if len(value) > column.limit:
            return "", reason(column.code, "too_long", text[:200], more=f"{column.limit:,}")
        return value, None

    return check


_SHAPES: dict[str, tuple[Callable[[str], Value], str]] = {
    "email": (contacts.email, "bad_email"),
    "phone": (contacts.number_with_extension, "bad_phone"),
    "postal_code": (contacts.postal_code, "bad_postal_code"),
    "date": (cells.iso_date, "bad_date"),
    "number": (cells.number, "bad_number"),
    "lead_number": (cells.lead_number, "bad_number"),
    "flag": (cells.flag, "bad_flag"),
}


def _shape_check(code: str, kind: str) -> Check:
    read, problem = _SHAPES[kind]

    def check(text: str) -> Checked:
        written = cells.bare(text) if text[0] == "'" or text.endswith(".0") else text
        value = read(written) if len(text) <= 400 else None
        if value is not None:
            return value, None
        lost = problem == "bad_phone" and AS_NUMBER.fullmatch(text.strip())
        return "", reason(code, "phone_as_number" if lost else problem, text[:200])

    return check


def _owner_check(users: Iterable[KnownUser], registering: bool) -> Check:
    """`氏名 <login>`, a login, or a name that only one active user has. An inactive user may stay where an exported
    list brings the name back; whether it is that, lead knows."""
    by_login = {user.login.casefold(): user for user in users}
    by_name: dict[str, list[KnownUser]] = {}
    for user in users:
        if user.active:
            by_name.setdefault(cells.folded(user.name), []).append(user)

    def check(text: str) -> Checked:
        _, bracket, login = contacts.one_line(text).removesuffix(">").rpartition("<")
        user = by_login.get(login.strip().casefold())
        if user is None and not bracket:
            named = by_name.get(cells.folded(text), [])
            if len(named) > 1:
                return "", reason("owner_id", "ambiguous_owner", text)
            user = named[0] if named else None
        if user is None:
            return "", reason("owner_id", "unknown_owner", text)
        if registering and not user.active:
            return "", reason("owner_id", "inactive_owner", text)
        return user.user_id, None

    return check


def _choice_check(code: str, choices: Iterable[KnownChoice], registering: bool) -> Check:
    """A label or a code. A retired choice may stay where an exported list brings it back, but is not given anew."""
    allowed = [choice for choice in choices if choice.usable or not registering]
    known = {cells.folded(name): choice for choice in reversed(allowed) for name in (choice.code, choice.label)}
    labels = [choice.label for choice in choices if choice.usable and choice.meaning != "converted"]
    help_ja = f"選択肢：{'、'.join(labels)}" if labels else ""
    help_en = f"The choices are: {', '.join(labels)}" if labels else ""

    def check(text: str) -> Checked:
        choice = known.get(cells.folded(text))
        if choice is None:
            return "", reason(code, "unknown_choice", text, more_ja=help_ja, more_en=help_en)
        if registering and choice.meaning == "converted":
            return "", reason(code, "set_by_conversion", text)
        return choice.code, None

    return check
