"""Finding the header row of a sheet and what each of its columns means."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from . import refusal
from .columns import Column, column_of, letter
from .gate import LIMITS
from .spreadsheet import LinkedCells, Row

SEARCHED_ROWS = 20
KNOWN_NAMES = 2
LONGEST_NAME = 100


@dataclass(frozen=True)
class HeaderCell:
    """One column that the file has and the layout knows."""

    index: int  # from 0, in the sheet
    code: str
    name: str  # as the file writes it


@dataclass(frozen=True)
class Header:
    """The header row: the columns understood, and the names nobody understood (reported, never lost silently)."""

    row: int
    cells: tuple[HeaderCell, ...]
    unknown: tuple[str, ...]

    def codes(self) -> set[str]:
        return {cell.code for cell in self.cells}


def find_header(rows: Iterable[Row], sheet: str, kind: str) -> tuple[Header, Iterable[Row]]:
    """The header and the rows below it. Raises Refused if there is none, if it names a column twice, or if columns
    that a list of this kind cannot do without are missing."""
    rows = iter(rows)
    for number, cells in islice(rows, SEARCHED_ROWS):
        found = [(index, column) for index, name in enumerate(cells) if name.strip() and (column := column_of(name))]
        if len({column.code for _, column in found}) < KNOWN_NAMES:
            continue
        if len(cells) > LIMITS.columns:
            raise refusal.too_many_columns(number, LIMITS.columns)
        _refuse_doubled(found, cells, sheet, number)
        known = {index for index, _ in found}
        header = Header(
            number,
            tuple(HeaderCell(index, column.code, _short(cells[index])) for index, column in found),
            tuple(_short(name) for index, name in enumerate(cells) if name.strip() and index not in known),
        )
        _refuse_missing(header, sheet, kind)
        mail = next((cell.index for cell in header.cells if cell.code == "email"), -1)
        below = _below(rows, mail)
        first = next(below, None)
        if first is None:
            raise refusal.Refused(
                "no_rows",
                f"シート「{sheet}」の見出し（{number}行目）の下に行がありません。",
                f"Sheet “{sheet}” has no rows below its header (row {number}).",
            )
        return header, chain([first], below)
    raise refusal.Refused(
        "no_header",
        f"シート「{sheet}」に見出し行がありません。"
        f"最初の{SEARCHED_ROWS}行のどこかに「会社名」「姓」「メールアドレス」などの見出しを並べてください。",
        f"Sheet “{sheet}” has no header row. Put headers such as 会社名, 姓, メールアドレス "
        f"(or Company, Family name, Email) within its first {SEARCHED_ROWS} rows.",
    )


def _below(rows: Iterable[Row], mail: int) -> Iterator[Row]:
    """The rows, without what stands far to the right of any list. A mail cell that says メール and has the address
    behind it is the address. `mail`: its column, or -1."""
    for number, cells in rows:
        if isinstance(cells, LinkedCells) and (address := cells.links.get(mail)):
            cells[mail] = address
        if len(cells) > LIMITS.columns:
            del cells[LIMITS.columns :]
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                continue
        yield number, cells


def _short(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def _refuse_doubled(found: list[tuple[int, Column]], cells: list[str], sheet: str, number: int) -> None:
    seen: dict[str, int] = {}
    for index, column in found:
        if (other := seen.get(column.code)) is not None:
            ja = "と".join(f"「{_short(cells[at])}」（{letter(at)}列）" for at in (other, index))
            en = " and ".join(f"“{_short(cells[at])}” (column {letter(at)})" for at in (other, index))
            raise refusal.Refused(
                "doubled_header",
                f"シート「{sheet}」{number}行目: {ja}はどちらも「{column.ja}」の列です。"
                "一方を削除するか名前を変えてください。",
                f"Sheet “{sheet}”, row {number}: {en} both mean “{column.en}”. Delete or rename one of them.",
            )
        seen[column.code] = index


def _refuse_missing(header: Header, sheet: str, kind: str) -> None:
    codes = header.codes()
    if kind == "update" and "lead_id" in codes:
        return
    if not codes & {"family_name", "full_name"}:
        ja, en = "「姓」（または「氏名」）", "Family name (or Name)"
    elif not codes & {"email", "phone", "mobile", "company"}:
        ja, en = "「メールアドレス」「電話番号」「会社名」のどれか", "Email, Phone or Company"
    else:
        return
    if kind == "update":
        ja, en = f"「リードID」、または{ja}", f"Lead ID, or {en}"
    raise refusal.Refused(
        "missing_column",
        f"シート「{sheet}」{header.row}行目の見出しに{ja}がありません。",
        f"The header in row {header.row} of sheet “{sheet}” lacks {en}.",
    )
