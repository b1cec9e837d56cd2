"""案件詳細: everything about one opportunity; registration and change, the phase with 受注 and 失注, 活動."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import CONVERTERS, EMPLOYEES
from gateway.authentication import allow
from gateway.calling import call

from . import choosing, display, masters
from .deal_words import acts_of, opportunity_fields, read_as
from .editing import Collision, form_of, is_stale, touched
from .forms import Form, moment, text, whole
from .frame import address, dialog, go, say, swaps
from .opportunities import may_change

pages = Blueprint("opportunity", __name__, url_prefix="/opportunities")
TEXTS = ("name", "lost_reason", "handover_memo", "next_action")
CHOSEN = ("account_id", "main_owner_id", "campaign_id", "phase", "expected_on", "won_on")
NUMBERS = ("amount", "probability")
MOVES = ("phase", "probability", "amount", "won_on", "lost_reason")


@pages.get("/<int:opportunity_id>")
@allow(EMPLOYEES)
def show(opportunity_id: int) -> Response:
    tab = "changes" if request.args.get("tab") == "changes" else "activities"
    path = f"/opportunities/{opportunity_id}"
    history = call("opportunity").get(f"{path}/{tab}", {"page_size": 20, "cursor": request.args.get("cursor")})
    context: dict[str, Any] = {"tab": tab, "history": history, "editor": may_change(), "more": None}
    context["acts"] = acts_of(history["items"], opportunity_fields()) if tab == "changes" else []
    if history["next_cursor"]:
        context["more"] = address(path, {"tab": tab, "cursor": history["next_cursor"]})
    context["opportunity"] = opportunity = call("opportunity").get(path)
    context["editor"] = context["editor"] and not opportunity["cancelled_at"]
    if swaps("history"):
        return make_response(render_template("opportunity/_history.html", **context))
    context["handover"] = call("opportunity").get(f"{path}/handover") if opportunity["handover"] else None
    context["conversion"] = _conversion(opportunity)
    return make_response(render_template("opportunity/show.html", **context))


def _conversion(opportunity: dict[str, Any]) -> dict[str, Any] | None:
    """The conversion that led here, if it still holds and the reader may take it back."""
    if not opportunity["lead_id"] or opportunity["cancelled_at"] or not may_change():
        return None
    try:
        found: dict[str, Any] = call("opportunity").get(f"/leads/{opportunity['lead_id']}/conversion")
    except Problem as problem:
        if problem.status == 404:
            return None
        raise
    return found if found["opportunity_id"] == opportunity["id"] else None


# -- registration and change ------------------------------------------------------------------------------------------


@pages.get("/new")
@allow(CONVERTERS)
def new() -> Response:
    initial = {name: request.args.get(name, "") for name in ("account_id", "lead_id", "campaign_id")}
    return _form(initial)


@pages.post("/new")
@allow(CONVERTERS)
def create() -> Response:
    if "find" in request.form:
        return _form({})
    draft = {name: _shaped(name, text(name)) for name in (*TEXTS, *CHOSEN, *NUMBERS, "next_action_at")}
    draft["lead_id"] = text("lead_id") or None
    try:
        opportunity = call("opportunity").post("/opportunities", draft)
    except Problem as problem:
        return _form({}, problem)
    say(gettext("案件を登録しました。"))
    return go(f"/opportunities/{opportunity['id']}")


@pages.get("/<int:opportunity_id>/edit")
@allow(CONVERTERS)
def edit(opportunity_id: int) -> Response:
    opportunity = call("opportunity").get(f"/opportunities/{opportunity_id}")
    return _form(typed_values(opportunity), opportunity=opportunity)


@pages.post("/<int:opportunity_id>/edit")
@allow(CONVERTERS)
def save(opportunity_id: int) -> Response:
    path = f"/opportunities/{opportunity_id}"
    if "find" in request.form:
        return _form({}, opportunity=call("opportunity").get(path))
    changed = touched()
    if not changed:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go(path)
    patch = {name: _shaped(name, typed) for name, typed in changed.items()}
    try:
        call("opportunity").patch(path, patch | {"version": request.form.get("version", 0, type=int)})
    except Problem as problem:
        now = call("opportunity").get(path)
        return _form(typed_values(now), problem, now)
    say(gettext("案件を更新しました。"))
    return go(path)


def typed_values(opportunity: dict[str, Any]) -> dict[str, str]:
    """The values of an opportunity as its form has them."""
    values = {name: opportunity.get(name) for name in (*TEXTS, *CHOSEN, *NUMBERS)}
    typed = {name: "" if value is None else str(value) for name, value in values.items()}
    return typed | {"next_action_at": display.field_moment(opportunity.get("next_action_at"))}


def _shaped(name: str, typed: str) -> Any:
    """What was typed, in the shape of the API."""
    if name in NUMBERS:
        return whole(name)
    if name == "next_action_at":
        return moment(name)
    return typed if name in TEXTS else typed or None


def _form(
    values: dict[str, Any],
    problem: Problem | None = None,
    opportunity: dict[str, Any] | None = None,
) -> Response:
    stale = is_stale(problem)
    fresh = request.method == "GET"
    account_id = text("account_id") or values.get("account_id")
    form = form_of(values, problem)
    context = {
        "form": form,
        "opportunity": opportunity,
        "version": opportunity["version"] if opportunity and (fresh or stale) else request.form.get("version", ""),
        "seen": json.dumps(values) if fresh or stale else request.form.get("seen", ""),
        "stale": stale,
        "conflicts": Collision.of(values, opportunity_fields(), read_as).both if stale else [],
        "accounts": _accounts(text("account_q"), account_id),
        "people": choosing.people(kept=[form.value("main_owner_id")]),
        "campaigns": choosing.campaign_options(form.value("campaign_id")),
    }
    page = render_template("opportunity/form.html", **context)
    return make_response(page, problem.status if problem else 200)


@pages.get("/accounts")
@allow(CONVERTERS)
def accounts() -> str:
    """The choices of 取引先 while somebody types a word to find one."""
    options = _accounts(request.args.get("account_q", "").strip(), request.args.get("account_id"))
    return render_template("opportunity/_accounts.html", accounts=options, chosen=request.args.get("account_id"))


def _accounts(word: str, account_id: str | None) -> list[tuple[str, str]]:
    """Accounts to choose from: what a word finds, and the one that is chosen."""
    options = [(account["id"], account["name"]) for account in choosing.accounts_found(word, limit=200)]
    if account_id and account_id not in dict(options):
        chosen = call("opportunity").get(f"/accounts/{account_id}")
        options.insert(0, (chosen["id"], chosen["name"]))
    return options


# -- the phase --------------------------------------------------------------------------------------------------------


@pages.get("/<int:opportunity_id>/phase")
@allow(CONVERTERS)
def phase(opportunity_id: int) -> Response:
    return _phase_form(opportunity_id)


@pages.post("/<int:opportunity_id>/phase")
@allow(CONVERTERS)
def move(opportunity_id: int) -> Response:
    """By a step of the path, from the dialog, or by a card that was dropped on the board, which then asks for itself
    again."""
    dropped = swaps("messages")
    patch: dict[str, Any] = {"version": request.form.get("version", 0, type=int), "phase": text("phase") or None}
    meaning = next((one["meaning"] for one in _phases() if one["code"] == text("phase")), "")
    if meaning == "won" and not dropped:
        patch |= {"won_on": text("won_on") or None, "amount": whole("amount")}
    if meaning == "lost":
        patch["lost_reason"] = text("lost_reason")
    before = call("opportunity").get(f"/opportunities/{opportunity_id}")
    try:
        moved = call("opportunity").patch(f"/opportunities/{opportunity_id}", patch)
    except Problem as problem:
        if dropped:
            page = render_template("opportunities/_not_moved.html", detail=Form(problem=problem).detail)
            response = make_response(page, 200)
            response.headers["HX-Trigger"] = "board-changed"
            return response
        return _phase_form(opportunity_id, problem)
    told = gettext("「%(name)s」を「%(phase)s」にしました。", name=moved["name"], phase=moved["phase_label"])
    undo = _undo(before, moved) if moved["phase"] != before["phase"] else {}
    if dropped:
        response = make_response(render_template("opportunities/_moved.html", told=told, **undo))
        response.headers["HX-Trigger"] = "board-changed"
        return response
    say(told, **undo)
    return go(_back(f"/opportunities/{opportunity_id}"))


def _undo(before: dict[str, Any], moved: dict[str, Any]) -> dict[str, str]:
    """元に戻す of a move: what the phase brought with it goes back, too."""
    was = {name: before[name] for name in MOVES}
    where = {"version": moved["version"], "back": request.values.get("back")}
    return {
        "action": address(f"/opportunities/{moved['id']}/phase/undoing", was | where),
        "action_text": gettext("元に戻す"),
    }


@pages.post("/<int:opportunity_id>/phase/undoing")
@allow(CONVERTERS)
def move_back(opportunity_id: int) -> Response:
    """Only right after the move: who changed the opportunity since stands in its way."""
    asked = request.args
    was: dict[str, Any] = {name: asked.get(name, type=int if name in NUMBERS else str) for name in MOVES}
    patch = was | {"lost_reason": was["lost_reason"] or "", "version": asked.get("version", 0, type=int)}
    try:
        moved = call("opportunity").patch(f"/opportunities/{opportunity_id}", patch)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        told = gettext("元に戻せませんでした。")
        say(f"{told} {Form(problem=problem).detail}", tone="orange")
    else:
        say(gettext("「%(name)s」を「%(phase)s」に戻しました。", name=moved["name"], phase=moved["phase_label"]))
    return go(_back(f"/opportunities/{opportunity_id}"))


def _phases() -> list[dict[str, Any]]:
    return masters.choices("opportunity-phases")


def _back(otherwise: str) -> str:
    """Where the dialog was opened: the board, or the opportunity itself."""
    back = request.values.get("back", "")
    return back if back.startswith("/opportunities?") else otherwise


def _phase_form(opportunity_id: int, problem: Problem | None = None) -> Response:
    opportunity = call("opportunity").get(f"/opportunities/{opportunity_id}")
    initial = typed_values(opportunity) | {"won_on": opportunity["won_on"] or display.frame.today().isoformat()}
    if wanted := request.args.get("phase"):
        initial["phase"] = wanted
    elif request.args.get("reopen"):
        initial["phase"] = opportunity["phase_before"]
    stale = is_stale(problem)
    return dialog(
        "opportunity/_phase.html",
        status=problem.status if problem else 200,
        title=gettext("フェーズ変更"),
        parent=(f"/opportunities/{opportunity_id}", opportunity["name"]),
        form=Form(initial, problem),
        opportunity=opportunity,
        phases=_phases(),
        version=opportunity["version"] if problem is None or stale else request.form.get("version", ""),
        back=_back(f"/opportunities/{opportunity_id}"),
    )
