"""保存した検索: a search under a name, for oneself or for everybody; in the menu, on the list, and to be changed."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_babel import gettext, ngettext

from chassis.database import transaction
from chassis.events import Cause
from chassis.problems import Invalid, Problem
from contracts.roles import EMPLOYEES, EVERYONE
from gateway import saved_searches
from gateway.authentication import allow
from gateway.calling import call
from gateway.schemas import SavedSearchChange, SavedSearchDetails, SavedSearchDraft

from .forms import Form, shaped, text, whole
from .frame import address, dialog, go, say
from .lead_search import LeadSearch

pages = Blueprint("saved_searches", __name__, url_prefix="/saved-searches")
IN_MENU = 8
LONGEST = 2_000  # characters of an address in a message, whose cookie may have 4,096 after two encodings
COUNT_KEPT = 30  # seconds that a browser need not ask again


@dataclass(frozen=True)
class Begun:
    """The saved search that a search began as; `changed` since it was opened."""

    search: SavedSearchDetails
    changed: bool


def own_and_shared() -> list[SavedSearchDetails]:
    """What the signed-in user may use; read with who it is."""
    if "saved_searches" not in g:
        g.saved_searches = saved_searches.as_read(g.actor, g.arranged["searches"])
    found: list[SavedSearchDetails] = g.saved_searches
    return found


def begun_as(search: LeadSearch) -> Begun | None:
    if not search.saved:
        return None
    found = next((each for each in own_and_shared() if str(each.id) == search.saved), None)
    return Begun(found, not search.same_as(LeadSearch.of_saved(found))) if found else None


def menu_entries() -> list[dict[str, Any]]:
    """For the menu; nothing on a page of somebody who is not let in."""
    if "actor" not in g:
        return []
    return [
        {
            "id": str(each.id),
            "name": each.name,
            "version": each.version,
            "address": LeadSearch.of_saved(each).address(),
        }
        for each in own_and_shared()[:IN_MENU]
    ]


@pages.get("")
@allow(EVERYONE)
def index() -> str:
    found = [(each, LeadSearch.of_saved(each).address()) for each in own_and_shared()]
    return render_template("saved_searches/index.html", found=found)


@pages.get("/<int:search_id>/count")
@allow(EVERYONE)
def count(search_id: int) -> Response:
    """How many leads it finds now, for a page that stands already; blank when that cannot be said."""
    search = LeadSearch.of_saved(_found(search_id))
    try:
        page = call("lead").get("/leads", search.filters | {"page_size": 1, "total": "quick"})
    except Problem:
        return make_response("")
    response = make_response(f"{page['total']:,}" + ("" if page["total_is_exact"] else "+"))
    response.headers["Cache-Control"] = f"private, max-age={COUNT_KEPT}"
    response.vary.add("Cookie")
    return response


@pages.get("/new")
@allow(EVERYONE)
def new() -> Response:
    return _form(LeadSearch.of_text(request.args.get("search", "")))


@pages.post("")
@allow(EVERYONE)
def create() -> Response:
    search = LeadSearch.of_text(request.form.get("search", ""))
    try:
        made = _save(search, text("name"), _shared())
    except Problem as problem:
        return _form(search, problem=problem)
    say(gettext("検索「%(name)s」を保存しました。", name=made.name))
    return go(LeadSearch.of_saved(made).address())


def _save(search: LeadSearch, name: str, shared: bool) -> SavedSearchDetails:
    draft = shaped(SavedSearchDraft, {"name": name, "shared": shared} | _conditions(search))
    with transaction(_cause()) as session:
        return saved_searches.shown(g.actor, saved_searches.save_search(session, g.actor, draft))


@pages.post("/restoration")
@allow(EVERYONE)
def restore() -> Response:
    """元に戻す of a deletion: what was deleted is in the address."""
    asked = request.args
    try:
        made = _save(LeadSearch.of_text(asked.get("search", "")), asked.get("name", ""), asked.get("shared") == "1")
    except Invalid as problem:  # by a second click it is there already
        say(next(iter(Form(problem=problem).errors.values()), ""), tone="orange")
        return go("/saved-searches")
    say(gettext("検索「%(name)s」を元に戻しました。", name=made.name))
    return go("/saved-searches")


@pages.get("/<int:search_id>/edit")
@allow(EVERYONE)
def edit(search_id: int) -> Response:
    return _form(None, _found(search_id))


@pages.post("/<int:search_id>")
@allow(EVERYONE)
def change(search_id: int) -> Response:
    """Another name, for others or not any more; or, from the list, the conditions as they are there now."""
    given: dict[str, Any] = {"version": whole("version")}
    if "name" in request.form:
        given |= {"name": text("name"), "shared": _shared()}
    if "conditions" in request.form:
        given |= _conditions(LeadSearch.of_text(request.form["conditions"]))
    try:
        wanted = shaped(SavedSearchChange, given)
        with transaction(_cause()) as session:
            changed = saved_searches.change_saved_search(session, g.actor, search_id, wanted)
            name, address = changed.name, LeadSearch.of_saved(changed).address()
    except Problem as problem:
        return _form(None, _found(search_id), problem)
    say(gettext("検索「%(name)s」を更新しました。", name=name))
    return go(address if "conditions" in request.form else "/saved-searches")


@pages.post("/<int:search_id>/deletion")
@allow(EVERYONE)
def delete(search_id: int) -> Response:
    saved = _found(search_id)
    with transaction(_cause()) as session:
        saved_searches.delete_saved_search(session, g.actor, search_id)
    conditions = LeadSearch.of_saved(saved).address().partition("?")[2]
    back = {"search": conditions, "name": saved.name, "shared": "1" if saved.shared else ""}
    undo = {"action": address("/saved-searches/restoration", back), "action_text": gettext("元に戻す")}
    # Who makes a search owns it, so others cannot bring it back.
    possible = saved.owner_id == g.actor.id and len(undo["action"]) < LONGEST
    say(gettext("検索「%(name)s」を削除しました。", name=saved.name), **(undo if possible else {}))
    return go("/saved-searches")


def _found(search_id: int) -> SavedSearchDetails:
    with transaction() as session:
        return saved_searches.shown(g.actor, saved_searches.saved_search(session, g.actor, search_id))


def _conditions(search: LeadSearch) -> dict[str, Any]:
    return {"filters": search.filters, "sort": search.sort, "columns": list(search.columns)}


def _shared() -> bool:
    return text("shared") == "everybody"


def _cause() -> Cause:
    return Cause.new("saved_search", g.actor.id)


def _form(
    search: LeadSearch | None, saved: SavedSearchDetails | None = None, problem: Problem | None = None
) -> Response:
    initial = {"name": saved.name, "shared": "everybody" if saved.shared else "me"} if saved else {"shared": "me"}
    return dialog(
        "saved_searches/_form.html",
        status=problem.status if problem else 200,
        title=gettext("保存した検索を編集") if saved else gettext("検索を保存"),
        parent=("/saved-searches", gettext("保存した検索")) if saved else ("/leads", ngettext("リード", "リード", 2)),
        form=Form(initial, problem),
        search=search,
        saved=saved,
        may_share=g.actor.has(*EMPLOYEES),
    )
