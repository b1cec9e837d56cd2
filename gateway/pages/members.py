"""キャンペーン履歴 by hand: a lead joins a campaign without a list, and where it stands in one is put right."""

import json
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES
from gateway.authentication import allow
from gateway.calling import call

from . import choosing, masters
from .display import as_day, short_day
from .editing import Collision, form_of, is_stale, touched
from .forms import moment, text
from .frame import dialog, go, say
from .lead_walk import Walk

pages = Blueprint("members", __name__, url_prefix="/leads/<int:lead_id>/members")
DAYS, WORDS = ("invited_at", "responded_at"), ("channel", "survey", "interest", "note")


def _labels() -> dict[str, str]:
    return {
        "status": gettext("メンバー状況"),
        "responded_at": gettext("反応日"),
        "invited": gettext("招待"),
        "invited_at": gettext("招待日"),
        "channel": gettext("招待方法"),
        "survey": gettext("アンケート"),
        "interest": gettext("関心"),
        "note": gettext("備考"),
    }


@pages.get("/new")
@allow(EMPLOYEES)
def new(lead_id: int) -> Response:
    return _form(lead_id)


@pages.post("")
@allow(EMPLOYEES)
def join(lead_id: int) -> Response:
    values = {name: text(name) for name in ("status", "invited", *DAYS, *WORDS)}
    draft = _typed({name: value for name, value in values.items() if value or name == "status"})
    try:
        call("lead").post(f"/leads/{lead_id}/members", draft | {"campaign_id": text("campaign_id")})
    except Problem as problem:
        return _form(lead_id, problem)
    say(gettext("キャンペーンに追加しました。"))
    return go(Walk.read(lead_id).here())


@pages.get("/<int:campaign_id>/edit")
@allow(EMPLOYEES)
def edit(lead_id: int, campaign_id: int) -> Response:
    return _form(lead_id, campaign_id=campaign_id)


@pages.post("/<int:campaign_id>/edit")
@allow(EMPLOYEES)
def save(lead_id: int, campaign_id: int) -> Response:
    patch = _typed(touched()) | {"version": request.form.get("version", 0, type=int)}
    try:
        call("lead").patch(f"/leads/{lead_id}/members/{campaign_id}", patch)
    except Problem as problem:
        return _form(lead_id, problem, campaign_id)
    say(gettext("キャンペーン履歴を更新しました。"))
    return go(Walk.read(lead_id).here())


def _typed(values: dict[str, str]) -> dict[str, Any]:
    """What was typed in the shape that the service takes."""
    patch: dict[str, Any] = {name: value for name, value in values.items() if name in ("status", *WORDS)}
    patch |= {name: moment(name) for name in DAYS if values.get(name)}
    return patch | ({"invited": values["invited"] == "1"} if "invited" in values else {})


def _values(member: dict[str, Any]) -> dict[str, str]:
    """A row of the history under the names of the form's fields."""
    moments = {"invited_at": member["invited_at"], "responded_at": member["last_responded_at"]}
    days = {name: as_day(when).isoformat() if when else "" for name, when in moments.items()}
    return {name: member[name] for name in ("status", *WORDS)} | days | {"invited": "1" if member["invited"] else ""}


def _read_as(name: str, value: str) -> str:
    if name == "status":
        return masters.label_of("member-statuses", value)
    if name == "invited":
        return gettext("あり") if value else gettext("なし")
    return short_day(value) if value and name in DAYS else value


def _campaigns(joined: set[str]) -> list[tuple[str, str]]:
    """Those that the lead may join, as pairs of id and name with code."""
    return [(one["id"], f"{one['name']}（{one['code']}）") for one in choosing.campaigns() if one["id"] not in joined]


def _form(lead_id: int, problem: Problem | None = None, campaign_id: int | None = None) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    member = next((each for each in lead["members"] if each["campaign_id"] == str(campaign_id)), None)
    stored = _values(member) if member else dict.fromkeys(("campaign_id", *_labels()), "")
    stale, walk = is_stale(problem), Walk.read(lead_id)
    return dialog(
        "lead/_member_form.html",
        status=problem.status if problem else 200,
        title=gettext("キャンペーン履歴の更新") if member else gettext("キャンペーンに追加"),
        parent=(f"/leads/{lead_id}", lead["company"] or lead["number"]),
        form=form_of(stored, problem),
        conflicts=Collision.of(stored, _labels(), _read_as).both if stale else [],
        stale=stale,
        seen=json.dumps(stored),
        names=_labels(),
        lead=lead,
        member=member,
        version=member["version"] if member and (problem is None or stale) else text("version"),
        walk=walk,
        path=walk.here(f"/members/{campaign_id}/edit") if member else walk.here("/members"),
        campaigns=[] if member else _campaigns({each["campaign_id"] for each in lead["members"]}),
    )
