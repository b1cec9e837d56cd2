"""What the fields of accounts and opportunities are called, and how their values read: in conflicts and histories."""

from itertools import groupby
from typing import Any

from flask_babel import gettext

from gateway import directory

from . import choosing, display, masters

USERS = ("main_owner_id", "sales_owner_id")
MASTERS = {"phase": "opportunity-phases", "relation": "account-relations", "type": "activity-types"}
YEN, DAYS, MOMENTS = ("amount", "capital"), ("expected_on", "won_on"), ("next_action_at", "cancelled_at", "occurred_at")


def handover_states() -> dict[str, str]:
    """引継ぎ, state by state."""
    return {
        "requested": gettext("依頼中"),
        "returned": gettext("差戻し済み"),
        "accepted": gettext("受領済み"),
        "nurturing": gettext("再育成中"),
        "withdrawn": gettext("取消済み"),
    }


def account_fields() -> dict[str, str]:
    return {
        "name": gettext("取引先名"),
        "code": gettext("コード"),
        "kana": gettext("フリガナ"),
        "legal_form": gettext("法人格"),
        "legal_form_side": gettext("法人格の位置"),
        "corporate_number": gettext("法人番号"),
        "relation": gettext("関係"),
        "sales_owner_id": gettext("営業担当"),
        "industry": gettext("業種"),
        "employees": gettext("従業員数"),
        "capital": gettext("資本金（円）"),
        "phone": gettext("電話番号"),
        "url": gettext("URL"),
        "domains": gettext("ドメイン"),
        "postal_code": gettext("郵便番号"),
        "prefecture": gettext("都道府県"),
        "address": gettext("住所"),
        "do_not_approach": gettext("アプローチ禁止"),
        "do_not_approach_reason": gettext("アプローチ禁止の理由"),
    }


def opportunity_fields() -> dict[str, str]:
    return {
        "name": gettext("案件名"),
        "code": gettext("コード"),
        "account_id": gettext("取引先"),
        "main_owner_id": gettext("案件主担当"),
        "campaign_id": gettext("キャンペーン"),
        "influence_campaign_ids": gettext("影響したキャンペーン"),
        "lead_id": gettext("リード"),
        "phase": gettext("フェーズ"),
        "probability": gettext("確度（%%）") % (),
        "amount": gettext("見込金額（円）"),
        "expected_on": gettext("受注予定日"),
        "won_on": gettext("受注日"),
        "lost_reason": gettext("失注理由"),
        "next_action": gettext("次回アクション"),
        "next_action_at": gettext("次回アクション日時"),
        "handover_memo": gettext("引継ぎメモ"),
        "handover": gettext("引継ぎ"),
        "handover_reason": gettext("差戻しの理由"),
        "cancelled_at": gettext("案件化の取消"),
        "cancellation_reason": gettext("取消の理由"),
        "type": gettext("種別"),
        "occurred_at": gettext("日時"),
        "text": gettext("内容"),
        "result": gettext("結果"),
    }


def read_as(field: str, value: Any) -> str:
    """A value as people read it; "" for none."""
    if value is None or value == "" or value == []:
        return ""
    if field in USERS:
        return directory.name_of(value)
    if field in MASTERS:
        return masters.label_of(MASTERS[field], value)
    if field == "handover":
        return handover_states().get(value, value)
    if field == "legal_form_side":
        return gettext("前") if value == "before" else gettext("後")
    if field == "phone":
        return display.phone(value)
    if field == "do_not_approach":
        return gettext("はい") if value else gettext("いいえ")
    if field == "account_id":
        return choosing.account_name(value)
    if field == "lead_id":
        return f"L-{int(value):06d}"
    if field in ("campaign_id", "influence_campaign_ids"):
        names = dict(choosing.campaign_options())
        ids = value if isinstance(value, list) else [value]
        return "、".join(names.get(str(one), f"ID {one}") for one in ids)
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return _number_or_day(field, value)


def _number_or_day(field: str, value: Any) -> str:
    if field in YEN and str(value).isdecimal():
        return display.yen(int(value))
    if field in DAYS:
        return display.day(value)
    return display.moment(value) if field in MOMENTS else str(value)


def cause_name(kind: str) -> str:
    """What an act is called in the history; "" for what the house did by itself."""
    return {
        "account": gettext("編集"),
        "opportunity": gettext("編集"),
        "activity": gettext("活動"),
        "conversion": gettext("案件化"),
        "cancellation": gettext("案件化の取消"),
        "handover": gettext("引継ぎ"),
        "nurturing": gettext("再育成"),
    }.get(kind, "")


def acts_of(changes: list[dict[str, Any]], fields: dict[str, str]) -> list[dict[str, Any]]:
    """The history as acts: what one person changed at once, field by field, with both values as they read."""
    acts = []
    for _, together in groupby(changes, key=lambda change: change["cause_id"]):
        entries = list(together)
        lines = [
            {
                "field": change["field"],
                "label": fields.get(change["field"], change["field"]),
                "before": read_as(change["field"], change["before"]),
                "after": read_as(change["field"], change["after"]),
            }
            for change in entries
        ]
        acts.append(entries[0] | {"lines": lines, "cause": cause_name(entries[0]["cause_kind"])})
    return acts


functions = {"handover_states": handover_states, "read_as": read_as}
