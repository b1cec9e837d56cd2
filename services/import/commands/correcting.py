"""The error workbook comes back: its rows take the places of those that did not go in, and the same list goes on.

The rows get new batches, so that everything keyed by (list, batch) holds; outcomes still sum to the rows read. An
error workbook has every column of the layout, the list only some: one that the list does not have joins it where a row
says something in it, and one that the corrected file does not have stays as the list has it.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from typing import IO

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis import files
from chassis.auth import Actor
from chassis.consumers import Permanent
from chassis.database import copy_rows
from chassis.problems import Conflict, Field, Forbidden, Invalid

from .. import queries
from ..belonging import another_lists, belongs
from ..columns import plain
from ..error_workbook import OWN_NAMES, Origin, RowNumbers, numbered, origin_of
from ..gate import LIMITS, inspect
from ..header import Header, HeaderCell, find_header
from ..models import OPEN_OUTCOMES, CampaignCopy, Correction, RowOutcome, UploadedList
from ..refusal import Refused
from ..spreadsheet import look, rows
from .announcing import announce_corrections, once_at_work
from .checking import header_of
from .deciding import decide
from .going_on import COME_BACK, place_again
from .refusing import not_now
from .registering import as_problem, check_campaign, plain_name

# What a whole name says, too.
PARTS = {
    "full_name": {"family_name", "given_name"},
    "full_name_kana": {"family_name_kana", "given_name_kana"},
}
# The cells at these places are those that the list has.
KEEP = """
UPDATE corrected n SET cells = (
    SELECT json_agg(
        CASE WHEN at - 1 = ANY(:kept) THEN coalesce(u.cells ->> (at - 1)::int, '') ELSE cell END ORDER BY at)
    FROM json_array_elements_text(n.cells) WITH ORDINALITY AS c (cell, at)
) FROM uploaded_row u WHERE u.list_id = :list_id AND u.row = n.row
"""
BOTH = """
SELECT n.row, u.cells, n.cells FROM corrected n JOIN uploaded_row u ON u.row = n.row
WHERE u.list_id = :list_id ORDER BY n.row
"""


def register_corrections(
    session: Session, actor: Actor, list_id: int, *, file: IO[bytes], file_name: str
) -> UploadedList:
    """Takes an error workbook in. Raises NotFound, Forbidden for others than who registered the list and their
    managers, Conflict while the list or its file is at work, Invalid, also for the error workbook of another list, and
    413."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status not in ("finished", "planned"):
        raise not_now(uploaded)
    if not any(queries.outcome_counts(session, [list_id])[list_id][outcome] for outcome in OPEN_OUTCOMES):
        raise Conflict(
            code="nothing_open",
            ja="このリストには直す行がありません。",
            en="No row of this list is left to be put right.",
        )
    check_campaign(session, actor, uploaded.kind, uploaded.campaign_id)
    try:
        seen = inspect(file, LIMITS)
        file.seek(0)
        stored = files.store(file, LIMITS.file_bytes)
        files.forget_after_rollback(session, stored.key)
        origin = origin_of(files.path(stored.key), seen)
    except Refused as refused:
        raise as_problem(refused, file_name) from refused
    if origin and origin.list_id != list_id:
        raise _of_another_list(session, origin, file_name)
    with once_at_work(session, uploaded, uploaded.created_by):
        uploaded.corrections += 1
        uploaded.rounds += 1
        uploaded.status = "reading"
    correction = Correction(
        list_id=list_id,
        number=uploaded.corrections,
        file_key=stored.key,
        file_name=plain_name(file_name),
        sheet=seen.visible[0].name,
    )
    session.add(correction)
    session.flush()
    announce_corrections(session, list_id, correction.id, seen.bytes)
    return uploaded


def _of_another_list(session: Session, origin: Origin, file_name: str) -> Invalid:
    """`list_id` of the problem: where the file belongs, if that list is here."""
    other = session.get(UploadedList, origin.list_id)
    campaign = session.get(CampaignCopy, other.campaign_id) if other and other.campaign_id else None
    name, sent = other.file_name if other else origin.file_name, plain_name(file_name)
    ja, en = (f"「{name}」", f"“{name}”")
    if campaign:
        ja, en = f"{ja}（{campaign.name}）", f"{en} ({campaign.name})"
    field = Field(
        "file",
        "other_list",
        ja=f"「{sent}」は別のリスト{ja}から出力した行です。そのリストの画面から取り込んでください。",
        en=f"“{sent}” holds rows of another list, {en}. Bring it in on the page of that list.",
    )
    return Invalid([field], code="other_list", **({"list_id": str(other.id)} if other else {}))


def read_corrections(session: Session, correction_id: int) -> None:
    """Puts the corrected rows in their places and announces them. A file that cannot be read changes nothing."""
    correction = session.get(Correction, correction_id, with_for_update=True)
    if correction is None:
        raise Permanent(f"there is no correction {correction_id}")
    if correction.status != "received":
        return
    uploaded = queries.uploaded_list(session, correction.list_id, lock=True)
    try:
        with session.begin_nested():
            _read(session, uploaded, correction)
        correction.status = "read"
    except Refused as refused:
        correction.status = "failed"
        uploaded.rest()
        correction.problem_code, correction.problem_ja, correction.problem_en = refused.code, refused.ja, refused.en


def _read(session: Session, uploaded: UploadedList, correction: Correction) -> None:
    path = files.path(correction.file_key)
    path.stat()  # a file store that is away for a moment is no fault of the file: raises, and is tried again
    are_open = select(RowOutcome.row).where(RowOutcome.list_id == uploaded.id, RowOutcome.outcome.in_(OPEN_OUTCOMES))
    open_rows = set(session.scalars(are_open))
    session.execute(text(COME_BACK))
    with closing(rows(path, correction.sheet)) as found:
        placed = RowNumbers(found)
        header, below = find_header(placed, correction.sheet, uploaded.kind)
        column = placed.column(header.row)
        joining = _Joining(header_of(uploaded), header, uploaded.stopped_after is None)
        session.execute(text("CREATE TEMP TABLE brought (row int, cells json) ON COMMIT DROP"))
        brought = (
            (row, json.dumps(joining.replaced(cells, row in open_rows), ensure_ascii=False))
            for row, cells in numbered(below, column)
        )
        copy_rows(session, "brought (row, cells)", brought)
    told = below.told()
    unknown = tuple(name for name in told.unknown if plain(name) not in OWN_NAMES)
    session.execute(
        text("INSERT INTO corrected SELECT row, cells FROM brought WHERE row = ANY(:open)"), {"open": [*open_rows]}
    )
    origin = origin_of(path, look(path, again=True))
    if origin is None:
        _refuse_others(session, uploaded.id, joining.places)
    if joining.kept:
        session.execute(text(KEEP), {"list_id": uploaded.id, "kept": joining.kept})
    merged = joining.header()
    undecided = decide(session, uploaded, merged, origin)
    correction.header = asdict(replace(told, unknown=unknown)) | {"undecided": undecided}
    correction.rows = session.scalar(text("SELECT count(*) FROM corrected")) or 0
    correction.ignored = (session.scalar(text("SELECT count(*) FROM brought")) or 0) - correction.rows
    if not correction.rows:
        raise Refused(
            "no_open_rows",
            "このリストに残っている行が、ファイルに1行もありません。「元の行」の番号を変えていないか確認してください。",
            "None of the file's rows is still open in this list. Were the numbers under “Original row” changed?",
        )
    uploaded.header = asdict(merged)
    place_again(session, uploaded, correction.rows, "file", correction.created_by)


def _refuse_others(session: Session, list_id: int, places: Mapping[str, int]) -> None:
    """Raises Refused where a row that was brought has nothing in common with the one whose place it would take."""
    rows = session.execute(text(BOTH), {"list_id": list_id}, execution_options={"yield_per": 500})
    other = next((row for row, cells, brought in rows if not belongs(cells, brought, places)), None)
    rows.close()
    if other is not None:
        raise another_lists(other)


class _Joining:
    """Brings corrected rows into the order of the list's own columns; those that only the corrected file has stand
    behind every column of the sheet, also behind those that nobody reads. `kept`: the places that it does not have;
    `places`: of the columns that both have.
    `is_read`: whether the sheet is read to its end; until then its rows may be as wide as a list can be."""

    def __init__(self, known: Header, new: Header, is_read: bool) -> None:
        self._known = known
        behind = max([known.width if is_read else LIMITS.columns, *(cell.index + 1 for cell in known.cells)])
        added = [cell for cell in new.cells if cell.code not in known.codes()]
        self._added = [HeaderCell(behind + at, cell.code, cell.name, added=True) for at, cell in enumerate(added)]
        self._width = behind + len(added)
        places = {cell.code: cell.index for cell in (*known.cells, *self._added)}
        self._taken = [(places[cell.code], cell.index) for cell in new.cells]
        self._filled: set[int] = set()
        said = new.codes().union(*(parts for whole, parts in PARTS.items() if whole in new.codes()))
        self.places = {cell.code: cell.index for cell in known.cells if cell.code in new.codes()}
        self.kept = [cell.index for cell in known.cells if cell.code not in said]

    def replaced(self, cells: Sequence[str], counts: bool) -> list[str]:
        """A row. `counts`: whether it takes the place of one of the list's."""
        row = [""] * self._width
        for target, source in self._taken:
            row[target] = cells[source] if source < len(cells) else ""
        if counts:
            self._filled |= {cell.index for cell in self._added if row[cell.index].strip()}
        return row

    def header(self) -> Header:
        """The list's header with the added columns in which a row that counts had a value."""
        added = [cell for cell in self._added if cell.index in self._filled]
        return replace(self._known, cells=(*self._known.cells, *added))
