"""リスト登録 of the staged rows: new leads for those who are not known, campaign history for all.

A lead that is known keeps its own data. A lower member status never replaces a higher one. A person who stands in
the list twice is made once, from the first of the rows.
"""

from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from .matching_key import hold_known_leads
from .staging import KEYS, PERSON_CELLS

CAUSE = "CAST(:cause_id AS uuid), :cause_kind, CAST(:actor_id AS bigint)"
CHANGE_COLUMNS = "record_type, record_id, lead_id, field, before, after, cause_id, cause_kind, actor_id"
CHANGE = f"INSERT INTO change ({CHANGE_COLUMNS})"
# The same of leads and persons, with the version that the lead has since.
VERSIONED_CHANGE = f"INSERT INTO change ({CHANGE_COLUMNS}, lead_version)"

# The first row of each new person is fresh, and numbered, in the order of the rows. A plan draws no numbers, for they
# do not come back.
MARK_FRESH = """
UPDATE staged_row s SET first_row = n.first_row, fresh = s.row = n.first_row, lead_id = n.lead_id,
    person_id = n.person_id
FROM (
    SELECT row, first_row,
        CASE WHEN row <> first_row THEN NULL WHEN :plan THEN -row ELSE nextval('lead_id_seq') END AS lead_id,
        CASE WHEN row <> first_row THEN NULL WHEN :plan THEN -row ELSE nextval('person_id_seq') END AS person_id
    FROM (
        SELECT row, min(row) OVER (PARTITION BY
            coalesce(email_key || CASE WHEN :email_rule = 'email' THEN '' ELSE '|' || name_key END, bare_key, row::text)
        ) AS first_row
        FROM staged_row WHERE lead_id IS NULL AND verdict IS NULL ORDER BY row
    ) AS in_order
) n WHERE n.row = s.row
"""
FOLLOW_FRESH = """
UPDATE staged_row s SET lead_id = f.lead_id, person_id = f.person_id, rule = 'same_list'
FROM staged_row f WHERE f.row = s.first_row AND NOT s.fresh
"""
CREATE_PERSONS = f"""
INSERT INTO person (id, {", ".join(PERSON_CELLS)}, {", ".join(KEYS)},
    created_by, updated_by)
SELECT person_id, {", ".join(f"coalesce({cell}, '')" for cell in PERSON_CELLS)},
    {", ".join(KEYS)}, CAST(:actor_id AS bigint), CAST(:actor_id AS bigint)
FROM staged_row WHERE fresh
"""
CREATE_LEADS = """
INSERT INTO lead (id, person_id, company, industry, source, temperature, stage, stage_by, drop_reason,
    owner_id, department_id, assigned_at, assigned_by, do_not_call, do_not_mail, first_campaign_id, list_id,
    search_text, created_by, updated_by)
SELECT s.lead_id, s.person_id, coalesce(s.company, ''), coalesce(s.industry, ''), coalesce(s.source, ''),
    coalesce(s.temperature, ''), coalesce(s.stage, :first_stage), CAST(:actor_id AS bigint),
    CASE WHEN s.stage = ANY(:dropped) THEN s.note ELSE '' END,
    s.owner_id, u.department_id, CASE WHEN s.owner_id IS NOT NULL THEN now() END,
    CASE WHEN s.owner_id IS NOT NULL THEN CAST(:actor_id AS bigint) END,
    coalesce(s.do_not_call, false), coalesce(s.do_not_mail, false), :campaign_id, :list_id,
    s.search_text, CAST(:actor_id AS bigint), CAST(:actor_id AS bigint)
FROM staged_row s LEFT JOIN user_copy u ON u.user_id = s.owner_id WHERE s.fresh
"""
NOTE_CREATED = f"""
{VERSIONED_CHANGE}
SELECT made.record_type, made.record_id, s.lead_id, made.field, NULL, made.after, {CAUSE}, 1
FROM staged_row s CROSS JOIN LATERAL (VALUES
    ('person', s.person_id, 'created', NULL),
    ('lead', s.lead_id, 'created', jsonb_build_object('stage', coalesce(s.stage, :first_stage))),
    ('lead', s.lead_id, 'owner_id', to_jsonb(s.owner_id))
) AS made (record_type, record_id, field, after)
WHERE s.fresh AND (made.field = 'created' OR made.after IS NOT NULL)
"""
WISHES = """
CREATE TEMP TABLE IF NOT EXISTS wished_member (
    lead_id bigint, list_row int, status text, rank int, responds boolean, first_at timestamptz, last_at timestamptz,
    survey text, note text, new_lead boolean
) ON COMMIT DELETE ROWS
"""
WISH = """
INSERT INTO wished_member
SELECT lead_id, min(row), (array_agg(member_status ORDER BY status_rank DESC, row))[1], max(status_rank),
    bool_or(responds), min(responded_on::timestamp AT TIME ZONE 'Asia/Tokyo') FILTER (WHERE responds),
    max(responded_on::timestamp AT TIME ZONE 'Asia/Tokyo') FILTER (WHERE responds),
    (array_agg(survey ORDER BY row DESC) FILTER (WHERE survey IS NOT NULL))[1],
    (array_agg(note ORDER BY row DESC) FILTER (WHERE note IS NOT NULL))[1], bool_or(fresh)
FROM staged_row WHERE lead_id IS NOT NULL AND verdict IS NULL GROUP BY lead_id
"""
MEMBER_FIELDS = [
    *["invited", "invited_at", "responded", "status", "first_responded_at", "last_responded_at", "survey", "note"]
]
ADDED_FIELDS = ("status", "last_responded_at", "survey", "note")
# LATERAL: one probe for each wished row, also while the statistics do not know yet that the campaign has many rows. A
# new lead is in no campaign. `was_` and `now_` stand side by side: a join of the two would compare all with all.
RAISE_MEMBERS = f"""
WITH met AS (
    SELECT w.*, m.*, coalesce((SELECT (c.extra ->> 'rank')::int FROM choice c
                               WHERE c.master = 'member-statuses' AND c.code = m.was_status), 0) AS was_rank
    FROM (SELECT * FROM wished_member WHERE NOT new_lead ORDER BY lead_id) w CROSS JOIN LATERAL (
        SELECT m.id, {", ".join(f"m.{field} AS was_{field}" for field in MEMBER_FIELDS)}
        FROM campaign_member m WHERE m.campaign_id = :campaign_id AND m.lead_id = w.lead_id FOR UPDATE
    ) m
), both_ways AS (
    SELECT id, lead_id, {", ".join(f"was_{field}" for field in MEMBER_FIELDS)},
        was_invited OR :invites AS now_invited,
        CASE WHEN :invites THEN coalesce(was_invited_at, now()) ELSE was_invited_at END AS now_invited_at,
        was_responded OR responds AS now_responded,
        CASE WHEN rank > was_rank THEN status ELSE was_status END AS now_status,
        CASE WHEN responds THEN least(was_first_responded_at, coalesce(first_at, was_first_responded_at, now()))
             ELSE was_first_responded_at END AS now_first_responded_at,
        CASE WHEN responds THEN greatest(was_last_responded_at, coalesce(last_at, was_last_responded_at, now()))
             ELSE was_last_responded_at END AS now_last_responded_at,
        coalesce(survey, was_survey) AS now_survey, coalesce(note, was_note) AS now_note
    FROM met
), written AS (
    UPDATE campaign_member m SET {", ".join(f"{field} = now_{field}" for field in MEMBER_FIELDS)},
        version = m.version + 1, updated_at = now(), updated_by = CAST(:actor_id AS bigint)
    FROM both_ways WHERE both_ways.id = m.id
        AND ({", ".join(f"was_{field}" for field in MEMBER_FIELDS)})
            IS DISTINCT FROM ({", ".join(f"now_{field}" for field in MEMBER_FIELDS)})
)
{CHANGE}
SELECT 'member', id, lead_id, f.field, f.before, f.after, {CAUSE}
FROM both_ways CROSS JOIN LATERAL (VALUES
    {", ".join(f"('{field}', to_jsonb(was_{field}), to_jsonb(now_{field}))" for field in MEMBER_FIELDS)}
) AS f (field, before, after)
WHERE f.before IS DISTINCT FROM f.after
RETURNING lead_id, field, before, after
"""
ADDED = """
INSERT INTO campaign_member (campaign_id, lead_id, invited, invited_at, responded, status, first_responded_at,
    last_responded_at, survey, note, new_lead, list_id, list_row, created_by, updated_by, version)
SELECT :campaign_id, w.lead_id, :invites, CASE WHEN :invites THEN now() END, w.responds, w.status,
    CASE WHEN w.responds THEN coalesce(w.first_at, now()) END,
    CASE WHEN w.responds THEN coalesce(w.last_at, now()) END,
    coalesce(w.survey, ''), coalesce(w.note, ''), w.new_lead, :list_id, w.list_row,
    CAST(:actor_id AS bigint), CAST(:actor_id AS bigint), {version}
FROM wished_member w {former} WHERE {which} ORDER BY w.list_row
"""
NOTED = f"""
{CHANGE}
SELECT 'member', id, lead_id, 'created', NULL,
    jsonb_build_object('campaign_id', campaign_id, 'status', status), {CAUSE} FROM added
"""
# Nobody else can know a new lead: it need not be looked up whether it is in the campaign.
ADD_NEW_LEADS = f"""
WITH added AS (
    {ADDED.format(version=1, former="", which="w.new_lead")} RETURNING id, lead_id, campaign_id, status
) {NOTED}
"""
FORMER = """
LEFT JOIN LATERAL (
    SELECT f.version FROM former_member f WHERE f.campaign_id = :campaign_id AND f.lead_id = w.lead_id LIMIT 1
) former ON true
"""
ADD_KNOWN_LEADS = f"""
WITH added AS (
    {ADDED.format(version="coalesce(former.version, 0) + 1", former=FORMER, which="NOT w.new_lead")}
    ON CONFLICT (campaign_id, lead_id) DO NOTHING
    RETURNING id, lead_id, campaign_id, status, last_responded_at, survey, note
), noted AS ({NOTED})
SELECT lead_id, f.field, NULL AS before, f.after FROM added CROSS JOIN LATERAL (VALUES
    {", ".join(f"('{field}', to_jsonb({field}))" for field in ADDED_FIELDS)}
) AS f (field, after) WHERE f.after <> '""'
"""

# Who was in the list without effect is in it all the same: what another list did for them, it did not do alone. The
# place is one for all, while nobody else changes these leads. The cast: only numbers of one type are looked up in a
# hash, others (psycopg sends small ones) are compared all with all.
MENTION = """
INSERT INTO mention (lead_id, list_id, actor_id, campaign_id, place)
SELECT lead_id, :list_id, CAST(:actor_id AS bigint), :campaign_id, (SELECT nextval('change_id_seq'))
FROM wished_member WHERE NOT new_lead AND lead_id <> ALL(CAST(:changed AS bigint[]))
ON CONFLICT (lead_id, list_id) DO UPDATE
SET at = excluded.at, actor_id = excluded.actor_id, campaign_id = excluded.campaign_id, place = excluded.place
"""


def create_leads(session: Session, facts: dict[str, Any], made: bool = True) -> dict[int, int]:
    """Persons and leads for rows that matched nobody. Row → the new lead. Not `made`: only told which they would be."""
    session.execute(text(MARK_FRESH), facts)
    session.execute(text(FOLLOW_FRESH))
    for step in (CREATE_PERSONS, CREATE_LEADS, NOTE_CREATED) if made else ():
        session.execute(text(step), facts)
    fresh = session.execute(text("SELECT row, lead_id FROM staged_row WHERE fresh ORDER BY row"))
    return {each.row: each.lead_id for each in fresh}


def add_history(session: Session, facts: dict[str, Any], made: bool = True) -> dict[int, list[Row[Any]]]:
    """Campaign history for every row that has a lead; for new leads only if they were `made`. The known leads whose
    history changed, each with what is new in it (lead_id, field, before, after)."""
    hold_known_leads(session)
    session.execute(text(WISHES))
    session.execute(text("DELETE FROM wished_member"))
    session.execute(text(WISH))
    if made:
        session.execute(text(ADD_NEW_LEADS), facts)
    changes: dict[int, list[Row[Any]]] = {}
    for step in (RAISE_MEMBERS, ADD_KNOWN_LEADS):
        for change in session.execute(text(step), facts):
            changes.setdefault(change.lead_id, []).append(change)
    session.execute(text(MENTION), facts | {"changed": [*changes]})
    return changes
