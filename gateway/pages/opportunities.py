"""案件: list, search, detail with 活動, registration and change."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import CONVERTERS, EMPLOYEES
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .forms import Form, moment, text, whole
from .frame import address, go, say, swaps

pages = Blueprint("opportunities", __name__, url_prefix="/opportunities")
CHOSEN = ("account_id", "main_owner_id", "campaign_id", "expected_on", "won_on")
FILTERS = ("lead_id", "account_id", "campaign_id")


def _may_change() -> bool:
    user = current_user()
    return bool(user and user.has(*CONVERTERS))


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search: dict[str, Any] = {name: request.args.get(name) or None for name in ("q", *FILTERS, "sort", "cursor")}
    search |= {name: request.args.getlist(name) for name in ("owner", "phase", "phase_meaning")}
    page = call("opportunity").get("/opportunities", search | {"page_size": 50})
    more = address("/opportunities", request.args.to_dict(flat=False) | {"cursor": page["next_cursor"]})
    context = {
        "page": page,
        "search": search,
        "more": more if page["next_cursor"] else None,
        "editor": _may_change(),
        "account": None,
        "filters": FILTERS,
    }
    fragment = "opportunities/_results.html" if swaps("results") else "opportunities/index.html"
    return make_response(render_template(fragment, **context))


@pages.get("/<int:opportunity_id>")
@allow(EMPLOYEES)
def show(opportunity_id: int) -> Response:
    return _show(opportunity_id)


def _show(opportunity_id: int, problem: Problem | None = None) -> Response:
    activities = call("opportunity").get(f"/opportunities/{opportunity_id}/activities", {"page_size": 50})
    page = render_template(
        "opportunities/show.html",
        opportunity=call("opportunity").get(f"/opportunities/{opportunity_id}"),
        activities=activities,
        form=Form(problem=problem),
        editor=_may_change(),
    )
    return make_response(page, problem.status if problem else 200)


@pages.post("/<int:opportunity_id>/activities")
@allow(CONVERTERS)
def register_activity(opportunity_id: int) -> Response:
    draft = {"type": text("type"), "occurred_at": moment("occurred_at"), "text": text("text"), "result": text("result")}
    try:
        call("opportunity").post(f"/opportunities/{opportunity_id}/activities", draft)
    except Problem as problem:
        return _show(opportunity_id, problem)
    say(gettext("活動を登録しました。"))
    return go(f"/opportunities/{opportunity_id}")


@pages.get("/new")
@allow(CONVERTERS)
def new() -> Response:
    user = current_user()
    initial = {name: request.args.get(name, "") for name in FILTERS}
    return _form(initial | {"main_owner_id": str(user.id) if user else ""})


@pages.post("/new")
@allow(CONVERTERS)
def create() -> Response:
    if "find" in request.form:
        return _form({})
    try:
        opportunity = call("opportunity").post("/opportunities", _draft())
    except Problem as problem:
        return _form({}, problem)
    say(gettext("案件を登録しました。"))
    return go(f"/opportunities/{opportunity['id']}")


@pages.get("/<int:opportunity_id>/edit")
@allow(CONVERTERS)
def edit(opportunity_id: int) -> Response:
    return _form(call("opportunity").get(f"/opportunities/{opportunity_id}"), opportunity_id=opportunity_id)


@pages.post("/<int:opportunity_id>/edit")
@allow(CONVERTERS)
def save(opportunity_id: int) -> Response:
    if "find" in request.form:
        return _form({}, opportunity_id=opportunity_id)
    patch = _draft() | {"version": int(request.form.get("version", 0))}
    try:
        call("opportunity").patch(f"/opportunities/{opportunity_id}", patch)
    except Problem as problem:
        return _form({}, problem, opportunity_id)
    say(gettext("案件を更新しました。"))
    return go(f"/opportunities/{opportunity_id}")


def _draft() -> dict[str, Any]:
    draft: dict[str, Any] = {name: text(name) for name in ("name", "lost_reason", "handover_memo", "next_action")}
    draft |= {name: text(name) or None for name in CHOSEN}
    draft |= {name: whole(name) for name in ("amount", "probability")}
    draft["next_action_at"] = moment("next_action_at")
    if phase := text("phase"):
        draft["phase"] = phase
    if lead := text("lead_id"):
        draft["lead_id"] = lead
    return draft


def _form(values: dict[str, Any], problem: Problem | None = None, opportunity_id: int | None = None) -> Response:
    account_id = values.get("account_id") or text("account_id")
    word = text("account_q")
    accounts = call("opportunity").get("/accounts", {"q": word or None, "page_size": 200})["items"]
    options = [(account["id"], account["name"]) for account in accounts]
    if account_id and account_id not in dict(options):
        chosen = call("opportunity").get(f"/accounts/{account_id}")
        options.insert(0, (chosen["id"], chosen["name"]))
    page = render_template(
        "opportunities/form.html",
        form=Form(values, problem),
        opportunity_id=opportunity_id,
        version=values.get("version") or request.form.get("version", ""),
        accounts=options,
        people=choosing.people(),
        campaigns=choosing.campaign_options(),
    )
    return make_response(page, problem.status if problem else 200)
