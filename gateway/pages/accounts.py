"""取引先: list, search, detail, registration and change."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import CONVERTERS, EMPLOYEES
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .forms import Form, plain, text, whole
from .frame import address, go, say, swaps

pages = Blueprint("accounts", __name__, url_prefix="/accounts")
TEXTS = (
    "name", "code", "kana", "legal_form", "legal_form_side", "industry", "phone", "url", "prefecture", "address",
    "do_not_approach_reason",
)  # fmt: skip


def _may_change() -> bool:
    user = current_user()
    return bool(user and user.has(*CONVERTERS))


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search = {
        "q": request.args.get("q", "").strip() or None,
        "owner": request.args.getlist("owner"),
        "relation": request.args.getlist("relation"),
        "cursor": request.args.get("cursor"),
        "page_size": 50,
    }
    page = call("opportunity").get("/accounts", search)
    more = address("/accounts", request.args.to_dict(flat=False) | {"cursor": page["next_cursor"]})
    context = {"page": page, "search": search, "more": more if page["next_cursor"] else None, "editor": _may_change()}
    fragment = "accounts/_results.html" if swaps("results") else "accounts/index.html"
    return make_response(render_template(fragment, **context))


@pages.get("/<int:account_id>")
@allow(EMPLOYEES)
def show(account_id: int) -> str:
    account = call("opportunity").get(f"/accounts/{account_id}")
    opportunities = call("opportunity").get("/opportunities", {"account_id": account_id, "page_size": 50})
    return render_template("accounts/show.html", account=account, page=opportunities, editor=_may_change())


@pages.get("/new")
@allow(CONVERTERS)
def new() -> Response:
    return _form({"name": request.args.get("name", "")})


@pages.post("/new")
@allow(CONVERTERS)
def create() -> Response:
    try:
        account = call("opportunity").post("/accounts", _draft())
    except Problem as problem:
        return _form({}, problem)
    say(gettext("取引先を登録しました。"))
    return go(f"/accounts/{account['id']}")


@pages.get("/<int:account_id>/edit")
@allow(CONVERTERS)
def edit(account_id: int) -> Response:
    return _form(call("opportunity").get(f"/accounts/{account_id}"), account_id=account_id)


@pages.post("/<int:account_id>/edit")
@allow(CONVERTERS)
def save(account_id: int) -> Response:
    patch = _draft() | {"version": int(request.form.get("version", 0))}
    try:
        call("opportunity").patch(f"/accounts/{account_id}", patch)
    except Problem as problem:
        return _form({}, problem, account_id)
    say(gettext("取引先を更新しました。"))
    return go(f"/accounts/{account_id}")


def _draft() -> dict[str, Any]:
    draft: dict[str, Any] = {name: text(name) for name in TEXTS}
    draft |= {name: plain(text(name)) for name in ("corporate_number", "postal_code")}
    draft |= {name: whole(name) for name in ("employees", "capital")}
    draft["domains"] = [domain for domain in text("domains").replace(",", " ").split() if domain]
    draft["sales_owner_id"] = text("sales_owner_id") or None
    draft["do_not_approach"] = "do_not_approach" in request.form
    if relation := text("relation"):
        draft["relation"] = relation
    return draft


def _form(values: dict[str, Any], problem: Problem | None = None, account_id: int | None = None) -> Response:
    initial = values | {"domains": " ".join(values.get("domains") or [])}
    page = render_template(
        "accounts/form.html",
        form=Form(initial, problem),
        account_id=account_id,
        version=values.get("version") or request.form.get("version", ""),
        people=choosing.people(),
    )
    return make_response(page, problem.status if problem else 200)
