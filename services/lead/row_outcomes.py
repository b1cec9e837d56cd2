"""What became of the staged rows, as it is told to import: the facts of events.RowsSettled."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from chassis.company_time import COMPANY_TIME
from chassis.problems import Field

from .history import PLACEMENT_FIELD
from .list_update import LEAD_FIELDS, Changes
from .masters import masters
from .models.leads import lead_number
from .problems import LATER_ROW, ROW_PROBLEMS
from .retired_choices import told_as

# Of a row that made a lead nothing more is told.
SETTLED = """
SELECT row, lead_id, verdict, problem, rule, first_row, turn, email_key, bare_key, conflicts, besides, lead_version,
    later, met, responded_on, retired
FROM staged_row WHERE NOT fresh ORDER BY row
"""
Staged = dict[str, Any]  # a row of SETTLED
Told = dict[str, Any]  # an events.RowOutcome, or all of events.RowsSettled that is told of rows
CELL_OF = {field: cell for cell, field in LEAD_FIELDS.items()}
SHOWN_LEADS = 5
# Field of the campaign history → cell of the list.
HISTORY_CELLS = {
    **{name: name for name in ("invited", "responded", "survey", "note")},
    **{"status": "member_status", "last_responded_at": "responded_on", "first_responded_at": "first_responded_on"},
}
UNTOLD = (
    "drop_reason",
    "next_action_at",
    "next_action_type",
    PLACEMENT_FIELD,
)  # what follows from a change of owner or stage


def _settled_rows(session: Session) -> list[Staged]:
    found = session.execute(text(SETTLED))
    names = tuple(found.keys())
    rows = [dict(zip(names, row, strict=True)) for row in found]
    for row in rows:
        if row["retired"]:
            row["refused_for"] = told_as(masters(session), *row["retired"])
    return rows


def after_update(session: Session, turns: dict[int, Changes]) -> Told:
    """`turns`: turn → lead → what changed."""
    rows = _settled_rows(session)
    return {"outcomes": [_updated(row, turns) or outcome_of(row, "unchanged") for row in rows]}


def after_registration(
    session: Session, created: dict[int, int], history: Changes, turns: dict[int, Changes], plan: bool
) -> Told:
    """`created`: row → the lead that it made; the numbers that a plan gives are none. The first row of a known lead
    tells what changed in its history; more rows of it change nothing further, unless they change the lead itself."""
    outcomes: list[Told] = []
    seen = set(created.values())
    for row in _settled_rows(session):
        lead_id = row["lead_id"]
        first = not row["verdict"] and lead_id not in seen
        if first:
            seen.add(lead_id)
        told = _updated(row, turns) or outcome_of(row, "history_only" if first and lead_id in history else "unchanged")
        if first and lead_id in history:
            changes = _history(history[lead_id], dated=row["responded_on"] is not None)
            told["changes"] = [*told.get("changes", ()), *changes]
        outcomes.append(told)
    leads = [] if plan else [*created.values()]
    return {"created": [*created], "created_leads": leads, "outcomes": outcomes}


def _history(changes: list[Row[Any]], dated: bool) -> Iterable[Told]:
    """In the cells of the list layout, and the day of the first response where a row moves it to an earlier one. A day
    that no row named (not `dated`) is that of the commit, of which a plan knows nothing."""
    told = {}
    for change in changes:
        cell = HISTORY_CELLS.get(change.field)
        if cell in ("responded_on", "first_responded_on"):
            if dated and (cell == "responded_on" or change.before):
                told[cell] = {"field": cell, "before": _day(change.before), "after": _day(change.after)}
        elif cell:
            told[cell] = {"field": cell, "before": change.before, "after": change.after}
    if "member_status" in told:  # says it better
        told = {cell: change for cell, change in told.items() if cell not in ("invited", "responded")}
    return told.values()


def _day(moment: str | None) -> str | None:
    return datetime.fromisoformat(moment).astimezone(COMPANY_TIME).date().isoformat() if moment else None


def _updated(row: Staged, turns: dict[int, Changes]) -> Told | None:
    """None for a row that changed nothing of its lead."""
    changes = turns.get(row["turn"], {}).get(row["lead_id"])
    if not changes or row["verdict"]:
        return None
    told = [
        {"field": CELL_OF.get(change.field, change.field), "before": change.before, "after": change.after}
        for change in changes
        if change.field not in UNTOLD
    ]
    return outcome_of(row, "updated") | {"changes": told}


def outcome_of(row: Staged, done: str) -> Told:
    if row["conflicts"]:
        return _conflict(row)
    if row["verdict"]:
        problem = row.get("refused_for") or ROW_PROBLEMS[row["problem"]]
        # Who has no address is looked for by company, name and phone.
        field = "family_name" if problem.field == "email" and row["email_key"] is None else problem.field
        reason = {"field": field, "code": problem.code, **_said(problem, row["met"])}
        return {"row": row["row"], "outcome": row["verdict"], "reasons": [reason]}
    told: Told = {"row": row["row"], "outcome": done, "lead_id": _lead(row)}
    if row["later"]:
        told["reasons"] = _later(row)
    if row["rule"]:
        told["match"] = _match(row)
    return told


def _conflict(row: Staged) -> Told:
    problem = ROW_PROBLEMS[row["problem"]]
    said = {"code": problem.code, "ja": problem.ja, "en": problem.en}
    clashes = [{"field": cell, **values} for cell, values in row["conflicts"].items()]
    besides = [{"field": cell, "besides": True, **values} for cell, values in (row["besides"] or {}).items()]
    return {
        "row": row["row"],
        "outcome": "conflict",
        "lead_id": _lead(row),
        "reasons": [said | {"field": change["field"]} for change in clashes],
        "match": _match(row),
        "changes": clashes + besides,
        "seen": row["lead_version"],
    }


def _said(problem: Field, met: list[int] | None) -> dict[str, str]:
    """In words; of several leads that match, the first five by their numbers. One that a row of this list makes has
    none yet, but that of the row, below 0."""
    if not met:
        return {"ja": problem.ja, "en": problem.en}
    shown, more = met[:SHOWN_LEADS], len(met) > SHOWN_LEADS
    ja = "、".join(lead_number(each) if each > 0 else f"{-each}行目の人" for each in shown) + (" ほか" if more else "")
    en = ", ".join(lead_number(each) if each > 0 else f"whoever row {-each} is about" for each in shown)
    en += " and more" if more else ""
    return {"ja": problem.ja.format(leads=ja), "en": problem.en.format(leads=en)}


def _later(row: Staged) -> list[dict[str, str]]:
    """The cells for which a later row about the same lead has another value."""
    return [
        {
            "field": cell,
            "code": LATER_ROW.code,
            "ja": LATER_ROW.ja.format(row=later),
            "en": LATER_ROW.en.format(row=later),
        }
        for cell, later in row["later"].items()
    ]


def _lead(row: Staged) -> int | None:
    """None for a lead that a plan would make: it has no number yet."""
    lead_id = row["lead_id"]
    return lead_id if lead_id is not None and lead_id > 0 else None


def _match(row: Staged) -> dict[str, str] | None:
    """Why this row is that lead; None for a new one."""
    rule = row["rule"]
    if rule is None:
        return None
    if rule == "same_list":
        return {"rule": rule, "row": str(row["first_row"])}
    value = row["bare_key"] if rule == "bare" else row["email_key"]
    return {"rule": rule, "value": lead_number(row["lead_id"]) if rule == "lead_id" else str(value)}
