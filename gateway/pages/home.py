"""ホーム: what was told, what is due, what is running, and the numbers that a role works by."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES, EVERYONE, LIST_KEEPERS, PLANNERS, Role
from gateway.authentication import allow, current_user
from gateway.calling import call

from . import campaigns as campaigns_screen
from . import lists as lists_screen
from . import notifications
from .frame import address, today

pages = Blueprint("home", __name__)
# Who assigns leads and answers for everybody's numbers, not only for the own ones.
LEADERS = (Role.ADMINISTRATOR, Role.MANAGER, Role.MARKETING)
FUNNELS = 2  # of campaigns, on one page


@dataclass(frozen=True)
class Tile:
    """A number that opens the list which it counts."""

    path: str
    icon: str
    label: str
    figure: int


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
    assert user is not None
    keeper, leader, planner = user.has(*LIST_KEEPERS), user.has(*LEADERS), user.has(*PLANNERS)
    due_search = {"owner": "me", "next_action_until": today().isoformat(), "sort": "next_action_at"}
    due = _unless_away("lead", "/leads", due_search | {"page_size": 8})
    waiting = {"handover": ["requested", "returned"]} | ({} if leader else {"owner": "me"})
    lists = _unless_away("import", "/lists", {"page_size": 5}) if keeper else None
    counts = _unless_away("lead", "/leads/counts", {})
    week = {"since": _monday(), "until": today().isoformat()}
    return render_template(
        "home/index.html",
        page=_unless_away("notification", "/notifications", {"page_size": notifications.NEWEST}),
        icons=notifications.ICONS,
        counts=counts,
        tiles=_tiles(counts, due, due_search, leader),
        due=due,
        due_query=address("", due_search).lstrip("?"),
        team=_unless_away("lead", "/actions/counts", week) if leader else None,
        week=week,
        funnels=_funnels() if planner else None,
        handovers=_unless_away("opportunity", "/opportunities", waiting | {"page_size": 5}),
        handovers_path=address("/opportunities", waiting),
        lists=lists,
        running=[item for item in (lists or {}).get("items", []) if item["status"] in lists_screen.RUNNING],
        keeper=keeper,
        leader=leader,
        **lists_screen.words(),
    )


def _funnels() -> list[dict[str, Any]] | None:
    """The newest running campaigns that something came of, each with the steps of its funnel."""
    page = _unless_away("campaign", "/campaigns", {"status": "running", "page_size": 20})
    if page is None:
        return None
    found = [
        campaign for campaign in page["items"] if campaign["results"]["invited"] or campaign["results"]["responded"]
    ]
    steps = campaigns_screen.funnel_steps
    return [
        campaign | {"steps": steps(campaign["results"], campaigns_screen.result_links(campaign["id"]))}
        for campaign in (found or page["items"])[:FUNNELS]
    ]


def _monday() -> str:
    return (today() - timedelta(days=today().weekday())).isoformat()


def _tiles(
    counts: dict[str, Any] | None, due: dict[str, Any] | None, due_search: dict[str, Any], leader: bool
) -> list[Tile]:
    """A leader's own work is everybody's: what is not assigned, and what all did; a caller's the own."""
    tiles = []
    if counts and leader:
        figure = counts["owners"]["unassigned"]
        tiles.append(Tile("/leads?owner=unassigned", "user-x", gettext("未割当のリード"), figure))
    if counts:
        tiles.append(Tile("/leads?owner=me", "user-check", gettext("自担当のリード"), counts["owners"]["me"]))
    if due:
        tiles.append(
            Tile(address("/leads", due_search), "calendar-clock", gettext("次回アクション（本日まで）"), due["total"])
        )
    search: dict[str, Any] = {"first_response": "due"} | ({} if leader else {"owner": "me"})
    found = _unless_away("lead", "/leads", search | {"page_size": 1})
    if found and found["total"]:
        label = gettext("初回対応（間近・超過）")
        tiles.append(Tile(address("/leads", search), "alarm-clock", label, found["total"]))
    by, day = "" if leader else "me", today().isoformat()
    for icon, label, search in (
        ("phone", gettext("本日の架電"), {"since": day, "until": day, "kind": "phone"}),
        ("calendar-check", gettext("アポ獲得（今週）"), {"since": _monday(), "until": day, "outcome": "appointment"}),
    ):
        search |= {"by": by} if by else {}
        if found := _unless_away("lead", "/actions", search | {"page_size": 1}):
            tiles.append(Tile(address("/actions", search), icon, label, found["total"]))
    user = current_user()
    if user and user.has(Role.SALES) and not leader and user.has(*EMPLOYEES):
        search = {"owner": "me", "phase_meaning": "open"}
        if found := _unless_away("opportunity", "/opportunities", search | {"page_size": 1}):
            tiles.append(
                Tile(address("/opportunities", search), "target", gettext("進行中の自分の案件"), found["total"])
            )
    return tiles
