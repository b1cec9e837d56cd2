"""Questions to the import service: lists and how far they are, rows and what became of them, what cells may name."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from chassis.problems import Field, Invalid, NotFound, language
from chassis.shapes import PageQuery, read_cursor, write_cursor

from . import reasons
from .checks import Known, KnownChoice, KnownUser
from .error_workbook import OpenRow
from .models import (
    OPEN_OUTCOMES,
    OUTCOMES,
    Batch,
    CampaignCopy,
    Correction,
    MasterCopy,
    RowOutcome,
    UploadedList,
    UploadedRow,
    UserCopy,
)
from .schemas import (
    CorrectionDetails,
    ListDetails,
    ListSearch,
    RowDetails,
    RowSearch,
    Uploader,
    Warning,
)

MASTERS = {
    "lead-stages": "stage",
    "member-statuses": "member_status",
    "lead-sources": "source",
    "temperatures": "temperature",
}


def known(session: Session) -> Known:
    """What cells may name, as it is now."""
    users = session.execute(select(UserCopy.user_id, UserCopy.login, UserCopy.name, UserCopy.active))
    masters = session.scalars(select(MasterCopy).where(MasterCopy.master.in_(MASTERS)))
    choices = {
        MASTERS[master.master]: tuple(
            KnownChoice(choice["code"], choice["label"], choice["meaning"], choice["active"])
            for choice in master.choices
        )
        for master in masters
    }
    return Known(tuple(KnownUser(*user) for user in users), choices)


def outcome_counts(session: Session, list_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many rows of each list have each outcome so far; all seven outcomes, always."""
    ids = list(list_ids)
    counts = {list_id: dict.fromkeys(OUTCOMES, 0) for list_id in ids}
    each = func.jsonb_each_text(Batch.outcomes).table_valued("key", "value").lateral()
    for list_id, outcome, rows in session.execute(
        select(Batch.list_id, each.c.key, func.sum(cast(each.c.value, Integer)))
        .join(each, and_(True))
        .where(Batch.list_id.in_(ids))
        .group_by(Batch.list_id, each.c.key)
    ):
        counts[list_id][outcome] = int(rows)
    return counts


def list_details(session: Session, list_id: int) -> ListDetails:
    return _details(session, [uploaded_list(session, list_id)])[0]


def uploaded_list(session: Session, list_id: int, lock: bool = False) -> UploadedList:
    uploaded = session.get(UploadedList, list_id, with_for_update=lock)
    if uploaded is None:
        raise NotFound(ja="そのリストはありません。", en="There is no such list.")
    return uploaded


def search_lists(session: Session, query: ListSearch) -> dict[str, Any]:
    """The history of lists, newest first."""
    found = select(UploadedList)
    if query.campaign_id is not None:
        found = found.where(UploadedList.campaign_id == query.campaign_id)
    if query.kind:
        found = found.where(UploadedList.kind.in_(query.kind))
    if query.status:
        found = found.where(UploadedList.status.in_(query.status))
    if query.uploaded_by is not None:
        found = found.where(UploadedList.created_by == query.uploaded_by)
    page = page_of(session, found, query, UploadedList.id, newest_first=True)
    return page | {"items": _details(session, page["items"])}


def list_rows(session: Session, list_id: int, query: RowSearch) -> dict[str, Any]:
    """Rows of a list with what became of them, by row number; words in the reader's language."""
    uploaded = uploaded_list(session, list_id)
    found = select(RowOutcome).where(RowOutcome.list_id == list_id)
    if query.outcome:
        found = found.where(RowOutcome.outcome.in_(query.outcome))
    page = page_of(session, found, query, RowOutcome.row)
    numbers = [outcome.row for outcome in page["items"]]
    cells = dict(
        session.execute(
            select(UploadedRow.row, UploadedRow.cells).where(
                UploadedRow.list_id == list_id, UploadedRow.row.in_(numbers)
            )
        ).all()
    )
    return page | {"items": [_row(uploaded, outcome, cells.get(outcome.row, [])) for outcome in page["items"]]}


def open_rows(session: Session, uploaded: UploadedList) -> Iterator[OpenRow]:
    """The rows that did not go in, by row number, with their cells and the reasons in the reader's language."""
    found = session.execute(
        select(RowOutcome.row, RowOutcome.reasons, UploadedRow.cells)
        .join(UploadedRow, and_(UploadedRow.list_id == RowOutcome.list_id, UploadedRow.row == RowOutcome.row))
        .where(RowOutcome.list_id == uploaded.id, RowOutcome.outcome.in_(OPEN_OUTCOMES))
        .order_by(RowOutcome.row)
        .execution_options(yield_per=500)
    )
    places, words = _places(uploaded), language()
    for row, kept, cells in found:
        texts = _texts(places, cells)
        told = [reasons.with_value(each, places, texts) for each in kept or []]
        yield OpenRow(row, texts, [(each["field"], reasons.said(each, words)) for each in told])


def page_of(
    session: Session, found: Select[Any], query: PageQuery, key: Any, newest_first: bool = False
) -> dict[str, Any]:
    """One page by a unique whole number, going on after the last one shown."""
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if query.cursor:
        try:
            (last,) = read_cursor(query.cursor)
            last = int(last)
        except (ValueError, TypeError) as error:
            ja, en = "ページの位置が正しくありません。", "Not a cursor of this list."
            raise Invalid([Field("cursor", "cursor", ja=ja, en=en)]) from error
        found = found.where(key < last if newest_first else key > last)
    ordered = found.order_by(key.desc() if newest_first else key).limit(query.page_size + 1)
    items = list(session.scalars(ordered))
    shown = items[: query.page_size]
    following = write_cursor([getattr(shown[-1], key.key)]) if len(items) > len(shown) else None
    return {"items": shown, "total": total, "next_cursor": following}


def _details(session: Session, lists: list[UploadedList]) -> list[ListDetails]:
    counts = outcome_counts(session, [uploaded.id for uploaded in lists])
    users = named(session, UserCopy.user_id, UserCopy.name, {each.created_by for each in lists})
    campaigns = named(session, CampaignCopy.campaign_id, CampaignCopy.name, {each.campaign_id for each in lists})
    english = language() == "en"
    corrections = _corrections(session, lists)
    return [
        ListDetails(
            id=each.id,
            kind=each.kind,
            campaign_id=each.campaign_id,
            campaign=campaigns.get(each.campaign_id or 0, ""),
            mode=each.mode,
            status=each.status,
            file_name=each.file_name,
            file_size=each.file_size,
            sha256=each.sha256,
            sheet=each.sheet,
            uploaded_by=Uploader(id=each.created_by or 0, name=users.get(each.created_by or 0, "")),
            created_at=each.created_at,
            finished_at=each.finished_at,
            rows_read=each.rows_read,
            rows_settled=sum(counts[each.id].values()),
            outcomes=counts[each.id],
            problem=each.problem_en if english else each.problem_ja,
            problem_code=each.problem_code,
            warnings=_warnings(each, english),
            correction=corrections.get(each.id),
        )
        for each in lists
    ]


def _corrections(session: Session, lists: list[UploadedList]) -> dict[int, CorrectionDetails]:
    """The last error workbook that came back to each of the lists."""
    found = session.scalars(
        select(Correction)
        .join(UploadedList, UploadedList.id == Correction.list_id)
        .where(Correction.list_id.in_([each.id for each in lists]), Correction.number == UploadedList.corrections)
    )
    english = language() == "en"
    return {
        each.list_id: CorrectionDetails(
            number=each.number,
            status=each.status,
            file_name=each.file_name,
            rows=each.rows,
            ignored=each.ignored,
            problem=each.problem_en if english else each.problem_ja,
            problem_code=each.problem_code,
            created_at=each.created_at,
        )
        for each in found
    }


def named(session: Session, key: Any, name: Any, ids: set[int | None]) -> dict[int, str]:
    return {found: named for found, named in session.execute(select(key, name).where(key.in_(ids - {None})))}


def _warnings(uploaded: UploadedList, english: bool) -> list[Warning]:
    unknown = (uploaded.header or {}).get("unknown", [])
    if not unknown:
        return []
    names = ", ".join(f"“{name}”" for name in unknown) if english else "".join(f"「{name}」" for name in unknown)
    said = (
        f"These columns are not part of the list layout and were not read: {names}."
        if english
        else f"次の列はリストの項目にないため、取り込んでいません：{names}"
    )
    return [Warning(code="unknown_columns", message=said, columns=unknown)]


def _row(uploaded: UploadedList, outcome: RowOutcome, cells: list[str]) -> RowDetails:
    places = _places(uploaded)
    texts = _texts(places, cells)
    told = [reasons.with_value(each, places, texts) for each in outcome.reasons or []]
    words = language()
    return RowDetails(
        row=outcome.row,
        outcome=outcome.outcome,
        lead_id=outcome.lead_id,
        reasons=[
            {
                "field": each.get("field", ""),
                "code": each.get("code", ""),
                "message": reasons.message(each, uploaded.sheet, outcome.row, places, words),
                "value": each.get("value", ""),
            }
            for each in told
        ],
        match=outcome.match,
        cells=texts,
    )


def _places(uploaded: UploadedList) -> dict[str, tuple[int, str]]:
    """Where each field stands in the list's rows, and what the file calls it."""
    return {cell["code"]: (cell["index"], cell["name"]) for cell in (uploaded.header or {}).get("cells", [])}


def _texts(places: dict[str, tuple[int, str]], cells: list[str]) -> dict[str, str]:
    return {code: cells[index] for code, (index, _) in places.items() if index < len(cells) and cells[index]}
