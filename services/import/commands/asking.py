"""Before a file is read, whoever registered it is asked what is not clear about it; the answer is remembered."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict, Field, Forbidden, Invalid

from .. import headings, queries
from ..columns import BY_CODE, column_of, nearly, plain
from ..header import Said, refuse_missing, said_header
from ..models import HeaderMeaning, UploadedList
from ..offers import chosen, offers
from ..refusal import Refused
from .announcing import announce_file, once_at_work


def sheet_or_question(
    path: Path, uploaded: UploadedList, remembered: Mapping[str, str]
) -> tuple[str, list[dict[str, Any]] | None]:
    """The sheet to read, and what is to be asked before, if anything. Raises Refused."""
    found = offers(path, uploaded.kind, remembered)
    sure = chosen(found)
    likely = sure or next((offer for offer in found if offer.looks_right), None)
    question = [offer.as_json() for offer in found] if uploaded.asks and not sure else None
    return likely.sheet if likely else uploaded.sheet, question


def answer_question(
    session: Session, actor: Actor, list_id: int, sheet: str, row: int | None, columns: Mapping[int, str]
) -> UploadedList:
    """Reads on as somebody says: this sheet, its header in this row (None: where it seems to be), and of its columns
    these. Raises NotFound, Forbidden for others than who registered it and their managers, Conflict where nothing is
    asked, and Invalid."""
    uploaded = queries.uploaded_list(session, list_id, lock=True)
    if not queries.is_keeper(actor, uploaded):
        raise Forbidden
    if uploaded.status != "asking":
        raise Conflict(
            code="nothing_asked", ja="このリストはもう確認済みです。", en="Nothing about this list is asked any longer."
        )
    offer = _offered(uploaded.question or [], sheet, row)
    names = {column["index"]: column["name"] for column in offer["columns"]}
    said = Said(offer["row"], {at: code for at, code in columns.items() if code}, frozenset(names))
    _check(said, names, sheet, uploaded.kind)
    _remember(session, actor.id, {plain(name): columns.get(at, "") for at, name in names.items() if name})
    with once_at_work(session, uploaded, uploaded.created_by):
        uploaded.sheet, uploaded.question, uploaded.status = sheet, None, "received"
        uploaded.cause_id = current_cause(session).id
        codes = {str(at): code for at, code in said.codes.items()}
        now = datetime.now(UTC).isoformat()
        uploaded.said = {"row": said.row, "codes": codes, "asked": sorted(said.asked), "at": now}
    announce_file(session, list_id, uploaded.reading_bytes)
    return uploaded


def forget_meanings(session: Session, actor: Actor, list_id: int) -> None:
    """What the headings of this list mean to the caller is asked again with the next file that has them."""
    names = headings.names(queries.uploaded_list(session, list_id))
    session.execute(delete(HeaderMeaning).where(HeaderMeaning.user_id == actor.id, HeaderMeaning.name.in_(names)))


def _offered(question: list[dict[str, Any]], sheet: str, row: int | None) -> dict[str, Any]:
    """The row and the columns of a header that was offered."""
    offer = next((offer for offer in question if offer["sheet"] == sheet), None)
    if offer is None:
        ja, en = "そのシートはありません。", "There is no such sheet."
        raise Invalid([Field("sheet", "unknown_sheet", ja=ja, en=en)])
    if row in (None, offer["row"]):
        return offer
    header = next((each for each in offer.get("rows", []) if each["row"] == row), None)
    if header is None:
        ja, en = "その行は見出しにできません。", "That row cannot be the header."
        raise Invalid([Field("row", "unknown_row", ja=ja, en=en)])
    return dict(header)


def _check(said: Said, names: Mapping[int, str], sheet: str, kind: str) -> None:
    seen: dict[str, int] = {}
    for at, code in sorted(said.codes.items()):
        if code not in BY_CODE or at not in names:
            ja, en = "その項目か列はありません。", "There is no such field or column."
            raise Invalid([Field(f"column-{at}", "unknown_field", ja=ja, en=en)])
        if code in seen:
            column = BY_CODE[code]
            ja = f"「{column.ja}」を2つの列に選んでいます。どちらか一方を「取り込まない」にしてください。"
            en = f"“{column.en}” is chosen for two columns. Leave one of them out."
            raise Invalid([Field(f"column-{at}", "doubled_field", ja=ja, en=en)])
        seen[code] = at
    try:
        refuse_missing(said_header([], said), sheet, kind)
    except Refused as refused:
        raise Invalid([Field("columns", refused.code, ja=refused.ja, en=refused.en)]) from refused


def _remember(session: Session, user_id: int, meanings: Mapping[str, str]) -> None:
    """Keeps what differs from what everybody understands."""
    own, usual = [], []
    for name, code in meanings.items():
        column = column_of(name) or nearly(name)
        if column is not None and column.code == code:
            usual.append(name)
        else:
            own.append({"user_id": user_id, "name": name, "code": code})
    session.execute(delete(HeaderMeaning).where(HeaderMeaning.user_id == user_id, HeaderMeaning.name.in_(usual)))
    if own:
        statement = insert(HeaderMeaning).values(own)
        session.execute(
            statement.on_conflict_do_update(index_elements=["user_id", "name"], set_={"code": statement.excluded.code})
        )
