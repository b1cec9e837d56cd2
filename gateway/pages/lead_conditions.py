"""The conditions of a search over leads as people read them: what the chips above the list say."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from gateway import directory

from . import display, masters
from .choosing import account_name, campaign_options, list_name
from .lead_search import LeadSearch

MASTERS = {"stage": "lead-stages", "source": "lead-sources", "temperature": "temperatures"}

# How far a lead came in its campaign: the numbers of a campaign, and an account, lead here; no field of the form asks.
PROGRESS = ("new_lead", "contacted", "appointment", "handed_over")
UNASKED = (*PROGRESS, "converted_campaign_id", "account_id", "list_id")


@dataclass(frozen=True)
class Chip:
    """One condition: what it is called, what it demands, and the address of the search without it."""

    label: str
    text: str
    without: str


def chips(search: LeadSearch, campaigns: list[tuple[str, str]]) -> list[Chip]:
    """The conditions of the search, one for each value. `campaigns`: pairs of id and name."""
    if not search.filters:
        return []
    words = labels()
    names = {str(key): name for key, name in campaigns}
    found = []
    for name, given in search.filters.items():
        for value in several(given):
            one = value if isinstance(given, list) else None
            found.append(Chip(words[name], _named(name, value, names), search.without(name, one).address()))
    return found


def in_words(filters: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What a search demanded: each condition with its values, one of which is enough."""
    words, campaigns = labels(), dict(campaign_options())
    return [
        (words.get(name, name), [_named(name, str(value), campaigns) for value in several(given)])
        for name, given in filters.items()
        if name not in ("sort", "page_size")
    ]


def several(given: Any) -> list[Any]:
    """The values of a filter, whether it takes one or many."""
    return [value for value in (given if isinstance(given, list) else [given]) if value not in ("", None)]


def _named(name: str, value: str, campaigns: dict[str, str]) -> str:
    return campaigns.get(value, f"#{value}") if name.endswith("campaign_id") else _text(name, value)


def labels() -> dict[str, str]:
    return {
        "q": gettext("キーワード"),
        "owner": gettext("担当"),
        "stage": gettext("ステージ"),
        "campaign_id": gettext("キャンペーン"),
        "invited": gettext("キャンペーン招待"),
        "responded": gettext("キャンペーン反応"),
        "new_lead": gettext("新規リード"),
        "contacted": gettext("接触"),
        "appointment": gettext("アポ"),
        "handed_over": gettext("引継ぎ"),
        "converted_campaign_id": gettext("案件化"),
        "account_id": gettext("取引先"),
        "has_account": gettext("取引先"),
        "list_id": gettext("リスト"),
        "source": gettext("ソース"),
        "department": gettext("組織"),
        "temperature": gettext("温度感"),
        "next_action_due": gettext("次回アクション"),
        "first_response": gettext("初回対応"),
        "next_action_from": gettext("次回アクション日"),
        "next_action_until": gettext("次回アクション日"),
        "updated_since": gettext("更新日"),
        "updated_until": gettext("更新日"),
    }


def due_names() -> dict[str, str]:
    return {"today": gettext("今日まで"), "this_week": gettext("今週"), "overdue": gettext("期限超過")}


def first_response_names() -> dict[str, str]:
    return {"due": gettext("期限超過・24時間以内"), "overdue": gettext("期限超過")}


def _text(name: str, value: str) -> str:
    if name == "owner":
        classes = {"unassigned": gettext("未割当"), "me": gettext("自担当"), "others": gettext("他担当")}
        return classes.get(value) or (directory.name_of(value) if value.isdigit() else "") or value
    if name in MASTERS:
        return masters.label_of(MASTERS[name], value)
    if name == "account_id":
        return account_name(value)
    if name == "list_id":
        return list_name(value)
    if name == "department":
        return next((unit for key, unit in _units() if key == value), value)
    if name in ("invited", "responded", "has_account", *PROGRESS):
        return gettext("あり") if value.lower() == "true" else gettext("なし")
    if name == "next_action_due":
        return due_names().get(value, value)
    if name == "first_response":
        return first_response_names().get(value, value)
    if name.endswith(("_from", "_since")):
        return gettext("%(day)s から", day=_day(value))
    if name.endswith("_until"):
        return gettext("%(day)s まで", day=_day(value))
    return value


def _units() -> list[tuple[str, Any]]:
    return [(str(unit.id), unit.name) for unit in directory.departments()]


def _day(value: str) -> str:
    try:
        return display.day(value)
    except ValueError:
        return value
