"""管理 › 権限: what each role may do, read from what every call of the house says about itself."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext, ngettext

from contracts.roles import EMPLOYEES, Role
from gateway.api import document
from gateway.authentication import allow

from .users import role_names

pages = Blueprint("roles", __name__, url_prefix="/administration/roles")


@pages.get("")
@allow(EMPLOYEES)
def index() -> str:
    described = document.document()
    incomplete = any(call.get("x-incomplete") for calls in described["paths"].values() for call in calls.values())
    return render_template(
        "administration/roles.html",
        groups=_groups(described["paths"]),
        roles=role_names(),
        with_calls="calls" in request.args,
        incomplete=incomplete,
    )


def _groups(paths: dict[str, Any]) -> dict[str, list[tuple[str, str, frozenset[str]]]]:
    """What can be done, by subject: (what it is, the call, who may). What needs no sign-in is left out."""
    called = _subjects()
    groups: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
    for path, calls in paths.items():
        word = path.strip("/").partition("/")[0].partition(".")[0]
        for method, call in calls.items():
            if call.get("security") == [] or call.get("x-incomplete"):
                continue
            who = frozenset(call.get("x-roles", Role))  # without any: whoever is signed in
            line = (call["summary"], f"{method.upper()} {path}", who)
            groups.setdefault(called.get(word, word), []).append(line)
    return groups


def _subjects() -> dict[str, str]:
    return {
        "me": gettext("個人設定"),
        "session": gettext("サインイン"),
        "tokens": gettext("API トークン"),
        "saved-searches": gettext("保存した検索"),
        "notifications": gettext("通知"),
        "campaigns": ngettext("キャンペーン", "キャンペーン", 2),
        "leads": ngettext("リード", "リード", 2),
        "actions": gettext("アクション"),
        "persons": gettext("パーソン"),
        "accounts": ngettext("取引先", "取引先", 2),
        "opportunities": gettext("案件"),
        "handovers": gettext("引継ぎ"),
        "lists": gettext("リスト"),
        "list-template": gettext("リスト"),
        "exports": gettext("リスト出力"),
        "export-ledger": gettext("リスト出力"),
        "users": gettext("ユーザー"),
        "departments": ngettext("組織", "組織", 2),
        "masters": gettext("マスタ"),
    }
