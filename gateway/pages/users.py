"""管理 › ユーザー: who may come in, made and changed by administrators; first passwords; whoever leaves."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.database import transaction
from chassis.events import Cause
from chassis.problems import Invalid, Problem
from contracts.roles import EVERYONE, Role
from gateway import commands, directory, queries, remembered
from gateway.authentication import allow, authenticate, current_user
from gateway.calling import call
from gateway.schemas import UserChange, UserDetails, UserDraft, UserSearch

from . import choosing, editing
from .forms import Form, Given, shaped, text
from .frame import address, dialog, go, say, swaps
from .lead_search import Place

pages = Blueprint("users", __name__, url_prefix="/administration")
ADMINISTRATORS = (Role.ADMINISTRATOR,)
PAGE_SIZE = 50
FIELDS = ("family_name", "given_name", "login", "email", "department_id", "roles", "locale")
SEVERAL = ("roles", "campaign_ids")
ABSENCE = ("absent_from", "absent_until", "deputy_id")


def role_names() -> dict[str, str]:
    return {
        "administrator": gettext("管理者"),
        "manager": gettext("マネージャー"),
        "marketing": gettext("マーケティング"),
        "inside_sales": gettext("インサイドセールス"),
        "sales": gettext("営業"),
        "outsourced_caller": gettext("外注"),
    }


def field_names() -> dict[str, str]:
    return {
        "family_name": gettext("姓"),
        "given_name": gettext("名"),
        "login": gettext("ログイン ID"),
        "email": gettext("メールアドレス"),
        "department_id": gettext("組織"),
        "roles": gettext("権限"),
        "campaign_ids": gettext("外注に任せるキャンペーン"),
        "locale": gettext("言語"),
        "absent_from": gettext("不在の開始日"),
        "absent_until": gettext("不在の終了日"),
        "deputy_id": gettext("代理"),
    }


@pages.get("")
@allow(EVERYONE)
def index() -> Response:
    """An outsourced caller sees the own department only, as over the API."""
    names = ("q", "role", "department_id", "state")
    search, place = {name: request.args.get(name, "").strip() for name in names}, Place.read()
    active = {"inactive": False, "all": None}.get(search["state"], True)
    wanted: dict[str, Any] = {name: search[name] or None for name in names[:3]}
    wanted |= {"active": active, "page_size": PAGE_SIZE, "cursor": place.cursor or None}
    actor = authenticate(request)
    assert actor is not None
    with transaction() as session:
        page = queries.users(session, actor, shaped(UserSearch, wanted))
    here = {name: value for name, value in search.items() if value}
    before, after = place.before(PAGE_SIZE), place.after(page.next_cursor, len(page.items))
    context = {
        "page": page.model_dump(),
        "search": search,
        "first_number": place.start + 1,
        "previous": address("/administration", here | before) if before is not None else None,
        "next": address("/administration", here | after) if after else None,
        "roles": role_names(),
        "departments": choosing.departments(),
        "administrator": actor.has(Role.ADMINISTRATOR),
        "directory": directory,
    }
    return make_response(
        render_template("administration/_users.html" if swaps("results") else "administration/users.html", **context)
    )


@pages.get("/users/new")
@allow(ADMINISTRATORS)
def new() -> Response:
    return _form({"locale": "ja"})


@pages.post("/users/new")
@allow(ADMINISTRATORS)
def create() -> Response:
    """The first password is shown once, on this very answer."""
    typed: dict[str, Any] = {name: text(name) for name in FIELDS}
    typed |= {name: request.form.getlist(name) for name in SEVERAL} | {"department_id": text("department_id") or None}
    try:
        with transaction(_cause()) as session:
            user = commands.create_user(session, _shaped(UserDraft, typed))
            password = commands.give_password(session, user.id)
    except Problem as problem:
        return _form({}, problem)
    remembered.forget()
    return _password(UserDetails.model_validate(user).model_dump(), password)


@pages.get("/users/<int:user_id>/edit")
@allow(ADMINISTRATORS)
def edit(user_id: int) -> Response:
    return _form(_user(user_id))


@pages.post("/users/<int:user_id>/edit")
@allow(ADMINISTRATORS)
def save(user_id: int) -> Response:
    mine = editing.touched()
    if not mine:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go("/administration")
    patch: dict[str, Any] = {
        name: value or None if name in (*ABSENCE, "department_id") else value for name, value in mine.items()
    }
    patch |= {name: mine[name].split() for name in SEVERAL if name in mine}
    try:
        _change(user_id, patch | {"version": request.form.get("version", 0)})
    except Problem as problem:
        return _form(_user(user_id), problem)
    say(gettext("ユーザーを更新しました。"))
    return go("/administration")


@pages.get("/users/<int:user_id>/password")
@allow(ADMINISTRATORS)
def ask_password(user_id: int) -> Response:
    parent = ("/administration", gettext("ユーザー"))
    return dialog(
        "administration/_new_password.html", title=gettext("仮パスワード"), parent=parent, user=_user(user_id)
    )


@pages.post("/users/<int:user_id>/password")
@allow(ADMINISTRATORS)
def reset_password(user_id: int) -> Response:
    with transaction(_cause()) as session:
        password = commands.give_password(session, user_id)
    return _password(_user(user_id), password)


@pages.get("/users/<int:user_id>/deactivation")
@allow(ADMINISTRATORS)
def ask_deactivation(user_id: int) -> Response:
    return _deactivation(user_id)


@pages.post("/users/<int:user_id>/deactivation")
@allow(ADMINISTRATORS)
def deactivate(user_id: int) -> Response:
    try:
        _change(user_id, {"active": False, "version": request.form.get("version", 0)})
    except Problem as problem:
        return _deactivation(user_id, problem)
    say(gettext("ユーザーを無効にしました。"))
    return go("/administration")


@pages.post("/users/<int:user_id>/activation")
@allow(ADMINISTRATORS)
def activate(user_id: int) -> Response:
    _change(user_id, {"active": True, "version": request.form.get("version", 0)})
    say(gettext("ユーザーを有効にしました。"))
    return go("/administration")


def _cause() -> Cause:
    user = current_user()
    return Cause.new("user", user.id if user else None)


def _user(user_id: int) -> dict[str, Any]:
    with transaction() as session:
        return UserDetails.model_validate(queries.user(session, user_id)).model_dump()


def _change(user_id: int, patch: dict[str, Any]) -> None:
    with transaction(_cause()) as session:
        commands.change_user(session, user_id, _shaped(UserChange, patch, user_id))
    remembered.forget()


def _shaped(shape: type[Given], typed: dict[str, Any], user_id: int | None = None) -> Given:
    """The same as `shaped`, but who is told of a wrong shape is told of everything else that is wrong, too."""
    try:
        return shaped(shape, typed)
    except Invalid as refused:
        wrong = {error.field.partition(".")[0] for error in refused.errors}
        sound = {name: value for name, value in typed.items() if name not in wrong}
        with transaction(_cause()) as session:
            others = commands.mistakes_of_user(session, user_id, shaped(UserChange, {"version": 0} | sound))
            raise Invalid([*refused.errors, *others]) from refused


def _password(user: dict[str, Any], password: str) -> Response:
    parent = ("/administration", gettext("ユーザー"))
    title = gettext("仮パスワード")
    response = dialog(
        "administration/_password.html", status=201, title=title, parent=parent, user=user, password=password
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _deactivation(user_id: int, problem: Problem | None = None) -> Response:
    """What the user leaves behind; None where a part of the house does not answer."""
    return dialog(
        "administration/_deactivation.html",
        status=problem.status if problem else 200,
        title=gettext("ユーザーの無効化"),
        parent=("/administration", gettext("ユーザー")),
        user=_user(user_id),
        leads=_count("lead", "/leads", {"owner": [str(user_id)]}),
        opportunities=_count("opportunity", "/opportunities", {"owner": [str(user_id)], "phase_meaning": ["open"]}),
        form=Form(problem=problem),
    )


def _count(service: str, path: str, search: dict[str, Any]) -> int | None:
    try:
        return int(call(service).get(path, search | {"page_size": 1})["total"])
    except Problem:
        return None


def typed_values(user: dict[str, Any]) -> dict[str, str]:
    values = {name: str(user.get(name) or "") for name in (*FIELDS, *ABSENCE)}
    given, campaigns = user.get("roles") or [], [str(campaign) for campaign in user.get("campaign_ids") or []]
    return values | {
        "roles": " ".join(role for role in role_names() if role in given),
        "campaign_ids": " ".join(number for number, _ in campaign_options(campaigns) if number in campaigns),
    }


def campaign_options(kept: list[str]) -> list[tuple[str, str]]:
    """Campaigns that a caller may work for, those that were given already among them."""
    options = choosing.campaign_options()
    return [*options, *((number, f"#{number}") for number in kept if number not in dict(options))]


def read_as(name: str, value: str) -> str:
    if name == "department_id":
        return dict(choosing.departments()).get(value, value)
    if name == "deputy_id":
        return directory.name_of(value or None)
    if name == "campaign_ids":
        return gettext("、").join(dict(campaign_options([])).get(number, f"#{number}") for number in value.split())
    if name == "roles":
        return gettext("、").join(role_names().get(role, role) for role in value.split())
    return {"ja": "日本語", "en": "English"}.get(value, value) if name == "locale" else value


def _form(user: dict[str, Any], problem: Problem | None = None) -> Response:
    user_id, version = user.get("id"), user.get("version")
    values, conflicts = typed_values(user), []
    form, seen = Form(values | {name: values[name].split() for name in SEVERAL}, problem), values
    if problem and user_id and problem.status == 409:
        mine = editing.touched()
        conflicts = editing.Collision.of(values, field_names(), read_as).both
        merged = values | mine
        form.typed, form.initial = None, merged | {name: merged[name].split() for name in SEVERAL}
    elif problem:
        seen, version = editing.seen(), request.form.get("version", "")
    people = choosing.people(kept=[str(form.value("deputy_id"))])
    return dialog(
        "administration/_user_form.html",
        status=problem.status if problem else 200,
        title=gettext("ユーザー更新") if user_id else gettext("ユーザー登録"),
        parent=("/administration", gettext("ユーザー")),
        form=form,
        seen=json.dumps(seen),
        version=version,
        user=user,
        names=field_names(),
        conflicts=conflicts,
        roles=role_names(),
        campaigns=campaign_options(form.values("campaign_ids")),
        departments=choosing.departments(str(form.value("department_id"))),
        people=[(number, name) for number, name in people if number != str(user_id)],
    )
