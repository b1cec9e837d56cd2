"""リスト更新 by the staged rows: the cells that the file fills in and that differ are written, with a change row each.

A blank never erases. A lead that stands in the list several times gets its rows one after another, as a person
would read them (`turn`), so the last one holds.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import copy_rows

from . import matching
from .history import PLACEMENT_FIELD
from .list_registration import CAUSE, CHANGE
from .staging import PERSON_CELLS

# How a cell of the file is compared with what is stored: other writing of the same, or a number whose extension no
# list knows, is no change.
NUMBER = "split_part({0}, ' ', 1)"
SAME = {
    "email": "lower({0})",
    "phone": NUMBER,
    "mobile": NUMBER,
    "postal_code": r"regexp_replace({0}, '\D', '', 'g')",
}
PLAIN_LEAD_CELLS = ["industry", "source", "temperature", "owner_id", "stage", "do_not_call", "do_not_mail"]


def _after(cell: str, stored: str, staged: str) -> str:
    same = SAME.get(cell, "{0}")
    return f"CASE WHEN {same.format(staged)} <> {same.format(stored)} THEN {staged} ELSE {stored} END"


def _family_after(family: str, given: str) -> str:
    """A name from one cell that nobody could split stays split when it is the name that is stored."""
    unsplit = f"s.{given} IS NULL AND s.{family} = p.{family} || p.{given}"
    return f"CASE WHEN {unsplit} THEN p.{family} ELSE {_after(family, f'p.{family}', f's.{family}')} END"


PERSON_AFTER = {cell: _after(cell, f"p.{cell}", f"s.{cell}") for cell in PERSON_CELLS} | {
    "family_name": _family_after("family_name", "given_name"),
    "family_name_kana": _family_after("family_name_kana", "given_name_kana"),
}
LEAD_AFTER = {cell: f"coalesce(s.{cell}, l.{cell})" for cell in PLAIN_LEAD_CELLS} | {
    "shared_memo": "coalesce(s.note, l.shared_memo)",
    "drop_reason": "CASE WHEN s.stage IS NULL OR s.stage = l.stage THEN l.drop_reason"
    " WHEN s.stage = ANY(:dropped) THEN coalesce(s.note, '') ELSE '' END",
}
# What goes with owner and stage is kept in one row more, so that an undoing gives it back as it was.
PLACEMENT = ("department_id", "assigned_at", "assigned_by", "stage_since", "stage_by")
PLACED_BEFORE = ", ".join(f"'{field}', l.{field}" for field in PLACEMENT)
PLACED = f"""('lead', l.id, '{PLACEMENT_FIELD}',
    CASE WHEN coalesce(s.owner_id, l.owner_id) IS DISTINCT FROM l.owner_id OR s.stage <> l.stage
        THEN jsonb_build_object({PLACED_BEFORE}) END, NULL)"""
COMPARED = ", ".join(
    [f"('person', p.id, '{cell}', to_jsonb(p.{cell}), to_jsonb({after}))" for cell, after in PERSON_AFTER.items()]
    + [f"('lead', l.id, '{cell}', to_jsonb(l.{cell}), to_jsonb({after}))" for cell, after in LEAD_AFTER.items()]
    + [PLACED]
)

REFUSE_UNMATCHED = """
UPDATE staged_row SET verdict = 'error', problem = 'no_match' WHERE lead_id IS NULL AND verdict IS NULL
"""
TAKE_TURNS = """
UPDATE staged_row s SET turn = t.turn FROM (
    SELECT row, row_number() OVER (PARTITION BY lead_id ORDER BY row) AS turn
    FROM staged_row WHERE verdict IS NULL
) t WHERE t.row = s.row AND t.turn > 1
"""
LOCK_LEADS = """
SELECT count(*) FROM (
    SELECT l.id FROM lead l JOIN staged_row s ON s.lead_id = l.id WHERE s.verdict IS NULL
    ORDER BY l.id FOR NO KEY UPDATE OF l
) locked
"""
NOTE_CHANGES = f"""
{CHANGE}
SELECT f.record_type, f.record_id, l.id, f.field, f.before, f.after, {CAUSE}
FROM staged_row s JOIN lead l ON l.id = s.lead_id JOIN person p ON p.id = l.person_id
CROSS JOIN LATERAL (VALUES {COMPARED}) AS f (record_type, record_id, field, before, after)
WHERE s.verdict IS NULL AND s.turn = :turn AND f.before IS DISTINCT FROM f.after
RETURNING lead_id, record_type, field
"""
WRITE_PERSONS = f"""
UPDATE person p SET {", ".join(f"{cell} = {after}" for cell, after in PERSON_AFTER.items())},
    version = p.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
FROM staged_row s WHERE s.person_id = p.id AND s.turn = :turn AND s.verdict IS NULL AND s.lead_id = ANY(:lead_ids)
"""
WRITE_LEADS = f"""
UPDATE lead l SET {", ".join(f"{cell} = {after}" for cell, after in LEAD_AFTER.items())},
    department_id = CASE WHEN s.owner_id <> l.owner_id OR s.owner_id IS NOT NULL AND l.owner_id IS NULL
        THEN (SELECT u.department_id FROM user_copy u WHERE u.user_id = s.owner_id) ELSE l.department_id END,
    assigned_at = CASE WHEN coalesce(s.owner_id, l.owner_id) IS DISTINCT FROM l.owner_id
        THEN now() ELSE l.assigned_at END,
    assigned_by = CASE WHEN coalesce(s.owner_id, l.owner_id) IS DISTINCT FROM l.owner_id
        THEN CAST(:actor_id AS bigint) ELSE l.assigned_by END,
    stage_since = CASE WHEN coalesce(s.stage, l.stage) <> l.stage THEN now() ELSE l.stage_since END,
    stage_by = CASE WHEN coalesce(s.stage, l.stage) <> l.stage THEN CAST(:actor_id AS bigint) ELSE l.stage_by END,
    version = l.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
FROM staged_row s WHERE s.lead_id = l.id AND s.turn = :turn AND s.verdict IS NULL AND l.id = ANY(:lead_ids)
"""
KEEP_MEMOS = """
INSERT INTO memo_version (lead_id, number, text, written_by)
SELECT l.id, 1 + coalesce((SELECT max(v.number) FROM memo_version v WHERE v.lead_id = l.id), 0), l.shared_memo,
    CAST(:actor_id AS bigint)
FROM lead l WHERE l.id = ANY(:lead_ids)
"""
FINGERPRINTS = f"""
SELECT p.id, {", ".join(f"p.{field}" for field in matching.FIELDS)}
FROM person p JOIN lead l ON l.person_id = p.id WHERE l.id = ANY(:lead_ids)
"""
REKEYED = """
CREATE TEMP TABLE IF NOT EXISTS rekeyed (
    person_id bigint, email_key text, name_key text, bare_key text, reading text, search_text text
) ON COMMIT DELETE ROWS
"""
WRITE_KEYS = """
UPDATE person p SET email_key = r.email_key, name_key = r.name_key, bare_key = r.bare_key, reading = r.reading,
    search_text = r.search_text
FROM rekeyed r WHERE r.person_id = p.id
"""


def update_leads(session: Session, facts: dict[str, Any]) -> dict[int, set[int]]:
    """Writes what the rows change. For each turn, the leads that changed in it."""
    session.execute(text(REFUSE_UNMATCHED))
    session.execute(text(TAKE_TURNS))
    session.execute(text(LOCK_LEADS))
    turns = session.scalar(text("SELECT max(turn) FROM staged_row WHERE verdict IS NULL")) or 0
    changed: dict[int, set[int]] = {}
    for turn in range(1, turns + 1):
        changed[turn] = _take_turn(session, facts | {"turn": turn})
    return changed


def _take_turn(session: Session, facts: dict[str, Any]) -> set[int]:
    noted = session.execute(text(NOTE_CHANGES), facts).all()
    leads = {change.lead_id for change in noted}
    persons = {change.lead_id for change in noted if change.record_type == "person"}
    rekeyed = {change.lead_id for change in noted if change.field in matching.FIELDS}
    memos = {change.lead_id for change in noted if change.field == "shared_memo"}
    if persons:
        session.execute(text(WRITE_PERSONS), facts | {"lead_ids": [*persons]})
    if leads:
        session.execute(text(WRITE_LEADS), facts | {"lead_ids": [*leads]})
    if memos:
        session.execute(text(KEEP_MEMOS), facts | {"lead_ids": [*memos]})
    if rekeyed:
        make_keys(session, [*rekeyed])
    return leads


def make_keys(session: Session, lead_ids: list[int]) -> None:
    """Makes the keys of these leads' persons from what is stored now."""
    rows = session.execute(text(FINGERPRINTS), {"lead_ids": lead_ids}).mappings().all()
    session.execute(text(REKEYED))
    session.execute(text("DELETE FROM rekeyed"))
    target = "rekeyed (person_id, email_key, name_key, bare_key, reading, search_text)"
    copy_rows(session, target, ([row["id"], *matching.keys(row)] for row in rows))  # type: ignore
    session.execute(text(WRITE_KEYS))
