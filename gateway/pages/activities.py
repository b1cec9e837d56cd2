"""活動: what was done for an opportunity, registered and corrected; with the next action in the same save."""

import json
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import CONVERTERS
from gateway.authentication import allow
from gateway.calling import call

from . import display, masters
from .editing import Collision, form_of, is_stale, touched
from .forms import company_moment, moment, text
from .frame import dialog, go, say

pages = Blueprint("activities", __name__, url_prefix="/opportunities/<int:opportunity_id>/activities")


@pages.get("/new")
@allow(CONVERTERS)
def new(opportunity_id: int) -> Response:
    return _form(opportunity_id)


@pages.post("")
@allow(CONVERTERS)
def register(opportunity_id: int) -> Response:
    draft = _typed() | {"next_action": text("next_action"), "next_action_at": moment("next_action_at")}
    try:
        call("opportunity").post(f"/opportunities/{opportunity_id}/activities", draft)
    except Problem as problem:
        return _form(opportunity_id, problem)
    say(gettext("活動を登録しました。"))
    return go(f"/opportunities/{opportunity_id}")


@pages.get("/<int:activity_id>/edit")
@allow(CONVERTERS)
def edit(opportunity_id: int, activity_id: int) -> Response:
    return _form(opportunity_id, activity_id=activity_id)


@pages.post("/<int:activity_id>/edit")
@allow(CONVERTERS)
def correct(opportunity_id: int, activity_id: int) -> Response:
    mine, typed = touched(), _typed()
    patch = {name: typed[name] for name in mine if name in typed} | {
        "version": request.form.get("version", 0, type=int)
    }
    try:
        call("opportunity").patch(f"/opportunities/{opportunity_id}/activities/{activity_id}", patch)
    except Problem as problem:
        return _form(opportunity_id, problem, activity_id)
    say(gettext("活動を更新しました。"))
    return go(f"/opportunities/{opportunity_id}")


def _typed() -> dict[str, Any]:
    typed: dict[str, Any] = {name: text(name) for name in ("type", "text", "result")}
    if when := moment("occurred_at"):
        typed["occurred_at"] = when
    return typed


def _labels() -> dict[str, str]:
    return {
        "type": gettext("種別"),
        "occurred_at": gettext("日時"),
        "result": gettext("結果"),
        "text": gettext("内容"),
    }


def _values(activity: dict[str, Any]) -> dict[str, str]:
    """An activity under the names of the form's fields."""
    given = {name: str(activity[name]) for name in _labels()}
    return given | {"occurred_at": display.field_moment(activity["occurred_at"])}


def _read_as(name: str, value: str) -> str:
    if name == "occurred_at":
        return display.moment(company_moment(value))
    return masters.label_of("activity-types", value) if name == "type" else value


def _form(opportunity_id: int, problem: Problem | None = None, activity_id: int | None = None) -> Response:
    opportunity = call("opportunity").get(f"/opportunities/{opportunity_id}")
    path = f"/opportunities/{opportunity_id}/activities"
    initial: dict[str, Any] = {
        "next_action": opportunity["next_action"],
        "next_action_at": display.field_moment(opportunity["next_action_at"]),
    }
    activity = call("opportunity").get(f"{path}/{activity_id}") if activity_id else None
    if activity:
        initial = _values(activity)
    stale, fresh = is_stale(problem), problem is None
    return dialog(
        "opportunity/_activity_form.html",
        status=problem.status if problem else 200,
        title=gettext("活動の更新") if activity else gettext("活動の登録"),
        parent=(f"/opportunities/{opportunity_id}", opportunity["name"]),
        form=form_of(initial, problem),
        path=f"{path}/{activity_id}/edit" if activity else path,
        opportunity=opportunity,
        activity=activity,
        version=activity["version"] if activity and (fresh or stale) else text("version"),
        seen=json.dumps(initial) if fresh or stale else text("seen"),
        stale=stale,
        conflicts=Collision.of(initial, _labels(), _read_as).both if stale else [],
    )
