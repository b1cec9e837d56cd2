"""管理: users, the matching key (名寄せキー), and everybody's own API tokens."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.database import transaction
from chassis.problems import Problem
from contracts.roles import EMPLOYEES, EVERYONE, Role
from gateway import commands, directory, queries
from gateway.authentication import allow, current_user
from gateway.calling import call
from gateway.schemas import ApiTokenDraft

from .forms import Form, text
from .frame import go, say

pages = Blueprint("administration", __name__, url_prefix="/administration")
NAME_LENGTH = 100
ADMINISTRATORS = (Role.ADMINISTRATOR,)


def role_names() -> dict[str, str]:
    return {
        "administrator": gettext("管理者"),
        "manager": gettext("マネージャー"),
        "marketing": gettext("マーケティング"),
        "inside_sales": gettext("インサイドセールス"),
        "sales": gettext("営業"),
        "outsourced_caller": gettext("外注"),
    }


@pages.get("")
@allow(EVERYONE)
def index() -> str:
    """An outsourced caller sees the own department only, as over the API."""
    me = current_user()
    shown = directory.users(active=False)
    if me and not me.has(*EMPLOYEES):
        shown = tuple(person for person in shown if person.id == me.id or person.department_id == me.department_id)
    return render_template("administration/index.html", users=shown, roles=role_names())


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


def _settings(problem: Problem | None = None) -> Response:
    key = call("lead").get("/settings/matching-key")
    page = render_template("administration/settings.html", form=Form(key, problem))
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
    draft = ApiTokenDraft(name=text("name")[:NAME_LENGTH] or gettext("API トークン"))
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


def _tokens(secret: str = "") -> Response:
    user = current_user()
    with transaction() as session:
        found = queries.api_tokens(session, user.id if user else 0)
        page = render_template("administration/tokens.html", tokens=found.items, secret=secret, form=Form())
    response = make_response(page, 201 if secret and request.method == "POST" else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
