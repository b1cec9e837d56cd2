"""A plan: what a batch of rows would do is found out by doing it, and then rolled back to before it.

A batch of a plan must see what the batches before it would have done, which was rolled back. So the rows of a plan are
kept with their keys, and those of earlier batches that may be about the same people are merged once more before it.
"""

from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import copy_rows
from chassis.outbox import publish_facts
from contracts import events

from .. import matching
from ..masters import masters
from ..matching_key import one_at_a_time
from ..merging import find_matches, merge_staged, prepare_tables
from ..models import PlannedBatch
from ..staging import Staged, stage_rows, with_keys

STAGED = "SELECT row, email_key, bare_key, lead_id FROM staged_row ORDER BY row"
# Each part is a look-up of keys in an index of its own, key by key: of thousands at once the planner thinks that going
# through all rows of the plan is less work. The index brings the latest first; only of those wanted are bodies fetched.
MET = f"""
SELECT p.* FROM ({
    " UNION ".join(
        f"SELECT met.* FROM unnest(CAST(:{key} AS {kind}[])) AS looked_for(key) CROSS JOIN LATERAL ("
        f" SELECT batch, row FROM planned_row WHERE list_id = :list_id AND {key} = looked_for.key AND batch < :batch"
        f" ORDER BY batch DESC, row DESC LIMIT :most) AS met"
        for key, kind in (("email_key", "text"), ("bare_key", "text"), ("lead_id", "bigint"))
    )
} ORDER BY batch DESC, row DESC LIMIT :most) AS latest CROSS JOIN LATERAL (
    SELECT batch, row, email_key, bare_key, lead_id, body FROM planned_row
    WHERE list_id = :list_id AND row = latest.row OFFSET 0
) AS p
"""
# By what the leads of rows that were merged are known then: a row may have changed that, and say only some of it.
KNOWN_BY = """
SELECT s.row, coalesce(p.email_key, s.email_key), coalesce(p.bare_key, s.bare_key), s.lead_id
FROM staged_row s LEFT JOIN person p ON p.id = s.person_id ORDER BY s.row
"""
# Who is known by a key, and may be no longer when an earlier batch is in.
OWNERS = """
SELECT p.email_key, CAST(NULL AS text), l.id FROM person p JOIN lead l ON l.person_id = p.id
WHERE p.email_key = ANY(:email_key)
UNION ALL SELECT NULL, p.bare_key, l.id FROM person p JOIN lead l ON l.person_id = p.id
WHERE p.bare_key = ANY(:bare_key)
"""
# Of rows that were planned in another batch before; in most lists one look at the index finds that there are none.
FORGET = """
DELETE FROM planned_row WHERE list_id = :list_id AND row BETWEEN :first AND :last AND row + 0 = ANY(:rows)
"""
PLANNED = """
SELECT body FROM planned_row
WHERE list_id = :list_id AND row BETWEEN :first AND :last AND row + 0 = ANY(:rows) AND batch = :batch ORDER BY row
"""
# A person who stands in more rows than these is planned by the latest of them.
MOST_EARLIER = 2_000


def plan_rows(session: Session, event: events.RowsPrepared, ready: Staged | None = None) -> None:
    """Says what the rows of one batch would do. Nothing of it stays. `ready`: the rows as they are staged, where that
    was found out before."""
    claim = insert(PlannedBatch).values(list_id=event.list_id, batch=event.batch).on_conflict_do_nothing()
    if session.scalar(claim.returning(PlannedBatch.batch)) is None:
        return
    one_at_a_time(session)
    prepare_tables(session)
    tried = session.begin_nested()
    staged = with_keys(event, masters(session)) if ready is None else ready
    key = _match(session, staged)
    kept = [tuple(row) for row in session.execute(text(STAGED))]
    earlier = _earlier(session, event, kept)
    for rows in earlier:
        merge_staged(session, rows, _match(session, with_keys(rows, masters(session))))
    if earlier:
        _match(session, staged)
    told, _, _ = merge_staged(session, event, key, kept=False)
    if _changes_keys(event):
        kept = [tuple(row) for row in session.execute(text(KNOWN_BY))]
    tried.rollback()
    _keep(session, event, kept)
    settled = {"list_id": event.list_id, "batch": event.batch, "plan": True} | told
    publish_facts(session, events.RowsSettled, settled)


def with_planned_rows(session: Session, event: events.RowsPrepared) -> events.RowsPrepared:
    """The event with the rows that it names by their numbers, as they were planned in this batch."""
    numbers = event.as_planned
    facts = {"list_id": event.list_id, "batch": event.batch, "rows": [*numbers]}
    bounds = {"first": min(numbers), "last": max(numbers)}
    bodies = ",".join(session.scalars(text(PLANNED), facts | bounds))
    return event.model_copy(update=events.by_columns(from_json(f"[{bodies}]")))  # validated when they came


def _match(session: Session, rows: Staged) -> str:
    stage_rows(session, rows)
    return find_matches(session)


def _changes_keys(event: events.RowsPrepared) -> bool:
    """Whether rows may change by what a known lead is recognised."""
    return event.kind == "update" or bool(event.overwrite.keys() & {*matching.FIELDS})


def _earlier(session: Session, event: events.RowsPrepared, kept: list[tuple[Any, ...]]) -> list[events.RowsPrepared]:
    """The rows of earlier batches that may be about the same people, by batch, as they came: those that share a key or
    a lead with these (`kept`), and those that share one with them; of very many only the latest. Where rows change
    keys, each is its owner's, too."""
    found: dict[int, Any] = {}
    links: list[tuple[Any, ...]] = []
    known: tuple[set[Any], ...] = ({None}, {None}, {None})
    new: list[tuple[Any, ...]] = [keys[1:] for keys in kept]
    while new and len(found) < MOST_EARLIER:
        email_key, bare_key, lead_id = (
            {keys[place] for keys in new} - looked_for for place, looked_for in enumerate(known)
        )
        if _changes_keys(event):
            changing = {"email_key": [*email_key], "bare_key": [*bare_key]}
            owned = [tuple(row) for row in session.execute(text(OWNERS), changing)]
            links += owned
            lead_id |= {owner for *_, owner in owned} - known[2]
        for looked_for, more in zip(known, (email_key, bare_key, lead_id), strict=True):
            looked_for |= more
        facts = {"list_id": event.list_id, "batch": event.batch, "most": MOST_EARLIER}
        wanted = {"email_key": [*email_key], "bare_key": [*bare_key], "lead_id": [*lead_id]}
        met = session.execute(text(MET), facts | wanted).all()
        more_rows = [row for row in met if row.row not in found]
        new = [(row.email_key, row.bare_key, row.lead_id) for row in more_rows]
        if _changes_keys(event):  # what a row wanted to be known by, it may not have got
            wanted_keys = [_wanted(row) for row in more_rows]
            new += wanted_keys
            links += wanted_keys
        found |= {row.row: row for row in met}
    latest = sorted(found.values(), key=lambda row: (row.batch, row.row))[-MOST_EARLIER:]
    keys = [keys[1:] for keys in kept] + [(row.email_key, row.bare_key, row.lead_id) for row in latest] + links
    return [event.model_copy(update=events.by_columns(rows)) for rows in _in_rounds(latest, _people(keys))]


def _wanted(row: Any) -> tuple[Any, ...]:
    """By what its lead shall be known."""
    wanted = matching.keys(from_json(row.body)["values"])
    return wanted.email_key, wanted.bare_key, row.lead_id


def _people(rows: list[tuple[Any, ...]]) -> dict[Any, Any]:
    """Key → the people whom it may be about: rows that share a key or a lead, directly or by others, are about the
    same. `rows`: the keys of each."""
    above: dict[Any, Any] = {}

    def top(key: Any) -> Any:
        while above.setdefault(key, key) != key:
            above[key] = key = above[above[key]]
        return key

    for row in rows:
        keys = [key for key in enumerate(row) if key[1] is not None]
        for key in keys:
            above[top(key)] = top(keys[0])
    return {key: top(key) for key in list(above)}


def _in_rounds(rows: list[Any], people: dict[Any, Any]) -> list[list[dict[str, Any]]]:
    """Rows of earlier batches in as few merges as do the same: those about the same people one batch after another,
    those about others together with them. `rows` are in the order of their batches."""
    rounds: list[list[dict[str, Any]]] = []
    batches: dict[Any, list[int]] = {}
    for row in rows:
        keys = enumerate((row.email_key, row.bare_key, row.lead_id))
        seen = batches.setdefault(next(people[key] for key in keys if key[1] is not None), [])
        if row.batch not in seen:
            seen.append(row.batch)
        if len(seen) > len(rounds):
            rounds.append([])
        rounds[len(seen) - 1].append(from_json(row.body))
    return rounds


def _keep(session: Session, event: events.RowsPrepared, kept: list[tuple[Any, ...]]) -> None:
    """For the batches that follow."""
    if event.rows:
        facts = {"list_id": event.list_id, "rows": [*event.rows], "first": min(event.rows), "last": max(event.rows)}
        session.execute(text(FORGET), facts)
    bodies = {row["row"]: to_json(row).decode() for row in event.one_by_one()}
    target = "planned_row (list_id, batch, row, email_key, bare_key, lead_id, body)"
    lines = ((event.list_id, event.batch, row, *keys, bodies[row]) for row, *keys in kept)
    copy_rows(session, target, lines)
