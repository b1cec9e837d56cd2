"""アクション登録: what was done, what came of it, what comes next, and the lead's data in one save; and corrections."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from chassis.problems import Problem
from chassis.working_days import working_day_from
from contracts.roles import EVERYONE
from gateway.authentication import allow
from gateway.calling import call

from . import choosing, masters
from .display import field_moment, short_day
from .display import moment as shown_moment
from .editing import Collision, form_of, is_stale, touched
from .forms import anyway, company_moment, moment, text, whole
from .frame import dialog, go, say, today
from .lead_fields import Editing, edits, field_names
from .lead_walk import Walk

MASTERS = {"type": "action-types", "reached": "action-reached", "result": "action-results"}
pages = Blueprint("actions", __name__, url_prefix="/leads/<int:lead_id>/actions")
OWN = (
    "type", "occurred_at", "duration_minutes", "reached", "result", "purpose", "text", "next_action_at",
    "next_action_type", "new_stage", "campaign_id",
)  # fmt: skip


@pages.get("/new")
@allow(EVERYONE)
def new(lead_id: int) -> Response:
    return _form(lead_id)


@pages.post("")
@allow(EVERYONE)
def create(lead_id: int) -> Response:
    walk = Walk.read(lead_id).looked_up()  # before the save, which may take the lead out of the search
    stage = text("new_stage") or None
    draft: dict[str, Any] = _done() | {"campaign_id": text("campaign_id") or None}
    draft["version"] = int(request.form.get("version", 0))
    if when := moment("next_action_at"):
        draft |= {"next_action_at": when, "next_action_type": text("next_action_type")}
    if stage:
        draft["stage"] = stage
        if masters.meaning_of("lead-stages", stage) == "dropped":
            draft["drop_reason"] = text("drop_reason")
    if changes := edits(_mine()):
        draft["lead"] = changes | anyway()
    try:
        call("lead").post(f"/leads/{lead_id}/actions", draft)
    except Problem as problem:
        return _form(lead_id, problem)
    if walk.next:
        say(gettext("アクションを登録しました。"), link=walk.next, link_text=gettext("次のリードへ"))
    else:
        say(gettext("アクションを登録しました。"))
    return go(walk.here())


def _done() -> dict[str, Any]:
    """What was done and what came of it, as typed."""
    return {
        "type": text("type"),
        "occurred_at": moment("occurred_at"),
        "duration_minutes": whole("duration_minutes"),
        "reached": text("reached"),
        "result": text("result"),
        "purpose": text("purpose"),
        "text": text("text"),
    }


def _mine() -> dict[str, str]:
    """The lead's fields that the form changed; its own plan and stage go another way."""
    return {name: value for name, value in touched().items() if name not in (*OWN, "stage", "drop_reason")}


def _form(lead_id: int, problem: Problem | None = None) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    campaign_id = request.values.get("campaign_id", "")
    editing = Editing.of(lead, problem)
    types = masters.choices("action-types")
    own: dict[str, Any] = dict.fromkeys(OWN, "")
    own |= {"type": types[0]["code"] if types else "", "occurred_at": field_moment(datetime.now(UTC))}
    if problem:
        own |= {name: request.form.get(name, "") for name in (*OWN, "drop_reason")}
    form = editing.form(problem, own)
    form.errors = {name.removeprefix("lead."): told for name, told in form.errors.items()}
    return dialog(
        "actions/_form.html",
        status=problem.status if problem else 200,
        title=gettext("アクション登録"),
        parent=(f"/leads/{lead_id}", lead["company"] or lead["number"]),
        form=form,
        editing=editing,
        lead=lead,
        walk=Walk.read(lead_id),
        names=field_names(),
        campaign=next((member for member in lead["members"] if member["campaign_id"] == campaign_id), None),
        results=_results(lead),
        owners=choosing.people(kept=[form.value("owner_id")]),
    )


def _results(lead: dict[str, Any]) -> list[dict[str, Any]]:
    """The results with what each will set of this lead unless the person says something else."""
    found, ahead = [], _stages_ahead(lead["stage"]["code"])
    for choice in masters.choices("action-results"):
        decides, parts = choice["extra"], []
        if (stage := decides.get("next_stage")) in ahead:
            parts.append(ahead[stage])
        if (days := decides.get("days")) is not None:
            due = working_day_from(today() + timedelta(days=days))
            parts.append(gettext("次回 %(day)s", day=short_day(due)))
        if decides.get("do_not_call") and not lead["do_not_call"]:
            parts.append(gettext("架電禁止"))
        found.append(choice | {"proposes": " · ".join(parts) or gettext("変更なし")})
    return found


def _stages_ahead(current: str) -> dict[str, str]:
    """The labels of the stages to which a result may move the lead: forward, and only while it is worked."""
    stages = masters.choices("lead-stages", current)
    codes = [stage["code"] for stage in stages]
    if current not in codes or masters.meaning_of("lead-stages", current) not in ("open", "appointment"):
        return {}
    return {stage["code"]: stage["label"] for stage in stages[codes.index(current) + 1 :]}


# -- corrections ------------------------------------------------------------------------------------------------------


@pages.get("/<int:action_id>/edit")
@allow(EVERYONE)
def edit(lead_id: int, action_id: int) -> Response:
    return _correction(lead_id, action_id)


@pages.post("/<int:action_id>/edit")
@allow(EVERYONE)
def save(lead_id: int, action_id: int) -> Response:
    mine, typed = touched(), _done()
    patch = {name: typed[name] for name in mine} | {"version": request.form.get("version", 0, type=int)}
    try:
        call("lead").patch(f"/leads/{lead_id}/actions/{action_id}", patch)
    except Problem as problem:
        return _correction(lead_id, action_id, problem)
    say(gettext("アクションを訂正しました。"))
    return go(Walk.read(lead_id).here())


@pages.post("/<int:action_id>/deletion")
@allow(EVERYONE)
def delete(lead_id: int, action_id: int) -> Response:
    call("lead").delete(f"/leads/{lead_id}/actions/{action_id}")
    say(gettext("アクションを削除しました。変更履歴に記録が残ります。"))
    return go(Walk.read(lead_id).here())


def _labels() -> dict[str, str]:
    return {
        "type": gettext("種別"),
        "occurred_at": gettext("日時"),
        "duration_minutes": gettext("所要時間（分）"),
        "reached": gettext("接触相手"),
        "result": gettext("対応結果"),
        "purpose": gettext("目的"),
        "text": gettext("内容"),
    }


def _values(action: dict[str, Any]) -> dict[str, str]:
    """An action under the names of the form's fields."""
    given = {name: action[name] for name in _labels()} | {"occurred_at": field_moment(action["occurred_at"])}
    return {name: "" if value is None else str(value) for name, value in given.items()}


def _read_as(name: str, value: str) -> str:
    if name == "occurred_at":
        return shown_moment(company_moment(value))
    return masters.label_of(MASTERS[name], value) if name in MASTERS else value


def _correction(lead_id: int, action_id: int, problem: Problem | None = None) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    action = call("lead").get(f"/leads/{lead_id}/actions/{action_id}")
    values, labels = _values(action), _labels()
    stale, fresh, walk = is_stale(problem), problem is None, Walk.read(lead_id)
    return dialog(
        "actions/_correction.html",
        status=problem.status if problem else 200,
        title=gettext("アクションの訂正"),
        parent=(f"/leads/{lead_id}", lead["company"] or lead["number"]),
        form=form_of(values, problem),
        version=action["version"] if fresh or stale else text("version"),
        seen=json.dumps(values) if fresh or stale else text("seen"),
        stale=stale,
        conflicts=Collision.of(values, labels, _read_as).both if stale else [],
        action=action,
        lead=lead,
        walk=walk,
    )
