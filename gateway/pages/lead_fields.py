"""The fields of a lead as its pages show and read them: what they are called, what a form was shown with, what a
person changed in it, and what somebody else changed meanwhile."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext

from chassis.problems import Problem
from gateway import directory
from gateway.authentication import language

from . import masters
from .display import field_moment, phone
from .display import moment as shown_moment
from .editing import Collision, seen, touched
from .forms import Form, company_moment, plain, text

PERSON_FIELDS = (
    "family_name", "given_name", "family_name_kana", "given_name_kana", "company", "department", "title", "rank",
    "status", "email", "second_email", "phone", "direct_phone", "mobile", "fax", "postal_code", "prefecture", "address",
)  # fmt: skip
FLAGS = ("do_not_call", "do_not_mail")
MOMENTS = ("next_action_at", "first_response_due")
LEAD_FIELDS = (
    "drop_reason", "source", "temperature", "industry", "interest", "budget", "authority", "need", "timing",
    "next_action_type", "do_not_call_reason", "do_not_mail_reason",
)  # fmt: skip
MASTERS = {
    "stage": "lead-stages", "source": "lead-sources", "temperature": "temperatures",
    "next_action_type": "action-types", "person.status": "person-statuses",
}  # fmt: skip
PHONES = ("phone", "direct_phone", "mobile", "fax")
HALF_WIDTH = ("email", "second_email", "postal_code")


def field_names() -> dict[str, str]:
    """What the fields of a lead are called, in the order of the page."""
    return _field_names(language())


@lru_cache(2)
def _field_names(_language: str) -> dict[str, str]:
    return {
        "owner_id": gettext("リード担当者"),
        "stage": gettext("リードステージ"),
        "drop_reason": gettext("見送り・対象外の理由"),
        "person.family_name": gettext("姓"),
        "person.given_name": gettext("名"),
        "person.family_name_kana": gettext("セイ"),
        "person.given_name_kana": gettext("メイ"),
        "person.company": gettext("会社名"),
        "person.department": gettext("部署"),
        "person.title": gettext("役職"),
        "person.rank": gettext("職位"),
        "person.status": gettext("在籍状況"),
        "person.email": gettext("メールアドレス"),
        "person.second_email": gettext("メールアドレス2"),
        "person.phone": gettext("電話番号"),
        "person.direct_phone": gettext("直通電話"),
        "person.mobile": gettext("携帯電話"),
        "person.fax": gettext("FAX"),
        "person.postal_code": gettext("郵便番号"),
        "person.prefecture": gettext("都道府県"),
        "person.address": gettext("住所"),
        "source": gettext("リードソース"),
        "temperature": gettext("温度感"),
        "industry": gettext("業種"),
        "interest": gettext("関心"),
        "budget": gettext("予算"),
        "authority": gettext("決裁権"),
        "need": gettext("ニーズ"),
        "timing": gettext("導入時期"),
        "next_action_at": gettext("次回アクション日時"),
        "next_action_type": gettext("次回アクション種別"),
        "first_response_due": gettext("初回対応期限"),
        "do_not_call": gettext("架電禁止"),
        "do_not_call_reason": gettext("架電禁止の理由"),
        "do_not_mail": gettext("メール禁止"),
        "do_not_mail_reason": gettext("メール禁止の理由"),
    }


def typed_values(lead: dict[str, Any]) -> dict[str, str]:
    """The values of a lead under the names of the form's fields, as a form holds them."""
    values: dict[str, str] = {f"person.{name}": lead["person"].get(name) or "" for name in PERSON_FIELDS}
    values |= {f"person.{name}": phone(lead["person"].get(name)) for name in PHONES}
    values |= {name: lead.get(name) or "" for name in LEAD_FIELDS}
    values |= {name: field_moment(lead[name]) for name in MOMENTS}
    values["owner_id"] = lead["owner"]["id"] if lead["owner"] else ""
    values["stage"] = lead["stage"]["code"]
    return values | {name: "1" if lead[name] else "" for name in FLAGS}


def edits(mine: dict[str, str]) -> dict[str, Any]:
    """What a person changed, in the shape of a PATCH."""
    changed: dict[str, Any] = {}
    for name, value in mine.items():
        if name.startswith("person."):
            own = name.removeprefix("person.")
            changed.setdefault("person", {})[own] = plain(value) if own in HALF_WIDTH else value
        elif name in FLAGS:
            changed[name] = bool(value)
        elif name in MOMENTS:
            changed[name] = company_moment(value)
        else:
            changed[name] = (value or None) if name == "owner_id" else value
    return changed


def read_as(name: str, value: str) -> str:
    """A value of a field as people read it."""
    if name == "owner_id":
        return directory.name_of(int(value)) if value else gettext("未割当")
    if name in FLAGS:
        return gettext("はい") if value else gettext("いいえ")
    if name in MOMENTS:
        return shown_moment(company_moment(value))
    return masters.label_of(MASTERS[name], value) if name in MASTERS else value


def collision_with(lead: dict[str, Any]) -> Collision:
    """The posted form against the lead as it is now."""
    return Collision.of(typed_values(lead), field_names(), read_as)


@dataclass(frozen=True)
class Editing:
    """What the form of a lead is shown with: its values, the version they belong to, and a collision if there was."""

    values: dict[str, str]
    seen: str
    version: str
    collision: Collision | None

    @classmethod
    def of(cls, lead: dict[str, Any], problem: Problem | None = None) -> "Editing":
        if problem is None:
            values = typed_values(lead)
            return cls(values, json.dumps(values), lead["version"], None)
        if problem.status == 409:  # from here on the person decides over what is there now
            values = typed_values(lead)
            return cls(values | touched(), json.dumps(values), lead["version"], collision_with(lead))
        return cls(seen() | touched(), json.dumps(seen()), text("version"), None)

    def form(self, problem: Problem | None = None, own: dict[str, Any] | None = None) -> Form:
        """`own`: values of the fields that are not the lead's."""
        form = Form(self.values | (own or {}), problem)
        form.typed = None  # what was not shown was not sent: the values are complete, the posted form may not be
        return form
