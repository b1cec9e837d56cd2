"""Merging a list's rows, batch by batch, and telling the new owners when the list is through.

A batch is one transaction of a fixed number of statements, whatever its size. Keyed by list and batch: a repeat
changes nothing. One merge at a time, so that two workers cannot make the same person twice.
"""

from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.outbox import publish
from contracts import events

from ..comparing import compare
from ..history import PLACEMENT_FIELD
from ..list_registration import add_history, create_leads
from ..list_update import EVERYTHING, LEAD_FIELDS, Changes, refuse_unmatched, update_leads
from ..masters import masters
from ..matching_key import matching_key, one_at_a_time
from ..models import SettledBatch
from ..models.leads import lead_number
from ..problems import ROW_PROBLEMS
from ..staging import find_leads, refuse_stages, stage_rows
from .news import say_assigned, say_leads_changed, say_members_changed
from .progress import note_progress

# The planner must probe the indexes for some hundred rows, not hash whole tables; the temporary tables have no
# statistics that would tell it.
PROBE = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off"
SETTLED = """
SELECT row, lead_id, verdict, problem, rule, first_row, fresh, turn, email_key, bare_key, conflicts, lead_version
FROM staged_row ORDER BY row
"""
CELL_OF = {field: cell for cell, field in LEAD_FIELDS.items()}
UNTOLD = ("drop_reason", PLACEMENT_FIELD)  # what follows from a change of owner or stage


def merge_rows(session: Session, event: events.RowsPrepared) -> None:
    """Matches and merges the rows of one batch and says what became of each."""
    if not _first_time(session, event.list_id, event.batch):
        return
    known = masters(session)
    stage_rows(session, event, known)
    one_at_a_time(session)
    session.execute(text(PROBE))
    key = matching_key(session)
    find_leads(session, key)
    facts = _facts(session, event) | {"email_rule": key}
    outcomes, leads, members = (_update if event.kind == "update" else _register)(session, event, facts)
    publish(session, events.RowsSettled(list_id=event.list_id, batch=event.batch, outcomes=tuple(outcomes)))
    say_leads_changed(session, leads)
    if event.campaign_id is None:
        note_progress(session, leads)
    else:
        members |= note_progress(session, leads, campaign_id=event.campaign_id, said=False)
        say_members_changed(session, event.campaign_id, members)


Merged = tuple[list[events.RowOutcome], set[int], set[int]]  # outcomes, leads that changed, leads whose history changed


def _update(session: Session, event: events.RowsPrepared, facts: dict[str, Any]) -> Merged:
    refuse_unmatched(session)
    compare(session, facts)
    refuse_stages(session, True, masters(session))
    turns = update_leads(session, facts, EVERYTHING)
    outcomes = [_updated(row, turns) or _outcome(row, "unchanged") for row in _settled(session)]
    return outcomes, set().union(*turns.values()), set()


def _register(session: Session, event: events.RowsPrepared, facts: dict[str, Any]) -> Merged:
    """New leads, campaign history; known leads keep their data but for what was chosen."""
    refuse_stages(session, "stage" in event.overwrite, masters(session))
    created = set(create_leads(session, facts))
    members = set(add_history(session, facts))
    chosen = {cell: choice for cell, choice in event.overwrite.items() if cell != "note"}  # 備考 is the history's here
    turns = update_leads(session, facts, chosen) if chosen else {}
    return _registered(_settled(session), members, turns), created.union(*turns.values()), members


def tell_owners(session: Session, event: events.ListFinished) -> None:
    """Tells whom the list made owner, once, when all of its rows are settled; the same for every error workbook that
    comes back, about what that one did."""
    if _first_time(session, event.list_id, SettledBatch.END - event.round):
        say_assigned(session, "list", event.list_id)


def _first_time(session: Session, list_id: int, batch: int) -> bool:
    """False for a batch that was settled before. A repeat that comes at the same time waits here."""
    settled = insert(SettledBatch).values(list_id=list_id, batch=batch, cause_id=current_cause(session).id)
    return session.scalar(settled.on_conflict_do_nothing().returning(SettledBatch.batch)) is not None


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
        "first_stage": known.first_stage(),
        "dropped": known.stages("dropped"),
    }


def _settled(session: Session) -> list[RowMapping]:
    return list(session.execute(text(SETTLED)).mappings().all())


def _registered(rows: list[RowMapping], changed: set[int], turns: dict[int, Changes]) -> list[events.RowOutcome]:
    """The first row of a lead tells whether its history changed; more rows of it change nothing further, unless they
    change the lead itself."""
    outcomes, seen = [], set()
    for row in rows:
        lead_id = row["lead_id"]
        first = lead_id not in seen
        seen.add(lead_id)
        done = "created" if row["fresh"] else "history_only" if first and lead_id in changed else "unchanged"
        outcomes.append((None if row["fresh"] else _updated(row, turns)) or _outcome(row, done))
    return outcomes


def _updated(row: RowMapping, turns: dict[int, Changes]) -> events.RowOutcome | None:
    """None for a row that changed nothing of its lead."""
    changes = turns.get(row["turn"], {}).get(row["lead_id"])
    if not changes or row["verdict"]:
        return None
    told = tuple(
        events.FieldChange(field=CELL_OF.get(change.field, change.field), before=change.before, after=change.after)
        for change in changes
        if change.field not in UNTOLD
    )
    return _outcome(row, "updated").model_copy(update={"changes": told})


def _outcome(row: RowMapping, done: str) -> events.RowOutcome:
    if row["conflicts"]:
        problem = ROW_PROBLEMS[row["problem"]]
        told = {"code": problem.code, "ja": problem.ja, "en": problem.en}
        changes = [events.FieldChange(field=cell, **values) for cell, values in row["conflicts"].items()]
        return events.RowOutcome(
            row=row["row"],
            outcome="conflict",
            lead_id=row["lead_id"],
            reasons=tuple(told | {"field": change.field} for change in changes),
            match=_match(row),
            changes=tuple(changes),
            seen=row["lead_version"],
        )
    if row["verdict"]:
        problem = ROW_PROBLEMS[row["problem"]]
        # Who has no address is looked for by company, name and phone.
        field = "family_name" if problem.field == "email" and row["email_key"] is None else problem.field
        reason = {"field": field, "code": problem.code, "ja": problem.ja, "en": problem.en}
        return events.RowOutcome(row=row["row"], outcome=row["verdict"], reasons=(reason,))
    return events.RowOutcome(row=row["row"], outcome=done, lead_id=row["lead_id"], match=_match(row))


def _match(row: RowMapping) -> dict[str, str] | None:
    """Why this row is that lead; None for a new one."""
    rule = row["rule"]
    if rule is None:
        return None
    if rule == "same_list":
        return {"rule": rule, "row": str(row["first_row"])}
    value = row["bare_key"] if rule == "bare" else row["email_key"]
    return {"rule": rule, "value": lead_number(row["lead_id"]) if rule == "lead_id" else str(value)}
