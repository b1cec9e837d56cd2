"""リード一覧: search, sort, tick, and the four buttons at the top right."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from contracts.roles import EMPLOYEES, EVERYONE, LIST_KEEPERS
from gateway.authentication import allow, current_user, language
from gateway.calling import call

from . import choosing, lead_columns, lead_conditions, lead_rows, masters, saved_searches
from .frame import address, swaps
from .lead_search import PAGE_SIZES, LeadSearch, Place

pages = Blueprint("leads", __name__, url_prefix="/leads")


@pages.get("")
@allow(EVERYONE)
def index() -> Response:
    search, place, shape = LeadSearch.read(request.args), Place.read(), lead_columns.remembered()
    asked = {"sort": search.sort or None, "page_size": shape.page_size, "cursor": place.cursor or None}
    asked["total"] = "quick"  # the page does not wait for a large number to be counted; it is fetched afterwards
    page = call("lead").get("/leads", search.filters | asked)
    columns = shape.shown(search)
    before, after = place.before(shape.page_size), place.after(page["next_cursor"], len(page["items"]))
    campaigns = choosing.campaign_options() if _is_employee() else []
    keeper, all_ticked = _has(*LIST_KEEPERS), request.args.get("select") == "all"
    context = {
        "search": search,
        "page": page,
        "columns": columns,
        "rows": lead_rows.rows(page["items"], columns, keeper=keeper, all_ticked=all_ticked),
        "first_number": place.start + 1,
        "previous": search.address(**before) if before is not None else None,
        "next": search.address(**after) if after else None,
        "exact_total": None if page["total_is_exact"] else _exact_total(search),
        "all_ticked": all_ticked,
        "page_size": shape.page_size,
        "page_sizes": PAGE_SIZES,
        "keeper": keeper,
        "chips": lead_conditions.chips(search, campaigns),
        "saved": saved_searches.begun_as(search),
    }
    if swaps("results"):
        response = make_response(render_template("leads/_results.html", **context))
        here = {"cursor": place.cursor, "trail": "~".join(place.trail), "start": place.start or ""}
        response.headers["HX-Push-Url"] = search.address(**here)
    else:
        context["search_form"] = _search_form(search, campaigns)
        response = make_response(render_template("leads/index.html", **context))
    return response


_forms: dict[tuple[str, str, str], Markup] = {}


def _search_form(search: LeadSearch, campaigns: list[tuple[str, str]]) -> Markup:
    """The conditions, kept as long as the same is asked and offered: they take as long as a third of the page."""
    offered = {"campaigns": campaigns, "people": choosing.people(), "departments": _departments()}
    shown = [masters.choices(name) for name in ("lead-stages", "lead-sources", "temperatures")]
    key = (language(), search.address(), repr((offered, shown)))
    form = _forms.get(key)
    if form is None:
        if len(_forms) > 200:
            _forms.clear()
        words = {"due_names": lead_conditions.due_names(), "unasked": lead_conditions.UNASKED}
        words |= {"first_response_names": lead_conditions.first_response_names()}
        form = _forms[key] = Markup(render_template("leads/_search.html", search=search, **offered, **words))
    return form


def _exact_total(search: LeadSearch) -> str:
    return address("/leads/total", search.filters | {"select": request.args.get("select")})


@pages.get("/total")
@allow(EVERYONE)
def total() -> Response:
    """How many leads a search finds, for a page that could only say "more than"."""
    search = LeadSearch.read(request.args)
    page = call("lead").get("/leads", search.filters | {"page_size": 1})
    context = {"page": page, "search": search, "all_ticked": request.args.get("select") == "all"}
    return make_response(render_template("leads/_total.html", keeper=_has(*LIST_KEEPERS), **context))


def _departments() -> list[tuple[str, str]]:
    return choosing.departments() if _is_employee() else []


def _has(*roles: Any) -> bool:
    user = current_user()
    return bool(user and user.has(*roles))


def _is_employee() -> bool:
    return _has(*EMPLOYEES)
