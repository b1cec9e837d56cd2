"""キャンペーン: list, registration and change in blocks, copying, calling off, goals against results and the funnel."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES, LIST_KEEPERS, PLANNERS
from gateway import remembered
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import campaign_form, choosing, masters
from .attachments import attach_chosen, say_attached
from .campaign_form import goal_names
from .display import percent
from .frame import address, dialog, go, is_htmx, say, swaps
from .lead_search import PAGE_SIZES, Place

pages = Blueprint("campaigns", __name__, url_prefix="/campaigns")
SINGLE, REPEATED = ("q", "from_date", "to_date"), ("status", "category", "owner", "department")


@dataclass(frozen=True)
class CampaignSearch:
    """Filters by name; `sort` and `page_size` shape the list."""

    filters: dict[str, Any]
    sort: str
    page_size: int

    @classmethod
    def read(cls) -> "CampaignSearch":
        filters: dict[str, Any] = {name: value for name in SINGLE if (value := request.args.get(name, "").strip())}
        filters |= {name: found for name in REPEATED if (found := [v for v in request.args.getlist(name) if v])}
        size = request.args.get("page_size", type=int) or PAGE_SIZES[0]
        return cls(filters, request.args.get("sort", ""), size if size in PAGE_SIZES else PAGE_SIZES[0])

    def address(self, **more: Any) -> str:
        shape = {"sort": self.sort, "page_size": self.page_size if self.page_size != PAGE_SIZES[0] else ""}
        return address("/campaigns", self.filters | shape | more)


def result_links(campaign_id: int | str) -> dict[str, str]:
    """A number opens the list that it counts."""

    def leads(**filters: Any) -> str:
        return address("/leads", {"campaign_id": campaign_id} | filters)

    def opportunities(*meanings: str) -> str:
        return address("/opportunities", {"campaign_id": campaign_id, "phase_meaning": meanings})

    return {
        "invited": leads(invited="true"),
        "responded": leads(responded="true"),
        "walk_ins": leads(invited="false", responded="true"),
        "new_leads": leads(new_lead="true"),
        "contacted": leads(contacted="true"),
        "appointments": leads(appointment="true"),
        "handed_over": leads(handed_over="true"),
        "converted": address("/leads", {"converted_campaign_id": campaign_id}),
        "won": opportunities("won"),
        "won_amount": opportunities("won"),
        "opportunity_amount": opportunities("open", "on_hold", "won"),
    }


def funnel_steps(results: dict[str, Any], links: dict[str, str]) -> list[dict[str, Any]]:
    """The steps of the funnel in their order, each with its share of the step before, where it can be one: leads come
    to a step without the one before, too."""
    named = {
        "invited": gettext("招待"),
        "responded": gettext("反応"),
        "contacted": gettext("接触"),
        "appointments": gettext("アポ"),
        "handed_over": gettext("引継ぎ"),
        "converted": gettext("案件化"),
        "won": gettext("受注"),
    }
    steps: list[dict[str, Any]] = []
    for name, label in named.items():
        step = {"label": label, "value": results[name], "link": links[name], "rate": ""}
        if steps and 0 < steps[-1]["value"] >= results[name]:
            rate = percent(step["value"] / steps[-1]["value"])
            step["rate"] = gettext("%(step)s比 %(rate)s", step=steps[-1]["label"], rate=rate)
        steps.append(step)
    return steps


def _plans() -> bool:
    user = current_user()
    return bool(user and user.has(*PLANNERS))


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search, place = CampaignSearch.read(), Place.read()
    shape = {"sort": search.sort or None, "page_size": search.page_size, "cursor": place.cursor or None}
    page = call("campaign").get("/campaigns", search.filters | shape)
    before, after = place.before(search.page_size), place.after(page["next_cursor"], len(page["items"]))
    context = {
        "search": search,
        "page": page,
        "first_number": place.start + 1,
        "previous": search.address(**before) if before is not None else None,
        "next": search.address(**after) if after else None,
        "page_sizes": PAGE_SIZES,
        "links": {campaign["id"]: result_links(campaign["id"]) for campaign in page["items"]},
        "planner": _plans(),
    }
    if swaps("results"):
        return make_response(render_template("campaigns/_results.html", **context))
    context |= {"people": choosing.people(), "departments": choosing.departments()}
    return make_response(render_template("campaigns/index.html", **context))


@pages.get("/<int:campaign_id>")
@allow(EMPLOYEES)
def show(campaign_id: int) -> str:
    user = current_user()
    campaign = call("campaign").get(f"/campaigns/{campaign_id}")
    children = call("campaign").get("/campaigns", {"parent_id": campaign_id, "page_size": 100, "sort": "start_date"})
    links = result_links(campaign_id)
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        children=children["items"],
        goals=goal_names(),
        links=links,
        steps=funnel_steps(campaign["results"], links),
        influenced=_influenced(campaign_id),
        planner=_plans(),
        keeper=bool(user and user.has(*LIST_KEEPERS)),
        deleted=request.args.get("deleted", ""),
        refused=[],
    )


def _influenced(campaign_id: int) -> dict[str, Any] | None:
    """The opportunities that the campaign had a part in, credited or not: how many, and their amount. None while they
    cannot be asked."""
    try:
        query = {"influenced_by": campaign_id, "page_size": 1}
        found: dict[str, Any] = call("opportunity").get("/opportunities", query)
    except Problem as problem:
        if problem.status != 503:
            raise
        return None
    return found | {"path": address("/opportunities", {"influenced_by": campaign_id})}


@pages.get("/new")
@allow(PLANNERS)
def new() -> Response:
    """Blank, or filled in from another campaign but for what belongs to that one alone."""
    user = current_user()
    if copied := request.args.get("copy_of", type=int):
        campaign = call("campaign").get(f"/campaigns/{copied}")
        campaign["name"] = gettext("%(name)s のコピー", name=campaign["name"])
        campaign["budget_lines"] = [line | {"actual": None} for line in campaign["budget_lines"]]
        return _form(campaign | dict.fromkeys(("code", "status", "start_date", "end_date"), ""), copied=True)
    return _form(
        {"owner_id": user.id if user else None, "department_id": user.department_id if user else None}, copied=False
    )


@pages.post("/new")
@allow(PLANNERS)
def create() -> Response:
    if "row" in request.form:
        return _form()
    try:
        campaign = call("campaign").post("/campaigns", campaign_form.draft())
    except Problem as problem:
        return _form(problem=problem)
    remembered.forget()
    say(gettext("キャンペーンを登録しました。"))
    say_attached(*attach_chosen(campaign["id"]))
    return go(f"/campaigns/{campaign['id']}")


@pages.get("/<int:campaign_id>/edit")
@allow(PLANNERS)
def edit(campaign_id: int) -> Response:
    return _form(call("campaign").get(f"/campaigns/{campaign_id}"))


@pages.post("/<int:campaign_id>/edit")
@allow(PLANNERS)
def save(campaign_id: int) -> Response:
    if "row" in request.form:
        return _form(campaign_id=campaign_id)
    fields, blocks = campaign_form.touched()
    patch = campaign_form.patch({*fields, *blocks})
    try:
        if patch:
            _patch(campaign_id, patch)
    except Problem as problem:
        return _form(problem=problem, campaign_id=campaign_id)
    remembered.forget()
    say(gettext("キャンペーンを更新しました。"))
    say_attached(*attach_chosen(campaign_id))
    return go(f"/campaigns/{campaign_id}")


def _patch(campaign_id: int, patch: dict[str, Any]) -> None:
    """Saves; also over somebody else's save in between, when that changed nothing of what this one changes."""
    version = request.form.get("version", 0, type=int)
    try:
        call("campaign").patch(f"/campaigns/{campaign_id}", patch | {"version": version})
    except Problem as problem:
        current = problem.as_json().get("current")
        if problem.status != 409 or not current or campaign_form.conflicts(current):
            raise
        call("campaign").patch(f"/campaigns/{campaign_id}", patch | {"version": current["version"]})


def _form(
    campaign: dict[str, Any] | None = None,
    problem: Problem | None = None,
    campaign_id: int | None = None,
    copied: bool = False,
) -> Response:
    """The form with `campaign` in it; without one as it was posted, with what is wrong in it. After a conflict: what is
    stored, but for what this person typed; the second press of 更新 saves over exactly what stands beside it."""
    stale, conflicts = (problem.as_json().get("current") if problem and problem.status == 409 else None), []
    shown = stale or campaign
    values = campaign_form.flat(shown or {})
    blocks = campaign_form.rows_of(shown) if shown else None
    seen = json.dumps([values, blocks]) if blocks is not None else request.form.get("seen", "")
    if stale and blocks is not None:
        mine, lines = campaign_form.touched()
        conflicts = campaign_form.conflicts(stale)
        values, blocks = values | mine, blocks | lines
    number = campaign_id or (shown or {}).get("id") if not copied else None
    form, rows = campaign_form.form_of(values, blocks, problem), campaign_form.numbers("stakeholders", blocks)
    there = [form.value("owner_id"), *(form.value(f"stakeholders.{row}.user_id") for row in rows)]
    page = render_template(
        "campaigns/_form.html" if swaps("campaign-form") else "campaigns/form.html",
        form=form,
        names=campaign_form.field_names(),
        campaign_id=number,
        copied=copied,
        conflicts=conflicts,
        seen=seen,
        version=shown["version"] if number and shown else request.form.get("version", ""),
        goals=goal_names(),
        stakeholders=rows,
        budget_lines=campaign_form.numbers("budget_lines", blocks),
        parents=[option for option in choosing.campaign_options(form.value("parent_id")) if option[0] != str(number)],
        people=choosing.people(kept=there),
        departments=choosing.departments(form.value("department_id")),
        files_lost=not is_htmx() and any(file.filename for file in request.files.getlist("files")),
    )
    return make_response(page, problem.status if problem else 200)


@pages.get("/<int:campaign_id>/cancellation")
@allow(PLANNERS)
def ask_to_call_off(campaign_id: int) -> Response:
    return _cancellation(campaign_id)


@pages.post("/<int:campaign_id>/cancellation")
@allow(PLANNERS)
def call_off(campaign_id: int) -> Response:
    """中止: the first status that means it."""
    status = next(item["code"] for item in masters.choices("campaign-statuses") if item["meaning"] == "cancelled")
    version = request.form.get("version", 0, type=int)
    try:
        call("campaign").patch(f"/campaigns/{campaign_id}", {"version": version, "status": status})
    except Problem as problem:
        return _cancellation(campaign_id, problem)
    remembered.forget()
    say(gettext("キャンペーンを中止にしました。"))
    return go(f"/campaigns/{campaign_id}")


def _cancellation(campaign_id: int, problem: Problem | None = None) -> Response:
    campaign = call("campaign").get(f"/campaigns/{campaign_id}")
    return dialog(
        "campaigns/_cancellation.html",
        status=problem.status if problem else 200,
        title=gettext("キャンペーンの中止"),
        parent=(f"/campaigns/{campaign_id}", campaign["name"]),
        form=campaign_form.form_of({}, None, problem),
        campaign=campaign,
    )
