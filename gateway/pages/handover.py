"""引継ぎ: 依頼, 受領, 差戻し with a reason, then somebody else or 再育成; and 案件化の取消."""

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext, ngettext

from chassis.problems import Problem
from contracts.roles import CONVERTERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .forms import Form, text
from .frame import dialog, go, say

pages = Blueprint("handover", __name__)
SALESPEOPLE = ("sales", "manager")


@pages.get("/opportunities/<int:opportunity_id>/handover/new")
@allow(CONVERTERS)
def new(opportunity_id: int) -> Response:
    return _request_form(opportunity_id)


@pages.post("/opportunities/<int:opportunity_id>/handover")
@allow(CONVERTERS)
def request_it(opportunity_id: int) -> Response:
    draft = {
        "recipient_id": text("recipient_id") or None,
        "message": text("message"),
        "notify": text("notify") == "yes",
    }
    try:
        done = call("opportunity").post(f"/opportunities/{opportunity_id}/handover", draft)
    except Problem as problem:
        return _request_form(opportunity_id, problem)
    say(gettext("%(name)s さんに引継ぎを依頼しました。", name=done["recipient_name"]))
    return go(f"/opportunities/{opportunity_id}")


def _request_form(opportunity_id: int, problem: Problem | None = None) -> Response:
    opportunity = call("opportunity").get(f"/opportunities/{opportunity_id}")
    user = current_user()
    people = choosing.people(*SALESPEOPLE) or choosing.people()
    return dialog(
        "handover/_request.html",
        status=problem.status if problem else 200,
        title=gettext("引継ぎ依頼"),
        parent=(f"/opportunities/{opportunity_id}", opportunity["name"]),
        form=Form({"message": opportunity["handover_memo"], "notify": "yes"}, problem),
        opportunity=opportunity,
        people=[one for one in people if not user or one[0] != str(user.id)],
    )


@pages.post("/opportunities/<int:opportunity_id>/handover/acceptance")
@allow(CONVERTERS)
def accept(opportunity_id: int) -> Response:
    return _answer(opportunity_id, "acceptance", {}, gettext("引継ぎを受領しました。"))


@pages.get("/opportunities/<int:opportunity_id>/handover/return")
@allow(CONVERTERS)
def consider_return(opportunity_id: int) -> Response:
    return _return_form(opportunity_id)


@pages.post("/opportunities/<int:opportunity_id>/handover/return")
@allow(CONVERTERS)
def give_back(opportunity_id: int) -> Response:
    return _answer(opportunity_id, "return", {"reason": text("reason")}, gettext("引継ぎを差し戻しました。"))


@pages.post("/opportunities/<int:opportunity_id>/handover/nurturing")
@allow(CONVERTERS)
def nurture(opportunity_id: int) -> Response:
    return _answer(opportunity_id, "nurturing", {}, gettext("リードを再育成に戻しました。"))


def _answer(opportunity_id: int, what: str, more: dict[str, Any], told: str) -> Response:
    body = {"version": request.form.get("version", 0, type=int)} | more
    try:
        call("opportunity").post(f"/opportunities/{opportunity_id}/handover/{what}", body)
    except Problem as problem:
        if what == "return" and problem.status == 422:
            return _return_form(opportunity_id, problem)
        say(Form(problem=problem).detail, tone="red")
        return go(f"/opportunities/{opportunity_id}")
    say(told)
    return go(f"/opportunities/{opportunity_id}")


def _return_form(opportunity_id: int, problem: Problem | None = None) -> Response:
    handover = call("opportunity").get(f"/opportunities/{opportunity_id}/handover")
    opportunity = call("opportunity").get(f"/opportunities/{opportunity_id}")
    return dialog(
        "handover/_return.html",
        status=problem.status if problem else 200,
        title=gettext("引継ぎの差戻し"),
        parent=(f"/opportunities/{opportunity_id}", opportunity["name"]),
        form=Form({}, problem),
        opportunity=opportunity,
        handover=handover,
    )


# -- 案件化の取消 -----------------------------------------------------------------------------------------------------


@pages.get("/leads/<int:lead_id>/conversion/cancellation")
@allow(CONVERTERS)
def consider_cancellation(lead_id: int) -> Response:
    return _cancellation_form(lead_id)


@pages.post("/leads/<int:lead_id>/conversion/cancellation")
@allow(CONVERTERS)
def cancel(lead_id: int) -> Response:
    try:
        done = call("opportunity").post(f"/leads/{lead_id}/conversion/cancellation", {"reason": text("reason")})
    except Problem as problem:
        if problem.status == 404:
            raise
        return _cancellation_form(lead_id, problem)
    say(gettext("案件化を取り消しました。リードのステージは元に戻ります。"))
    for kept in done["kept"]:
        link = f"/{'accounts' if kept['record'] == 'account' else 'opportunities'}/{kept['id']}"
        say(kept["why"], tone="neutral", link=link, link_text=kept["name"])
    return go(f"/leads/{lead_id}?settling=1")


def _cancellation_form(lead_id: int, problem: Problem | None = None) -> Response:
    conversion = call("opportunity").get(f"/leads/{lead_id}/conversion")
    return dialog(
        "handover/_cancellation.html",
        status=problem.status if problem else 200,
        title=gettext("案件化の取消"),
        parent=(f"/leads/{lead_id}", ngettext("リード", "リード", 2)),
        form=Form({}, problem),
        conversion=conversion,
        lead_id=lead_id,
    )
