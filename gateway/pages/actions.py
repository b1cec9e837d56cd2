"""アクション登録: what was done, what came of it, what comes next, and the lead's data, in one save."""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EVERYONE
from gateway.authentication import allow
from gateway.calling import call

from . import masters
from .display import field_moment
from .forms import Form, moment, text
from .frame import dialog, go, say
from .lead import edits, field_names, seen, touched, typed_values

pages = Blueprint("actions", __name__, url_prefix="/leads/<int:lead_id>/actions")


@pages.get("/new")
@allow(EVERYONE)
def new(lead_id: int) -> Response:
    return _form(lead_id)


@pages.post("")
@allow(EVERYONE)
def create(lead_id: int) -> Response:
    stage = text("new_stage") or None
    draft: dict[str, Any] = {
        "type": text("type"),
        "occurred_at": moment("occurred_at"),
        "campaign_id": text("campaign_id") or None,
        "reached": text("reached"),
        "result": text("result"),
        "text": text("text"),
        "version": int(request.form.get("version", 0)),
    }
    if when := moment("next_action_at"):
        draft |= {"next_action_at": when, "next_action_type": text("next_action_type")}
    if stage:
        draft["stage"] = stage
        if masters.meaning_of("lead-stages", stage) == "dropped":
            draft["drop_reason"] = text("drop_reason")
    if changes := edits():
        draft["lead"] = changes
    try:
        call("lead").post(f"/leads/{lead_id}/actions", draft)
    except Problem as problem:
        return _form(lead_id, problem)
    say(gettext("アクションを登録しました。"))
    return go(f"/leads/{lead_id}")


def _form(lead_id: int, problem: Problem | None = None) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    campaign_id = request.values.get("campaign_id", "")
    values = typed_values(lead)
    types = masters.choices("action-types")
    initial = {"type": types[0]["code"] if types else "", "occurred_at": field_moment(datetime.now(UTC)), **values}
    form = Form(initial, problem)
    stale = problem is not None and problem.status == 409
    if stale:
        # What this person typed stays; everything else is as somebody else has just saved it.
        form.typed, form.initial = None, initial | values | request.form.to_dict() | _untouched(values)
    return dialog(
        "actions/_form.html",
        status=problem.status if problem else 200,
        title=gettext("アクション登録"),
        parent=(f"/leads/{lead_id}", lead["company"] or lead["number"]),
        form=form,
        stale=stale,
        lead=lead,
        names=field_names(),
        seen=json.dumps(values if problem is None or stale else seen()),
        version=lead["version"] if problem is None or stale else request.form.get("version", ""),
        campaign=next((member for member in lead["members"] if member["campaign_id"] == campaign_id), None),
        results=masters.choices("action-results"),
    )


def _untouched(values: dict[str, Any]) -> dict[str, Any]:
    mine = touched()
    return {name: value for name, value in values.items() if name not in mine}
