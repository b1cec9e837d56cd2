"""What is decided about a list: how it is read, 中止, 確定 or 破棄 of a plan, whose values hold in conflicts, 取消."""

from flask import Blueprint, Response, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import LIST_KEEPERS
from gateway.authentication import allow
from gateway.calling import call

from . import lists
from .forms import Form, text, whole
from .frame import dialog, go, say

pages = Blueprint("list_acts", __name__, url_prefix="/lists")


@pages.post("/<int:list_id>/choices")
@allow(LIST_KEEPERS)
def choose(list_id: int) -> Response:
    """画面の値を残す, ファイルの値にする or 選び直す, for one conflict row or for all."""
    row = text("row")
    try:
        call("import").post(f"/lists/{list_id}/choices", {"take": text("take"), "rows": [int(row)] if row else None})
    except Problem as problem:
        _say_refused(problem)
    return go(f"/lists/{list_id}")


@pages.post("/<int:list_id>/answer")
@allow(LIST_KEEPERS)
def answer(list_id: int) -> Response:
    """Which sheet is read, which row is its header, and what its columns are."""
    columns = {name.removeprefix("column-"): text(name) for name in request.form if name.startswith("column-")}
    try:
        said = {"sheet": request.form.get("sheet", ""), "row": whole("row"), "columns": columns}
        call("import").post(f"/lists/{list_id}/answer", said)
    except Problem as problem:
        if problem.status == 422:
            return lists.page(list_id, Form(problem=problem))
        _say_refused(problem)
    return go(f"/lists/{list_id}")


@pages.post("/<int:list_id>/meanings")
@allow(LIST_KEEPERS)
def forget_meanings(list_id: int) -> Response:
    """What was once said of these headings is asked again with the next file."""
    try:
        call("import").delete(f"/lists/{list_id}/meanings")
        say(gettext("見出しの対応を忘れました。次に同じ見出しのファイルを登録するときに確認します。"))
    except Problem as problem:
        say(Form(problem=problem).detail, tone="red")
    return go(f"/lists/{list_id}")


@pages.get("/<int:list_id>/cancellation")
@allow(LIST_KEEPERS)
def ask_cancelling(list_id: int) -> Response:
    """What 中止 will do, before it is done."""
    return _asked("lists/_stopping.html", gettext("取り込みの中止"), list_id)


@pages.post("/<int:list_id>/cancellation")
@allow(LIST_KEEPERS)
def cancel(list_id: int) -> Response:
    """中止 while it runs."""
    return _done(list_id, "cancellation")


@pages.post("/<int:list_id>/resumption")
@allow(LIST_KEEPERS)
def resume(list_id: int) -> Response:
    """A stopped list goes on."""
    return _done(list_id, "resumption")


@pages.post("/<int:list_id>/retry")
@allow(LIST_KEEPERS)
def retry(list_id: int) -> Response:
    """A list that failed, or was stopped before any row of it was in, is read once more."""
    return _done(list_id, "retry")


@pages.post("/<int:list_id>/commitment")
@allow(LIST_KEEPERS)
def commit(list_id: int) -> Response:
    """確定."""
    return _done(list_id, "commitment")


@pages.post("/<int:list_id>/disposal")
@allow(LIST_KEEPERS)
def discard(list_id: int) -> Response:
    """破棄."""
    return _done(list_id, "disposal")


def _done(list_id: int, act: str) -> Response:
    try:
        call("import").post(f"/lists/{list_id}/{act}")
    except Problem as problem:
        _say_refused(problem)
    return go(f"/lists/{list_id}")


def _say_refused(problem: Problem) -> None:
    """Why nothing was done, with the way to the other list of the same file where that one is why."""
    form, other = Form(problem=problem), problem.as_json().get("list_id")
    link = {"link": f"/lists/{other}", "link_text": gettext("そのリストを開く")} if other else {}
    say(next(iter(form.errors.values()), form.detail), tone="red", **link)


@pages.get("/<int:list_id>/undoing")
@allow(LIST_KEEPERS)
def ask_undoing(list_id: int) -> Response:
    """What 取消 will do, before it is done."""
    return _undoing_form(list_id)


@pages.post("/<int:list_id>/undoing")
@allow(LIST_KEEPERS)
def undo(list_id: int) -> Response:
    try:
        call("import").post(f"/lists/{list_id}/undoing")
    except Problem as problem:
        return _undoing_form(list_id, problem)
    return go(f"/lists/{list_id}")


def _undoing_form(list_id: int, problem: Problem | None = None) -> Response:
    return _asked("lists/_undoing.html", gettext("リストの取消"), list_id, problem)


def _asked(fragment: str, title: str, list_id: int, problem: Problem | None = None) -> Response:
    return dialog(
        fragment,
        status=problem.status if problem else 200,
        title=title,
        parent=(f"/lists/{list_id}", gettext("リスト")),
        form=Form(problem=problem),
        list=call("import").get(f"/lists/{list_id}"),
    )
