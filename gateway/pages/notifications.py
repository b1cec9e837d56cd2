"""通知: the portlet on ホーム, the list behind the bell, read and unread."""

from flask import Blueprint, Response, render_template, request

from chassis.problems import Problem
from contracts.roles import EVERYONE
from gateway.authentication import allow, safe_next
from gateway.calling import call

from .frame import address, go, is_htmx, swaps

pages = Blueprint("notifications", __name__, url_prefix="/notifications")
NEWEST = 8
ICONS = {
    "lead_assigned": "user-plus",
    "lead_taken_back": "user-minus",
    "first_response_overdue": "alarm-clock",
    "lead_converted": "target",
    "conversion_cancelled": "ban",
    "handover_requested": "send",
    "handover_accepted": "check",
    "handover_returned": "undo-2",
}


def newest() -> dict:
    """The newest entries of the portlet."""
    return call("notification").get("/notifications", {"page_size": NEWEST})


@pages.get("")
@allow(EVERYONE)
def index() -> str:
    unread = request.args.get("unread") == "true"
    search = {"unread": unread or None, "page_size": 50, "cursor": request.args.get("cursor")}
    page = call("notification").get("/notifications", search)
    following = {"unread": "true" if unread else "", "cursor": page["next_cursor"]}
    more = address("/notifications", following) if page["next_cursor"] else None
    return render_template("notifications/index.html", page=page, unread=unread, more=more, icons=ICONS)


@pages.get("/count")
@allow(EVERYONE)
def count() -> str:
    """How many are unread, for the bell."""
    unread = call("notification").get("/notifications", {"unread": True, "page_size": 1})["unread"]
    return ("99+" if unread > 99 else str(unread)) if unread else ""


@pages.get("/newest")
@allow(EVERYONE)
def panel() -> str:
    return render_template("notifications/_panel.html", page=newest(), icons=ICONS)


@pages.get("/<int:notification_id>")
@allow(EVERYONE)
def show(notification_id: int) -> Response:
    """Follows a notification; whoever follows it has read it."""
    try:
        call("notification").post(f"/notifications/{notification_id}/reading")
    except Problem as problem:
        if problem.status != 503:
            raise
    return go(safe_next(request.args.get("to")))


@pages.post("/reading")
@allow(EVERYONE)
def read_all() -> Response | str:
    call("notification").post("/notifications/reading")
    return _after_reading()


def _after_reading() -> Response | str:
    if is_htmx() and (swaps("portlet") or swaps("bell-panel")):
        fragment = "notifications/_portlet.html" if swaps("portlet") else "notifications/_panel.html"
        return Response(render_template(fragment, page=newest(), icons=ICONS), headers={"HX-Trigger": "notices-read"})
    return go(safe_next(request.form.get("next") or "/notifications"))
