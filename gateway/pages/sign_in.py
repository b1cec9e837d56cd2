"""Signing in and out, and the language of the pages."""

from typing import Literal

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.database import transaction
from chassis.events import Cause
from chassis.problems import Problem
from contracts.roles import EVERYONE
from gateway import authentication, commands
from gateway.authentication import allow, current_user, public, safe_next
from gateway.schemas import Preferences

from .forms import Form, text

pages = Blueprint("sign_in", __name__)


def _form(problem: Problem | None = None) -> Response:
    there, unsent = safe_next(request.values.get("next")), request.values.get("unsent") == "1"
    page = render_template("sign_in/index.html", form=Form(problem=problem), next=there, unsent=unsent)
    response = make_response(page, problem.status if problem else 200)
    if problem and problem.status == 429:
        response.headers["Retry-After"] = str(problem.extra.get("retry_after", 60))
    return response


@pages.get("/sign-in")
@public
def index() -> AnyResponse:
    if current_user():
        return redirect(safe_next(request.args.get("next")), 303)
    return _form()


@pages.post("/sign-in")
@public
def sign_in() -> AnyResponse:
    opened = authentication.sign_in(text("login"), request.form.get("password", ""))
    if isinstance(opened, Problem):
        return _form(opened)
    response = redirect(safe_next(request.form.get("next")), 303)
    opened.remember_on(response)
    return response


@pages.post("/sign-out")
@allow(EVERYONE)
def sign_out() -> AnyResponse:
    response = redirect("/sign-in", 303)
    authentication.sign_out(response)
    return response


@pages.post("/language")
@allow(EVERYONE)
def change_language() -> AnyResponse:
    """The language of the pages and of the mails, for this user from now on."""
    user = current_user()
    locale: Literal["ja", "en"] = "en" if request.form.get("locale") == "en" else "ja"
    if user:
        with transaction(Cause.new("user", user.id)) as session:
            commands.change_preferences(session, user.id, Preferences(locale=locale))
    response = redirect(safe_next(request.form.get("next")), 303)
    authentication.set_cookie(response, "language", locale, lifetime=31_536_000)
    return response
