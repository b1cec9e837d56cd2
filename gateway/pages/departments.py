"""管理 › 組織: the tree of departments, created, renamed, moved, put in order and retired."""

import json
from collections import Counter
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext, ngettext

from chassis.database import transaction
from chassis.events import Cause
from chassis.problems import NotFound, Problem
from contracts.roles import EMPLOYEES, Role
from gateway import commands, directory, queries, remembered
from gateway.authentication import allow, current_user
from gateway.schemas import DepartmentChange, DepartmentDetails, DepartmentDraft

from . import editing
from .forms import Form, shaped, text
from .frame import dialog, go, is_htmx, say

pages = Blueprint("departments", __name__, url_prefix="/administration/departments")
ADMINISTRATORS = (Role.ADMINISTRATOR,)
HERE = "/administration/departments"
Line = tuple[DepartmentDetails, int]


def tree() -> list[Line]:
    """Every department with its depth, each below its parent; the retired ones at the end."""
    with transaction() as session:
        found = queries.departments(session).items
    below: dict[int | None, list[DepartmentDetails]] = {}
    for each in found:
        if each.active:
            below.setdefault(each.parent_id, []).append(each)
    lines: list[Line] = []

    def add(parent_id: int | None, depth: int) -> None:
        for each in below.get(parent_id, []):
            lines.append((each, depth))
            add(each.id, depth + 1)

    add(None, 0)
    return lines + [(each, 0) for each in found if not each.active]


@pages.get("")
@allow(EMPLOYEES)
def index() -> str:
    return _show()


def _show(moved: tuple[int, str] | None = None) -> str:
    lines, user = tree(), current_user()
    last = Counter(each.parent_id for each, _ in lines if each.active)
    return render_template(
        "administration/departments.html",
        lines=lines,
        last=last,
        people=Counter(person.department_id for person in directory.users()),
        administrator=bool(user and user.has(*ADMINISTRATORS)),
        moved=moved,
    )


@pages.get("/new")
@allow(ADMINISTRATORS)
def new() -> Response:
    return _form(None, {"name": "", "parent_id": request.args.get("parent_id", "")})


@pages.post("/new")
@allow(ADMINISTRATORS)
def create() -> Response:
    try:
        draft = shaped(DepartmentDraft, {"name": text("name"), "parent_id": text("parent_id") or None})
        with transaction(_cause()) as session:
            commands.create_department(session, draft)
    except Problem as problem:
        return _form(None, {}, problem)
    return _done(gettext("組織を登録しました。"))


@pages.get("/<int:department_id>/edit")
@allow(ADMINISTRATORS)
def edit(department_id: int) -> Response:
    return _form(department_id, _values(department_id))


@pages.post("/<int:department_id>/edit")
@allow(ADMINISTRATORS)
def save(department_id: int) -> Response:
    mine = editing.touched()
    if not mine:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go(HERE)
    patch: dict[str, Any] = {name: value or None if name == "parent_id" else value for name, value in mine.items()}
    try:
        _change(department_id, patch | {"version": request.form.get("version", 0)})
    except Problem as problem:
        return _form(department_id, _values(department_id), problem)
    return _done(gettext("組織を更新しました。"))


@pages.post("/<int:department_id>/place")
@allow(ADMINISTRATORS)
def move(department_id: int) -> Response:
    """One place up or down among the departments of the same parent."""
    return _at_once(department_id, {"position": text("position")}, "")


@pages.post("/<int:department_id>/retirement")
@allow(ADMINISTRATORS)
def retire(department_id: int) -> Response:
    return _at_once(department_id, {"active": False}, gettext("組織を廃止しました。"))


@pages.post("/<int:department_id>/revival")
@allow(ADMINISTRATORS)
def revive(department_id: int) -> Response:
    return _at_once(department_id, {"active": True}, gettext("組織を再開しました。"))


def _at_once(department_id: int, patch: dict[str, Any], done: str) -> Response:
    """`done` is what is told; a department that only moved is seen in its new place."""
    try:
        _change(department_id, patch | {"version": request.form.get("version", 0)})
    except Problem as problem:
        form = Form(problem=problem)
        say(next(iter(form.errors.values()), form.detail), tone="red")
        return go(HERE)
    if done or not is_htmx():
        return _done(done)
    remembered.forget()
    return make_response(_show(moved=(department_id, text("way"))))


def _done(message: str) -> Response:
    remembered.forget()
    if message:
        say(message)
    return go(HERE)


def _change(department_id: int, patch: dict[str, Any]) -> None:
    with transaction(_cause()) as session:
        commands.change_department(session, department_id, shaped(DepartmentChange, patch))


def _cause() -> Cause:
    user = current_user()
    return Cause.new("department", user.id if user else None)


def _values(department_id: int) -> dict[str, str]:
    found = next((each for each, _ in tree() if each.id == department_id), None)
    if found is None:
        raise NotFound(ja="この組織は見つかりません。", en="There is no such department.")
    return {"name": found.name, "parent_id": str(found.parent_id or ""), "version": str(found.version)}


def _form(department_id: int | None, values: dict[str, str], problem: Problem | None = None) -> Response:
    version, fields = values.get("version"), {name: values.get(name, "") for name in ("name", "parent_id")}
    form, seen, conflicts = Form(fields, problem), fields, []
    names = {"name": gettext("組織名"), "parent_id": gettext("上位の組織")}
    places = [(str(each.id), "　" * depth + each.name) for each, depth in tree() if each.active]
    if problem and department_id and problem.status == 409:
        mine = editing.touched()
        called = {number: name.strip() for number, name in places}
        conflicts = editing.Collision.of(fields, names, lambda name, value: called.get(value, value)).both
        form.typed, form.initial = None, fields | mine
    elif problem:
        seen, version = editing.seen(), request.form.get("version", "")
    return dialog(
        "administration/_department_form.html",
        status=problem.status if problem else 200,
        title=gettext("組織更新") if department_id else gettext("組織登録"),
        parent=(HERE, ngettext("組織", "組織", 2)),
        form=form,
        seen=json.dumps(seen),
        version=version,
        department_id=department_id,
        names=names,
        conflicts=conflicts,
        places=[place for place in places if place[0] != str(department_id)],
    )
