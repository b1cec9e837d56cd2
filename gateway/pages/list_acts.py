"""What is decided about a list that was read: whose values hold in conflicts, 取消."""

from flask import Blueprint, Response
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import LIST_KEEPERS
from gateway.authentication import allow
from gateway.calling import call

from .forms import Form, text
from .frame import dialog, go, say

pages = Blueprint("list_acts", __name__, url_prefix="/lists")


@pages.post("/<int:list_id>/choices")
@allow(LIST_KEEPERS)
def choose(list_id: int) -> Response:
    """画面の値を残す or ファイルの値にする, for one conflict row or for all."""
    row = text("row")
    try:
        call("import").post(f"/lists/{list_id}/choices", {"take": text("take"), "rows": [int(row)] if row else None})
    except Problem as problem:
        say(Form(problem=problem).detail, tone="red")
    return go(f"/lists/{list_id}")


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
    return dialog(
        "lists/_undoing.html",
        status=problem.status if problem else 200,
        title=gettext("リストの取消"),
        parent=(f"/lists/{list_id}", gettext("リスト")),
        form=Form(problem=problem),
        list=call("import").get(f"/lists/{list_id}"),
    )
