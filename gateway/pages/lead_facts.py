"""基本情報, リード情報 and what else is known of a lead: shown on its page, and each written in place."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EVERYONE
from gateway.authentication import allow
from gateway.calling import call

from . import choosing
from .editing import Collision, seen, touched
from .forms import Form, anyway
from .frame import go, is_htmx, say
from .lead_fields import FLAGS, collision_with, edits, field_names, read_as, typed_values
from .lead_walk import Walk

pages = Blueprint("lead_facts", __name__, url_prefix="/leads/<int:lead_id>")
# What is written in place, by the block that shows it; several fields that are one fact to people stand together.
FACTS: dict[str, dict[str, tuple[str, ...]]] = {
    "basics": {"company": ("person.company",), "industry": ("industry",), "source": ("source",)},
    "person": {
        "name": ("person.family_name", "person.given_name"),
        "kana": ("person.family_name_kana", "person.given_name_kana"),
        "department": ("person.department",),
        "title": ("person.title",),
        "rank": ("person.rank",),
        "status": ("person.status",),
        "email": ("person.email",),
        "second_email": ("person.second_email",),
        "phone": ("person.phone",),
        "direct_phone": ("person.direct_phone",),
        "mobile": ("person.mobile",),
        "fax": ("person.fax",),
        "address": ("person.postal_code", "person.prefecture", "person.address"),
    },
    "interest": {
        "temperature": ("temperature",),
        "interest": ("interest",),
        "budget": ("budget",),
        "authority": ("authority",),
        "need": ("need",),
        "timing": ("timing",),
    },
    "permission": {
        "do_not_call": ("do_not_call", "do_not_call_reason"),
        "do_not_mail": ("do_not_mail", "do_not_mail_reason"),
    },
    "response": {"first_response_due": ("first_response_due",)},
    "owner": {"owner": ("owner_id",)},
    "plan": {"next_action": ("next_action_at", "next_action_type")},
}


@dataclass(frozen=True)
class Fact:
    """One line of a block: `text` is what people read, "" where nothing is known."""

    key: str
    label: str
    text: str
    fields: tuple[str, ...]


def facts_of(lead: dict[str, Any]) -> dict[str, list[Fact]]:
    """By block."""
    values, names = typed_values(lead), field_names()
    labels = {
        "name": gettext("氏名"),
        "kana": gettext("フリガナ"),
        "address": gettext("住所"),
        "next_action": gettext("次回アクション"),
    }
    return {
        block: [
            Fact(key, labels.get(key) or names[fields[0]], _text(fields, values), fields)
            for key, fields in facts.items()
        ]
        for block, facts in FACTS.items()
    }


def _text(fields: tuple[str, ...], values: dict[str, str]) -> str:
    if fields[0] in FLAGS:
        return " ".join(filter(None, (read_as(fields[0], values[fields[0]]), values[fields[1]])))
    if fields[0] == "owner_id":
        return read_as("owner_id", values["owner_id"]) if values["owner_id"] else gettext("未割当")
    read = [read_as(name, values[name]) for name in fields if values[name]]
    if fields[0] == "person.postal_code" and values[fields[0]]:
        read[0] = f"〒{read[0]} "
        return "".join(read)
    return ("" if fields[0] == "person.postal_code" else " ").join(read)


def _one(lead: dict[str, Any], key: str) -> Fact:
    found = next((fact for facts in facts_of(lead).values() for fact in facts if fact.key == key), None)
    return found or abort(404)


@pages.get("/facts/<key>")
@allow(EVERYONE)
def show(lead_id: int, key: str) -> Response:
    """One fact, to be read again, or (`edit`) to be written."""
    lead = call("lead").get(f"/leads/{lead_id}")
    if not is_htmx():
        return go(Walk.read(lead_id).here("/edit"))
    return _writing(lead, key) if "edit" in request.args else _reading(lead, key)


@pages.post("/facts/<key>")
@allow(EVERYONE)
def save(lead_id: int, key: str) -> Response:
    """Saves one fact. What others changed elsewhere is no obstacle; what they changed here is shown beside it."""
    mine, version = touched(), request.form.get("version", "0")
    for _ in range(3):
        if not mine:
            return _reading(call("lead").get(f"/leads/{lead_id}"), key)
        try:
            lead = call("lead").patch(f"/leads/{lead_id}", edits(mine) | {"version": int(version)} | anyway())
        except Problem as problem:
            lead = call("lead").get(f"/leads/{lead_id}")
            collision = collision_with(lead) if problem.status == 409 else None
            if collision is None or collision.both:
                return _writing(lead, key, problem, collision)
            version = lead["version"]
            continue
        if not is_htmx():
            say(gettext("リードを更新しました。"))
            return go(Walk.read(lead_id).here())
        answer = _reading(lead, key, saved=True)
        answer.headers["HX-Trigger-After-Settle"] = "lead-changed"
        return answer
    return _writing(lead, key)


def _reading(lead: dict[str, Any], key: str, saved: bool = False) -> Response:
    context = {"lead": lead, "fact": _one(lead, key), "saved": saved, "walk": Walk.read(int(lead["id"]))}
    return make_response(render_template("lead/_fact.html", **context))


def _writing(
    lead: dict[str, Any], key: str, problem: Problem | None = None, collision: Collision | None = None
) -> Response:
    fact, refused = _one(lead, key), problem is not None and collision is None
    values = {name: value for name, value in typed_values(lead).items() if name in fact.fields}
    form = Form(values | touched(), problem)
    form.typed = None
    page = render_template(
        "lead/_fact_form.html",
        lead=lead,
        fact=fact,
        form=form,
        names=field_names(),
        collision=collision,
        seen=json.dumps(seen() if refused else values),
        version=request.form.get("version") if refused else lead["version"],
        owners=choosing.people(kept=[form.value("owner_id")]) if "owner_id" in fact.fields else [],
        walk=Walk.read(int(lead["id"])),
    )
    return make_response(page, problem.status if problem else 200)
