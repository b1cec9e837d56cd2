"""The HTTP door of the import service."""

import hashlib
import tempfile
from typing import IO, Any

from flask import Response, request, send_file
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from chassis import files as stored
from chassis.auth import Actor
from chassis.problems import Conflict, Field, Invalid, NotFound, language
from chassis.routes import Routes
from chassis.shapes import PageQuery
from contracts.roles import LIST_KEEPERS

from . import commands, error_workbook, ledger, list_details, queries, rows
from .export_schemas import ExportDetails, ExportForm, ExportPage, LedgerPage
from .gate import ZIP_MAGIC
from .list_rows import TooLarge
from .models import Export, UploadedList
from .open_rows import count_open_rows, file_name_of, write_open_rows
from .schemas import (
    Accepted,
    Answer,
    Choice,
    ListDetails,
    ListForm,
    ListPage,
    ListSearch,
    RowPage,
    RowSearch,
)
from .writing import choices_of, write_frame

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
routes = Routes()


@routes.post("/lists", allow=LIST_KEEPERS, form=ListForm, answer=Accepted, status=202, cause="list")
def register_list(session: Session, actor: Actor, form: ListForm, files: MultiDict[str, FileStorage]) -> UploadedList:
    file = _sent(files)
    return commands.register_list(
        session,
        actor,
        file=file.stream,
        file_name=file.filename or "",
        kind=form.kind,
        campaign_id=form.campaign_id,
        mode=form.mode,
        overwrite=form.overwrite,
        erase_blanks=form.erase_blanks,
        asks=form.ask,
    )


@routes.get("/lists", allow=LIST_KEEPERS, query=ListSearch, answer=ListPage)
def search_lists(session: Session, actor: Actor, query: ListSearch) -> dict[str, Any]:
    return list_details.search_lists(session, actor, query)


@routes.get("/lists/<int:list_id>", allow=LIST_KEEPERS, answer=ListDetails)
def show_list(session: Session, actor: Actor, list_id: int) -> ListDetails:
    return list_details.list_details(session, actor, list_id)


@routes.post("/lists/<int:list_id>/answer", allow=LIST_KEEPERS, body=Answer, answer=Accepted, status=202, cause="list")
def answer_question(session: Session, actor: Actor, list_id: int, body: Answer) -> UploadedList:
    return commands.answer_question(session, actor, list_id, body.sheet, body.row, body.columns)


@routes.delete("/lists/<int:list_id>/meanings", allow=LIST_KEEPERS, answer=ListDetails)
def forget_meanings(session: Session, actor: Actor, list_id: int) -> ListDetails:
    """What the caller had said of these headings is remembered no longer."""
    commands.forget_meanings(session, actor, list_id)
    return list_details.list_details(session, actor, list_id)


@routes.post("/lists/<int:list_id>/cancellation", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="list")
def cancel_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    return commands.cancel_list(session, actor, list_id)


@routes.post("/lists/<int:list_id>/retry", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="list")
def retry_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    return commands.retry_list(session, actor, list_id)


@routes.post("/lists/<int:list_id>/resumption", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="list")
def resume_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    return commands.resume_list(session, actor, list_id)


@routes.get("/lists/<int:list_id>/rows", allow=LIST_KEEPERS, query=RowSearch, answer=RowPage)
def list_rows(session: Session, list_id: int, query: RowSearch) -> dict[str, Any]:
    return rows.list_rows(session, list_id, query)


@routes.get("/lists/<int:list_id>/file", allow=LIST_KEEPERS)
def download_list(session: Session, actor: Actor, list_id: int) -> Response:
    uploaded = queries.uploaded_list(session, list_id)
    if _is_taken():
        commands.note_list_download(session, actor, uploaded, "original", uploaded.rows_read, uploaded.sha256)
    file = stored.open_file(uploaded.file_key)
    kind = WORKBOOK if file.read(len(ZIP_MAGIC)) == ZIP_MAGIC else CSV
    file.seek(0)
    return _file(file, uploaded.file_name, kind)


@routes.get("/lists/<int:list_id>/errors.xlsx", allow=LIST_KEEPERS)
def download_errors(session: Session, actor: Actor, list_id: int) -> Response:
    uploaded = queries.uploaded_list(session, list_id)
    if error_workbook.is_long(count_open_rows(session, list_id)):
        raise _too_long(uploaded)
    target = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    try:
        count = write_open_rows(session, target, uploaded, language(), error_workbook.AT_ONCE_BYTES)
    except TooLarge:
        raise _too_long(uploaded) from None
    target.seek(0)
    if _is_taken():
        sha256 = hashlib.file_digest(target, "sha256").hexdigest()
        commands.note_list_download(session, actor, uploaded, "errors", count, sha256)
    target.seek(0)
    return _file(target, file_name_of(uploaded))


def _too_long(uploaded: UploadedList) -> Conflict:
    button = "取り込めない行をExcelで出力" if uploaded.is_draft else "取り込めなかった行をExcelで出力"
    return Conflict(
        code="too_long",
        ja=f"行数または文字数が多いため、すぐにはダウンロードできません。リストの画面の「{button}」から、"
        f"ファイルの作成を始めてください（APIでは POST /lists/{uploaded.id}/errors）。",
        en="There are too many rows or too much text in them to be downloaded at once. Have the file written from the "
        f"page of the list (by the API: POST /lists/{uploaded.id}/errors).",
    )


@routes.post("/lists/<int:list_id>/errors", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="export")
def request_errors(session: Session, list_id: int) -> Export:
    """The same workbook, however long, as an export."""
    return commands.request_errors(session, list_id, language())


@routes.post("/lists/<int:list_id>/corrections", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="list")
def register_corrections(
    session: Session, actor: Actor, list_id: int, files: MultiDict[str, FileStorage]
) -> UploadedList:
    file = _sent(files)
    return commands.register_corrections(session, actor, list_id, file=file.stream, file_name=file.filename or "")


@routes.post("/lists/<int:list_id>/commitment", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="list")
def commit_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    return commands.commit_list(session, actor, list_id)


@routes.post("/lists/<int:list_id>/disposal", allow=LIST_KEEPERS, answer=Accepted)
def discard_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    return commands.discard_list(session, actor, list_id)


@routes.post("/lists/<int:list_id>/choices", allow=LIST_KEEPERS, body=Choice, answer=Accepted, status=202, cause="list")
def choose_values(session: Session, actor: Actor, list_id: int, body: Choice) -> UploadedList:
    """Goes on with conflict rows as somebody chose."""
    return commands.choose_values(session, actor, list_id, body.take, body.rows)


@routes.post("/lists/<int:list_id>/undoing", allow=LIST_KEEPERS, answer=Accepted, status=202, cause="list_undoing")
def undo_list(session: Session, actor: Actor, list_id: int) -> UploadedList:
    return commands.undo_list(session, actor, list_id)


@routes.get("/list-template.xlsx", allow=LIST_KEEPERS)
def download_template(session: Session) -> Response:
    target = tempfile.TemporaryFile()  # noqa: SIM115  the response closes it
    write_frame(target, choices_of(queries.known(session)), {"kind": "template"})
    target.seek(0)
    return _file(target, "リード登録テンプレート.xlsx")


@routes.post("/exports", allow=LIST_KEEPERS, body=ExportForm, answer=Accepted, status=202, cause="export")
def request_export(session: Session, actor: Actor, body: ExportForm) -> Export:
    return commands.request_export(session, actor, body.kind, body.search)


@routes.get("/export-ledger", allow=LIST_KEEPERS, query=PageQuery, answer=LedgerPage)
def search_ledger(session: Session, actor: Actor, query: PageQuery) -> dict[str, Any]:
    """Who took which data out: one's own entries; administrators and managers see everybody's."""
    return ledger.search_ledger(session, actor, query)


@routes.get("/exports", allow=LIST_KEEPERS, query=PageQuery, answer=ExportPage)
def search_exports(session: Session, actor: Actor, query: PageQuery) -> dict[str, Any]:
    return ledger.search_exports(session, actor, query)


@routes.get("/exports/<int:export_id>", allow=LIST_KEEPERS, answer=ExportDetails)
def show_export(session: Session, actor: Actor, export_id: int) -> ExportDetails:
    return ledger.export_details(session, [ledger.own_export(session, actor, export_id)])[0]


@routes.get("/exports/<int:export_id>/file", allow=LIST_KEEPERS)
def download_export(session: Session, actor: Actor, export_id: int) -> Response:
    exported = ledger.own_export(session, actor, export_id)
    if exported.status != "finished":
        raise NotFound(ja="ファイルはまだありません。", en="There is no file yet.")
    if _is_taken():
        commands.note_download(session, actor, exported)
    return _file(stored.open_file(str(exported.file_key)), exported.file_name)


def _sent(files: MultiDict[str, FileStorage]) -> FileStorage:
    file = files.get("file")
    if file is None or not file.filename:
        ja, en = "ファイルを選んでください。", "Choose a file."
        raise Invalid([Field("file", "missing", ja=ja, en=en)])
    return file


def _is_taken() -> bool:
    """HEAD asks about a file, and takes nothing out."""
    return request.method != "HEAD"


def _file(file: IO[bytes], name: str, kind: str = WORKBOOK) -> Response:
    response = send_file(file, mimetype=kind, as_attachment=True, download_name=name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
