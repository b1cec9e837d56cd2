"""キャンペーン: list, registration and change in blocks, and goals against results."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES, LIST_KEEPERS, PLANNERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .forms import Form, fraction, rows, text, whole
from .frame import address, go, say, swaps

pages = Blueprint("campaigns", __name__, url_prefix="/campaigns")
TEXTS = ("code", "name", "category", "status", "venue", "url", "objective", "target", "description")
CHOSEN = ("parent_id", "start_date", "end_date", "venue_type", "owner_id", "department_id")
COUNTS = ("invited", "responded", "new_leads", "appointments", "converted", "won", "opportunity_amount", "won_amount")
STAKEHOLDER = ("kind", "name", "company", "department", "title", "email", "phone", "role", "note", "user_id")
BUDGET = ("kind", "budget", "actual", "note")


def goal_names() -> dict[str, str]:
    """Goals and results in the order of the funnel."""
    return {
        "invited": gettext("招待数"),
        "responded": gettext("参加数"),
        "response_rate": gettext("参加率"),
        "new_leads": gettext("新規リード"),
        "appointments": gettext("アポ"),
        "converted": gettext("案件化"),
        "won": gettext("受注"),
        "opportunity_amount": gettext("案件金額"),
        "won_amount": gettext("受注金額"),
    }


def result_links(campaign_id: int) -> dict[str, str]:
    """A number opens the list that it counts, where a search finds just that."""
    lead: dict[str, Any] = {"campaign_id": campaign_id}
    opportunity = f"/opportunities?campaign_id={campaign_id}"
    return {
        "invited": address("/leads", lead | {"invited": "true"}),
        "responded": address("/leads", lead | {"responded": "true"}),
        "response_rate": address("/leads", lead | {"invited": "true", "responded": "true"}),
        "converted": opportunity,
        "opportunity_amount": opportunity,
        "won": f"{opportunity}&phase_meaning=won",
        "won_amount": f"{opportunity}&phase_meaning=won",
    }


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search = {
        "q": request.args.get("q", "").strip() or None,
        "status": request.args.getlist("status"),
        "sort": request.args.get("sort") or None,
        "cursor": request.args.get("cursor"),
        "page_size": 50,
    }
    page = call("campaign").get("/campaigns", search)
    more = address("/campaigns", request.args.to_dict(flat=False) | {"cursor": page["next_cursor"]})
    user = current_user()
    context = {
        "page": page,
        "q": search["q"] or "",
        "statuses": search["status"],
        "more": more if page["next_cursor"] else None,
        "planner": bool(user and user.has(*PLANNERS)),
    }
    return make_response(
        render_template("campaigns/_results.html" if swaps("results") else "campaigns/index.html", **context)
    )


@pages.get("/<int:campaign_id>")
@allow(EMPLOYEES)
def show(campaign_id: int) -> str:
    user = current_user()
    return render_template(
        "campaigns/show.html",
        campaign=call("campaign").get(f"/campaigns/{campaign_id}"),
        goals=goal_names(),
        links=result_links(campaign_id),
        planner=bool(user and user.has(*PLANNERS)),
        keeper=bool(user and user.has(*LIST_KEEPERS)),
    )


@pages.get("/new")
@allow(PLANNERS)
def new() -> Response:
    user = current_user()
    blank = {"owner_id": str(user.id) if user else "", "department_id": str(user.department_id or "") if user else ""}
    return _form(blank)


@pages.post("/new")
@allow(PLANNERS)
def create() -> Response:
    if "row" in request.form:
        return _form({})
    try:
        campaign = call("campaign").post("/campaigns", _draft())
    except Problem as problem:
        return _form({}, problem)
    choosing.forget_campaigns()
    say(gettext("キャンペーンを登録しました。"))
    return go(f"/campaigns/{campaign['id']}")


@pages.get("/<int:campaign_id>/edit")
@allow(PLANNERS)
def edit(campaign_id: int) -> Response:
    return _form(call("campaign").get(f"/campaigns/{campaign_id}"), campaign_id=campaign_id)


@pages.post("/<int:campaign_id>/edit")
@allow(PLANNERS)
def save(campaign_id: int) -> Response:
    if "row" in request.form:
        return _form({}, campaign_id=campaign_id)
    patch = {
        name: value for name, value in _draft().items() if value is not None or name in ("parent_id", "venue_type")
    }
    try:
        call("campaign").patch(f"/campaigns/{campaign_id}", patch | {"version": int(request.form.get("version", 0))})
    except Problem as problem:
        return _form({}, problem, campaign_id)
    choosing.forget_campaigns()
    say(gettext("キャンペーンを更新しました。"))
    return go(f"/campaigns/{campaign_id}")


def _draft() -> dict[str, Any]:
    draft: dict[str, Any] = {name: text(name) for name in TEXTS} | {name: text(name) or None for name in CHOSEN}
    draft["status"] = draft["status"] or None
    draft["goals"] = {name: whole(f"goals.{name}") for name in COUNTS}
    draft["goals"]["response_rate"] = fraction("goals.response_rate")
    draft["budget_lines"] = [
        line | {"budget": whole(f"budget_lines.{number}.budget"), "actual": whole(f"budget_lines.{number}.actual")}
        for number, line in rows("budget_lines", BUDGET)
    ]
    draft["stakeholders"] = [row | {"user_id": row["user_id"] or None} for _, row in rows("stakeholders", STAKEHOLDER)]
    return draft


def _form(values: dict[str, Any], problem: Problem | None = None, campaign_id: int | None = None) -> Response:
    """The form in blocks; `row` (add, remove) comes back with all that was typed."""
    initial = {name: values.get(name) for name in (*TEXTS, *CHOSEN)}
    initial |= {f"goals.{name}": value for name, value in (values.get("goals") or {}).items()}
    if rate := initial.get("goals.response_rate"):
        initial["goals.response_rate"] = f"{rate * 100:g}"
    for block in ("stakeholders", "budget_lines"):
        for number, row in enumerate(values.get(block) or []):
            initial |= {f"{block}.{number}.{name}": value for name, value in row.items()}
    page = render_template(
        "campaigns/_form.html" if swaps("campaign-form") else "campaigns/form.html",
        form=Form(initial, problem),
        campaign_id=campaign_id,
        version=values.get("version") or request.form.get("version", ""),
        goals=goal_names(),
        stakeholders=_numbers("stakeholders", values),
        budget_lines=_numbers("budget_lines", values),
        parents=[option for option in choosing.campaign_options() if option[0] != str(campaign_id)],
        people=choosing.people(),
        departments=choosing.departments(),
    )
    return make_response(page, problem.status if problem else 200)


def _numbers(block: str, values: dict[str, Any]) -> list[int]:
    """The numbers of the rows that a block shows."""
    if request.method != "POST":
        return list(range(len(values.get(block) or []) or 1))
    shown = [int(number) for number in request.form.getlist(f"{block}.rows") if number.isdecimal()]
    if request.form.get("row") == f"add {block}":
        shown.append(max(shown, default=-1) + 1)
    return [number for number in shown if request.form.get("row") != f"remove {block}.{number}"]
