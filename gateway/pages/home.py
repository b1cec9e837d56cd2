"""ホーム: what was told, what is due, what is running."""

from typing import Any

from flask import Blueprint, render_template

from chassis.problems import Problem
from contracts.roles import EVERYONE, LIST_KEEPERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import lists as lists_screen
from . import notifications
from .frame import today

pages = Blueprint("home", __name__)


def _unless_away(service: str, path: str, query: dict[str, Any]) -> dict[str, Any] | None:
    """An answer for one block; None when that part of the house is away, and the other blocks stand."""
    try:
        return call(service).get(path, query)
    except Problem as problem:
        if problem.status in (403, 404, 503):
            return None
        raise


@pages.get("/")
@allow(EVERYONE)
def index() -> str:
    user = current_user()
    keeper = bool(user and user.has(*LIST_KEEPERS))
    due = {"owner": "me", "next_action_until": today().isoformat(), "sort": "next_action_at", "page_size": 8}
    lists = _unless_away("import", "/lists", {"page_size": 5}) if keeper else None
    return render_template(
        "home/index.html",
        page=_unless_away("notification", "/notifications", {"page_size": notifications.NEWEST}),
        icons=notifications.ICONS,
        counts=_unless_away("lead", "/leads/counts", {}),
        due=_unless_away("lead", "/leads", due),
        lists=lists,
        running=[item for item in (lists or {}).get("items", []) if item["status"] in lists_screen.RUNNING],
        keeper=keeper,
        **lists_screen.words(),
    )
