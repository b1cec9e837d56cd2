"""A search in words, for the ledger of exports: which leads or persons somebody took out."""

from typing import Any

from flask_babel import gettext

from . import lead_conditions, masters


def in_words(kind: str, search: dict[str, Any]) -> str:
    """`キーワード: 山田 · ステージ: 未対応、育成中`; すべて for a search without conditions."""
    conditions = _of_persons(search) if kind == "persons" else lead_conditions.in_words(search)
    parts = [f"{label}: {gettext('、').join(values)}" for label, values in conditions if values]
    return " · ".join(parts) or gettext("すべて")


def _of_persons(search: dict[str, Any]) -> list[tuple[str, list[str]]]:
    labels = {
        "q": gettext("キーワード"),
        "company": gettext("会社名"),
        "prefecture": gettext("都道府県"),
        "status": gettext("在籍状況"),
        "has_account": gettext("取引先"),
    }
    return [
        (label, [_of_person(name, str(value)) for value in lead_conditions.several(search[name])])
        for name, label in labels.items()
        if name in search
    ]


def _of_person(name: str, value: str) -> str:
    if name == "has_account":
        return gettext("あり") if value.lower() == "true" else gettext("なし")
    return masters.label_of("person-statuses", value) if name == "status" else value
