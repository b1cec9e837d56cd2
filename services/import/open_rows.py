"""The rows of a list that did not go in, as they stand at one moment, and the error workbook of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from sqlalchemy import Row, ScalarSelect, and_, case, func, select
from sqlalchemy.orm import Session

from . import reasons
from .change_words import ChangeWords
from .error_workbook import OpenRow
from .error_writing import write_errors
from .models import OPEN_OUTCOMES, RowOutcome, UploadedList, UploadedRow
from .queries import known
from .rows import places_of, texts_of
from .schemas import ChangeDetails
from .writing import choices_of

PORTION = 500  # rows in memory at once
Portions = Iterator[list[OpenRow]]
NAMES = {True: "取り込めない行", False: "取り込めなかった行"}  # how the file begins: of a draft, and else


@dataclass(frozen=True)
class OpenRows:
    """`total` rows in `portions`, by row number, and the list as it was when they were read: `meta` of it for
    the workbook, and the `codes` of its columns."""

    meta: dict[str, str]
    total: int
    codes: set[str]
    portions: Portions


def count_open_rows(session: Session, list_id: int) -> int:
    return session.scalar(select(_count(list_id))) or 0


def file_name_of(uploaded: UploadedList) -> str:
    """What its error workbook is called."""
    return f"{NAMES[uploaded.is_draft]}_{uploaded.file_name.rpartition('.')[0] or uploaded.file_name}.xlsx"


def write_open_rows(
    session: Session,
    target: IO[bytes],
    uploaded: UploadedList,
    words: str,
    largest: int,
    told: Callable[[int, Portions], Portions] = lambda _, portions: portions,
) -> int:
    """Writes the error workbook of a list into `target`; answers how many rows it has. `words`: ja or en. `told` is
    given how many rows there are, and passes them on. Raises TooLarge where the rows have more than `largest` bytes."""
    found = open_rows(session, uploaded, words)
    meta = {"list_id": str(uploaded.id), "file_name": uploaded.file_name, **found.meta}
    rows = chain.from_iterable(told(found.total, found.portions))
    return write_errors(target, rows, found.codes, choices_of(known(session)), meta, words, largest)


def open_rows(session: Session, uploaded: UploadedList, words: str) -> OpenRows:
    """The rows that did not go in, with their cells and the reasons in this language. The list may go on meanwhile: one
    statement sees one moment, so it asks for the rows and for what is said of the list; its header comes once, with the
    first row."""
    is_first = func.row_number().over(order_by=RowOutcome.row) == 1
    portions = session.execute(
        select(
            *(RowOutcome.row, RowOutcome.reasons, RowOutcome.changes, UploadedRow.cells),
            _count(uploaded.id).label("total"),
            _of_list(uploaded.id, UploadedList.batches).label("batches"),
            _of_list(uploaded.id, UploadedList.status).label("status"),
            case((is_first, _of_list(uploaded.id, UploadedList.header))).label("header"),
        )
        .join(UploadedRow, and_(UploadedRow.list_id == RowOutcome.list_id, UploadedRow.row == RowOutcome.row))
        .where(RowOutcome.list_id == uploaded.id, RowOutcome.outcome.in_(OPEN_OUTCOMES))
        .order_by(RowOutcome.row)
        .execution_options(yield_per=PORTION)
    ).partitions()
    first = next(portions, None)
    if first is None:
        return OpenRows({}, 0, {*places_of(uploaded.header)}, iter(()))
    places = places_of(first[0].header)
    worded = _Worded(session, places, words)
    planned = uploaded.mode == "plan" and first[0].status != "finished"
    meta = {"batches": str(first[0].batches), "planned": "1" if planned else ""}
    return OpenRows(meta, first[0].total, {*places}, (worded.portion(each) for each in chain([first], portions)))


def _count(list_id: int) -> ScalarSelect[int]:
    those = RowOutcome.list_id == list_id, RowOutcome.outcome.in_(OPEN_OUTCOMES)
    return select(func.count()).select_from(RowOutcome).where(*those).correlate(None).scalar_subquery()


def _of_list(list_id: int, column: Any) -> ScalarSelect[Any]:
    return select(column).where(UploadedList.id == list_id).scalar_subquery()


class _Worded:
    """Puts rows into words."""

    def __init__(self, session: Session, places: dict[str, tuple[int, str]], words: str) -> None:
        self._changes = ChangeWords(session)
        self._places, self._words = places, words

    def portion(self, rows: Any) -> list[OpenRow]:
        return [self._row(row) for row in rows]

    def _row(self, row: Row[Any]) -> OpenRow:
        texts = texts_of(self._places, row.cells)
        screen = {each.field: each for each in self._changes.changes(row.changes or []) if not each.besides}
        said = []
        for reason in row.reasons or []:
            told = reasons.with_value(reason, self._places, texts)
            both = reason["code"] == "both_changed"
            values = _both_values(screen.get(reason["field"]), self._words) if both else ""
            said.append((reasons.cells_of(told), f"{reasons.said(told, self._words)}{values}"))
        return OpenRow(row.row, texts, said)


def _both_values(change: ChangeDetails | None, words: str) -> str:
    """What else a conflict is about, and how it is decided in the cell."""
    if change is None:
        return ""
    if words == "en":
        return (
            f"\nOn the screen: {change.before or 'blank'} (exported: {change.exported or 'blank'})\n"
            "Write the value that shall hold."
        )
    return (
        f"\n画面の値：{change.before or '空白'}（出力時：{change.exported or '空白'}）\n"
        "残したい値に書き換えて取り込むと、その値になります。"
    )
