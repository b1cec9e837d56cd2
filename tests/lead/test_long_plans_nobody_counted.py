"""A batch of a plan looks for the rows that it meets by their keys, not through all rows of the plan, also while the
database's statistics know only the plans of yesterday."""

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from tests.explaining import rows_looked_at
from tests.parts import Part

YESTERDAYS, LONG, ROWS, BATCH = 1, 2, 60_000, 2_000
FILL = """
INSERT INTO planned_row (list_id, row, batch, email_key, bare_key, lead_id, body)
SELECT :list_id, row, row / :batch_rows, 'guest' || row || '@example.jp', NULL, row, '{}'
FROM generate_series(1, :rows) row
"""
# Of the rows of a list, as many as stand for "nobody knows" have one address, and one lead.
ALIKE = """
UPDATE planned_row SET email_key = 'unknown@example.jp', lead_id = 1
WHERE list_id = :list_id AND row > :rows / 2
"""
ROWS_OF_BATCH = [*range(ROWS - BATCH, ROWS)]
FACTS: dict[str, dict[str, Any]] = {
    "MET": {
        "batch": ROWS // BATCH,
        "email_key": [f"guest{row}@example.jp" for row in ROWS_OF_BATCH],
        "bare_key": [f"山田{row}" for row in ROWS_OF_BATCH],
        "lead_id": ROWS_OF_BATCH,
        "most": 2_000,
    },
    "FORGET": {"first": ROWS_OF_BATCH[0], "last": ROWS_OF_BATCH[-1], "rows": ROWS_OF_BATCH},
    "PLANNED": {
        "first": ROWS_OF_BATCH[0],
        "last": ROWS_OF_BATCH[-1],
        "rows": ROWS_OF_BATCH,
        "batch": ROWS // BATCH - 1,
    },
}


@pytest.mark.parametrize("statement", FACTS)
def test_no_batch_goes_through_the_whole_plan(lead: Part, statement: str) -> None:
    with lead.transaction() as session:
        for list_id in (YESTERDAYS, LONG):
            session.execute(text(FILL), {"list_id": list_id, "rows": ROWS, "batch_rows": BATCH})
            if list_id == YESTERDAYS:
                session.execute(text("ANALYZE planned_row"))
        planning = import_module("services.lead.commands.planning")
        looked_at = rows_looked_at(session, getattr(planning, statement), {"list_id": LONG} | FACTS[statement])
        session.rollback()
    assert BATCH <= looked_at < ROWS


def test_of_rows_with_one_address_only_the_latest_are_fetched(lead: Part) -> None:
    """As where a list has a placeholder in every row: a batch that met all rows before it held the whole list."""
    planning = import_module("services.lead.commands.planning")
    met = {"batch": ROWS // BATCH, "email_key": ["unknown@example.jp"], "bare_key": [], "lead_id": [1]}
    facts = {"list_id": LONG, "most": planning.MOST_EARLIER} | met
    with lead.transaction() as session:
        session.execute(text(FILL), {"list_id": LONG, "rows": ROWS, "batch_rows": BATCH})
        session.execute(text(ALIKE), {"list_id": LONG, "rows": ROWS})
        looked_at = rows_looked_at(session, planning.MET, facts)
        rows = sorted(row.row for row in session.execute(text(planning.MET), facts))
        session.rollback()
    assert rows == [*range(ROWS - planning.MOST_EARLIER, ROWS)]
    assert looked_at < ROWS
