"""The history of records: a row for each field that changed, with the act that changed it."""

from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause

from .models import Change

# Told by others in words of their own, or following from other fields.
UNTOLD = {"search_key", "name_key", "phone_key"}


def note_changes(session: Session, record: str, record_id: int, changes: dict[str, tuple[Any, Any]]) -> None:
    """Writes down what each field was before and is after. `record`: account, opportunity."""
    cause = current_cause(session)
    rows = [
        {
            "record": record,
            "record_id": record_id,
            "field": field,
            "before": to_jsonable_python(before),
            "after": to_jsonable_python(after),
            "cause_id": cause.id,
            "cause_kind": cause.kind,
            "actor_id": cause.actor_id,
        }
        for field, (before, after) in changes.items()
        if field not in UNTOLD
    ]
    if rows:
        session.execute(insert(Change), rows)


def write(record: Any, values: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Sets the values that differ from what the record has, and tells before and after of each."""
    changes = {name: (getattr(record, name), value) for name, value in values.items() if getattr(record, name) != value}
    for name, (_, value) in changes.items():
        setattr(record, name, value)
    return changes
