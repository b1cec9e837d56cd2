"""What the select boxes offer that is not a master: campaigns, people, departments. What a record has already (`kept`)
is among them, though it could not be chosen anew: a form that left it out would take it away with the next save."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES
from gateway import directory
from gateway.authentication import current_user
from gateway.calling import call
from gateway.remembered import Remembered

from .frame import today

_kept = Remembered(10.0)


def campaigns(*, open_for_lists: bool | None = None) -> list[dict[str, Any]]:
    """The newest campaigns, as the campaign service lists them."""
    return call("campaign").get("/campaigns", {"page_size": 500, "open_for_lists": open_for_lists})["items"]


def campaign_options(kept: str | None = None) -> list[tuple[str, str]]:
    """Pairs of id and name for a filter; remembered for ten seconds. Empty when campaigns cannot be read."""
    user = current_user()
    try:
        options: list[tuple[str, str]] = _kept.get(
            user.id if user else 0, lambda: [(campaign["id"], campaign["name"]) for campaign in campaigns()]
        )
    except Problem:
        return []
    if kept and kept not in dict(options):
        return [*options, (kept, call("campaign").get(f"/campaigns/{kept}")["name"])]
    return options


def accounts_found(word: str, limit: int = 8) -> list[dict[str, Any]]:
    """What a word that somebody types finds among the accounts. No name is longer than what is looked for."""
    return call("opportunity").get("/accounts", {"q": word.strip()[:200] or None, "page_size": limit})["items"]


def account_name(account_id: int | str) -> str:
    """What an account is called; its id where it cannot be read."""
    try:
        return str(call("opportunity").get(f"/accounts/{account_id}")["name"])
    except Problem:
        return f"#{account_id}"


def list_name(list_id: int | str) -> str:
    """The name of a list's file; which list it was for who may not see lists."""
    try:
        return str(call("import").get(f"/lists/{list_id}")["file_name"])
    except Problem:
        return gettext("取込 #%(number)s", number=list_id)


def people(*roles: str, kept: Iterable[str | None] = ()) -> list[tuple[str, str]]:
    """Active users as pairs of id and name with department and absence; those with one of `roles`, or everybody. An
    outsourced caller is offered the own group alone."""
    reader, there = current_user(), {one for one in kept if one}
    found = [user for user in directory.users() if not roles or set(roles) & set(user.roles)]
    if reader and not reader.has(*EMPLOYEES):
        found = [user for user in found if user.department_id and user.department_id == reader.department_id]
    found += [user for user in directory.users(active=False) if str(user.id) in there and user not in found]
    return [
        (str(user.id), (f"{user.name}（{user.department}）" if user.department else user.name) + absence(user))
        for user in found
    ]


def absence(user: directory.Person) -> str:
    """` 不在（代理: 佐々木 沙羅）` beside the name of somebody who is away today; ` 無効` of one who has left."""
    if not user.active:
        return " " + gettext("無効")
    if not user.is_absent(today()):
        return ""
    deputy = directory.name_of(user.deputy_id)
    return " " + (gettext("不在（代理: %(name)s）", name=deputy) if deputy else gettext("不在"))


def departments(kept: str | None = None) -> list[tuple[str, str]]:
    units = directory.departments(active=False)
    return [(str(unit.id), unit.name) for unit in units if unit.active or str(unit.id) == kept]
