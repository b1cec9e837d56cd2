"""Checking the rows of a list: cells in, cleaned values out, or the reasons why not.

`Checker` is made once per batch from the header and the known choices; each row then costs some 30 µs, with no database
call. Columns that repeat (company, owner, stage) are remembered, so that a value is looked at once.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

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
REMEMBERED = 5_000
AS_NUMBER = re.compile(r"\d(?:\.\d*)?E\+?\d+", re.IGNORECASE)  # 1.0E+10, as spreadsheets show a long number
FORMULA_ERROR, NOT_CALCULATED = "formula_error", "formula_not_calculated"


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
class CheckedRow:
    """`reasons` not empty: the row is refused. `notices` are worth telling though the row goes in."""

    row: int
    values: dict[str, Value]
    reasons: list[Reason]
    notices: list[Reason]


class Checker:
    """Checks the rows of one list. `kind`: invited, participants or update."""

    def __init__(self, header: Header, kind: str, known: Known) -> None:
        self.kind = kind
        self.known = known
        self.plan: list[tuple[int, str, Check]] = [
            (cell.index, cell.code, self._check_for(BY_CODE[cell.code])) for cell in header.cells
        ]
        self.codes = header.codes()

    def check(self, row: int, raw: list[str]) -> CheckedRow:
        """One row; `raw` may be shorter than the header."""
        values: dict[str, Value] = {}
        reasons: list[Reason] = []
        notices: list[Reason] = []
        width = len(raw)
        for index, code, check in self.plan:
            text = raw[index] if index < width else ""
            if not text or text.isspace():
                values[code] = ""
                continue
            values[code], refused = check(text)
            if refused is not None:
                (notices if refused["code"] in (FORMULA_ERROR, NOT_CALCULATED) else reasons).append(refused)
        self._join(values, notices)
        self._require(values, reasons)
        return CheckedRow(row, values, reasons, notices)

    def _join(self, values: dict[str, Value], notices: list[Reason]) -> None:
        """氏名 and フリガナ become two names each, and a prefecture at the head of an address its own field."""
        for whole, family, given in (
            ("full_name", "family_name", "given_name"),
            ("full_name_kana", "family_name_kana", "given_name_kana"),
        ):
            if whole not in self.codes:
                continue
            text = str(values.pop(whole) or "")
            if values.get(family):
                continue
            values[family], first = cells.split_name(text)
            values[given] = first or values.get(given) or ""
            if whole == "full_name" and text and not values[given]:
                notices.append(reason(whole, "name_not_split", text))
        exported = "prefecture" in self.codes and values.get("lead_id")  # the lead has them so
        if "address" in self.codes and not values.get("prefecture") and not exported:
            prefecture, rest = cells.split_prefecture(str(values["address"] or ""))
            values["prefecture"] = prefecture or values.get("prefecture", "")
            values["address"] = rest if values["address"] else values["address"]

    def _require(self, values: dict[str, Value], reasons: list[Reason]) -> None:
        if self.kind == "update" and values.get("lead_id"):
            return
        refused = {each["field"] for each in reasons}
        if not values.get("family_name"):
            missing = "full_name" if "full_name" in self.codes else "family_name"
            if self.kind == "update" and "lead_id" not in refused and "lead_id" in self.codes:
                reasons.append(reason("lead_id", "no_lead_id"))
            elif not refused & {"family_name", "full_name"}:
                reasons.append(reason(missing, "required"))
        if not any(values.get(key) for key in KEYS) and not refused & set(KEYS):
            reasons.append(reason("", "no_key"))

    def _check_for(self, column: Column) -> Check:
        return _remembered(column.code, self._check_of(column))

    def _check_of(self, column: Column) -> Check:
        if column.kind in ("text", "full_name") or column.kind in _CLEAN:
            return _text_check(column)
        if column.kind == "owner":
            return _owner_check(self.known.users, registering=self.kind != "update")
        if column.kind in ("source", "stage", "member_status", "temperature"):
            choices = self.known.choices.get(column.code, ())
            return _choice_check(column.code, choices, registering=self.kind != "update")
        return _shape_check(column.code, column.kind)


def _remembered(code: str, check: Check) -> Check:
    """The same check, looking at a repeated value once. A formula with an error or without a value says nothing: it is
    no blank either, which might erase what the lead has."""
    seen: dict[str, Checked] = {UNCALCULATED: (None, reason(code, NOT_CALCULATED))}
    seen |= {text: (None, reason(code, FORMULA_ERROR, text)) for text in ERRORS}

    def remembering(text: str) -> Checked:
        found = seen.get(text)
        if found is None:
            found = check(text)
            if len(seen) < REMEMBERED and len(text) < 200:
                seen[text] = found
        return found

    return remembering


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
