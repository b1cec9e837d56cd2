"""The words of lists: what kinds, states and outcomes are called, why a row is whose, how fast a list goes."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext, ngettext
from markupsafe import Markup, escape

from . import display

RUNNING = ("received", "reading", "planning", "committing", "undoing")
SURE_AFTER = 2  # seconds
SURE_FOR = 10  # seconds that a list may take longer than was said
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
LEAD_NUMBER = re.compile(r"\bL-0*(\d+)\b")


def outcome_names() -> dict[str, tuple[str, str]]:
    """Outcomes in the order of the tiles: what they are called, and their tone."""
    return {
        "created": (gettext("新規"), "tone-green"),
        "updated": (gettext("更新"), "tone-blue"),
        "history_only": (gettext("履歴のみ"), "tone-teal"),
        "unchanged": (gettext("変更なし"), "tone-neutral"),
        "review": (gettext("重複候補"), "tone-violet"),
        "conflict": (gettext("衝突"), "tone-orange"),
        "error": (gettext("エラー"), "tone-red"),
        "cancelled": (gettext("取り込み中止"), "tone-neutral"),
    }


def words() -> dict[str, Any]:
    """What the templates of this screen, and ホーム, call kinds and states."""
    return {
        "kinds": {
            "invited": gettext("招待リスト取込"),
            "participants": gettext("参加者リスト取込"),
            "update": gettext("リスト更新"),
        },
        "states": {
            "received": (gettext("受付済み"), "tone-neutral"),
            "asking": (gettext("要確認"), "tone-violet"),
            "reading": (gettext("処理中"), "tone-blue"),
            "planning": (gettext("確認の準備中"), "tone-blue"),
            "planned": (gettext("確認待ち"), "tone-violet"),
            "discarded": (gettext("破棄"), "tone-neutral"),
            "committing": (gettext("登録中"), "tone-blue"),
            "finished": (gettext("完了"), "tone-green"),
            "failed": (gettext("失敗"), "tone-red"),
            "cancelled": (gettext("取り込み中止"), "tone-neutral"),
            "undoing": (gettext("取消中"), "tone-orange"),
            "undone": (gettext("取消済み"), "tone-neutral"),
        },
        "outcomes": outcome_names(),
        "changing_outcomes": ("created", "updated", "history_only"),
        "running_states": RUNNING,
        "match_text": match_text,
        "shown_value": shown_value,
        "with_leads": with_leads,
    }


def match_text(match: dict[str, str]) -> str:
    """Why a row was taken for somebody who is known already."""
    value = match.get("value", "")
    if match.get("rule") == "bare":
        company, name, phone = [*value.split("|"), "", ""][:3]
        same = " / ".join(part for part in (company, name, display.phone(phone)) if part)
        if not phone:
            return gettext("会社名と氏名が一致: %(value)s", value=same)
        if not company:
            return gettext("氏名と電話番号が一致: %(value)s", value=same)
        return gettext("会社名・氏名・電話番号が一致: %(value)s", value=same)
    by = {
        "lead_id": gettext("リードIDで一致"),
        "email": gettext("メールアドレスが一致: %(value)s", value=value),
        "email_name": gettext("メールアドレスと氏名が一致: %(value)s", value=value),
        "same_list": gettext("このファイルの %(row)s 行目と同じ人", row=match.get("row", "")),
    }
    return by.get(match.get("rule", ""), gettext("既存のリードと一致: %(value)s", value=value))


def with_leads(reason: dict[str, str]) -> Markup:
    """What is said of a row; the leads between which a person has to decide are links."""
    told = escape(reason["message"])
    if reason["code"] not in ("several_matches", "address_taken"):
        return told
    linked = LEAD_NUMBER.sub(r'<a href="/leads/\1">\g<0></a>', str(told))
    return Markup(linked)


@dataclass(frozen=True)
class Pace:
    """How fast a running list goes: rows a second, and what is left of it in words."""

    rate: int
    remaining: str


def shown_value(field: str, value: str | None) -> str | None:
    """A value of a row as the other pages show it; what is no number or no day, as it came."""
    if not value:
        return value
    if field in ("phone", "mobile"):
        return display.phone(value)
    is_day = field in ("responded_on", "first_responded_on") and ISO_DAY.fullmatch(value)
    return display.day(value) if is_day else value


def pace(uploaded: dict[str, Any]) -> Pace | None:
    """None before enough rows are settled to tell, and after the last. Of a list that is undone: leads. The rate is of
    when rows were settled last: they come in batches, and between two of them it would fall."""
    if uploaded["status"] not in RUNNING or uploaded["at_work_since"] is None:
        return None
    settled, total, is_sure = uploaded["rows_settled"], uploaded["rows_read"], not uploaded["reading"]
    if uploaded["status"] == "undoing":
        undoing = uploaded["undoing"]
        settled, total, is_sure = undoing["undone"] + undoing["kept"], undoing["leads"], True
    left = total - settled
    settled -= uploaded["settled_before"]
    now, since = datetime.now(UTC), display.local(uploaded["at_work_since"])
    last = display.local(uploaded.get("settled_at") or now)
    seconds, waiting = (last - since).total_seconds(), max((now - last).total_seconds(), 0)
    if seconds < SURE_AFTER or settled < seconds + waiting:  # less than a row a second tells of a pause
        return None
    rest = round(left * seconds / settled - waiting)
    is_sure = is_sure and rest > -SURE_FOR
    rest = max(rest, 1)
    minutes = math.ceil(rest / 60)
    words = (
        gettext("残り 約%(seconds)s秒", seconds=rest)
        if rest < 60
        else ngettext("残り 約%(num)s分", "残り 約%(num)s分", minutes)
    )
    return Pace(round(settled / seconds), words if left and is_sure else "")


def state_groups() -> list[tuple[str, str, tuple[str, ...]]]:
    """States as one looks for them: what waits for somebody, what runs, and how the rest ended."""
    return [
        ("waiting", gettext("要確認・確認待ち"), ("asking", "planned")),
        ("running", gettext("処理中"), RUNNING),
        ("finished", gettext("完了"), ("finished",)),
        ("stopped", gettext("失敗・中止"), ("failed", "cancelled")),
        ("withdrawn", gettext("取消済み・破棄"), ("undone", "discarded")),
    ]
