"""リード一覧: search, sort, tick, and the four buttons at the top right."""

from flask import Blueprint, Response, make_response, render_template, request

from contracts.roles import EVERYONE, LIST_KEEPERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .frame import swaps
from .lead_search import PAGE_SIZES, LeadSearch, Place

pages = Blueprint("leads", __name__, url_prefix="/leads")


@pages.get("")
@allow(EVERYONE)
def index() -> Response:
    search, place = LeadSearch.read(request.args), Place.read()
    shape = {"sort": search.sort or None, "page_size": search.page_size, "cursor": place.cursor or None}
    page = call("lead").get("/leads", search.filters | shape)
    before, after = place.before(search.page_size), place.after(page["next_cursor"], len(page["items"]))
    user = current_user()
    context = {
        "search": search,
        "page": page,
        "first_number": place.start + 1,
        "previous": search.address(**before) if before is not None else None,
        "next": search.address(**after) if after else None,
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
