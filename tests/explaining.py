"""What the database did for a statement."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session


def rows_looked_at(session: Session, statement: str, facts: dict[str, Any]) -> int:
    """Executes the statement; the rows that went through each step of it, those that were left out there included."""
    explained = session.scalars(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"), facts).one()
    return _looked_at(explained[0]["Plan"])


def _looked_at(step: dict[str, Any]) -> int:
    each = sum(step.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Join Filter")) + step["Actual Rows"]
    return int(each * step["Actual Loops"]) + sum(map(_looked_at, step.get("Plans", ())))
