"""Finding the header row of a sheet, what each of its columns means, and what of the rows below it no list takes."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from itertools import chain, islice

from . import refusal
from .columns import BY_CODE, NOTHING, Column, column_in, columns_of, letter, plain
from .gate import LIMITS
from .spreadsheet import Block, MarkedCells, Row

SEARCHED_ROWS = 20
KNOWN_NAMES = 2
LONGEST_NAME = 100
OF_HISTORY = {"member_status", "responded_on", "survey"}  # a list update changes no history


@dataclass(frozen=True)
class HeaderCell:
    """One column that the file has and the layout knows. `added`: only a corrected file has it, and it stands behind
    all columns of the sheet."""

    index: int  # from 0, in the sheet
    code: str
    name: str  # as the file writes it
    added: bool = False


@dataclass(frozen=True)
class Header:
    """The header row: the columns understood, the names nobody understood, and the cells (H12) in which columns
    without a name begin to have values (both are reported, never lost silently; Below looks for the latter).
    `left_out`: the names of columns that somebody said are not read. `beyond`: the first cell right of all columns
    that are read. Of what the sheet hides and is read all the same: how many rows, the first, names of columns."""

    row: int
    cells: tuple[HeaderCell, ...]
    unknown: tuple[str, ...]
    unnamed: tuple[str, ...] = ()
    width: int = LIMITS.columns  # from this column on nothing has a name
    gaps: tuple[int, ...] = ()  # before it, without a name or of no use, and blank so far
    left_out: tuple[str, ...] = ()
    beyond: str = ""
    hidden_rows: int = 0
    first_hidden: int = 0
    hidden_columns: tuple[str, ...] = ()

    def codes(self) -> set[str]:
        return {cell.code for cell in self.cells}

    def own_codes(self) -> set[str]:
        """Without what a corrected file added."""
        return {cell.code for cell in self.cells if not cell.added}


@dataclass(frozen=True)
class Said:
    """What somebody said about a sheet: which row is its header, the field of each column that is read, and which
    columns were asked about."""

    row: int
    codes: Mapping[int, str]
    asked: frozenset[int] = frozenset()


def find_header(
    rows: Iterable[Row], sheet: str, kind: str, remembered: Mapping[str, str] = NOTHING, said: Said | None = None
) -> tuple[Header, "Below"]:
    """The header and the rows below it. Raises Refused if there is none, if it names a column twice, or if columns
    that a list of this kind cannot do without are missing."""
    rows = iter(rows)
    head = list(islice(rows, SEARCHED_ROWS))
    at = _place(head, said) if said else header_at(head, kind, remembered)
    if at is None:
        raise refusal.Refused(
            "no_header",
            f"シート「{sheet}」に見出し行がありません。"
            f"最初の{SEARCHED_ROWS}行のどこかに「会社名」「姓」「メールアドレス」などの見出しを並べてください。",
            f"Sheet “{sheet}” has no header row. Put headers such as 会社名, 姓, メールアドレス "
            f"(or Company, Family name, Email) within its first {SEARCHED_ROWS} rows.",
        )
    number, cells = head[at]
    header = said_header(cells, said) if said else _named_header(number, cells, sheet, remembered)
    refuse_missing(header, sheet, kind)
    if kind == "update":
        idle = (cell.index for cell in header.cells if cell.code in OF_HISTORY)
        header = replace(header, gaps=(*header.gaps, *idle))
    header = replace(header, hidden_columns=_hidden(header, head[0][1]))
    below = Below(header, chain(head[at + 1 :], rows))
    if below.is_empty():
        raise refusal.Refused(
            "no_rows",
            f"シート「{sheet}」の見出し（{number}行目）の下に行がありません。",
            f"Sheet “{sheet}” has no rows below its header (row {number}).",
        )
    return header, below


def header_at(head: list[Row], kind: str, remembered: Mapping[str, str]) -> int | None:
    """The place of the header among the first rows: the first row that names fields and is no line of a form, such as
    会社名：… メールアドレス：…; where there is none, the first one that names fields."""
    found = None
    for at, (_, cells) in enumerate(head):
        known = {column.code: cells[place] for place, column in columns_of(cells, remembered).items()}
        if len(known) < KNOWN_NAMES:
            continue
        labels = any(name.rstrip().endswith((":", "：")) for name in known.values())
        if (
            not labels
            and len(known) * 2 > sum(bool(name.strip()) for name in cells)
            and not _missing(known.keys(), kind)
        ):
            return at
        found = at if found is None else found
    return found


def _place(head: list[Row], said: Said) -> int | None:
    return next((at for at, (number, _) in enumerate(head) if number >= said.row), None)


def has_values(index: int, rows: list[list[str]]) -> bool:
    """Whether these rows below a header use the column: one remark beside a list is none of it."""
    filled = sum(bool(cells[index].strip()) for cells in rows if index < len(cells))
    return filled >= min(2, len(rows))


def _named_header(number: int, cells: list[str], sheet: str, remembered: Mapping[str, str]) -> Header:
    """The row as a header, by the names in it."""
    found = sorted(columns_of(cells, remembered).items())
    if len(cells) > LIMITS.columns:
        raise refusal.too_many_columns(number, LIMITS.columns)
    _refuse_doubled(found, cells, sheet, number)
    known = {index for index, _ in found}
    others = [name for at, name in enumerate(cells) if name.strip() and at not in known]
    return Header(
        number,
        tuple(HeaderCell(index, column.code, short(cells[index])) for index, column in found),
        tuple(short(name) for name in others if plain(name) not in remembered),
        width=len(cells),
        gaps=tuple(at for at, name in enumerate(cells) if not name.strip()),
        left_out=tuple(short(name) for name in others if plain(name) in remembered),
    )


def said_header(cells: list[str], said: Said) -> Header:
    """The row as a header, by what somebody said of it."""
    names = {at: cells[at] if at < len(cells) and cells[at].strip() else letter(at) for at in said.codes}
    known = tuple(HeaderCell(at, code, short(names[at])) for at, code in sorted(said.codes.items()))
    covered = {at for at, name in enumerate(cells) if name.strip()} | said.asked | said.codes.keys()
    width = min(max(covered, default=-1) + 1, LIMITS.columns)
    left_out = tuple(short(name) for at, name in enumerate(cells) if name.strip() and at not in said.codes)
    gaps = tuple(at for at in range(width) if at not in covered)
    return Header(said.row, known, (), width=width, gaps=gaps, left_out=left_out)


def _hidden(header: Header, first: list[str]) -> tuple[str, ...]:
    """The columns that are read though the sheet hides them, where no list does so. `first`: its first row."""
    columns = set(first.columns) if isinstance(first, MarkedCells) else set()
    return tuple(cell.name for cell in header.cells if cell.index in columns and not BY_CODE[cell.code].hidden)


class Below:
    """The rows below a header, without what stands far to the right of any list; and what is noticed about them that
    their sender should be told: nothing is left out without a word. A mail cell that says メール and has the address
    behind it is the address.

    Of the header, `width`: from this column on nothing has a name; `gaps`: columns before it that have none, or are of
    no use, and were blank so far. Only longer rows, or a header with gaps, need a look.
    """

    def __init__(self, header: Header, rows: Iterable[Row]) -> None:
        self._header, self._width, self._gaps = header, header.width, list(header.gaps)
        self._unnamed, self._beyond = list(header.unnamed), header.beyond
        self._hidden, self._first_hidden = header.hidden_rows, header.first_hidden
        self._rows = self.passed(rows)

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def passes(self, block: Block) -> bool:
        """Whether all of its rows pass as they are, and nothing need be noticed about them."""
        return block.width <= self._width and not self._gaps and not block.is_marked

    def is_empty(self) -> bool:
        first = next(self._rows, None)
        self._rows = chain([first] if first else [], self._rows)
        return first is None

    def told(self) -> Header:
        """The header with what was noticed in the rows that somebody went on from so far."""
        unnamed = sorted(self._unnamed, key=lambda cell: (len(column_in(cell)), cell))
        return replace(
            self._header,
            unnamed=tuple(unnamed),
            width=self._width,
            gaps=tuple(self._gaps),
            beyond=self._beyond,
            hidden_rows=self._hidden,
            first_hidden=self._first_hidden,
        )

    def passed(self, rows: Iterable[Row]) -> Iterator[Row]:
        """These rows, as they pass."""
        mail = next((cell.index for cell in self._header.cells if cell.code == "email"), -1)
        for number, cells in rows:
            if isinstance(cells, MarkedCells):
                if address := cells.links.get(mail):
                    cells[mail] = address
                if cells.beyond is not None:
                    self._note_beyond(cells.beyond, number)
            if len(cells) > LIMITS.columns:
                self._cut(number, cells)
            if not cells:
                continue
            yield number, cells
            if len(cells) > self._width or self._gaps:
                self._look(number, cells)
            if isinstance(cells, MarkedCells) and cells.hidden:
                self._hidden += 1
                self._first_hidden = self._first_hidden or number

    def _cut(self, row: int, cells: list[str]) -> None:
        far = next((at for at in range(LIMITS.columns, len(cells)) if cells[at].strip()), None)
        if far is not None:
            self._note_beyond(far, row)
        del cells[LIMITS.columns :]
        while cells and not cells[-1].strip():
            cells.pop()

    def _note_beyond(self, column: int, row: int) -> None:
        self._beyond = self._beyond or f"{letter(column)}{row}"

    def _look(self, row: int, cells: list[str]) -> None:
        if len(cells) > self._width:
            self._gaps.extend(range(self._width, len(cells)))
            self._width = len(cells)
        for at in [at for at in self._gaps if at < len(cells) and cells[at].strip()]:
            self._gaps.remove(at)
            self._unnamed.append(f"{letter(at)}{row}")


def short(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def _refuse_doubled(found: list[tuple[int, Column]], cells: list[str], sheet: str, number: int) -> None:
    seen: dict[str, int] = {}
    for index, column in found:
        if (other := seen.get(column.code)) is not None:
            ja = "と".join(f"「{short(cells[at])}」（{letter(at)}列）" for at in (other, index))
            en = " and ".join(f"“{short(cells[at])}” (column {letter(at)})" for at in (other, index))
            raise refusal.Refused(
                "doubled_header",
                f"シート「{sheet}」{number}行目: {ja}はどちらも「{column.ja}」の列です。"
                "一方を削除するか名前を変えてください。",
                f"Sheet “{sheet}”, row {number}: {en} both mean “{column.en}”. Delete or rename one of them.",
            )
        seen[column.code] = index


def refuse_missing(header: Header, sheet: str, kind: str) -> None:
    missing = _missing(header.codes(), kind)
    if missing is None:
        return
    ja, en = missing
    raise refusal.Refused(
        "missing_column",
        f"シート「{sheet}」{header.row}行目の見出しに{ja}がありません。",
        f"The header in row {header.row} of sheet “{sheet}” lacks {en}.",
    )


def _missing(codes: Set[str], kind: str) -> tuple[str, str] | None:
    """What a list of this kind cannot do without, where these fields do not have it."""
    if kind == "update" and "lead_id" in codes:
        return None
    if not codes & {"family_name", "full_name"}:
        ja, en = "「姓」（または「氏名」）", "Family name (or Name)"
    elif not codes & {"email", "phone", "mobile", "company"}:
        ja, en = "「メールアドレス」「電話番号」「会社名」のどれか", "Email, Phone or Company"
    else:
        return None
    return (f"「リードID」、または{ja}", f"Lead ID, or {en}") if kind == "update" else (ja, en)
