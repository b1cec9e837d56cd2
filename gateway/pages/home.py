"""ホーム: what was told, what is due, what is running, and the numbers that a role works by."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES, EVERYONE, LIST_KEEPERS, PLANNERS, Role
from gateway.authentication import SignedIn, allow, current_user
from gateway.calling import call, together

from . import campaigns as campaigns_screen
from . import list_words, notifications
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
    questions = _questions(user)
    found = dict(zip(questions, together(*(partial(_unless_away, *one) for one in questions.values())), strict=True))
    lists = found.get("lists")
    return render_template(
        "home/index.html",
        page=found["notifications"],
        icons=notifications.ICONS,
        counts=found["counts"],
        tiles=_tiles(found, questions),
        due=found["due"],
        due_query=_opens("", questions["due"]).lstrip("?"),
        team=found.get("team"),
        week=_week(),
        funnels=_funnels(found["campaigns"]) if "campaigns" in questions else None,
        handovers=found["handovers"],
        handovers_path=_opens("/opportunities", questions["handovers"]),
        lists=lists,
        running=[item for item in (lists or {}).get("items", []) if item["status"] in list_words.RUNNING],
        keeper=user.has(*LIST_KEEPERS),
        leader=user.has(*LEADERS),
        **list_words.words(),
    )


Question = tuple[str, str, dict[str, Any]]  # service, path, query


def _questions(user: SignedIn) -> dict[str, Question]:
    """What this person's blocks and numbers are made of. A leader's work is everybody's, a caller's the own."""
    leader, day = user.has(*LEADERS), today().isoformat()
    own: dict[str, Any] = {} if leader else {"owner": "me"}
    done: dict[str, Any] = {"until": day} | ({} if leader else {"by": "me"})
    plan = {"owner": "me", "next_action_until": day, "sort": "next_action_at"}
    asked: dict[str, Question] = {
        "notifications": ("notification", "/notifications", {"page_size": notifications.NEWEST}),
        "counts": ("lead", "/leads/counts", {}),
        "due": ("lead", "/leads", plan | {"page_size": 8}),
        "first_response": ("lead", "/leads", own | {"first_response": "due", "page_size": 1}),
        "calls": ("lead", "/actions", done | {"since": day, "kind": "phone", "page_size": 1}),
        "appointments": (
            "lead",
            "/actions",
            done | {"since": _monday(), "outcome": "appointment", "page_size": 1},
        ),
        "handovers": ("opportunity", "/opportunities", own | {"handover": ["requested", "returned"], "page_size": 5}),
    }
    if user.has(*LIST_KEEPERS):
        asked["lists"] = ("import", "/lists", {"page_size": 5})
    if leader:
        asked["team"] = ("lead", "/actions/counts", _week())
    if user.has(*PLANNERS):
        asked["campaigns"] = ("campaign", "/campaigns", {"status": "running", "page_size": 20})
    if user.has(Role.SALES) and not leader and user.has(*EMPLOYEES):
        open_ones = {"owner": "me", "phase_meaning": "open", "page_size": 1}
        asked["opportunities"] = ("opportunity", "/opportunities", open_ones)
    return asked


def _opens(path: str, question: Question) -> str:
    """The page that shows all of what was asked for."""
    return address(path, {name: value for name, value in question[2].items() if name != "page_size"})


def _funnels(page: dict[str, Any] | None) -> list[dict[str, Any]] | None:
    """The newest running campaigns that something came of, each with the steps of its funnel."""
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


def _week() -> dict[str, str]:
    return {"since": _monday(), "until": today().isoformat()}


def _tiles(found: dict[str, Any], questions: dict[str, Question]) -> list[Tile]:
    tiles = []
    if counts := found["counts"]:
        if "team" in questions:
            figure = counts["owners"]["unassigned"]
            tiles.append(Tile("/leads?owner=unassigned", "user-x", gettext("未割当のリード"), figure))
        tiles.append(Tile("/leads?owner=me", "user-check", gettext("自担当のリード"), counts["owners"]["me"]))
    for name, path, icon, label in (
        ("due", "/leads", "calendar-clock", gettext("次回アクション（本日まで）")),
        ("first_response", "/leads", "alarm-clock", gettext("初回対応（間近・超過）")),
        ("calls", "/actions", "phone", gettext("本日の架電")),
        ("appointments", "/actions", "calendar-check", gettext("アポ獲得（今週）")),
        ("opportunities", "/opportunities", "target", gettext("進行中の自分の案件")),
    ):
        answer = found.get(name)
        if answer and (answer["total"] or name != "first_response"):
            tiles.append(Tile(_opens(path, questions[name]), icon, label, answer["total"]))
    return tiles
