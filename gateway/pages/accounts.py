"""取引先: list, search, detail, registration and change; possible duplicates are told while one types."""

import json
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.contacts import PREFECTURES
from chassis.problems import Problem
from contracts.roles import CONVERTERS, EMPLOYEES
from gateway.authentication import allow
from gateway.calling import call

from . import choosing
from .deal_words import account_fields, acts_of, read_as
from .display import phone
from .editing import Collision, form_of, is_stale, touched
from .forms import plain, text, whole
from .frame import address, go, say, swaps
from .lead_search import Place
from .opportunities import may_change

pages = Blueprint("accounts", __name__, url_prefix="/accounts")
FIELDS = (
    "name", "code", "kana", "legal_form", "legal_form_side", "corporate_number", "relation", "sales_owner_id",
    "industry", "employees", "capital", "phone", "url", "domains", "postal_code", "prefecture", "address",
    "do_not_approach", "do_not_approach_reason",
)  # fmt: skip
FLAGS = ("do_not_approach",)
TELLING = ("name", "corporate_number", "phone", "url", "domains")  # what a duplicate is known by
PAGE_SIZE, LEADS_BY_NAME = 50, 20
# As long as the person has to look at duplicates: what is wrong is said with them, and nothing is saved.
CHECK = "?check=true"


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search: dict[str, Any] = {
        "q": request.args.get("q", "").strip(),
        "prefecture": request.args.get("prefecture", "").strip(),
        "do_not_approach": request.args.get("do_not_approach", ""),
        "owner": [value for value in request.args.getlist("owner") if value],
        "relation": [value for value in request.args.getlist("relation") if value],
    }
    search = {name: value for name, value in search.items() if value}
    place, sort = Place.read(), request.args.get("sort", "")
    shape = {"sort": sort or None, "page_size": PAGE_SIZE, "cursor": place.cursor or None}
    page = call("opportunity").get("/accounts", search | shape)
    before, after = place.before(PAGE_SIZE), place.after(page["next_cursor"], len(page["items"]))
    here = search | {"sort": sort}
    context = {
        "page": page,
        "search": search,
        "sort": sort,
        "sortable": True,
        "editor": may_change(),
        "first_number": place.start + 1,
        "previous": address("/accounts", here | before) if before is not None else None,
        "next": address("/accounts", here | after) if after else None,
    }
    if not swaps("results"):
        context |= {"prefectures": PREFECTURES, "people": choosing.people(kept=search.get("owner", []))}
    fragment = "accounts/_results.html" if swaps("results") else "accounts/index.html"
    return make_response(render_template(fragment, **context))


@pages.get("/<int:account_id>")
@allow(EMPLOYEES)
def show(account_id: int) -> Response:
    tab = request.args.get("tab", "opportunities")
    path = f"/accounts/{account_id}"
    account = call("opportunity").get(path)
    context: dict[str, Any] = {"account": account, "tab": tab, "editor": may_change(), "more": None, "acts": []}
    if tab == "changes":
        query = {"page_size": 20, "cursor": request.args.get("cursor")}
        history = call("opportunity").get(f"{path}/changes", query)
        context["acts"] = acts_of(history["items"], account_fields())
        if history["next_cursor"]:
            context["more"] = address(path, {"tab": tab, "cursor": history["next_cursor"]})
    elif tab == "leads":
        context |= _leads(account)
    else:
        context["page"] = call("opportunity").get("/opportunities", {"account_id": account_id, "page_size": PAGE_SIZE})
    fragment = "accounts/_tabs.html" if swaps("tabs") else "accounts/show.html"
    return make_response(render_template(fragment, **context))


def _leads(account: dict[str, Any]) -> dict[str, Any]:
    """The leads of an account, and the first that its name finds and that belong to none yet."""
    own = call("lead").get("/leads", {"account_id": account["id"], "page_size": PAGE_SIZE})
    by_name = {"q": account["name"], "has_account": False, "page_size": LEADS_BY_NAME, "total": "quick"}
    return {"page": own, "others": call("lead").get("/leads", by_name)["items"]}


@pages.post("/<int:account_id>/leads/<int:lead_id>")
@allow(CONVERTERS)
def link(account_id: int, lead_id: int) -> Response:
    """The lead belongs to the account: リード案件作成 begins with it."""
    here = f"/accounts/{account_id}/leads/{lead_id}"
    undo = {"action": f"{here}/removal", "action_text": gettext("元に戻す")}
    return _belongs(account_id, lead_id, None, str(account_id), gettext("リードをこの取引先に紐づけました。"), undo)


@pages.post("/<int:account_id>/leads/<int:lead_id>/removal")
@allow(CONVERTERS)
def unlink(account_id: int, lead_id: int) -> Response:
    return _belongs(account_id, lead_id, str(account_id), None, gettext("リードの紐づけを外しました。"), {})


def _belongs(
    account_id: int, lead_id: int, before: str | None, after: str | None, told: str, more: dict[str, str]
) -> Response:
    """From one account to another, unless somebody else was faster or the lead was converted."""
    lead = call("lead").get(f"/leads/{lead_id}")
    if lead["account_id"] != before or lead["conversion"]:
        say(gettext("このリードの取引先はすでに変更されています。"), tone="red")
    else:
        call("lead").patch(f"/leads/{lead_id}", {"version": lead["version"], "account_id": after})
        say(told, **more)
    return go(f"/accounts/{account_id}?tab=leads")


@pages.get("/duplicates")
@allow(EMPLOYEES)
def duplicates() -> str:
    """What may be the same company as the one that is being typed; `prefix` is that of the fields' names."""
    prefix = request.args.get("prefix", "")
    known = {name: request.args.get(f"{prefix}{name}", "") for name in TELLING}
    return render_template(
        "accounts/_duplicates.html",
        duplicates=find_duplicates(known, request.args.get("account_id")),
        saving=False,
        choosable=bool(prefix),
        known=request.args.get("known_duplicates", ""),
    )


def find_duplicates(known: dict[str, str], account_id: str | int | None = None) -> list[dict[str, Any]]:
    """Accounts that may be the same company, each with why. None for what no account can be: the save says why not."""
    if not any(known.values()):
        return []
    query = known | {"domains": known.get("domains", "").replace(",", " ").split(), "except_id": account_id or None}
    try:
        found: list[dict[str, Any]] = call("opportunity").get("/accounts/possible-duplicates", query)["items"]
    except Problem as problem:
        if problem.status == 422:
            return []
        raise
    return found


def shown_before(duplicates: list[dict[str, Any]] | None) -> str:
    """The duplicates that the person has now been shown, for the next press of the button."""
    ids = [one["id"] for one in duplicates or []]
    return " ".join(dict.fromkeys([*request.form.get("known_duplicates", "").split(), *ids]))


def not_yet_known(found: list[dict[str, Any]]) -> bool:
    """Whether there are some that the person has not been shown before pressing the button again."""
    return not {one["id"] for one in found} <= set(request.form.get("known_duplicates", "").split())


@pages.get("/new")
@allow(CONVERTERS)
def new() -> Response:
    return _form({"name": request.args.get("name", ""), "relation": ""})


@pages.post("/new")
@allow(CONVERTERS)
def create() -> Response:
    found = find_duplicates({name: text(name) for name in TELLING})
    shaped = ((name, _shaped(name, _typed(name))) for name in FIELDS)
    draft = {name: value for name, value in shaped if value != ""}
    asking = not_yet_known(found)
    try:
        account = call("opportunity").post(f"/accounts{CHECK if asking else ''}", draft)
    except Problem as problem:
        return _form({}, problem, duplicates=found)
    if account is None:  # nothing but asked
        return _form({}, duplicates=found)
    say(gettext("取引先を登録しました。"))
    return go(f"/accounts/{account['id']}")


@pages.get("/<int:account_id>/edit")
@allow(CONVERTERS)
def edit(account_id: int) -> Response:
    account = call("opportunity").get(f"/accounts/{account_id}")
    return _form(typed_values(account), account=account)


@pages.post("/<int:account_id>/edit")
@allow(CONVERTERS)
def save(account_id: int) -> Response:
    path, changed = f"/accounts/{account_id}", touched()
    if not changed:
        say(gettext("変更はありませんでした。"), tone="neutral")
        return go(path)
    found = find_duplicates({name: changed[name] for name in TELLING if name in changed}, account_id)
    patch = {name: _shaped(name, typed) for name, typed in changed.items()}
    patch["version"] = request.form.get("version", 0, type=int)
    asking = not_yet_known(found)
    try:
        call("opportunity").patch(f"{path}{CHECK if asking else ''}", patch)
    except Problem as problem:
        now = call("opportunity").get(path)
        return _form(typed_values(now), problem, now, duplicates=found)
    if asking:
        return _form({}, account=call("opportunity").get(path), duplicates=found)
    say(gettext("取引先を更新しました。"))
    return go(path)


def typed_values(account: dict[str, Any]) -> dict[str, str]:
    """The values of an account as its form has them."""
    values = account | {"domains": " ".join(account["domains"]), "do_not_approach": account["do_not_approach"] or ""}
    values["phone"] = phone(account["phone"])
    return {name: "" if values[name] is None else "1" if values[name] is True else str(values[name]) for name in FIELDS}


def _typed(name: str) -> str:
    return ("1" if name in request.form else "") if name in FLAGS else text(name)


def _shaped(name: str, typed: str) -> Any:
    """What was typed, in the shape of the API."""
    if name in ("employees", "capital"):
        return whole(name)
    if name in ("corporate_number", "postal_code"):
        return plain(typed)
    if name == "domains":
        return typed.replace(",", " ").split()
    if name in FLAGS:
        return bool(typed)
    return typed or None if name in ("sales_owner_id", "relation") else typed


def _form(
    values: dict[str, Any],
    problem: Problem | None = None,
    account: dict[str, Any] | None = None,
    duplicates: list[dict[str, Any]] | None = None,
) -> Response:
    stale, fresh = is_stale(problem), request.method == "GET"
    status = problem.status if problem else 409 if duplicates else 200
    form = form_of(values, problem)
    form.gather("domains")
    page = render_template(
        "accounts/form.html",
        form=form,
        account=account,
        version=account["version"] if account and (fresh or stale) else request.form.get("version", ""),
        seen=json.dumps(values) if fresh or stale else request.form.get("seen", ""),
        stale=stale,
        conflicts=Collision.of(values, account_fields(), read_as).both if stale else [],
        duplicates=duplicates or [],
        saving=bool(duplicates),
        known=shown_before(duplicates),
        people=choosing.people(kept=[form.value("sales_owner_id")]),
    )
    return make_response(page, status)
