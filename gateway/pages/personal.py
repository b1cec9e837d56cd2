"""個人設定: what everybody sets for themselves: language, notices, absence with deputy, password."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.database import transaction
from chassis.events import Cause
from chassis.problems import Field, Invalid, Problem
from contracts.roles import EVERYONE
from gateway import authentication, commands, csrf, queries, remembered, tokens
from gateway.authentication import allow, current_user
from gateway.schemas import NOTICE_KINDS, PasswordChange, Preferences

from . import choosing
from .forms import Form, shaped, text
from .frame import dialog, go, say

pages = Blueprint("personal", __name__, url_prefix="/settings")


def notice_names() -> dict[str, str]:
    return {
        "lead_assigned": gettext("リードの担当になったとき"),
        "lead_taken_back": gettext("リードの担当を外れたとき"),
        "first_response_overdue": gettext("初回対応の期限を過ぎたリードがあるとき（マネージャー）"),
        "lead_converted": gettext("案件化されたとき"),
        "conversion_cancelled": gettext("案件化が取り消されたとき"),
        "handover_requested": gettext("引継ぎを依頼されたとき"),
        "handover_accepted": gettext("引継ぎが受領されたとき"),
        "handover_returned": gettext("引継ぎが差し戻されたとき"),
    }


@pages.get("")
@allow(EVERYONE)
def index() -> Response:
    return _form()


@pages.post("")
@allow(EVERYONE)
def save() -> Response:
    user = current_user()
    assert user is not None
    shown = request.form.getlist("portlet")
    notices = {
        kind: {"portlet": "at_once" if kind in shown else "off", "mail": text(f"mail.{kind}") or "at_once"}
        for kind in NOTICE_KINDS
    }
    wished: dict[str, Any] = {"locale": text("locale") or None, "preferences": notices}
    wished |= {name: text(name) or None for name in ("absent_from", "absent_until", "deputy_id")}
    try:
        with transaction(Cause.new("user", user.id)) as session:
            commands.change_preferences(session, user.id, shaped(Preferences, wished))
    except Problem as problem:
        return _form(problem)
    remembered.forget()
    say(gettext("個人設定を保存しました。"))
    response = go("/settings")
    authentication.set_cookie(response, "language", text("locale") or user.locale, lifetime=31_536_000)
    return response


def _form(problem: Problem | None = None) -> Response:
    user = current_user()
    assert user is not None
    with transaction() as session:
        kept = queries.user(session, user.id)
        initial: dict[str, Any] = {
            "locale": kept.locale,
            "absent_from": kept.absent_from,
            "absent_until": kept.absent_until,
            "deputy_id": kept.deputy_id,
            "portlet": [kind for kind in NOTICE_KINDS if kept.preferences.get(kind, {}).get("portlet") != "off"],
        } | {f"mail.{kind}": kept.preferences.get(kind, {}).get("mail", "at_once") for kind in NOTICE_KINDS}
    form = Form(initial, problem)
    people = choosing.people(kept=[str(form.value("deputy_id"))])
    page = render_template(
        "personal/index.html",
        form=form,
        notices=notice_names(),
        mails={"at_once": gettext("すぐに"), "digest": gettext("1日1回まとめて"), "off": gettext("送らない")},
        people=[(number, name) for number, name in people if number != str(user.id)],
    )
    return make_response(page, problem.status if problem else 200)


@pages.get("/password")
@allow(EVERYONE)
def password() -> Response:
    return _password()


@pages.post("/password")
@allow(EVERYONE)
def change_password() -> Response:
    """Ends all other sign-ins of this user; the token of this browser stays."""
    user = current_user()
    assert user is not None
    new = request.form.get("password", "")
    try:
        if new != request.form.get("repeated", ""):
            ja, en = "新しいパスワードが一致していません。", "The two new passwords differ."
            raise Invalid([Field("repeated", "differs", ja, en)])
        typed = shaped(PasswordChange, {"old_password": request.form.get("old_password", ""), "password": new})
        own = tokens.fingerprint(request.cookies.get(csrf.session_cookie(), ""))
        with transaction(Cause.new("user", user.id)) as session:
            commands.change_own_password(session, user.id, typed.old_password, typed.password, own)
    except Problem as problem:
        return _password(problem)
    say(gettext("パスワードを変更しました。"))
    return go("/")


def _password(problem: Problem | None = None) -> Response:
    user = current_user()
    return dialog(
        "personal/_password.html",
        status=problem.status if problem else 200,
        title=gettext("パスワードの変更"),
        parent=("/settings", gettext("個人設定")),
        form=Form(problem=problem),
        first=bool(user and user.must_change_password),
    )
