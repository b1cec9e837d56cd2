"""Writing the change history: one row for every field of every record that changes, in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.database import Record, current_cause

from .models import Action, CampaignMember, Change, Lead, Person

# The field of a change row that is for undoing alone: what goes with owner and stage (who gave it, since when), before.
PLACEMENT_FIELD = "placement"
RECORD_TYPES: dict[type[Record], str] = {Person: "person", Lead: "lead", CampaignMember: "member", Action: "action"}


def change(session: Session, record: Record, lead_id: int, values: Mapping[str, Any]) -> set[str]:
    """Gives a record these values and notes each that differs. The names of the fields that changed."""
    changed = set()
    for field, after in values.items():
        before = getattr(record, field)
        if before != after:
            _note(session, record, lead_id, field, before, after)
            setattr(record, field, after)
            changed.add(field)
    return changed


def note_created(session: Session, record: Record, lead_id: int, after: Any = None) -> None:
    """Notes a new record; it must have its id."""
    _note(session, record, lead_id, "created", None, after)


def note_deleted(session: Session, record: Record, lead_id: int, before: Any) -> None:
    """Notes what a record was that is about to go."""
    _note(session, record, lead_id, "deleted", before, None)


def _note(session: Session, record: Record, lead_id: int, field: str, before: Any, after: Any) -> None:
    cause = current_cause(session)
    session.add(
        Change(
            record_type=RECORD_TYPES[type(record)],
            record_id=record.id,
            lead_id=lead_id,
            field=field,
            before=_plain(before),
            after=_plain(after),
            cause_id=cause.id,
            cause_kind=cause.kind,
            actor_id=cause.actor_id,
            lead_version=_version(session, record, lead_id),
        )
    )


def _version(session: Session, record: Record, lead_id: int) -> int | None:
    """The version that the lead is about to get by a change of it or its person."""
    if not isinstance(record, Lead | Person):
        return None
    lead = session.get(Lead, lead_id)
    return lead.version + 1 if lead and lead.version else None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
