"""The form of a campaign: its fields and rows, what was typed, what a person changed, and both values of a conflict."""

import json
from typing import Any

from flask import request
from flask_babel import gettext

from chassis.problems import Problem
from gateway import directory

from . import choosing, masters
from .editing import Both
from .forms import Form, fraction, rows, text, whole

TEXTS = ("code", "name", "category", "status", "venue", "url", "objective", "target", "description")
CHOSEN = ("parent_id", "start_date", "end_date", "venue_type", "owner_id", "department_id")
COUNTS = ("invited", "responded", "new_leads", "appointments", "converted", "won", "opportunity_amount", "won_amount")
BLOCKS: dict[str, tuple[str, ...]] = {
    "stakeholders": (*("kind", "name", "company", "department", "title", "email", "phone", "role", "note", "user_id"),),
    "budget_lines": ("kind", "budget", "actual", "note"),
}
MASTERS = {"category": "campaign-categories", "status": "campaign-statuses", "venue_type": "venue-types"}
KINDS = {"stakeholders": "stakeholder-kinds", "budget_lines": "cost-kinds"}
Values = dict[str, str]
Rows = dict[str, list[Values]]


def goal_names() -> dict[str, str]:
    """Goals and results in the order of the funnel."""
    return {
        "invited": gettext("招待数"),
        "responded": gettext("参加数"),
        "response_rate": gettext("参加率"),
        "new_leads": gettext("新規リード"),
        "appointments": gettext("アポ"),
        "converted": gettext("案件化"),
        "won": gettext("受注件数"),
        "opportunity_amount": gettext("案件金額"),
        "won_amount": gettext("受注金額"),
    }


def field_names() -> dict[str, str]:
    """What the fields are called, in the order of the form."""
    named = {
        "name": gettext("キャンペーン名"),
        "code": gettext("コード"),
        "category": gettext("分類"),
        "status": gettext("ステータス"),
        "parent_id": gettext("親キャンペーン"),
        "start_date": gettext("開始日"),
        "end_date": gettext("終了日"),
        "owner_id": gettext("主担当"),
        "department_id": gettext("組織"),
        "venue_type": gettext("開催形式"),
        "venue": gettext("会場"),
        "url": gettext("URL"),
        "objective": gettext("目的"),
        "target": gettext("対象"),
        "description": gettext("内容"),
    }
    named |= {f"goals.{name}": label for name, label in goal_names().items()}
    return named | {"budget_lines": gettext("費用"), "stakeholders": gettext("キャンペーン関係者")}


def flat(campaign: dict[str, Any]) -> Values:
    """The values of a campaign under the names of the form's fields, as they stand in it."""
    values: dict[str, Any] = {name: campaign.get(name) for name in (*TEXTS, *CHOSEN)}
    goals = campaign.get("goals") or {}
    values |= {f"goals.{name}": goals.get(name) for name in goal_names()}
    if (rate := values["goals.response_rate"]) is not None:
        values["goals.response_rate"] = f"{rate * 100:g}"
    return {name: "" if value is None else str(value) for name, value in values.items()}


def rows_of(campaign: dict[str, Any]) -> Rows:
    """The rows of each block, as they stand in the form."""
    return {
        block: [
            {name: "" if row.get(name) is None else str(row[name]) for name in names}
            for row in campaign.get(block) or []
        ]
        for block, names in BLOCKS.items()
    }


def initial(values: Values, blocks: Rows) -> dict[str, Any]:
    """What a Form begins with."""
    found: dict[str, Any] = dict(values)
    for block, lines in blocks.items():
        for number, row in enumerate(lines):
            found |= {f"{block}.{number}.{name}": value for name, value in row.items()}
    return found


def typed_rows(block: str) -> list[Values]:
    return [row for _, row in rows(block, BLOCKS[block])]


def draft() -> dict[str, Any]:
    """What was typed, in the shape of a new campaign."""
    made: dict[str, Any] = {name: text(name) for name in TEXTS} | {name: text(name) or None for name in CHOSEN}
    made["status"] = made["status"] or None
    made["goals"] = {name: whole(f"goals.{name}") for name in COUNTS}
    made["goals"]["response_rate"] = fraction("goals.response_rate")
    made["budget_lines"] = [
        line | {"budget": whole(f"budget_lines.{number}.budget"), "actual": whole(f"budget_lines.{number}.actual")}
        for number, line in rows("budget_lines", BLOCKS["budget_lines"])
    ]
    made["stakeholders"] = [row | {"user_id": row["user_id"] or None} for row in typed_rows("stakeholders")]
    return made


def patch(changed: set[str]) -> dict[str, Any]:
    """Of what was typed, that which the person changed."""
    made = draft()
    found = {name: made[name] for name in (*TEXTS, *CHOSEN, *BLOCKS) if name in changed}
    goals = {name: value for name, value in made["goals"].items() if f"goals.{name}" in changed}
    return found | {"goals": goals} if goals else found


def seen() -> tuple[Values, Rows]:
    """The values that the posted form was rendered with."""
    try:
        values, blocks = json.loads(request.form.get("seen", ""))
        return dict(values), {block: list(blocks[block]) for block in BLOCKS}
    except (ValueError, TypeError, KeyError):
        return {}, {block: [] for block in BLOCKS}


def touched() -> tuple[Values, Rows]:
    """The fields and the blocks that the person changed, as typed; not those whose other value was chosen."""
    values, blocks = seen()
    kept = {name for name in (*values, *blocks) if request.form.get(f"keep.{name}") == "theirs"}
    fields = {name: text(name) for name, before in values.items() if name in request.form and text(name) != before}
    changed = {block: lines for block in BLOCKS if (lines := typed_rows(block)) != blocks[block]}
    return (
        {name: value for name, value in fields.items() if name not in kept},
        {block: lines for block, lines in changed.items() if block not in kept},
    )


def conflicts(theirs: dict[str, Any]) -> list[Both]:
    """Where both this person and somebody else changed the same: the field or the block, with both values."""
    fields, blocks = touched()
    before, rows_before = seen()
    values, lines = flat(theirs), rows_of(theirs)
    names = field_names()
    found = [
        Both(name, names[name], mine, values[name], read_as(name, mine), read_as(name, values[name]))
        for name, mine in fields.items()
        if values[name] not in (mine, before[name])
    ]
    return found + [
        Both(block, names[block], "", "", read_rows(block, mine), read_rows(block, lines[block]))
        for block, mine in blocks.items()
        if lines[block] not in (mine, rows_before[block])
    ]


def read_as(name: str, value: str) -> str:
    """A value of a field as people read it."""
    if name == "owner_id":
        return directory.name_of(int(value)) if value else ""
    if name in MASTERS:
        return masters.label_of(MASTERS[name], value)
    options = {"parent_id": choosing.campaign_options, "department_id": choosing.departments}.get(name)
    if options:
        return dict(options(value)).get(value, value)
    return f"{value}%" if value and name == "goals.response_rate" else value


def read_rows(block: str, lines: list[Values]) -> str:
    """The rows of a block in a few words each."""
    shown = ("name", "company") if block == "stakeholders" else ("budget", "actual")
    return "、".join(
        " ".join([masters.label_of(KINDS[block], row["kind"]), *(row[name] for name in shown if row[name])])
        for row in lines
    )


def numbers(block: str, blocks: Rows | None) -> list[int]:
    """The numbers of the rows that a block shows: those of `blocks`, else those that were posted."""
    if blocks is not None:
        return list(range(len(blocks[block]) or 1))
    shown = [int(number) for number in request.form.getlist(f"{block}.rows") if number.isdecimal()]
    if request.form.get("row") == f"add {block}":
        shown.append(max(shown, default=-1) + 1)
    return [number for number in shown if request.form.get("row") != f"remove {block}.{number}"]


def form_of(values: Values, blocks: Rows | None, problem: Problem | None) -> Form:
    """`blocks` None: the form as it was posted. An error about the second row that was filled in stands at that row."""
    form = Form(initial(values, blocks or {}), problem)
    if blocks is not None:
        form.typed = None
        return form
    for block, names in BLOCKS.items():
        filled = [number for number, _ in rows(block, names)]
        moved = {}
        for field, message in form.errors.items():
            head, _, rest = field.removeprefix(f"{block}.").partition(".")
            is_row = field.startswith(f"{block}.") and head.isdecimal() and int(head) < len(filled)
            moved[f"{block}.{filled[int(head)]}.{rest}" if is_row else field] = message
        form.errors = moved
    return form
