"""リード一覧: search, sort, tick, and the four buttons at the top right."""

from flask import Blueprint, Response, make_response, render_template, request

from contracts.roles import EVERYONE, LIST_KEEPERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .frame import address, swaps
from .lead_search import PAGE_SIZES, LeadSearch, Place

pages = Blueprint("leads", __name__, url_prefix="/leads")


@pages.get("")
@allow(EVERYONE)
def index() -> Response:
    search, place = LeadSearch.read(request.args), Place.read()
    shape = {"sort": search.sort or None, "page_size": search.page_size, "cursor": place.cursor or None}
    shape["total"] = "quick"  # the page does not wait for a large number to be counted; it is fetched afterwards
    page = call("lead").get("/leads", search.filters | shape)
    before, after = place.before(search.page_size), place.after(page["next_cursor"], len(page["items"]))
    user = current_user()
    context = {
        "search": search,
        "page": page,
        "first_number": place.start + 1,
        "previous": search.address(**before) if before is not None else None,
        "next": search.address(**after) if after else None,
        "exact_total": None if page["total_is_exact"] else _exact_total(search),
        "all_ticked": request.args.get("select") == "all",
        "page_sizes": PAGE_SIZES,
        "keeper": bool(user and user.has(*LIST_KEEPERS)),
    }
    if swaps("results"):
        response = make_response(render_template("leads/_results.html", **context))
        here = {"cursor": place.cursor, "trail": "~".join(place.trail), "start": place.start or ""}
        response.headers["HX-Push-Url"] = search.address(**here)
    else:
        context["campaigns"] = choosing.campaign_options()
        response = make_response(render_template("leads/index.html", **context))
    response.headers["Vary"] = "HX-Target"
    return response


def _exact_total(search: LeadSearch) -> str:
    return address("/leads/total", search.filters | {"select": request.args.get("select")})


@pages.get("/total")
@allow(EVERYONE)
def total() -> Response:
    """How many leads a search finds, for a page that could only say "more than"."""
    search = LeadSearch.read(request.args)
    page = call("lead").get("/leads", search.filters | {"page_size": 1})
    user = current_user()
    context = {"page": page, "search": search, "all_ticked": request.args.get("select") == "all"}
    keeper = bool(user and user.has(*LIST_KEEPERS))
    return make_response(render_template("leads/_total.html", keeper=keeper, **context))
