"""取消 of a list: what its rows did to leads is undone from the history of changes, in a fixed number of statements.

A lead with its person is one piece, each row of its campaign history another. A piece that nobody else changed since
gets its values before; what the list created is deleted. A lead that the list made stays as a whole once anybody worked
on it, made an opportunity of it, or another list has the person too. What was taken back counts for nobody's work, and
is undone with it where it had been left (taking_back_together.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from . import matching
from .history import PLACEMENT_FIELD
from .list_registration import CAUSE, CHANGE, MEMBER_FIELDS, VERSIONED_CHANGE
from .list_update import RESTORABLE, make_keys
from .models.leads import STEPS
from .staging import PERSON_CELLS
from .taking_back_together import join_others

LOCK = "SELECT count(*) FROM (SELECT id FROM lead WHERE id = ANY(:lead_ids) ORDER BY id FOR UPDATE) locked"
TABLES = """
CREATE TEMP TABLE IF NOT EXISTS undo_change (
    id bigint, record_type text, record_id bigint, lead_id bigint, field text, before jsonb, at timestamptz,
    actor_id bigint, list_id bigint, own boolean, cause_id uuid, other_list bigint, free boolean DEFAULT false
) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS undo_piece (
    record_type text, record_id bigint, lead_id bigint, created boolean, first_id bigint, at timestamptz,
    actor_id bigint, other_list bigint, touched boolean DEFAULT false, PRIMARY KEY (record_type, record_id)
) ON COMMIT DELETE ROWS
"""
# `list_id`: of a list that is taken back, too.
GATHER = """
INSERT INTO undo_change
SELECT c.id, c.record_type, c.record_id, c.lead_id, c.field, c.before, c.at, c.actor_id, a.list_id,
    coalesce(a.list_id = :list_id, false), c.cause_id
FROM unnest(CAST(:lead_ids AS bigint[])) AS wanted (lead_id)
CROSS JOIN LATERAL (SELECT * FROM change c WHERE c.lead_id = wanted.lead_id ORDER BY c.id) c
LEFT JOIN unnest(CAST(:acts AS uuid[]), CAST(:lists AS bigint[])) AS a (cause_id, list_id) ON a.cause_id = c.cause_id
WHERE c.cause_id <> ALL(:void)
"""
# What another list found as it was, that list said, too: a piece that was changed before is not this list's alone. It
# stands in its place among the changes, as one that changed nothing.
GATHER_MENTIONS = f"""
INSERT INTO undo_change (id, record_type, record_id, lead_id, field, at, actor_id, own, other_list)
SELECT coalesce(m.place, {(1 << 63) - 1}), 'member', h.id, m.lead_id, 'mentioned', m.at, m.actor_id, false, m.list_id
FROM unnest(CAST(:lead_ids AS bigint[])) AS wanted (lead_id)
CROSS JOIN LATERAL (SELECT * FROM mention m WHERE m.lead_id = wanted.lead_id ORDER BY m.list_id) m
LEFT JOIN LATERAL (
    SELECT h.id FROM campaign_member h WHERE h.campaign_id = m.campaign_id AND h.lead_id = m.lead_id LIMIT 1
) h ON true
"""
# A bulk change that was itself taken back is no work, lead by lead, nor is taking it back. What a list wrote between
# the two had been given back before, and must not come back over what was before the bulk change.
FORGET_UNDONE = """
WITH undone AS (
    SELECT u.lead_id, a.id, a.undoing_cause_id, min(c.id) AS first_id, max(u.id) AS last_id
    FROM assignment a JOIN undo_change u ON u.cause_id = a.undoing_cause_id
    JOIN undo_change c ON c.lead_id = u.lead_id AND c.cause_id = a.id
    GROUP BY u.lead_id, a.id, a.undoing_cause_id
)
DELETE FROM undo_change c USING undone u
WHERE c.lead_id = u.lead_id AND (c.cause_id IN (u.id, u.undoing_cause_id)
    OR c.record_type <> 'member' AND c.id BETWEEN u.first_id AND u.last_id)
"""
# A lead's piece bears the lead's id. What the list did to the rows of a lead that it made belongs to the lead's piece.
PIECES = """
INSERT INTO undo_piece (record_type, record_id, lead_id, created, first_id)
SELECT CASE WHEN made OR record_type <> 'member' THEN 'lead' ELSE 'member' END,
    CASE WHEN made OR record_type <> 'member' THEN lead_id ELSE record_id END,
    lead_id, bool_or(field = 'created'), min(id)
FROM (SELECT *, bool_or(record_type = 'lead' AND field = 'created') OVER (PARTITION BY lead_id) AS made
      FROM undo_change WHERE own) c
GROUP BY 1, 2, 3
"""
TOUCHED = """
UPDATE undo_piece p SET touched = true, at = t.at, actor_id = t.actor_id, other_list = t.other_list
FROM (
    SELECT DISTINCT ON (p.record_type, p.record_id) p.record_type, p.record_id, c.at, c.actor_id, c.other_list
    FROM undo_piece p JOIN undo_change c ON c.lead_id = p.lead_id AND NOT c.own AND c.id > p.first_id
    WHERE CASE WHEN p.record_type = 'member' THEN c.record_type = 'member' AND c.record_id = p.record_id
          ELSE p.created OR c.record_type <> 'member' END
    ORDER BY p.record_type, p.record_id, c.other_list IS NOT NULL, c.id DESC
) t WHERE t.record_type = p.record_type AND t.record_id = p.record_id
"""
# An opportunity that somebody entered for the lead, without converting it, is work on it.
WITH_OPPORTUNITY = """
UPDATE undo_piece p SET touched = true, at = o.saved_at, actor_id = o.saved_by, other_list = NULL
FROM (SELECT DISTINCT ON (lead_id) * FROM opportunity_copy
      WHERE lead_id = ANY(:lead_ids) AND NOT cancelled ORDER BY lead_id, saved_at DESC) o
WHERE p.record_type = 'lead' AND p.created AND (NOT p.touched OR p.other_list IS NOT NULL) AND o.lead_id = p.lead_id
"""
# How far a lead came in a campaign follows from its stage: given back with it, and kept with it.
STEPS_OF = f"c.field IN {STEPS}"
UNTOUCHED = {
    "lead": "p.record_type = 'lead' AND p.record_id = c.lead_id AND NOT p.created AND NOT p.touched",
    "member": f"""p.record_type = 'member' AND p.record_id = c.record_id AND NOT p.created AND CASE
        WHEN {STEPS_OF} THEN NOT EXISTS (
            SELECT FROM undo_piece l WHERE l.record_type = 'lead' AND l.record_id = c.lead_id AND l.touched)
        ELSE NOT p.touched END""",
}
RESTORED_FIELDS = {
    "person": PERSON_CELLS,
    "lead": RESTORABLE,
    "member": [*MEMBER_FIELDS, *STEPS],
}
TABLE_OF = {"person": "person", "lead": "lead", "member": "campaign_member"}
# A record's values before, as JSON, laid over what it is now.
RESTORE = """
WITH first AS (
    SELECT DISTINCT ON (c.record_id, c.field) c.record_id, c.lead_id, c.field, c.before
    FROM undo_change c JOIN undo_piece p ON {untouched}
    WHERE c.own AND c.record_type = '{record_type}' ORDER BY c.record_id, c.field, c.id
), patch AS (
    SELECT record_id, lead_id, jsonb_object_agg(field, before) FILTER (WHERE field <> '{placement}') AS fields,
        coalesce((array_agg(before) FILTER (WHERE field = '{placement}'))[1], '{{}}') AS placement
    FROM first GROUP BY record_id, lead_id
), noted AS (
    {change}
    SELECT '{record_type}', p.record_id, p.lead_id, f.key, nullif(f.now, 'null'), nullif(f.value, 'null'), {cause},
        (SELECT l.version + 1 FROM lead l WHERE l.id = p.lead_id)
    FROM patch p JOIN {table} t ON t.id = p.record_id CROSS JOIN LATERAL (SELECT to_jsonb(t) AS now) n
    CROSS JOIN LATERAL (SELECT key, value, n.now -> key AS now FROM jsonb_each(p.fields)) f WHERE f.now <> f.value
)
UPDATE {table} r SET {settings}, version = r.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
FROM patch p JOIN {table} t ON t.id = p.record_id
CROSS JOIN LATERAL jsonb_populate_record(t, p.fields || p.placement) AS was
WHERE r.id = p.record_id
RETURNING {returned}
"""
# The versions of the memo that the list wrote: in its transactions, so at the moment of its change.
FORGET_MEMOS = f"""
DELETE FROM memo_version v USING undo_change c, undo_piece p
WHERE {UNTOUCHED["lead"]} AND c.own AND c.record_type = 'lead' AND c.field = 'shared_memo'
    AND v.lead_id = c.lead_id AND v.written_at = c.at
"""
REKEYED = f"""
SELECT DISTINCT c.lead_id FROM undo_change c JOIN undo_piece p ON {UNTOUCHED["lead"]}
WHERE c.own AND c.record_type = 'person' AND c.field = ANY(:fields)
"""
GONE_MEMBERS = f"""
WITH leaving AS (
    SELECT p.record_id AS id, false AS with_lead FROM undo_piece p
    WHERE p.record_type = 'member' AND p.created AND NOT p.touched
    UNION ALL
    SELECT m.id, true FROM undo_piece p JOIN campaign_member m ON m.lead_id = p.record_id
    WHERE p.record_type = 'lead' AND p.created AND NOT p.touched
), gone AS (
    DELETE FROM campaign_member m USING leaving l WHERE m.id = l.id
    RETURNING m.id, m.campaign_id, m.lead_id, m.version, m.status, l.with_lead
), noted AS (
    {CHANGE}
    SELECT 'member', id, lead_id, 'deleted', jsonb_build_object('campaign_id', campaign_id, 'status', status), NULL,
        {CAUSE}
    FROM gone
), former AS (
    INSERT INTO former_member (campaign_id, lead_id, version)
    SELECT campaign_id, lead_id, version + 1 FROM gone WHERE NOT with_lead
    ON CONFLICT (campaign_id, lead_id) DO UPDATE SET version = excluded.version
)
SELECT campaign_id, lead_id, version + 1 AS version FROM gone ORDER BY campaign_id, lead_id
"""
GONE = "SELECT record_id FROM undo_piece WHERE record_type = 'lead' AND created AND NOT touched ORDER BY record_id"
NOTE_GONE = f"""
{CHANGE}
SELECT f.record_type, f.record_id, l.id, f.field, f.before, NULL, {CAUSE}
FROM lead l JOIN person p ON p.id = l.person_id CROSS JOIN LATERAL (VALUES
    ('lead', l.id, 'owner_id', to_jsonb(l.owner_id)),
    ('lead', l.id, 'deleted', jsonb_build_object('stage', l.stage)),
    ('person', p.id, 'deleted',
        jsonb_build_object('family_name', p.family_name, 'given_name', p.given_name, 'company', p.company))
) AS f (record_type, record_id, field, before)
WHERE l.id = ANY(:gone) AND f.before IS NOT NULL
"""
GONE_LEADS = """
WITH gone AS (DELETE FROM lead WHERE id = ANY(:gone) RETURNING person_id)
SELECT array_agg(person_id) FROM gone
"""
KEPT = """
SELECT DISTINCT ON (p.lead_id) p.lead_id, p.at AS changed_at, p.actor_id AS changed_by, p.other_list FROM undo_piece p
WHERE p.touched AND (p.record_type = 'lead' OR EXISTS (
    SELECT FROM undo_change c WHERE c.own AND c.record_type = 'member' AND c.record_id = p.record_id
        AND c.field <> ALL(:steps)))
ORDER BY p.lead_id, p.other_list IS NOT NULL, p.record_type
"""


@dataclass
class Undone:
    """What became of the leads of a part. `members`: campaign → leads whose row there changed; `former`: rows that
    went, as (campaign, lead, version)."""

    kept: list[Any]
    restored: set[int]
    gone: list[int]
    members: dict[int, set[int]] = field(default_factory=dict)
    former: list[tuple[int, int, int]] = field(default_factory=list)


def find_pieces(
    session: Session, lead_ids: Collection[int], list_id: int, acts: list[tuple[Any, int]], void: list[Any]
) -> dict[int, list[int]]:
    """What the list did to the leads, piece by piece, and whether somebody worked on it since. Nobody changes the leads
    until the transaction ends. `acts`: those of all lists that are taken back, each with its list; `void`: those by
    which that was done. Other lists, each with the leads of which nothing of it stays after this."""
    facts = {"lead_ids": [*lead_ids], "list_id": list_id, "void": void}
    facts |= {"acts": [act for act, _ in acts], "lists": [of_list for _, of_list in acts]}
    session.execute(text(LOCK), facts)
    session.execute(text(TABLES))
    for step in (GATHER, GATHER_MENTIONS, "ANALYZE undo_change", FORGET_UNDONE):
        session.execute(text(step), facts)
    whole = join_others(session, list_id)
    for step in (PIECES, "ANALYZE undo_change, undo_piece", TOUCHED, WITH_OPPORTUNITY):
        session.execute(text(step), facts if ":" in step else {})
    return whole


def leads_to_go(session: Session) -> list[int]:
    """The leads that the acts made and nobody worked on."""
    return list(session.scalars(text(GONE)))


def give_back(session: Session, gone: list[int], facts: dict[str, Any]) -> Undone:
    """Undoes the pieces that nobody touched. `gone`: `leads_to_go`; `facts`: cause and actor of the undoing."""
    kept = list(session.execute(text(KEPT), {"steps": list(STEPS)}))
    rekeyed = list(session.scalars(text(REKEYED), {"fields": list(matching.FIELDS)}))
    session.execute(text(FORGET_MEMOS))
    persons = session.scalars(text(_restoring("person", "p.lead_id")), facts).all()
    leads = session.scalars(text(_restoring("lead", "p.lead_id")), facts).all()
    undone = Undone(kept, {*persons, *leads}, gone)
    bumped = undone.restored.difference(leads)
    if bumped:  # the version of a lead counts the changes of its person too
        session.execute(text(BUMP), facts | {"lead_ids": [*bumped]})
    if rekeyed:
        make_keys(session, rekeyed)
    for campaign_id, lead_id in session.execute(text(_restoring("member", "r.campaign_id, p.lead_id")), facts):
        undone.members.setdefault(campaign_id, set()).add(lead_id)
    undone.former = [tuple(row) for row in session.execute(text(GONE_MEMBERS), facts)]  # type: ignore[misc]  # rows of three numbers
    if gone:
        session.execute(text(NOTE_GONE), facts | {"gone": gone})
        session.execute(text("DELETE FROM memo_version WHERE lead_id = ANY(:gone)"), {"gone": gone})
        persons_gone = session.scalar(text(GONE_LEADS), {"gone": gone})
        session.execute(text("DELETE FROM person WHERE id = ANY(:gone)"), {"gone": persons_gone})
    return undone


BUMP = """
UPDATE lead SET version = version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
WHERE id = ANY(:lead_ids)
"""


def _restoring(record_type: str, returned: str) -> str:
    return RESTORE.format(
        record_type=record_type,
        table=TABLE_OF[record_type],
        untouched=UNTOUCHED["member" if record_type == "member" else "lead"],
        settings=", ".join(f"{name} = was.{name}" for name in RESTORED_FIELDS[record_type]),
        placement=PLACEMENT_FIELD,
        change=VERSIONED_CHANGE,
        cause=CAUSE,
        returned=returned,
    )
