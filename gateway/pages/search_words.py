"""A search in words, for the ledger of exports: which leads or persons somebody took out."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext

from gateway import directory

from . import choosing, masters

Named = Callable[[str], str]


def in_words(kind: str, search: dict[str, Any]) -> str:
    """`キーワード: 山田 · ステージ: 未対応、育成中`; すべて for a search without conditions."""
    parts = []
    for name, values in search.items():
        label, named = _filters(kind).get(name, (name, str))
        chosen = [named(str(value)) for value in (values if isinstance(values, list) else [values]) if value != ""]
        if chosen and name not in ("sort", "page_size"):
            parts.append(f"{label}: {gettext('、').join(chosen)}")
    return " · ".join(parts) or gettext("すべて")


def _filters(kind: str) -> dict[str, tuple[str, Named]]:
    common: dict[str, tuple[str, Named]] = {"q": (gettext("キーワード"), str)}
    if kind == "persons":
        return common | {
            "company": (gettext("会社名"), str),
            "prefecture": (gettext("都道府県"), str),
            "status": (gettext("在籍状況"), lambda code: masters.label_of("person-statuses", code)),
            "has_account": (gettext("取引先"), _yes),
        }
    return common | {
        "owner": (gettext("担当"), _owner),
        "stage": (gettext("ステージ"), lambda code: masters.label_of("lead-stages", code)),
        "source": (gettext("リードソース"), lambda code: masters.label_of("lead-sources", code)),
        "campaign_id": (
            gettext("キャンペーン"),
            lambda number: dict(choosing.campaign_options()).get(number, f"#{number}"),
        ),
        "invited": (gettext("招待"), _yes),
        "responded": (gettext("反応"), _yes),
        "new_lead": (gettext("新規リード"), _yes),
        "department": (gettext("組織"), lambda number: dict(choosing.departments()).get(number, f"#{number}")),
        "updated_since": (gettext("更新日"), str),
        "next_action_until": (gettext("次回アクション日"), str),
    }


def _yes(value: str) -> str:
    return gettext("あり") if value.lower() == "true" else gettext("なし")


def _owner(value: str) -> str:
    named = {"unassigned": gettext("未割当"), "me": gettext("自担当"), "others": gettext("他担当")}
    return named.get(value) or (directory.name_of(value) if value.isdigit() else value)
