"""What a worker writes: リスト出力, the leads or persons that a search finds, as a list workbook; long error workbooks.

Leads and persons are read of lead by a ticket, which lead gave for this one search to the person who asked. What leaves
the house is in the ledger.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import IO, Any, TypeVar

import urllib3
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import files
from chassis.auth import Actor
from chassis.calls import call
from chassis.company_time import COMPANY_TIME
from chassis.consumers import Permanent
from chassis.database import beside
from chassis.outbox import publish
from chassis.problems import PassedOn, Unavailable
from contracts import events

from .. import queries
from ..list_rows import LARGEST_SHEET, Row, TooLarge, write_list
from ..models import Export, LedgerEntry, UploadedList, UserCopy
from ..open_rows import file_name_of, write_open_rows
from ..writing import LAST_ROW, choices_of

CALLED = {"leads": "リード", "persons": "パーソン"}  # how the file begins
PATIENCE = timedelta(seconds=90)  # for a lead service that is away: a person waits
LONGEST = timedelta(hours=1)  # as long as a ticket lasts
BETWEEN_ROWS = urllib3.Timeout(connect=1.0, read=60.0)
TOO_LATE = ("時間内に出力できませんでした。もう一度出力してください。", "It was not written in time. Export again.")
NO_LONGER_ALLOWED = ("出力する権限がなくなりました。", "You may not export any longer.")
Search = dict[str, Any]
Each = TypeVar("Each")


def request_export(session: Session, actor: Actor, kind: str, search: Search) -> Export:
    """Takes the wish in and answers the export that will be written. Raises what lead has against the search."""
    search = {name: value for name, value in search.items() if value not in (None, "", [])}
    ticket = call("lead", actor.token).post("/export-tickets", {"kind": kind, "search": search})["ticket"]
    return _requested(session, Export(kind=kind, search=search, ticket=ticket))


def request_errors(session: Session, list_id: int, words: str) -> Export:
    """The error workbook of a list as an export; `words`: ja or en. Its rows are those that are open when the worker
    reads them."""
    uploaded = queries.uploaded_list(session, list_id)
    return _requested(session, Export(kind="errors", list_id=uploaded.id, search={"language": words}))


def _requested(session: Session, exported: Export) -> Export:
    session.add(exported)
    session.flush()
    publish(session, events.ExportRequested(export_id=exported.id))
    return exported


def write_export(session: Session, export_id: int) -> None:
    """Writes the workbook of an export that waits. One that cannot be written fails with the reason; while lead is away
    it is tried again for a while."""
    exported = session.get(Export, export_id)
    if exported is None:
        raise Permanent(f"there is no export {export_id}")
    if exported.status != "running":
        return
    try:
        _write(session, exported)
    except TooLarge:
        _fail(exported, *_too_large(exported))
    except PassedOn as problem:
        _fail(exported, *(NO_LONGER_ALLOWED if problem.status == 403 else TOO_LATE))
    except Unavailable as problem:
        if datetime.now(UTC) - exported.created_at < PATIENCE:
            raise
        _fail(exported, problem.ja, problem.en)


def fail_forgotten_exports(session: Session) -> None:
    """An export whose workers ended again and again fails, so that nobody waits for it."""
    session.execute(
        update(Export)
        .where(Export.status == "running", Export.created_at < datetime.now(UTC) - LONGEST)
        .values(
            status="failed",
            ticket=None,
            problem_ja=TOO_LATE[0],
            problem_en=TOO_LATE[1],
            finished_at=datetime.now(UTC),
            version=Export.version + 1,
        )
    )


def note_download(session: Session, actor: Actor, exported: Export) -> None:
    """Every time the file leaves the house is in the ledger."""
    _enter(session, actor.id, actor.login, exported, "downloaded")


def note_list_download(
    session: Session, actor: Actor, uploaded: UploadedList, kind: str, rows: int, sha256: str
) -> None:
    """So is every time the file of a list does, as it was uploaded (`original`) or as its error workbook (`errors`)."""
    session.add(
        LedgerEntry(
            user_id=actor.id,
            login=actor.login,
            act="downloaded",
            list_id=uploaded.id,
            kind=kind,
            search={},
            rows=rows,
            sha256=sha256,
            file_name=uploaded.file_name,
        )
    )


def _enter(session: Session, user_id: int, login: str, exported: Export, act: str) -> None:
    """A line about the rows of a list names the list's file."""
    uploaded = session.get(UploadedList, exported.list_id) if exported.list_id else None
    session.add(
        LedgerEntry(
            user_id=user_id,
            login=login,
            act=act,
            export_id=exported.id,
            list_id=exported.list_id,
            kind=exported.kind,
            search=exported.search,
            rows=exported.rows,
            sha256=exported.sha256,
            file_name=uploaded.file_name if uploaded else exported.file_name,
        )
    )


def _write(session: Session, exported: Export) -> None:
    maker = session.get(UserCopy, exported.created_by)
    login, name = (maker.login, maker.name) if maker else ("", "")
    with tempfile.TemporaryFile() as target:
        if exported.kind == "errors":
            rows, exported.file_name = _write_open_rows(session, exported, target)
        else:
            rows, exported.file_name = _write_found(session, exported, target, f"{name} <{login}>")
        target.seek(0)
        stored = files.store(target)
    files.forget_after_rollback(session, stored.key)
    exported.status, exported.ticket = "finished", None
    exported.rows = exported.total = rows
    exported.file_key, exported.file_size, exported.sha256 = stored.key, stored.size, stored.sha256
    exported.finished_at = datetime.now(UTC)
    session.flush()
    _enter(session, exported.created_by or 0, login, exported, "exported")


def _write_found(session: Session, exported: Export, target: IO[bytes], maker: str) -> tuple[int, str]:
    """What the search finds: how many rows it is, and what the file is called."""
    meta = {
        "exported_at": exported.created_at.isoformat(timespec="seconds"),
        "exported_by": maker,
        "kind": exported.kind,
        "search": json.dumps(exported.search, ensure_ascii=False),
    }
    fields, total, portions = _found(exported.ticket or "")
    told = _told(session, exported.id, total, portions)
    rows = write_list(target, fields, told, choices_of(queries.known(session)), meta)
    return rows, f"{CALLED[exported.kind]}_{exported.created_at.astimezone(COMPANY_TIME):%Y%m%d-%H%M}.xlsx"


def _write_open_rows(session: Session, exported: Export, target: IO[bytes]) -> tuple[int, str]:
    """The same for the rows of a list that did not go in."""
    uploaded = session.get_one(UploadedList, exported.list_id)
    told = partial(_told, session, exported.id)
    rows = write_open_rows(session, target, uploaded, exported.search["language"], LARGEST_SHEET, told)
    return rows, file_name_of(uploaded)


def _too_large(exported: Export) -> tuple[str, str]:
    if exported.kind == "errors":
        return (
            "取り込めなかった行の文字数が多すぎて、1つのExcelファイルに入りません。"
            "元のファイルを直して登録し直してください。",
            "The rows that did not go in have too much text for one Excel file. Put the original file right, and "
            "register it again.",
        )
    return (
        f"1つのExcelファイルに入るのは {LAST_ROW:,} 件まで、合計およそ 2 GB の文字までです。検索条件を絞ってください。",
        f"One Excel file takes {LAST_ROW:,} rows at most, of about 2 GB of text. Narrow the search.",
    )


def _fail(exported: Export, ja: str, en: str) -> None:
    exported.status, exported.ticket = "failed", None
    exported.problem_ja, exported.problem_en = ja, en
    exported.finished_at = datetime.now(UTC)


def _found(ticket: str) -> tuple[list[str], int, Iterator[list[Row]]]:
    """Names of the fields, how many rows there are, and the rows as lead hands them over. Raises its Problem, and
    Unavailable when it ends before the last row."""
    lines = call("lead", "").lines("/export-rows", {"Export-Ticket": ticket}, timeout=BETWEEN_ROWS)
    head = json.loads(next(lines, "null"))
    if head is None:
        raise Unavailable
    return head["fields"], head["total"], _portions(lines)


def _portions(lines: Iterator[bytes]) -> Iterator[list[Row]]:
    for line in lines:
        portion = json.loads(line)
        if isinstance(portion, dict):
            return
        yield portion
    raise Unavailable


def _told(session: Session, export_id: int, total: int, portions: Iterator[list[Each]]) -> Iterator[list[Each]]:
    """Passes the rows on and tells how many there were, about once in 2,000 rows. Raises TooLarge."""
    if total > LAST_ROW:
        raise TooLarge
    rows = said = 0
    for portion in portions:
        if rows >= said:
            said = rows + 2_000
            with beside(session) as short:
                short.execute(update(Export).where(Export.id == export_id).values(rows=rows, total=total))
            session.scalar(select(1))  # a connection that says nothing for a minute is closed by the database
        rows += len(portion)
        yield portion
