"""Merging the rows of one batch into the leads, in a fixed number of statements: the same for a plan and a commit."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.database import current_cause
from contracts import events

from .comparing import compare
from .list_registration import WISHES, add_history, create_leads
from .list_update import (
    EVERYTHING,
    REKEYED,
    find_rivals,
    refuse_changes,
    refuse_unmatched,
    update_leads,
    wait_for_screens,
)
from .masters import masters
from .matching_key import matching_key
from .retired_choices import refuse_retired
from .row_outcomes import Told, after_registration, after_update
from .staging import TABLE, find_leads, refuse_stages

# The planner must probe the indexes for some hundred rows, not hash whole tables; the temporary tables have no
# statistics that would tell it.
PROBE = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
Merged = tuple[Told, set[int], set[int]]  # what is told of the rows, leads that changed, leads whose history changed


def _update(session: Session, facts: dict[str, Any]) -> Merged:
    refuse_unmatched(session)
    wait_for_screens(session)
    compare(session, facts)
    refuse_changes(session)
    refuse_retired(session, facts, EVERYTHING)
    refuse_stages(session, True, masters(session))
    find_rivals(session, facts)
    turns = update_leads(session, facts, EVERYTHING)
    return after_update(session, turns), set().union(*turns.values()), set()


def _register(session: Session, event: events.RowsPrepared, facts: dict[str, Any], kept: bool) -> Merged:
    """New leads, campaign history; known leads keep their data but for what was chosen."""
    chosen = {cell: choice for cell, choice in event.overwrite.items() if cell != "note"}  # 備考 is the history's here
    # What nobody will look at need not be made: another row of a new lead may write into it only where that was chosen.
    made = kept or bool(chosen)
    if chosen:
        wait_for_screens(session)
    refuse_retired(session, facts, chosen)
    refuse_stages(session, "stage" in event.overwrite, masters(session))
    if "email" in chosen:
        find_rivals(session, facts, fills=chosen["email"] == "fill")
    created = create_leads(session, facts, made)
    history = add_history(session, facts, made)
    turns = update_leads(session, facts, chosen) if chosen else {}
    new = set(created.values())
    told = after_registration(session, created, history, turns, event.plan)
    return told, new.union(*turns.values()), new.union(history)


def prepare_tables(session: Session) -> None:
    """The temporary tables of a merge, where a savepoint that is rolled back does not take them away again."""
    for table in (TABLE, WISHES, REKEYED):
        session.execute(text(table))


def find_matches(session: Session) -> str:
    """Finds whom the staged rows are about. The matching key by which that was done."""
    session.execute(text(PROBE))
    key = matching_key(session)
    find_leads(session, key)
    return key


def merge_staged(session: Session, event: events.RowsPrepared, key: str, kept: bool = True) -> Merged:
    """Merges the rows that were staged and matched. Not `kept`: all of it is rolled back before anything else looks at
    it, and only what became of the rows is wanted."""
    facts = _facts(session, event) | {"email_rule": key}
    return _update(session, facts) if event.kind == "update" else _register(session, event, facts, kept)


def _facts(session: Session, event: events.RowsPrepared) -> dict[str, Any]:
    cause = current_cause(session)
    known = masters(session)
    return {
        "cause_id": cause.id,
        "cause_kind": cause.kind,
        "actor_id": cause.actor_id,
        "list_id": event.list_id,
        "campaign_id": event.campaign_id,
        "invites": event.kind == "invited",
        "plan": event.plan,
        "first_stage": known.first_stage(),
        "dropped": known.stages("dropped"),
    }
