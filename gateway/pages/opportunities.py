"""案件: the list and the board by phase, both of the same search."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from contracts.roles import CONVERTERS, EMPLOYEES
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import choosing
from .frame import address, swaps
from .lead_search import Place

pages = Blueprint("opportunities", __name__, url_prefix="/opportunities")
SINGLE = ("q", "account_id", "lead_id", "influenced_by", "expected_month", "won_month", "cancelled")
REPEATED = ("owner", "phase", "phase_meaning", "campaign_id", "handover")
# What comes from links of other pages and has no field of its own in the search form.
CARRIED = ("account_id", "lead_id", "influenced_by", "won_month", "phase_meaning")
PAGE_SIZE, CARDS = 50, 20


def filters() -> dict[str, Any]:
    """The search as the address says it, blank conditions left out."""
    found: dict[str, Any] = {name: value for name in SINGLE if (value := request.args.get(name, "").strip())}
    repeated = {name: [value for value in request.args.getlist(name) if value] for name in REPEATED}
    return found | {name: values for name, values in repeated.items() if values}


def may_change() -> bool:
    user = current_user()
    return bool(user and user.has(*CONVERTERS))


@pages.get("")
@allow(EMPLOYEES)
def index() -> Response:
    search = filters()
    board = request.args.get("view") == "board"
    context = {"search": search, "editor": may_change(), "board": board, "carried": CARRIED, "account": None}
    context |= {"as_list": address("/opportunities", search), "swapped": swaps("results")}
    context["as_board"] = address("/opportunities", search | {"view": "board"})
    context |= _board(search) if board else _list(search)
    if swaps("results"):
        return make_response(render_template("opportunities/_results.html", **context))
    context |= {"campaigns": choosing.campaign_options(), "narrowed": _narrowed(search)}
    context["people"] = choosing.people(kept=search.get("owner", []))
    return make_response(render_template("opportunities/index.html", **context))


def _list(search: dict[str, Any]) -> dict[str, Any]:
    place, sort = Place.read(), request.args.get("sort", "")
    shape = {"sort": sort or None, "page_size": PAGE_SIZE, "cursor": place.cursor or None}
    page = call("opportunity").get("/opportunities", search | shape)
    before, after = place.before(PAGE_SIZE), place.after(page["next_cursor"], len(page["items"]))
    here = search | {"sort": sort}
    return {
        "page": page,
        "sort": sort,
        "sortable": True,
        "first_number": place.start + 1,
        "previous": address("/opportunities", here | before) if before is not None else None,
        "next": address("/opportunities", here | after) if after else None,
    }


def _board(search: dict[str, Any]) -> dict[str, Any]:
    columns = call("opportunity").get("/opportunities/board", search | {"page_size": CARDS})["columns"]
    here = address("/opportunities", search | {"view": "board"})
    return {
        "columns": [column | {"more": _more(search, column["phase"], column["next_cursor"])} for column in columns],
        "total": sum(column["total"] for column in columns),
        "here": here,
    }


@pages.get("/cards")
@allow(EMPLOYEES)
def cards() -> str:
    """The next cards of one column."""
    search = filters()
    shape = {"sort": "expected_on", "page_size": CARDS, "cursor": request.args.get("cursor")}
    page = call("opportunity").get("/opportunities", search | shape)
    phase = (search.get("phase") or [""])[0]
    return render_template(
        "opportunities/_cards.html",
        column=page | {"more": _more(search, phase, page["next_cursor"])},
        here=address("/opportunities", search | {"view": "board", "phase": []}),
        editor=may_change(),
    )


def _more(search: dict[str, Any], phase: str, cursor: str | None) -> dict[str, str] | None:
    """Where a column goes on: in the board, and without JavaScript as a list."""
    if not cursor:
        return None
    query = search | {"phase": [phase], "sort": "expected_on", "cursor": cursor}
    return {"cards": address("/opportunities/cards", query), "list": address("/opportunities", query)}


def _narrowed(search: dict[str, Any]) -> list[tuple[str, str]]:
    """What a link of another page narrowed the search to and no field shows: an icon and words for each."""
    found = []
    if account_id := search.get("account_id"):
        found.append(("building-2", choosing.account_name(account_id)))
    if campaign_id := search.get("influenced_by"):
        name = dict(choosing.campaign_options(campaign_id)).get(campaign_id, f"#{campaign_id}")
        found.append(("megaphone", gettext("「%(name)s」が関わった案件", name=name)))
    if lead_id := search.get("lead_id"):
        found.append(("user", gettext("リード %(number)s の案件", number=f"L-{lead_id:0>6}")))
    if month := search.get("won_month"):
        found.append(("trophy", gettext("受注月 %(month)s", month=month)))
    return found
