"""管理 › マスタ: the choices that people pick from, renamed, put in order, added and retired by an administrator."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import NotFound, Problem
from contracts.roles import Role
from gateway import remembered
from gateway.api.public_calls import MASTERS
from gateway.authentication import allow
from gateway.calling import call

from . import editing, masters
from .forms import Form, text, whole
from .frame import dialog, go, is_htmx, say
from .master_words import extra_names, groups, meaning_names

pages = Blueprint("master_data", __name__, url_prefix="/administration/masters")
ADMINISTRATORS = (Role.ADMINISTRATOR,)
FIRST = "lead-stages"
# What else a value of a master decides, and how it is typed.
EXTRAS: dict[str, dict[str, str]] = {
    "member-statuses": {"rank": "whole"},
    "action-results": {
        "contact": "flag",
        "reached": "flag",
        "next_stage": "stage",
        "days": "whole",
        "do_not_call": "flag",
    },
    "opportunity-phases": {"probability": "whole"},
}
# Meanings of which there is one value only.
SINGLE = ("converted", "ended", "cancelled", "called_off", "own_staff")


@pages.get("")
@allow(ADMINISTRATORS)
def index() -> str:
    return _show(FIRST)


@pages.get("/<name>")
@allow(ADMINISTRATORS)
def show(name: str) -> str:
    return _show(name)


def _show(name: str, moved: tuple[str, str] | None = None) -> str:
    return render_template(
        "administration/masters.html",
        name=name,
        title=_called(name),
        groups=groups(),
        values=[value | {"decides": _decides(name, value)} for value in _values(name)],
        meanings=meaning_names(),
        extras=EXTRAS.get(name, {}),
        extra_names=extra_names(),
        moved=moved,
    )


@pages.get("/<name>/new")
@allow(ADMINISTRATORS)
def new(name: str) -> Response:
    return _form(name, None)


@pages.post("/<name>/new")
@allow(ADMINISTRATORS)
def create(name: str) -> Response:
    draft: dict[str, Any] = {field: text(field) for field in ("label_ja", "label_en", "meaning")}
    draft["extra"] = {field: _typed(field, kind) for field, kind in EXTRAS.get(name, {}).items()}
    if name == "member-statuses" and draft["extra"]["rank"] is None:
        del draft["extra"]["rank"]
    try:
        call(_owner(name)).post(f"/masters/{name}", draft, key=request.form.get("form_key"))
    except Problem as problem:
        return _form(name, None, problem)
    return _done(name, gettext("選択肢を追加しました。"))


@pages.get("/<name>/<code>/edit")
@allow(ADMINISTRATORS)
def edit(name: str, code: str) -> Response:
    return _form(name, code)


@pages.post("/<name>/<code>/edit")
@allow(ADMINISTRATORS)
def save(name: str, code: str) -> Response:
    mine = editing.touched()
    patch: dict[str, Any] = {field: value for field, value in mine.items() if not field.startswith("extra.")}
    kinds = EXTRAS.get(name, {})
    extra = {field: _typed(field, kind) for field, kind in kinds.items() if f"extra.{field}" in mine}
    if extra:
        patch["extra"] = extra
    try:
        _patch(name, code, patch)
    except Problem as problem:
        return _form(name, code, problem)
    return _done(name, gettext("選択肢を更新しました。"))


@pages.post("/<name>/<code>/place")
@allow(ADMINISTRATORS)
def move(name: str, code: str) -> Response:
    return _at_once(name, code, {"position": whole("position")}, "")


@pages.post("/<name>/<code>/retirement")
@allow(ADMINISTRATORS)
def retire(name: str, code: str) -> Response:
    return _at_once(name, code, {"active": False}, gettext("選択肢の使用を停止しました。"))


@pages.post("/<name>/<code>/revival")
@allow(ADMINISTRATORS)
def revive(name: str, code: str) -> Response:
    return _at_once(name, code, {"active": True}, gettext("選択肢の使用を再開しました。"))


def _at_once(name: str, code: str, patch: dict[str, Any], done: str) -> Response:
    """`done` is what is told; a choice that only moved is seen in its new place."""
    try:
        _patch(name, code, patch)
    except Problem as problem:
        form = Form(problem=problem)
        say(next(iter(form.errors.values()), form.detail), tone="red")
        return go(f"/administration/masters/{name}")
    if done or not is_htmx():
        return _done(name, done)
    remembered.forget()
    return make_response(_show(name, moved=(code, text("way"))))


def _patch(name: str, code: str, patch: dict[str, Any]) -> None:
    call(_owner(name)).patch(f"/masters/{name}/{code}", patch | {"version": whole("version")})


def _done(name: str, message: str) -> Response:
    remembered.forget()
    if message:
        say(message)
    return go(f"/administration/masters/{name}")


def _owner(name: str) -> str:
    if name not in MASTERS:
        raise NotFound(ja="このマスタはありません。", en="There is no such master.")
    return MASTERS[name]


def _called(name: str) -> str:
    return next((called for named in groups().values() for each, called in named.items() if each == name), name)


def _values(name: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = call(_owner(name)).get(f"/masters/{name}")["items"]
    return items


def _decides(name: str, value: dict[str, Any]) -> dict[str, Any]:
    """What else a value decides; a phase's probability stands beside its label."""
    given = value.get("extra") or value
    return {field: given.get(field) for field in EXTRAS.get(name, {})}


def _typed(field: str, kind: str) -> Any:
    if kind == "flag":
        return f"extra.{field}" in request.form
    return whole(f"extra.{field}") if kind == "whole" else text(f"extra.{field}") or None


def typed_values(name: str, value: dict[str, Any]) -> dict[str, str]:
    values = {field: value.get(field) or "" for field in ("label_ja", "label_en")}
    for field, given in _decides(name, value).items():
        kind = EXTRAS[name][field]
        values[f"extra.{field}"] = ("1" if given else "") if kind == "flag" else "" if given is None else str(given)
    return values


def read_as(field: str, value: str) -> str:
    if field == "extra.next_stage":
        return masters.label_of("lead-stages", value)
    flag = field.removeprefix("extra.") in ("contact", "reached", "do_not_call")
    return (gettext("はい") if value else gettext("いいえ")) if flag else value


def _form(name: str, code: str | None, problem: Problem | None = None) -> Response:
    found = _values(name)
    value = next((each for each in found if each["code"] == code), {})
    if code and not value:
        raise NotFound(ja="この選択肢はありません。", en="There is no such choice.")
    values, conflicts = typed_values(name, value), []
    version, seen, form = value.get("version"), values, Form(values, problem)
    names = {"label_ja": gettext("名前（日本語）"), "label_en": gettext("名前（英語）")}
    names |= {f"extra.{field}": called for field, called in extra_names().items()}
    if problem and code and problem.status == 409:
        mine = editing.touched()
        conflicts = editing.Collision.of(values, names, read_as).both
        form.typed, form.initial = None, values | mine
    elif problem:
        seen, version = editing.seen(), request.form.get("version", "")
    called = meaning_names()
    meanings = dict.fromkeys(each["meaning"] for each in found if each["meaning"] not in SINGLE)
    return dialog(
        "administration/_choice_form.html",
        status=problem.status if problem else 200,
        title=gettext("選択肢の更新") if code else gettext("選択肢の追加"),
        parent=(f"/administration/masters/{name}", _called(name)),
        form=form,
        seen=json.dumps(seen),
        version=version,
        name=name,
        code=code,
        names=names,
        conflicts=conflicts,
        extras=EXTRAS.get(name, {}),
        meanings=[(each, called.get(each, each) or gettext("（なし）")) for each in meanings],
    )
