"""リスト: registering and updating by file, how far each file is, and what became of its rows."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext, ngettext

from chassis.problems import Field, Invalid, Problem
from contracts.roles import LIST_KEEPERS, Role
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing, list_choices
from .forms import Form, text
from .frame import address, dialog, go, say, swaps
from .lead_search import Place
from .list_words import RUNNING, pace, state_groups, words
from .search_words import in_words

pages = Blueprint("lists", __name__, url_prefix="/lists")
ROWS = 100  # on a page


@pages.get("")
@allow(LIST_KEEPERS)
def index() -> Response:
    asked = ((name, request.args.get(name, "")) for name in ("kind", "status", "campaign_id", "mine"))
    searched = {name: value for name, value in asked if value}
    user, groups = current_user(), state_groups()
    search = {
        "kind": searched.get("kind"),
        "campaign_id": searched.get("campaign_id"),
        "status": next((states for code, _, states in groups if code == searched.get("status")), None),
        "uploaded_by": user.id if user and "mine" in searched else None,
    }
    page = call("import").get("/lists", search | {"page_size": 50, "cursor": request.args.get("cursor")})
    context = {
        "page": page,
        "searched": searched,
        "more": address("/lists", searched | {"cursor": page["next_cursor"]}) if page["next_cursor"] else None,
        "campaigns": choosing.campaign_options(searched.get("campaign_id")),
        "state_groups": [(code, name) for code, name, _ in groups],
    }
    fragment = "lists/_found.html" if swaps("results") else "lists/index.html"
    return make_response(render_template(fragment, **context, **words()))


@pages.get("/newest")
@allow(LIST_KEEPERS)
def newest() -> str:
    """The block on ホーム."""
    lists = call("import").get("/lists", {"page_size": 5})
    running = [item for item in lists["items"] if item["status"] in RUNNING]
    return render_template("home/_lists.html", lists=lists, running=running, **words())


@pages.get("/new")
@allow(LIST_KEEPERS)
def new() -> Response:
    return _form()


@pages.post("")
@allow(LIST_KEEPERS)
def create() -> Response:
    file = request.files.get("file")
    try:
        if not file or not file.filename:
            raise Invalid([Field("file", "missing", "リストファイルを選択してください。", "Choose a list file.")])
        fields = {"kind": text("kind"), "campaign_id": text("campaign_id"), "ask": "true", **list_choices.sent()}
        accepted = call("import").upload("/lists", fields={k: v for k, v in fields.items() if v}, files={"file": file})
    except Problem as problem:
        return _form(problem)
    return go(f"/lists/{accepted['id']}")


def _form(problem: Problem | None = None) -> Response:
    """リスト登録 or リスト更新, told apart by `kind`."""
    update = request.values.get("kind") == "update"
    initial = {"campaign_id": request.args.get("campaign_id"), "kind": request.args.get("kind")}
    return dialog(
        "lists/_update.html" if update else "lists/_registration.html",
        status=problem.status if problem else 200,
        title=gettext("リスト更新") if update else gettext("リスト登録"),
        parent=("/leads", ngettext("リード", "リード", 2)),
        form=Form(initial, problem),
        other_list=problem.as_json().get("list_id") if problem else None,
        campaigns=[] if update else choosing.campaigns(open_for_lists=True),
        known=list_choices,
    )


@pages.get("/exports")
@allow(LIST_KEEPERS)
def exports() -> str:
    """The ledger of リスト出力 and of downloaded files of lists."""
    page = call("import").get("/export-ledger", {"page_size": 50, "cursor": request.args.get("cursor")})
    more = address("/lists/exports", {"cursor": page["next_cursor"]}) if page["next_cursor"] else None
    user = current_user()
    everybody = bool(user and user.has(Role.ADMINISTRATOR, Role.MANAGER))
    kinds = {
        "leads": ngettext("リード", "リード", 2),
        "persons": gettext("パーソン"),
        "original": gettext("元のファイル"),
        "errors": gettext("取り込めなかった行のExcel"),
    }
    return render_template(
        "lists/exports.html", page=page, more=more, everybody=everybody, in_words=in_words, kinds=kinds
    )


@pages.get("/template.xlsx")
@allow(LIST_KEEPERS)
def template() -> Response:
    """The empty list."""
    return call("import").download("/list-template.xlsx")


@pages.get("/<int:list_id>")
@allow(LIST_KEEPERS)
def show(list_id: int) -> Response:
    return page(list_id, Form())


def page(list_id: int, form: Form) -> Response:
    """A list; `form` is the answer that somebody gave to what is asked about it."""
    uploaded = call("import").get(f"/lists/{list_id}")
    shown = {name: request.args.get(name) or None for name in ("outcome", "kept", "moved")}
    running = uploaded["status"] in RUNNING
    context = {"list": uploaded, "running": running, "pace": pace(uploaded), **shown, **words()}
    context |= {"form": form, "offered": offered(uploaded)}
    context["open_rows"] = sum(uploaded["outcomes"][each] for each in ("review", "conflict", "error"))
    context["watched"] = watched(uploaded, shown)
    # A failed list has no rows to show; a running one shows those that are settled.
    context["rows"] = None
    if swaps("progress") and running:
        page = render_template("lists/_progress.html", **context)
        if _has_more_to_show(context["watched"]["seen"]):
            page += render_template("lists/_rows_card.html", **context | _rows(list_id, shown), swapped=True)
        return make_response(page)
    if uploaded["rows_settled"]:
        context |= _rows(list_id, shown)
    if swaps("progress"):  # the last poll: the whole list as it ended
        response = make_response(render_template("lists/_list.html", **context))
        response.headers.update({"HX-Retarget": "#list", "HX-Reswap": "outerHTML"})
        return response
    fragment = "lists/_rows.html" if swaps("rows") else "lists/_list.html" if swaps("list") else "lists/show.html"
    return make_response(render_template(fragment, **context), form.status)


def watched(uploaded: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
    """What the page of a running list asks for by itself again: its rows of this outcome, this page of them; and how
    many such rows there were."""
    undoing = uploaded.get("undoing") or {}
    seen = uploaded["rows_settled"]
    if shown["outcome"]:
        seen = uploaded["outcomes"].get(shown["outcome"], 0)
    elif shown["kept"]:
        seen = undoing.get("kept", 0)
    elif shown["moved"]:
        seen = uploaded["moved"]
    place = {name: request.args.get(name) for name in ("cursor", "trail", "start")}
    return shown | place | {"seen": seen}


def _has_more_to_show(settled: int) -> bool:
    """While the first page of rows is not full, it fills; later it stands still for whoever reads it."""
    seen = request.args.get("seen", 0, type=int)
    return seen <= ROWS and settled > seen


def _rows(list_id: int, shown: dict[str, Any]) -> dict[str, Any]:
    """A page of rows of this outcome, and the pages beside it."""
    place = Place.read()
    search = shown | {"page_size": ROWS, "cursor": place.cursor or None}
    rows = call("import").get(f"/lists/{list_id}/rows", search)
    before, after = place.before(ROWS), place.after(rows["next_cursor"], len(rows["items"]))
    return {
        "rows": rows,
        "first_number": place.start + 1,
        "previous": address(f"/lists/{list_id}", shown | before) if before is not None else None,
        "next": address(f"/lists/{list_id}", shown | after) if after else None,
    }


def offered(uploaded: dict[str, Any]) -> dict[str, Any] | None:
    """The sheet that somebody is asked about: the chosen one, or the first; its header in the row that was chosen."""
    sheets: list[dict[str, Any]] = (uploaded["question"] or {}).get("sheets", [])
    chosen = [sheet for sheet in sheets if sheet["sheet"] == request.values.get("sheet")]
    sheet = next(iter(chosen or sheets), {})
    rows = [row for row in sheet.get("rows", []) if str(row["row"]) == request.values.get("row")]
    return sheet | next(iter(rows), {}) or None


@pages.get("/<int:list_id>/file")
@allow(LIST_KEEPERS)
def download(list_id: int) -> Response:
    """The file as it was uploaded."""
    return call("import").download(f"/lists/{list_id}/file")


@pages.get("/<int:list_id>/errors.xlsx")
@allow(LIST_KEEPERS)
def errors(list_id: int) -> Response:
    """The rows that did not go in, to be put right. Where they are too many or too long to be waited for, the page has
    the button that has them written."""
    try:
        return call("import").download(f"/lists/{list_id}/errors.xlsx")
    except Problem as problem:
        if problem.status != 409:
            raise
        say(Form(problem=problem).detail, tone="red")
        return go(f"/lists/{list_id}?errors=by_job")


@pages.get("/<int:list_id>/corrections/new")
@allow(LIST_KEEPERS)
def new_correction(list_id: int) -> Response:
    return _correction_form(list_id)


@pages.post("/<int:list_id>/corrections")
@allow(LIST_KEEPERS)
def correct(list_id: int) -> Response:
    file = request.files.get("file")
    try:
        if not file or not file.filename:
            raise Invalid([Field("file", "missing", "リストファイルを選択してください。", "Choose a list file.")])
        call("import").upload(f"/lists/{list_id}/corrections", fields={}, files={"file": file})
    except Problem as problem:
        return _correction_form(list_id, problem)
    return go(f"/lists/{list_id}")


def _correction_form(list_id: int, problem: Problem | None = None) -> Response:
    return dialog(
        "lists/_correction.html",
        status=problem.status if problem else 200,
        title=gettext("直したファイルを取り込む"),
        parent=(f"/lists/{list_id}", gettext("リスト")),
        form=Form(problem=problem),
        list=call("import").get(f"/lists/{list_id}"),
        other_list=problem.as_json().get("list_id") if problem else None,
    )
