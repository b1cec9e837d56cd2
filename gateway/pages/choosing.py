"""What the select boxes offer that is not a master: campaigns and people."""

from time import monotonic
from typing import Any

from chassis.problems import Problem
from gateway import directory
from gateway.authentication import current_user
from gateway.calling import call

KEPT_SECONDS = 10.0
_kept: dict[int, tuple[float, list[tuple[str, str]]]] = {}


def campaigns(*, open_for_lists: bool | None = None) -> list[dict[str, Any]]:
    """The newest campaigns, as the campaign service lists them."""
    return call("campaign").get("/campaigns", {"page_size": 500, "open_for_lists": open_for_lists})["items"]


def campaign_options() -> list[tuple[str, str]]:
    """Pairs of id and name for a filter; kept for ten seconds. Empty when campaigns cannot be read."""
    user = current_user()
    until, options = _kept.get(user.id if user else 0, (0.0, []))
    if monotonic() < until:
        return options
    try:
        options = [(campaign["id"], campaign["name"]) for campaign in campaigns()]
    except Problem:
        return []
    _kept[user.id if user else 0] = (monotonic() + KEPT_SECONDS, options)
    return options


def forget_campaigns() -> None:
    """After a campaign was saved here, it is found at once."""
    _kept.clear()


def people(*roles: str) -> list[tuple[str, str]]:
    """Active users as pairs of id and name with department; those with one of `roles`, or everybody."""
    return [
        (str(user.id), f"{user.name}（{user.department}）" if user.department else user.name)
        for user in directory.users()
        if not roles or set(roles) & set(user.roles)
    ]


def departments() -> list[tuple[str, str]]:
    return [(str(unit.id), unit.name) for unit in directory.departments()]
