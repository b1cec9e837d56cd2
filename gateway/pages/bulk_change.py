"""一括変更: a new リード担当者 and stage for the ticked leads, or all that a search finds; previewed first."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext, ngettext

from chassis.problems import Problem
from contracts.roles import LIST_KEEPERS
from gateway.authentication import allow
from gateway.calling import call, form_key

from . import choosing, masters
from .forms import Form, text
from .frame import dialog, go, say
from .lead_search import Ticked

pages = Blueprint("bulk_change", __name__, url_prefix="/leads/bulk-change")
NOBODY = "nobody"  # takes the owner off


def _draft(ticked: Ticked) -> dict[str, Any]:
    """What `POST /leads/assignments` takes; a field that nobody chose is left out and stays as it is."""
    draft = ticked.target()
    if owner := text("owner_id"):
        draft["owner_id"] = None if owner == NOBODY else owner
    if stage := text("stage"):
        draft["stage"] = stage
        if masters.meaning_of("lead-stages", stage) == "dropped":
            draft["drop_reason"] = text("drop_reason")
    return draft


def _show(ticked: Ticked, preview: dict[str, Any] | None = None, problem: Problem | None = None) -> Response:
    count = len(ticked.lead_ids)
    if not ticked or ticked.all:
        count = call("lead").get("/leads", ticked.search.filters | {"page_size": 1})["total"] - len(ticked.except_ids)
    return dialog(
        "bulk_change/_form.html",
        status=problem.status if problem else 200,
        title=gettext("一括変更"),
        parent=("/leads", ngettext("リード", "リード", 2)),
        form=Form(problem=problem),
        ticked=ticked,
        count=count,
        preview=preview,
        owners=choosing.people(),
        nobody=NOBODY,
    )


@pages.route("", methods=["GET", "POST"])
@allow(LIST_KEEPERS)
def new() -> Response:
    """The dialog for what is ticked. It changes nothing; a POST because many ids do not fit into an address."""
    return _show(Ticked.read())


@pages.post("/preview")
@allow(LIST_KEEPERS)
def preview() -> Response:
    """How many would change, already are so, or may not be changed."""
    ticked = Ticked.read()
    draft = _draft(ticked)
    if not ticked or not (draft.keys() & {"owner_id", "stage"}):
        return _show(ticked)
    try:
        return _show(ticked, call("lead").post("/leads/assignments", draft | {"preview": True}, key=form_key()))
    except Problem as problem:
        if problem.status == 422 and "drop_reason" in draft and not draft["drop_reason"]:
            return _show(ticked)  # the reason is still being typed
        return _show(ticked, problem=problem)


@pages.post("/result")
@allow(LIST_KEEPERS)
def change() -> Response:
    ticked = Ticked.read()
    try:
        result = call("lead").post("/leads/assignments", _draft(ticked))
    except Problem as problem:
        return _show(ticked, problem=problem)
    changed: int = result["changed"]
    parts = [ngettext("%(count)s件を変更しました。", "%(count)s件を変更しました。", changed, count=f"{changed:,}")]
    if result["unchanged"]:
        parts.append(gettext("%(count)s件は変更がありませんでした。", count=f"{result['unchanged']:,}"))
    if result["refused"]:
        parts.append(gettext("%(count)s件は権限がないため変更していません。", count=f"{result['refused']:,}"))
    if result["changed"]:
        here = f"/leads/bulk-change/{result['id']}"
        undo = {"action": f"{here}/undoing", "action_text": gettext("元に戻す")}
        say(" ".join(parts), link=here, link_text=gettext("結果を見る"), **undo)
    else:
        say(" ".join(parts), tone="neutral")
    return go(ticked.search.address() if request.form.get("search") else "/leads")


@pages.get("/<uuid:act>")
@allow(LIST_KEEPERS)
def show(act: UUID) -> str:
    return render_template("bulk_change/show.html", done=call("lead").get(f"/leads/assignments/{act}"))


@pages.post("/<uuid:act>/undoing")
@allow(LIST_KEEPERS)
def undo(act: UUID) -> Response:
    """Gives the leads back what they had. Where some were kept, the act's page says which and why."""
    here = f"/leads/bulk-change/{act}"
    try:
        undoing = call("lead").post(f"/leads/assignments/{act}/undoing")["undoing"]
    except Problem as problem:
        say(Form(problem=problem).detail, tone="red", link=here, link_text=gettext("結果を見る"))
        return go(_back(here))
    parts = [gettext("%(count)s件を元に戻しました。", count=f"{undoing['reversed']:,}")]
    if undoing["kept_count"]:
        kept = f"{undoing['kept_count']:,}"
        parts.append(gettext("%(count)s件は、その後に変更されたためそのままです。", count=kept))
        say(" ".join(parts), link=here, link_text=gettext("内容を確認"))
    else:
        say(" ".join(parts))
    return go(_back(here))


def _back(act: str) -> str:
    """Where 元に戻す was pressed: in the list with its search, or on the page of the act."""
    came_from = urlsplit(request.referrer or "")
    if came_from.path == act:
        return act
    return f"/leads?{came_from.query}" if came_from.path == "/leads" and came_from.query else "/leads"
