"""リスト: registering and updating by file, how far each file is, and what became of its rows."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext, ngettext

from chassis.problems import Field, Invalid, Problem
from contracts.roles import LIST_KEEPERS, Role
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing, display, list_choices
from .forms import Form, text
from .frame import address, dialog, go, swaps
from .search_words import in_words

pages = Blueprint("lists", __name__, url_prefix="/lists")
RUNNING = ("received", "reading", "planning", "committing", "undoing")


def outcome_names() -> dict[str, tuple[str, str]]:
    """Outcomes in the order of the tiles: what they are called, and their tone."""
    return {
        "created": (gettext("新規"), "tone-green"),
        "updated": (gettext("更新"), "tone-blue"),
        "history_only": (gettext("履歴のみ"), "tone-teal"),
        "unchanged": (gettext("変更なし"), "tone-neutral"),
        "review": (gettext("重複候補"), "tone-violet"),
        "conflict": (gettext("衝突"), "tone-orange"),
        "error": (gettext("エラー"), "tone-red"),
        "cancelled": (gettext("取り込み中止"), "tone-neutral"),
    }


def words() -> dict[str, Any]:
    """What the templates of this screen, and ホーム, call kinds and states."""
    return {
        "kinds": {
            "invited": gettext("招待リスト取込"),
            "participants": gettext("参加者リスト取込"),
            "update": gettext("リスト更新"),
        },
        "states": {
            "received": (gettext("受付済み"), "tone-neutral"),
            "asking": (gettext("要確認"), "tone-violet"),
            "reading": (gettext("処理中"), "tone-blue"),
            "planning": (gettext("確認の準備中"), "tone-blue"),
            "planned": (gettext("確認待ち"), "tone-violet"),
            "discarded": (gettext("破棄"), "tone-neutral"),
            "committing": (gettext("登録中"), "tone-blue"),
            "finished": (gettext("完了"), "tone-green"),
            "failed": (gettext("失敗"), "tone-red"),
            "cancelled": (gettext("取り込み中止"), "tone-neutral"),
            "undoing": (gettext("取消中"), "tone-orange"),
            "undone": (gettext("取消済み"), "tone-neutral"),
        },
        "outcomes": outcome_names(),
        "running_states": RUNNING,
        "match_text": match_text,
    }


def match_text(match: dict[str, str]) -> str:
    """Why a row was taken for somebody who is known already."""
    value = match.get("value", "")
    if match.get("rule") == "bare":
        company, name, phone = [*value.split("|"), "", ""][:3]
        same = " / ".join(part for part in (company, name, phone) if part)
        if not phone:
            return gettext("会社名と氏名が一致: %(value)s", value=same)
        if not company:
            return gettext("氏名と電話番号が一致: %(value)s", value=same)
        return gettext("会社名・氏名・電話番号が一致: %(value)s", value=same)
    by = {
        "lead_id": gettext("リードIDで一致"),
        "email": gettext("メールアドレスが一致: %(value)s", value=value),
        "email_name": gettext("メールアドレスと氏名が一致: %(value)s", value=value),
        "same_list": gettext("このファイルの %(row)s 行目と同じ人", row=match.get("row", "")),
    }
    return by.get(match.get("rule", ""), gettext("既存のリードと一致: %(value)s", value=value))


@dataclass(frozen=True)
class Pace:
    """How fast a running list goes: rows a second, and what is left of it in words."""

    rate: int
    remaining: str


def pace(uploaded: dict[str, Any]) -> Pace | None:
    """None before the first rows are settled, and after the last."""
    settled, left = uploaded["rows_settled"], uploaded["rows_read"] - uploaded["rows_settled"]
    seconds = (datetime.now(UTC) - display.local(uploaded["created_at"])).total_seconds()
    if uploaded["status"] not in RUNNING or not settled or seconds <= 0:
        return None
    rest = round(left * seconds / settled)
    minutes = math.ceil(rest / 60)
    words = (
        gettext("残り 約%(seconds)s秒", seconds=rest)
        if rest < 60
        else ngettext("残り 約%(num)s分", "残り 約%(num)s分", minutes)
    )
    return Pace(round(settled / seconds), words if left and not uploaded["reading"] else "")


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


def state_groups() -> list[tuple[str, str, tuple[str, ...]]]:
    """States as one looks for them: what waits for somebody, what runs, and how the rest ended."""
    return [
        ("waiting", gettext("要確認・確認待ち"), ("asking", "planned")),
        ("running", gettext("処理中"), RUNNING),
        ("finished", gettext("完了"), ("finished",)),
        ("stopped", gettext("失敗・中止"), ("failed", "cancelled")),
        ("withdrawn", gettext("取消済み・破棄"), ("undone", "discarded")),
    ]


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
    if swaps("progress") and running:
        return make_response(render_template("lists/_progress.html", **context))
    # A failed list has no rows to show; a running one shows those that are settled.
    search = shown | {"page_size": 100, "cursor": request.args.get("cursor")}
    context["rows"] = call("import").get(f"/lists/{list_id}/rows", search) if uploaded["rows_settled"] else None
    context["more"] = None
    if context["rows"] and context["rows"]["next_cursor"]:
        context["more"] = address(request.path, shown | {"cursor": context["rows"]["next_cursor"]})
    if swaps("progress"):  # the last poll: the whole list as it ended
        response = make_response(render_template("lists/_list.html", **context))
        response.headers.update({"HX-Retarget": "#list", "HX-Reswap": "outerHTML"})
        return response
    fragment = "lists/_rows.html" if swaps("rows") else "lists/_list.html" if swaps("list") else "lists/show.html"
    return make_response(render_template(fragment, **context), form.status)


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
    """The rows that did not go in, to be put right."""
    return call("import").download(f"/lists/{list_id}/errors.xlsx")


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
        list_id=list_id,
        other_list=problem.as_json().get("list_id") if problem else None,
    )
