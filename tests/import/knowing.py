"""What the house knows when cells are checked in tests, and one row to check."""

from types import SimpleNamespace
from typing import Any

from .making import module

checks = module("checks")
header = module("header")
reasons = module("reasons")

USERS = (
    checks.KnownUser(3, "isamu", "石田 勇", True),
    checks.KnownUser(4, "sara", "佐々木 沙羅", True),
    checks.KnownUser(5, "sara2", "佐々木 沙羅", True),
    checks.KnownUser(6, "old", "古田 新", False),
)
CHOICES = {
    "stage": (
        checks.KnownChoice("open", "未対応", "open"),
        checks.KnownChoice("handed_over", "営業引継ぎ", "handed_over"),
        checks.KnownChoice("converted", "案件化", "converted"),
        checks.KnownChoice("gone", "旧ステージ", "open", usable=False),
    ),
    "source": (checks.KnownChoice("seminar", "セミナー"),),
    "member_status": (checks.KnownChoice("attended", "参加"),),
    "temperature": tuple(checks.KnownChoice(letter, letter) for letter in "ABC"),
}
KNOWN = checks.Known(USERS, CHOICES)
PERSON = {"family_name": "山田", "company": "株式会社サンプル"}


def check(kind: str = "invited", **raw: str) -> Any:
    """One row with these cells, by column code."""
    found = header.Header(1, tuple(header.HeaderCell(at, code, code) for at, code in enumerate(raw)), ())
    return checked(checks.Checker(found, kind, KNOWN), 2, list(raw.values()))


def checked(checker: Any, row: int, cells: list[str]) -> Any:
    """What the checker says of one row: its `values`, the `reasons` against it, and `notices`."""
    found = checker.check([row], [cells])
    values = {code: value for code, (value,) in found.columns.items()}
    return SimpleNamespace(values=values, reasons=found.reasons.get(row, []), notices=found.notices.get(row, []))


def cleaned(code: str, text: str, kind: str = "invited") -> Any:
    """The value of one cell in an otherwise sound row, or the code of the reason against it."""
    row = check(kind, **(PERSON | {code: text}))
    return f"!{row.reasons[0]['code']}" if row.reasons else row.values[code]
