"""The rows of a batch in a table of their own, found again among the leads: step by step, never row by row.

`staged_row` is a temporary table of the connection, empty after every transaction. NULL in a cell says nothing
(the file has no such column, or the cell is blank). What the steps decide about a row stands beside its cells:
lead_id and rule (whom it matched and why), met (the first of several), fresh (it makes a new lead), verdict and
problem (why nothing is done).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import copy_rows
from chassis.keywords import normal_phone
from contracts.events import RowsPrepared

from . import matching
from .masters import Masters

PERSON_CELLS = [
    *["company", "department", "title", "family_name", "given_name", "family_name_kana", "given_name_kana"],
    *["email", "phone", "mobile", "postal_code", "prefecture", "address"],
]
LEAD_CELLS = ["industry", "source", "temperature", "stage", "note"]
MEMBER_CELLS = ["member_status", "survey"]
TEXT_CELLS = [*PERSON_CELLS, *LEAD_CELLS, *MEMBER_CELLS]
OTHER_CELLS = {"owner_id": "bigint", "do_not_call": "boolean", "do_not_mail": "boolean", "responded_on": "date"}
CELLS = [*TEXT_CELLS, *OTHER_CELLS]
KEYS = list(matching.Keys._fields)
# What is compared with an exported version, and what somebody chose where both had changed.
VERSION_CELLS = {"version": "int", "seen": "int", "takes": "text"}
CHOICES = {
    "stage": "lead-stages",
    "source": "lead-sources",
    "temperature": "temperatures",
    "member_status": "member-statuses",
}
# What a blank cell erases where that was chosen; nobody loses name or stage by a blank. 0 is the owner "nobody".
ERASED: dict[str, Any] = dict.fromkeys(
    [
        *("company", "department", "title", "email", "phone", "mobile", "postal_code", "prefecture", "address"),
        *("industry", "source", "temperature", "note"),
    ],
    "",
) | {"owner_id": 0, "do_not_call": False, "do_not_mail": False}
DEFAULT_STATUS = {"invited": "invited", "participants": "attended"}

# How a cell of the file is compared with what is stored: other writing of the same is no change.
SAME = {"email": "lower({0})", "postal_code": r"regexp_replace({0}, '\D', '', 'g')"}
# Nor is a number to which the file says no extension.
NUMBERS = ("phone", "mobile")

# In front what every step asks for: PostgreSQL takes a row apart from its beginning as far as it has to.
TABLE = f"""
CREATE TEMP TABLE IF NOT EXISTS staged_row (
    row int PRIMARY KEY, first_row int, lead_id bigint, person_id bigint, fresh boolean DEFAULT false, given_id bigint,
    verdict text, stage text, {", ".join(f"{name} text" for name in KEYS)}, rule text, problem text,
    turn int DEFAULT 1, status_rank int, responds boolean,
    {", ".join(f"{name} {kind}" for name, kind in (VERSION_CELLS | OTHER_CELLS).items())},
    {", ".join(f"{name} text" for name in TEXT_CELLS if name != "stage")},
    base jsonb, moved text[], conflicts jsonb, besides jsonb, lead_version int, later jsonb, own_note text,
    met bigint[], retired text[]
) ON COMMIT DELETE ROWS
"""

FIND_GIVEN = """
UPDATE staged_row s SET lead_id = l.id, person_id = l.person_id, rule = 'lead_id' FROM lead l WHERE l.id = s.given_id
"""
REFUSE_UNKNOWN = """
UPDATE staged_row SET verdict = 'error', problem = 'lead_unknown' WHERE given_id IS NOT NULL AND lead_id IS NULL
"""
# Several persons with one address: the one of the same name is meant; if that does not decide, a person decides.
FIND_BY_EMAIL = """
UPDATE staged_row s SET
    lead_id = CASE WHEN f.hits = 1 OR f.namesakes = 1 THEN f.lead_id END,
    person_id = CASE WHEN f.hits = 1 OR f.namesakes = 1 THEN f.person_id END,
    verdict = CASE WHEN f.hits > 1 AND f.namesakes <> 1 THEN 'review' ELSE s.verdict END,
    problem = CASE WHEN f.hits > 1 AND f.namesakes <> 1 THEN 'several_matches' ELSE s.problem END,
    met = CASE WHEN f.hits > 1 AND f.namesakes <> 1 THEN f.met END, rule = :email_rule
FROM (
    SELECT s.row, count(*) AS hits, count(*) FILTER (WHERE p.name_key = s.name_key) AS namesakes,
        (array_agg(l.id ORDER BY (p.name_key = s.name_key) DESC, l.id))[1] AS lead_id,
        (array_agg(p.id ORDER BY (p.name_key = s.name_key) DESC, l.id))[1] AS person_id,
        (array_agg(l.id ORDER BY (p.name_key = s.name_key) DESC, l.id))[1:6] AS met
    FROM staged_row s
    JOIN person p ON p.email_key = s.email_key AND (:email_rule = 'email' OR p.name_key = s.name_key)
    JOIN lead l ON l.person_id = p.id
    WHERE s.given_id IS NULL AND s.verdict IS NULL
    GROUP BY s.row
) f WHERE f.row = s.row
"""
FIND_BARE = """
UPDATE staged_row s SET
    lead_id = CASE WHEN f.hits = 1 THEN f.lead_id END, person_id = CASE WHEN f.hits = 1 THEN f.person_id END,
    verdict = CASE WHEN f.hits > 1 THEN 'review' END, problem = CASE WHEN f.hits > 1 THEN 'several_matches' END,
    met = CASE WHEN f.hits > 1 THEN f.met END, rule = 'bare'
FROM (
    SELECT s.row, count(*) AS hits, min(l.id) AS lead_id, min(p.id) AS person_id,
        (array_agg(l.id ORDER BY l.id))[1:6] AS met
    FROM staged_row s
    JOIN person p ON p.bare_key = s.bare_key
    JOIN lead l ON l.person_id = p.id
    WHERE s.given_id IS NULL AND s.email_key IS NULL AND s.verdict IS NULL
    GROUP BY s.row
) f WHERE f.row = s.row
"""
# A stage from a file obeys the rules of a stage from a screen. On registration, known leads keep their own.
REFUSE_STAGES = """
UPDATE staged_row s SET verdict = 'error', problem = CASE
        WHEN s.stage = ANY(:converted) THEN 'stage_by_conversion'
        WHEN now.stage = ANY(:converted) THEN 'already_converted'
        ELSE 'drop_reason' END
FROM (SELECT s.row, l.stage FROM staged_row s LEFT JOIN lead l ON l.id = s.lead_id WHERE s.stage IS NOT NULL) now
WHERE now.row = s.row AND s.verdict IS NULL AND s.stage IS DISTINCT FROM now.stage
    AND (s.lead_id IS NULL OR :moves)
    AND (s.stage = ANY(:converted) OR now.stage = ANY(:converted)
        OR s.stage = ANY(:dropped) AND coalesce(s.note, '') = '')
"""


Staged = Mapping[str, Sequence[Any]]  # column of the table → its values in these rows


def same(cell: str, value: str) -> str:
    """The expression for what is compared of a value of this cell."""
    return SAME.get(cell, "{0}").format(value)


def stored_as(cell: str, stored: str, file: str) -> str:
    """The expression for what is compared of a stored value with `same` of the file's."""
    if cell in NUMBERS:
        return f"CASE WHEN strpos({file}, ' ') > 0 THEN {stored} ELSE split_part({stored}, ' ', 1) END"
    return same(cell, stored)


def stage_rows(session: Session, rows: Staged) -> None:
    """COPY the rows as `with_keys` made them into `staged_row`."""
    session.execute(text(TABLE))
    session.execute(text("DELETE FROM staged_row"))  # a batch that was laid aside follows in the same transaction
    copy_rows(session, f"staged_row ({', '.join(rows)})", zip(*rows.values(), strict=True))


def with_keys(event: RowsPrepared, masters: Masters) -> Staged:
    """The rows of a batch with their keys; a code that no master knows is an error already. What lists seldom say is
    left out where none of these rows says it."""
    count = len(event.rows)
    blank = ERASED if event.kind == "update" and event.erase_blanks else {}
    cells: dict[str, Sequence[Any]] = {}
    for name, values in event.columns.items():
        erased = blank.get(name)
        cells[name] = [erased if value == "" else value for value in values]
    for name in NUMBERS:
        if name in cells:
            cells[name] = [normal_phone(str(number)) if number else number for number in cells[name]]
    unknown = _unknown(cells, masters, count)
    ranks, responds = _statuses(event, cells, masters)
    rows: dict[str, Sequence[Any]] = {
        "row": event.rows,
        **{name: cells[name] for name in CELLS if name in cells},
        **dict(zip(KEYS, matching.keys_by_columns(cells, count), strict=True)),
        "status_rank": ranks,
        "responds": responds,
    }
    seldom: dict[str, Sequence[Any]] = {
        "given_id": cells.get("lead_id", ()),
        "version": cells.get("version", ()),
        "seen": event.seen,
        "takes": (event.takes,) * count,
        "problem": [cell and f"unknown_{cell}" for cell in unknown],
        "verdict": [cell and "error" for cell in unknown],
    }
    return rows | {name: values for name, values in seldom.items() if any(value is not None for value in values)}


def _unknown(cells: dict[str, Sequence[Any]], masters: Masters, count: int) -> list[str | None]:
    """The first cell of each row with a code that its master does not know."""
    unknown: list[str | None] = [None] * count
    for cell, master in reversed(CHOICES.items()):
        known = {value.code for value in masters.all(master)} | {None, "", 0}
        if strange := set(cells.get(cell, ())) - known:
            unknown = [cell if code in strange else before for code, before in zip(cells[cell], unknown, strict=True)]
    return unknown


def _statuses(
    event: RowsPrepared, cells: dict[str, Sequence[Any]], masters: Masters
) -> tuple[Sequence[Any], Sequence[Any]]:
    """The rank of each row's member status, and whether it is a response. A row that names none gets that of its kind
    of list into its cells."""
    statuses = {
        value.code: (value.code, value.extra.get("rank", 0), value.meaning == "response")
        for value in masters.all(CHOICES["member_status"])
    }
    default = statuses.get(DEFAULT_STATUS.get(event.kind, ""), (None, None, None))
    named = cells.get("member_status", (None,) * len(event.rows))
    meant = {code: statuses.get(str(code), default) for code in set(named)}
    cells["member_status"] = [meant[code][0] or code for code in named]
    return [meant[code][1] for code in named], [meant[code][2] for code in named]


def find_leads(session: Session, matching_key: str) -> None:
    """Whom each row is about, by lead number, e-mail key or (without an address) company, name and phone."""
    session.execute(text(FIND_GIVEN))
    session.execute(text(REFUSE_UNKNOWN))
    session.execute(text(FIND_BY_EMAIL), {"email_rule": matching_key})
    session.execute(text(FIND_BARE))


def leads_with_stage(session: Session) -> set[int]:
    """The leads whose rows name a stage."""
    return set(session.scalars(text("SELECT lead_id FROM staged_row WHERE stage IS NOT NULL AND verdict IS NULL")))


def refuse_stages(session: Session, moves: bool, masters: Masters) -> None:
    """`moves`: whether known leads get the stage of their row, not only new ones."""
    converted, dropped = masters.stages("converted"), masters.stages("dropped")
    session.execute(text(REFUSE_STAGES), {"converted": converted, "dropped": dropped, "moves": moves})
