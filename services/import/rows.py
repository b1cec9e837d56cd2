"""Questions about the rows of a list: what became of each, which an undoing kept."""

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from chassis.problems import language

from . import reasons
from .change_words import ChangeWords
from .models import Batch, KeptLead, MovedRow, RowOutcome, UploadedList, UploadedRow, UserCopy
from .queries import named, page_of, uploaded_list
from .schemas import DecisionDetails, KeptDetails, RowDetails, RowSearch, Uploader


def list_rows(session: Session, list_id: int, query: RowSearch) -> dict[str, Any]:
    """Rows of a list with what became of them, by row number; words in the reader's language."""
    uploaded = uploaded_list(session, list_id)
    found = select(RowOutcome).where(RowOutcome.list_id == list_id)
    if query.outcome:
        found = found.where(RowOutcome.outcome.in_(query.outcome))
    if query.kept:
        found = found.where(RowOutcome.lead_id.in_(select(KeptLead.lead_id).where(KeptLead.list_id == list_id)))
    if query.moved:
        found = found.where(RowOutcome.row.in_(select(MovedRow.row).where(MovedRow.list_id == list_id)))
    page = page_of(session, found, query, RowOutcome.row)
    numbers = [outcome.row for outcome in page["items"]]
    kept = _kept(session, list_id, [outcome.lead_id for outcome in page["items"]])
    planned = _planned(session, uploaded, numbers)
    decided = _decided(session, list_id, numbers)
    in_words = ChangeWords(session) if any(outcome.changes for outcome in page["items"]) else None
    cells = dict(
        session.execute(
            select(UploadedRow.row, UploadedRow.cells).where(
                UploadedRow.list_id == list_id, UploadedRow.row.in_(numbers)
            )
        ).all()
    )
    items = [
        _row(uploaded, outcome, cells.get(outcome.row, []), kept.get(outcome.lead_id)).model_copy(
            update={"planned": planned.get(outcome.row)}
            | ({"decided": decided.get(outcome.row)} if outcome.outcome != "conflict" else {})
            | ({"changes": in_words.changes(outcome.changes or [])} if in_words else {})
        )
        for outcome in page["items"]
    ]
    return page | {"items": items}


def _kept(session: Session, list_id: int, lead_ids: list[int | None]) -> dict[int | None, KeptDetails]:
    found = list(session.scalars(select(KeptLead).where(KeptLead.list_id == list_id, KeptLead.lead_id.in_(lead_ids))))
    users = named(session, UserCopy.user_id, UserCopy.name, {each.changed_by for each in found})
    return {
        each.lead_id: KeptDetails(
            at=each.changed_at,
            by=Uploader(id=each.changed_by or 0, name=users.get(each.changed_by or 0, "")),
            other_list=each.other_list,
        )
        for each in found
    }


def _decided(session: Session, list_id: int, rows: list[int]) -> dict[int, DecisionDetails]:
    """Row → what somebody decided of it as a conflict: such rows are known by the version that was looked at."""
    found = session.execute(
        select(UploadedRow.row, Batch.takes, Batch.taken_by, UserCopy.name)
        .join(Batch, and_(Batch.list_id == UploadedRow.list_id, Batch.number == UploadedRow.batch))
        .join(UserCopy, UserCopy.user_id == Batch.taken_by)
        .where(UploadedRow.list_id == list_id, UploadedRow.row.in_(rows), UploadedRow.seen.is_not(None))
    )
    return {row: DecisionDetails(take=take or "", by=Uploader(id=by or 0, name=name)) for row, take, by, name in found}


def _planned(session: Session, uploaded: UploadedList, rows: list[int]) -> dict[int, str]:
    """Row → what the plan had said of it, where that did not come true."""
    if uploaded.mode != "plan" or uploaded.finished_at is None:
        return {}
    those = select(MovedRow.row, MovedRow.outcome).where(MovedRow.list_id == uploaded.id, MovedRow.row.in_(rows))
    return {row: outcome for row, outcome in session.execute(those)}


def _is_gone(uploaded: UploadedList, outcome: RowOutcome, kept: KeptDetails | None) -> bool:
    """Whether the row's lead went when the list was taken back: one that the list had made itself."""
    made = outcome.outcome == "created" or (outcome.match or {}).get("rule") == "same_list"
    return uploaded.status == "undone" and made and kept is None


def _row(uploaded: UploadedList, outcome: RowOutcome, cells: list[str], kept: KeptDetails | None) -> RowDetails:
    places = places_of(uploaded.header)
    texts = texts_of(places, cells)
    told = [reasons.with_value(each, places, texts) for each in outcome.reasons or []]
    words = language()
    return RowDetails(
        row=outcome.row,
        outcome=outcome.outcome,
        lead_id=None if _is_gone(uploaded, outcome, kept) else outcome.lead_id,
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
        kept=kept,
    )


def places_of(header: dict[str, Any] | None) -> dict[str, tuple[int, str]]:
    """Where each field stands in the list's rows, and what the file calls it."""
    return {cell["code"]: (cell["index"], cell["name"]) for cell in (header or {}).get("cells", [])}


def texts_of(places: dict[str, tuple[int, str]], cells: list[str]) -> dict[str, str]:
    """The cells of a row that are not blank, by field."""
    return {code: cells[index] for code, (index, _) in places.items() if index < len(cells) and cells[index]}
