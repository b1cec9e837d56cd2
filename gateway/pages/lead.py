"""リード詳細: everything about one lead, and 編集."""

import json
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import CONVERTERS, EVERYONE
from gateway import directory
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing, masters
from .forms import Form, plain, text
from .frame import address, dialog, go, say, swaps

pages = Blueprint("lead", __name__, url_prefix="/leads/<int:lead_id>")
PERSON_FIELDS = (
    "family_name", "given_name", "family_name_kana", "given_name_kana", "company", "department", "title",
    "email", "phone", "mobile", "postal_code", "prefecture", "address",
)  # fmt: skip
FLAGS = ("do_not_call", "do_not_mail")
LEAD_FIELDS = ("source", "temperature", "industry", "interest", "budget", "authority", "need", "timing")


def field_names() -> dict[str, str]:
    """What the fields of a lead are called, in the order of the page."""
    return {
        "owner_id": gettext("リード担当者"),
        "stage": gettext("リードステージ"),
        "drop_reason": gettext("見送り・対象外の理由"),
        "person.family_name": gettext("姓"),
        "person.given_name": gettext("名"),
        "person.family_name_kana": gettext("セイ"),
        "person.given_name_kana": gettext("メイ"),
        "person.company": gettext("会社名"),
        "person.department": gettext("部署"),
        "person.title": gettext("役職"),
        "person.email": gettext("メールアドレス"),
        "person.phone": gettext("電話番号"),
        "person.mobile": gettext("携帯電話"),
        "person.postal_code": gettext("郵便番号"),
        "person.prefecture": gettext("都道府県"),
        "person.address": gettext("住所"),
        "source": gettext("リードソース"),
        "temperature": gettext("温度感"),
        "industry": gettext("業種"),
        "interest": gettext("関心"),
        "budget": gettext("予算"),
        "authority": gettext("決裁権"),
        "need": gettext("ニーズ"),
        "timing": gettext("導入時期"),
        "do_not_call": gettext("架電禁止"),
        "do_not_mail": gettext("メール禁止"),
    }


def typed_values(lead: dict[str, Any]) -> dict[str, Any]:
    """The values of a lead under the names of the form's fields."""
    values: dict[str, Any] = {f"person.{name}": lead["person"].get(name) or "" for name in PERSON_FIELDS}
    values |= {name: lead.get(name) or "" for name in (*LEAD_FIELDS, "drop_reason")}
    values["owner_id"] = lead["owner"]["id"] if lead["owner"] else ""
    values["stage"] = lead["stage"]["code"]
    return values | {name: "1" if lead[name] else "" for name in FLAGS}


def seen() -> dict[str, Any]:
    """The values that the posted form was rendered with; what differs from them is what the person changed."""
    try:
        values = json.loads(request.form.get("seen", ""))
    except ValueError:
        values = {}
    return values if isinstance(values, dict) else {}


def touched() -> dict[str, str]:
    """The fields that the person changed, as typed. A masked address that nobody touched is not among them."""
    found = {}
    for name, before in seen().items():
        if name in FLAGS:
            if f"{name}.shown" in request.form and (name in request.form) != bool(before):
                found[name] = "1" if name in request.form else ""
        elif name in request.form and text(name) != str(before).strip():
            found[name] = text(name)
    return found


def edits() -> dict[str, Any]:
    """What the posted form changes, in the shape of a PATCH."""
    changed: dict[str, Any] = {}
    for name, value in touched().items():
        if name.startswith("person."):
            own = name.removeprefix("person.")
            changed.setdefault("person", {})[own] = plain(value) if own in ("email", "postal_code") else value
        else:
            changed[name] = bool(value) if name in FLAGS else (value or None) if name == "owner_id" else value
    return changed


def read_as(name: str, value: Any) -> str:
    """A value of a field as people read it."""
    if name == "owner_id":
        return directory.name_of(int(value)) if value else gettext("未割当")
    if name in FLAGS:
        return gettext("はい") if value else gettext("いいえ")
    master = {"stage": "lead-stages", "source": "lead-sources"}.get(name)
    return masters.label_of(master, value) if master else str(value)


@pages.get("")
@allow(EVERYONE)
def show(lead_id: int) -> Response:
    tab = "changes" if request.args.get("tab") == "changes" else "actions"
    cursor = request.args.get("cursor")
    history = call("lead").get(f"/leads/{lead_id}/{tab}", {"page_size": 20, "cursor": cursor})
    context: dict[str, Any] = {"lead_id": lead_id, "tab": tab, "more": None}
    # Changes that one act made together stand together; an action stands by itself.
    acts = groupby(history["items"], key=lambda entry: entry["cause_id" if tab == "changes" else "id"])
    context["acts"] = [list(entries) for _, entries in acts]
    if history["next_cursor"]:
        context["more"] = address(f"/leads/{lead_id}", {"tab": tab, "cursor": history["next_cursor"]})
    if swaps("history"):
        return make_response(render_template("lead/_history.html", **context))
    lead = call("lead").get(f"/leads/{lead_id}")
    user = current_user()
    return make_response(
        render_template(
            "lead/show.html",
            lead=lead,
            opportunities=_opportunities(lead_id),
            form=None,
            saved=False,
            converter=bool(user and user.has(*CONVERTERS)) and lead["may_edit"],
            **context,
        )
    )


def _opportunities(lead_id: int) -> dict[str, Any] | None:
    """What became of the lead; None while the opportunity service is away."""
    try:
        return call("opportunity").get("/opportunities", {"lead_id": lead_id, "page_size": 5})
    except Problem as problem:
        if problem.status in (403, 503):
            return None
        raise


@pages.get("/edit")
@allow(EVERYONE)
def edit(lead_id: int) -> Response:
    return _form(call("lead").get(f"/leads/{lead_id}"))


@pages.post("/edit")
@allow(EVERYONE)
def save(lead_id: int) -> Response:
    changes = edits()
    if not changes:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go(f"/leads/{lead_id}")
    try:
        call("lead").patch(f"/leads/{lead_id}", changes | {"version": int(request.form.get("version", 0))})
    except Problem as problem:
        return _form(call("lead").get(f"/leads/{lead_id}"), problem)
    say(gettext("リードを更新しました。"))
    return go(f"/leads/{lead_id}")


def _form(lead: dict[str, Any], problem: Problem | None = None) -> Response:
    values = typed_values(lead)
    form, conflicts = Form(values, problem), []
    if problem and problem.status == 409:
        # Somebody else saved first: their values, but for what this person typed. Both stand side by side, and the
        # second press of 更新 saves over exactly what is shown there.
        mine = touched()
        form.typed, form.initial = None, values | mine
        names = field_names()
        conflicts = [(names[name], read_as(name, typed), read_as(name, values[name])) for name, typed in mine.items()]
    return dialog(
        "lead/_edit.html",
        status=problem.status if problem else 200,
        title=gettext("リード更新"),
        parent=(f"/leads/{lead['id']}", lead["company"] or lead["number"]),
        form=form,
        seen=json.dumps(values if problem is None or problem.status == 409 else seen()),
        version=lead["version"] if problem is None or problem.status == 409 else request.form.get("version", ""),
        lead=lead,
        names=field_names(),
        conflicts=conflicts,
        owners=choosing.people(),
    )


@pages.post("/memo")
@allow(EVERYONE)
def save_memo(lead_id: int) -> Response:
    """共有メモ, written on the page itself."""
    try:
        edit = {"shared_memo": text("shared_memo"), "version": int(request.form.get("version", 0))}
        lead = call("lead").patch(f"/leads/{lead_id}", edit)
    except Problem as problem:
        lead = call("lead").get(f"/leads/{lead_id}")
        if not swaps("memo"):
            say(Form(problem=problem).detail, tone="red")
            return go(f"/leads/{lead_id}")
        page = render_template("lead/_memo.html", lead=lead, form=Form(problem=problem), saved=False)
        return make_response(page, problem.status)
    if swaps("memo"):
        return make_response(render_template("lead/_memo.html", lead=lead, form=None, saved=True))
    say(gettext("共有メモを保存しました。"))
    return go(f"/leads/{lead_id}")
