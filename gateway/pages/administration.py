"""管理 › 設定 (名寄せキー, 初回対応の期限), and everybody's own API tokens."""

from flask import Blueprint, Response, make_response, render_template
from flask_babel import gettext

from chassis.database import transaction
from chassis.problems import Problem
from contracts.roles import EVERYONE, Role
from gateway import commands, queries
from gateway.authentication import allow, current_user
from gateway.calling import call
from gateway.schemas import ApiTokenDraft

from .forms import Form, shaped, text
from .frame import go, say

pages = Blueprint("administration", __name__, url_prefix="/administration")
ADMINISTRATORS = (Role.ADMINISTRATOR,)


@pages.get("/settings")
@allow(ADMINISTRATORS)
def settings() -> Response:
    return _settings()


@pages.post("/settings")
@allow(ADMINISTRATORS)
def save_settings() -> Response:
    try:
        call("lead").patch("/settings/matching-key", {"value": text("value")})
    except Problem as problem:
        return _settings(problem)
    say(gettext("名寄せキーを変更しました。"))
    return go("/administration/settings")


@pages.post("/settings/first-response")
@allow(ADMINISTRATORS)
def save_first_response() -> Response:
    try:
        call("lead").patch("/settings/first-response", {"hours": text("hours") or 0})
    except Problem as problem:
        return _settings(problem)
    say(gettext("初回対応の期限を変更しました。"))
    return go("/administration/settings")


def _settings(problem: Problem | None = None) -> Response:
    lead = call("lead")
    values = lead.get("/settings/matching-key") | {"hours": lead.get("/settings/first-response")["hours"]}
    page = render_template("administration/settings.html", form=Form(values, problem))
    return make_response(page, problem.status if problem else 200)


@pages.get("/tokens")
@allow(EVERYONE)
def tokens() -> Response:
    return _tokens()


@pages.post("/tokens")
@allow(EVERYONE)
def make_token() -> Response:
    """Shown once, on this very answer: only the token's hash is kept."""
    user = current_user()
    until = text("expires_at")
    expires_at = f"{until}T23:59:59+09:00" if until else None
    try:
        draft = shaped(ApiTokenDraft, {"name": text("name"), "expires_at": expires_at})
    except Problem as problem:
        return _tokens(problem=problem)
    with transaction() as session:
        secret, _ = commands.make_api_token(session, user.id if user else 0, draft)
    return _tokens(secret)


@pages.post("/tokens/<int:token_id>/revocation")
@allow(EVERYONE)
def revoke_token(token_id: int) -> Response:
    user = current_user()
    with transaction() as session:
        commands.revoke_api_token(session, user.id if user else 0, token_id)
    say(gettext("API トークンを無効にしました。"))
    return go("/administration/tokens")


def _tokens(secret: str = "", problem: Problem | None = None) -> Response:
    user, form = current_user(), Form(problem=problem)
    if secret:
        form.typed = None  # it was made; the form is for another
    with transaction() as session:
        found = queries.api_tokens(session, user.id if user else 0)
        page = render_template("administration/tokens.html", tokens=found.items, secret=secret, form=form)
    response = make_response(page, problem.status if problem else 201 if secret else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
