"""リード詳細: everything about one lead, 編集, and the stage path."""

from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Field, Invalid, Problem
from contracts.roles import CONVERTERS, EMPLOYEES, EVERYONE
from gateway.authentication import allow, current_user
from gateway.calling import call, together

from . import choosing, masters
from .editing import touched
from .forms import Form, anyway
from .frame import dialog, go, say, swaps
from .lead_account import readable
from .lead_facts import facts_of
from .lead_fields import Editing, edits, field_names
from .lead_walk import Walk

pages = Blueprint("lead", __name__, url_prefix="/leads/<int:lead_id>")
SALESPEOPLE = ("sales", "manager")
NOBODY = "引き継ぐ営業担当を選んでください。", "Choose who takes the lead over."
NAMED_OPPORTUNITIES = 5
PORTION = 20  # of the history


@pages.get("")
@allow(EVERYONE)
def show(lead_id: int) -> Response:
    walk, tab = Walk.read(lead_id), request.args.get("tab", "actions")
    portion = {"page_size": PORTION, "cursor": request.args.get("cursor")}
    told = "changes" if tab == "changes" else "actions"
    of_opportunities = tab == "activities"
    portion_told = {} if of_opportunities else portion
    # counted for every tab
    became = partial(_opportunities, lead_id, portion if of_opportunities else {"page_size": 1})
    if swaps("history"):
        (opportunities, activities), history = together(
            became, partial(call("lead").get, f"/leads/{lead_id}/{told}", portion_told)
        )
        context = _history(walk, tab, activities, history) | {"opportunities": opportunities, "lead_id": lead_id}
        return make_response(render_template("lead/_history.html", walk=walk, **context))
    whole = partial(call("lead").get, f"/leads/{lead_id}", {"history": told} | portion_told)
    lead, walked, (opportunities, activities) = together(whole, walk.looked_up, became)
    user = current_user()
    return make_response(
        render_template(
            "lead/show.html",
            lead_id=lead_id,
            lead=lead,
            walk=walked,
            opportunities=opportunities,
            account=_account(lead),
            settling=_is_settling(lead),
            facts=facts_of(lead),
            collision=None,
            saved=False,
            converter=bool(user and user.has(*CONVERTERS)),
            **_history(walk, tab, activities, lead["history"]),
        )
    )


def _history(walk: Walk, tab: str, activities: dict[str, Any] | None, history: dict[str, Any]) -> dict[str, Any]:
    """What the chosen tab shows: actions, changes (those of one act together), or activities of the opportunities, None
    for who may not see them."""
    if tab == "activities" and activities:
        history = activities
    else:
        tab = "changes" if tab == "changes" else "actions"
    entries = readable(history["items"]) if tab == "changes" else history["items"]
    acts = groupby(entries, key=lambda entry: entry["cause_id" if tab == "changes" else "id"])
    following = history["next_cursor"]
    return {
        "tab": tab,
        "acts": [list(entries) for _, entries in acts],
        "more": walk.here(tab=tab, cursor=following) if following else None,
        "activities": activities,
    }


def _opportunities(lead_id: int, portion: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """What became of the lead and, of that, the activities; None while the opportunity service is away, and for who may
    not see it."""
    opportunities = _unless_away("/opportunities", {"lead_id": lead_id, "page_size": NAMED_OPPORTUNITIES})
    if opportunities and not opportunities["total"]:
        return opportunities, {"items": [], "total": 0, "next_cursor": None}
    return opportunities, _unless_away(f"/leads/{lead_id}/activities", portion)


def _is_settling(lead: dict[str, Any]) -> bool:
    """Whether the lead has yet to hear of the conversion, or of its end, that its reader was just told of: a moment."""
    if "settling" not in request.args:
        return False
    return (_unless_away(f"/leads/{lead['id']}/conversion") is None) != (lead["conversion"] is None)


def _account(lead: dict[str, Any]) -> dict[str, Any] | None:
    account_id = (lead["conversion"] or {}).get("account_id") or lead["account_id"]
    return _unless_away(f"/accounts/{account_id}") if account_id else None


def _unless_away(path: str, query: dict[str, Any] | None = None) -> dict[str, Any] | None:
    user = current_user()
    if not (user and user.has(*EMPLOYEES)):
        return None
    try:
        return call("opportunity").get(path, query)
    except Problem as problem:
        if problem.status in (403, 404, 503):
            return None
        raise


@pages.get("/edit")
@allow(EVERYONE)
def edit(lead_id: int) -> Response:
    return _form(call("lead").get(f"/leads/{lead_id}"))


@pages.post("/edit")
@allow(EVERYONE)
def save(lead_id: int) -> Response:
    changes = edits(touched())
    if not changes:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go(Walk.read(lead_id).here())
    try:
        call("lead").patch(f"/leads/{lead_id}", changes | {"version": int(request.form.get("version", 0))} | anyway())
    except Problem as problem:
        return _form(call("lead").get(f"/leads/{lead_id}"), problem)
    say(gettext("リードを更新しました。"))
    return go(Walk.read(lead_id).here())


def _form(lead: dict[str, Any], problem: Problem | None = None) -> Response:
    editing = Editing.of(lead, problem)
    form = editing.form(problem)
    return dialog(
        "lead/_edit.html",
        status=problem.status if problem else 200,
        title=gettext("リード更新"),
        parent=(f"/leads/{lead['id']}", lead["company"] or lead["number"]),
        form=form,
        editing=editing,
        lead=lead,
        walk=Walk.read(int(lead["id"])),
        names=field_names(),
        owners=choosing.people(kept=[form.value("owner_id")]),
    )


@pages.get("/stage")
@allow(EVERYONE)
def stage(lead_id: int) -> Response:
    """Asks for the reason of 見送り / 対象外, or to whom a lead is handed over."""
    lead = call("lead").get(f"/leads/{lead_id}")
    wanted = request.args.get("stage", "")
    if masters.meaning_of("lead-stages", wanted) == "handed_over":
        return _hand_over_form(lead, wanted)
    return _stage_form(lead)


@pages.post("/stage")
@allow(EVERYONE)
def move(lead_id: int) -> Response:
    """A step of the path was clicked, or that is taken back (`takes_back` in the address). Only somebody who moved the
    lead meanwhile stands in its way."""
    asked = {name: value.strip() for name, value in request.values.items()}
    wanted, version, walk = asked.get("stage", ""), asked.get("version"), Walk.read(lead_id)
    change: dict[str, Any] = {"stage": wanted, "takes_back": asked.get("takes_back")}
    if masters.meaning_of("lead-stages", wanted) == "dropped":
        change["drop_reason"] = asked.get("drop_reason", "")
    if "owner_id" in asked:  # 営業引継ぎ, or that is taken back
        change["owner_id"] = asked["owner_id"] or None
    lead = before = call("lead").get(f"/leads/{lead_id}")
    if "seen_owner" in asked and not asked.get("owner_id"):
        return _hand_over_form(lead, wanted, Invalid([Field("owner_id", "missing", *NOBODY)]))
    # Also where it is there already, by a second click.
    known = lead["stage"]["code"] in (asked.get("seen_stage"), wanted)
    if known and _owner(lead) in (asked.get("seen_owner", _owner(lead)), asked.get("owner_id")):
        version = lead["version"]
    try:
        lead = call("lead").patch(f"/leads/{lead_id}", change | {"version": int(version or 0)})
    except Problem as problem:
        if "drop_reason" in change and problem.status == 422:
            return _stage_form(lead, problem)
        if problem.status not in (409, 422):
            raise
        label = lead["stage"]["label"]
        told = gettext("ほかの人がリードステージを「%(stage)s」に変更しています。確認してください。", stage=label)
        say(told if problem.status == 409 else Form(problem=problem).errors.get("stage", ""), tone="orange")
        return go(walk.here())
    told = gettext("リードステージを「%(stage)s」に変更しました。", stage=lead["stage"]["label"])
    undo = {} if "takes_back" in asked or before["stage"] == lead["stage"] else _undo(walk, before, lead)
    say(told, **undo)
    return go(walk.here())


def _undo(walk: Walk, before: dict[str, Any], lead: dict[str, Any]) -> dict[str, str]:
    """元に戻す of a step: as it was before, and without what the step has reached meanwhile."""
    latest = call("lead").get(f"/leads/{walk.lead_id}/changes", {"page_size": 1})["items"][0]
    was = {"stage": before["stage"]["code"], "drop_reason": before["drop_reason"]}
    if _owner(before) != _owner(lead):
        was["owner_id"] = _owner(before)
    action = walk.here("/stage", **was, seen_stage=lead["stage"]["code"], takes_back=latest["cause_id"])
    return {"action": action, "action_text": gettext("元に戻す")}


def _owner(lead: dict[str, Any]) -> str:
    return lead["owner"]["id"] if lead["owner"] else ""


def _hand_over_form(lead: dict[str, Any], wanted: str, problem: Problem | None = None) -> Response:
    owners = choosing.people(*SALESPEOPLE) or choosing.people()
    owner = _owner(lead)
    return dialog(
        "lead/_hand_over.html",
        status=problem.status if problem else 200,
        title=gettext("営業引継ぎ"),
        parent=(f"/leads/{lead['id']}", lead["company"] or lead["number"]),
        form=Form({"owner_id": owner if owner in dict(owners) else ""}, problem),
        stage={"code": wanted},
        owners=owners,
        lead=lead,
        walk=Walk.read(int(lead["id"])),
    )


def _stage_form(lead: dict[str, Any], problem: Problem | None = None) -> Response:
    dropped = [choice for choice in masters.choices("lead-stages") if choice["meaning"] == "dropped"]
    chosen = request.args.get("stage") or (dropped[0]["code"] if dropped else "")
    return dialog(
        "lead/_stage_form.html",
        status=problem.status if problem else 200,
        title=gettext("見送り・対象外にする"),
        parent=(f"/leads/{lead['id']}", lead["company"] or lead["number"]),
        form=Form({"stage": chosen, "drop_reason": lead["drop_reason"]}, problem),
        stages=[(choice["code"], choice["label"]) for choice in dropped],
        lead=lead,
        walk=Walk.read(int(lead["id"])),
    )
