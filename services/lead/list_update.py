"""Writing the cells of staged rows into known leads: those that the file fills in and that differ, a change row each.

A リスト更新 writes all cells, a リスト登録 those that were chosen for it. A blank never erases unless that was chosen.
A lead that stands in the list several times gets its rows one after another, as a person would read them (`turn`), so
the last one holds; what it contradicts of the others is not written at all.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from chassis.database import copy_rows

from . import matching
from .contradicting import yield_to_later_rows
from .history import PLACEMENT_FIELD
from .list_registration import CAUSE, VERSIONED_CHANGE
from .staging import PERSON_CELLS, same, stored_as

# Cell of the list → field of the lead.
LEAD_FIELDS = {
    **{cell: cell for cell in ("industry", "source", "temperature", "owner_id", "stage", "do_not_call", "do_not_mail")},
    "note": "shared_memo",
}
FLAGS = ("do_not_call", "do_not_mail")
EVERYTHING = dict.fromkeys([*PERSON_CELLS, *LEAD_FIELDS], "file")
# What goes with owner and stage is kept in one row more, so that an undoing gives it back as it was.
PLACEMENT = ("department_id", "assigned_at", "assigned_by", "stage_since", "stage_by")
RESTORABLE = [*LEAD_FIELDS.values(), "drop_reason", "next_action_at", "next_action_type", *PLACEMENT]

REFUSE_UNMATCHED = """
UPDATE staged_row SET verdict = 'error', problem = 'no_match' WHERE lead_id IS NULL AND verdict IS NULL
"""
REFUSE_OWNERS = """
UPDATE staged_row s SET verdict = 'error', problem = 'inactive_owner'
FROM lead l, user_copy u
WHERE l.id = s.lead_id AND u.user_id = s.owner_id AND NOT u.active AND s.owner_id IS DISTINCT FROM l.owner_id
    AND s.verdict IS NULL
"""
# Who is known by nothing else than a name would be found by no list, and reached by nobody.
KNOWN_BY = ("email", "phone", "mobile", "company")
REFUSE_EMPTYING = f"""
UPDATE staged_row s SET verdict = 'error', problem = 'nothing_left' FROM person p
WHERE p.id = s.person_id AND s.verdict IS NULL
    AND {" AND ".join(f"coalesce(s.{cell}, p.{cell}) = ''" for cell in KNOWN_BY)}
    AND ({" OR ".join(f"p.{cell} <> ''" for cell in KNOWN_BY)})
"""
# An address by which another lead is known, or is going to be by another row: a person decides who that is. Of a lead
# that a row of this list makes there is only the row's number, here below 0, like in a plan.
FIND_RIVALS = """
WITH named AS (
    SELECT s.row, s.lead_id, s.person_id, s.email_key,
        CASE WHEN :email_rule = 'email' THEN '' ELSE coalesce(nullif(s.name_key, ''), p.name_key) END AS name_key
    FROM staged_row s LEFT JOIN person p ON p.id = s.person_id
    WHERE s.verdict IS NULL AND s.email IS NOT NULL AND (s.lead_id IS NULL OR s.email_key <> coalesce(p.email_key, '')
        AND NOT (:fills AND p.email <> ''))
), first AS (
    SELECT *, first_value(coalesce(lead_id, -row)) OVER (
        PARTITION BY email_key, name_key ORDER BY lead_id IS NOT NULL, row
    ) AS lead_above FROM named
)
UPDATE staged_row s SET verdict = 'review', problem = 'address_taken', met = r.met FROM (
    SELECT f.row, coalesce(known.met, array_remove(ARRAY[f.lead_above], f.lead_id)) AS met
    FROM first f CROSS JOIN LATERAL (
        SELECT (array_agg(l.id ORDER BY l.id))[1:6] AS met FROM person o JOIN lead l ON l.person_id = o.id
        WHERE o.email_key = f.email_key AND o.id <> f.person_id AND (:email_rule = 'email' OR o.name_key = f.name_key)
    ) known WHERE f.lead_id IS NOT NULL
) r WHERE r.row = s.row AND r.met <> '{}'
"""
TAKE_TURNS = """
UPDATE staged_row s SET turn = t.turn FROM (
    SELECT row, row_number() OVER (PARTITION BY lead_id ORDER BY row) AS turn
    FROM staged_row WHERE verdict IS NULL AND NOT fresh AND turn > 0
) t WHERE t.row = s.row AND t.turn <> s.turn
"""
LOCK_LEADS = """
SELECT count(*) FROM (
    SELECT l.id FROM lead l JOIN staged_row s ON s.lead_id = l.id WHERE s.verdict IS NULL
    ORDER BY l.id FOR NO KEY UPDATE OF l
) locked
"""
TURNS = "SELECT max(turn) FROM staged_row WHERE verdict IS NULL AND NOT fresh"
ITS_TURN = "s.turn = :turn AND s.verdict IS NULL AND NOT s.fresh"
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
WRITE_SEARCH_TEXTS = """
UPDATE lead l SET search_text = r.search_text
FROM rekeyed r WHERE l.person_id = r.person_id AND l.search_text <> r.search_text
"""


# A name that nobody could split is compared with what another row may write first.
WHOLE_NAMES = " AND ".join(
    f"(s.{family} IS NULL OR s.{family.replace('family', 'given')} IS NOT NULL)"
    for family in ("family_name", "family_name_kana")
)


class Statements(NamedTuple):
    """What writes one turn of the rows; and, before, leaves out those that have nothing to write: they have no turn."""

    leave_out: str
    note: str
    persons: str
    leads: str


def _person_after(cell: str, choice: str, cells: Mapping[str, str]) -> str:
    file, stored = f"s.{cell}", f"p.{cell}"
    after = f"CASE WHEN {same(cell, file)} <> {stored_as(cell, stored, file)} THEN {file} ELSE {stored} END"
    given = cell.replace("family", "given")
    if given != cell:  # a name from one cell that nobody could split stays split when it is the name that is stored
        unsplit = f"s.{given} IS NULL AND s.{cell} = p.{cell} || p.{given}"
        after = f"CASE WHEN {unsplit} THEN p.{cell} ELSE {after} END"
    return f"CASE WHEN p.{cell} = '' THEN {after} ELSE p.{cell} END" if choice == "fill" else after


def _lead_after(cell: str, choice: str) -> str:
    file, stored = f"s.{cell}", f"l.{LEAD_FIELDS[cell]}"
    if choice == "fill":
        if cell == "owner_id":
            return f"coalesce({stored}, {file})"
        blank = f"NOT {stored}" if cell in FLAGS else f"{stored} = ''"
        return f"CASE WHEN {blank} THEN coalesce({file}, {stored}) ELSE {stored} END"
    if cell == "owner_id":
        return f"CASE WHEN {file} = 0 THEN NULL ELSE coalesce({file}, {stored}) END"
    return f"coalesce({file}, {stored})"


@lru_cache(maxsize=64)
def _statements(choices: tuple[tuple[str, str], ...]) -> Statements:
    """For these cells, each with its choice: fill or file."""
    chosen = dict(choices)
    persons = {cell: _person_after(cell, chosen[cell], chosen) for cell in PERSON_CELLS if cell in chosen}
    leads = {LEAD_FIELDS[cell]: _lead_after(cell, chosen[cell]) for cell in LEAD_FIELDS if cell in chosen}
    owner, stage = leads.get("owner_id", "l.owner_id"), leads.get("stage", "l.stage")
    if "stage" in leads:
        reason = "coalesce(nullif(coalesce(s.note, s.own_note), ''), l.shared_memo)"
        drops = f"{stage} <> l.stage AND {stage} = ANY(:dropped)"  # nothing is planned for a lead that is dropped
        leads["next_action_at"] = f"CASE WHEN NOT ({drops}) THEN l.next_action_at END"
        leads["next_action_type"] = f"CASE WHEN {drops} THEN '' ELSE l.next_action_type END"
        leads["drop_reason"] = (
            f"CASE WHEN {stage} = l.stage THEN l.drop_reason WHEN {stage} = ANY(:dropped) THEN {reason} ELSE '' END"
        )
    placed = ", ".join(f"'{field}', l.{field}" for field in PLACEMENT)
    moved = f"{owner} IS DISTINCT FROM l.owner_id OR {stage} <> l.stage"
    compared = [f"('person', p.id, '{cell}', to_jsonb(p.{cell}), to_jsonb({after}))" for cell, after in persons.items()]
    compared += [f"('lead', l.id, '{field}', to_jsonb(l.{field}), to_jsonb({after}))" for field, after in leads.items()]
    placement = f"('lead', l.id, '{PLACEMENT_FIELD}', CASE WHEN {moved} THEN jsonb_build_object({placed}) END, NULL)"
    values = f"(VALUES {', '.join([*compared, placement])}) AS f (record_type, record_id, field, before, after)"
    leave_out = f"""
UPDATE staged_row s SET turn = 0 FROM (
    SELECT s.row FROM staged_row s JOIN lead l ON l.id = s.lead_id JOIN person p ON p.id = l.person_id
    WHERE s.verdict IS NULL AND NOT s.fresh AND {WHOLE_NAMES}
        AND NOT EXISTS (SELECT FROM {values} WHERE f.before IS DISTINCT FROM f.after)
) idle WHERE idle.row = s.row"""
    note = f"""
{VERSIONED_CHANGE}
SELECT f.record_type, f.record_id, l.id, f.field, f.before, f.after, {CAUSE}, l.version + 1
FROM staged_row s JOIN lead l ON l.id = s.lead_id JOIN person p ON p.id = l.person_id
CROSS JOIN LATERAL {values}
WHERE {ITS_TURN} AND f.before IS DISTINCT FROM f.after
RETURNING lead_id, record_type, field, before, after"""
    saved = "version = {0}.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)"
    write_persons = f"""
UPDATE person p SET {"".join(f"{cell} = {after}, " for cell, after in persons.items())}{saved.format("p")}
FROM staged_row s WHERE s.person_id = p.id AND {ITS_TURN} AND s.lead_id = ANY(:lead_ids)"""
    write_leads = f"""
UPDATE lead l SET {"".join(f"{field} = {after}, " for field, after in leads.items())}
    department_id = CASE WHEN {owner} IS NOT NULL AND {owner} IS DISTINCT FROM l.owner_id
        THEN (SELECT u.department_id FROM user_copy u WHERE u.user_id = {owner}) ELSE l.department_id END,
    assigned_at = CASE WHEN {owner} IS NOT DISTINCT FROM l.owner_id THEN l.assigned_at
        WHEN {owner} IS NOT NULL THEN now() END,
    assigned_by = CASE WHEN {owner} IS NOT DISTINCT FROM l.owner_id THEN l.assigned_by
        WHEN {owner} IS NOT NULL THEN CAST(:actor_id AS bigint) END,
    stage_since = CASE WHEN {stage} <> l.stage THEN now() ELSE l.stage_since END,
    stage_by = CASE WHEN {stage} <> l.stage THEN CAST(:actor_id AS bigint) ELSE l.stage_by END,
    {saved.format("l")}
FROM staged_row s WHERE s.lead_id = l.id AND {ITS_TURN} AND l.id = ANY(:lead_ids)"""
    return Statements(leave_out, note, write_persons, write_leads)


Changes = dict[int, list[Row[Any]]]  # lead → its changes: record_type, field, before, after


def update_leads(session: Session, facts: dict[str, Any], choices: Mapping[str, str]) -> dict[int, Changes]:
    """Writes what the rows change, of the cells that `choices` names (cell → fill or file), after `wait_for_screens`.
    What changed, for each turn."""
    wanted = tuple(sorted((cell, choice) for cell, choice in choices.items() if cell in EVERYTHING))
    statements = _statements(wanted)
    session.execute(text(TAKE_TURNS))
    turns = session.scalar(text(TURNS)) or 0
    if turns > 1:
        yield_to_later_rows(session, {cell: "" for cell, choice in wanted if choice == "file"})
        for step in (statements.leave_out, TAKE_TURNS):  # no other row changes what those that are left out say
            session.execute(text(step), facts)
        turns = session.scalar(text(TURNS)) or 0
    return {turn: _take_turn(session, statements, facts | {"turn": turn}) for turn in range(1, turns + 1)}


def wait_for_screens(session: Session) -> None:
    """Holds the leads of the rows: what is compared from here on is what is written over, whoever is just saving."""
    session.execute(text(LOCK_LEADS))


def refuse_unmatched(session: Session) -> None:
    """An update never makes a lead."""
    session.execute(text(REFUSE_UNMATCHED))


def refuse_changes(session: Session) -> None:
    """Those that the rules of a lead forbid: who is inactive stays owner, and becomes owner of nothing more; a blank
    does not erase the last thing that somebody is known by."""
    session.execute(text(REFUSE_OWNERS))
    session.execute(text(REFUSE_EMPTYING))


def find_rivals(session: Session, facts: dict[str, Any], fills: bool = False) -> None:
    """Rows that would give a lead the address of another one wait for a person. `fills`: they write an address only
    where there is none."""
    session.execute(text(FIND_RIVALS), facts | {"fills": fills})


def _take_turn(session: Session, statements: Statements, facts: dict[str, Any]) -> Changes:
    noted = session.execute(text(statements.note), facts).all()
    changes: Changes = {}
    for change in noted:
        changes.setdefault(change.lead_id, []).append(change)
    persons = {change.lead_id for change in noted if change.record_type == "person"}
    rekeyed = {change.lead_id for change in noted if change.field in matching.FIELDS}
    memos = {change.lead_id for change in noted if change.field == "shared_memo"}
    if persons:
        session.execute(text(statements.persons), facts | {"lead_ids": [*persons]})
    if changes:
        session.execute(text(statements.leads), facts | {"lead_ids": [*changes]})
    if memos:
        session.execute(text(KEEP_MEMOS), facts | {"lead_ids": [*memos]})
    if rekeyed:
        make_keys(session, [*rekeyed])
    return changes


def make_keys(session: Session, lead_ids: list[int]) -> None:
    """Makes the keys of these leads' persons from what is stored now."""
    rows = session.execute(text(FINGERPRINTS), {"lead_ids": lead_ids}).mappings().all()
    session.execute(text(REKEYED))
    session.execute(text("DELETE FROM rekeyed"))
    target = "rekeyed (person_id, email_key, name_key, bare_key, reading, search_text)"
    copy_rows(session, target, ([row["id"], *matching.keys(row)] for row in rows))  # type: ignore
    session.execute(text(WRITE_KEYS))
    session.execute(text(WRITE_SEARCH_TEXTS))
