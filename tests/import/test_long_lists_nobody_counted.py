"""What goes through a long list looks at each of its rows a few times, not at all of them for each, also while the
database's statistics know only the lists of yesterday."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.explaining import rows_looked_at
from tests.parts import Part

from .making import module

YESTERDAYS, LONG, ROWS = 1, 2, 4_000
# The first and the second half are about the same leads; every second row is a conflict.
FILL = [
    """
    INSERT INTO uploaded_row (list_id, row, batch, cells)
    SELECT :list_id, row, row / 40, json_build_array(row % (:rows / 2) + 1, 'before', '', '', '')
    FROM generate_series(1, :rows) row
    """,
    """
    INSERT INTO row_outcome (list_id, row, batch, outcome, changes, seen)
    SELECT :list_id, row, row / 40, CASE row % 2 WHEN 0 THEN 'conflict' ELSE 'unchanged' END, '[{"field": "title"}]', 1
    FROM generate_series(1, :rows) row
    """,
    """
    INSERT INTO batch (list_id, number, rows, state, outcomes, takes)
    SELECT :list_id, number, 40, 'cut', '{"conflict": 20, "unchanged": 20}', 'file'
    FROM generate_series(0, :rows / 40) number
    """,
]
CORRECTED = """
INSERT INTO corrected (row, cells) SELECT row, '["", "after", "", "", ""]' FROM generate_series(1, :rows) row
"""
MOVED = """
INSERT INTO moved_row (list_id, row, outcome) SELECT list_id, row, 'created' FROM row_outcome
"""
FACTS: dict[str, dict[str, Any]] = {
    "gathering.GATHER": {"first_batch": 0, "lead_id": 0, "email": 4, "room": 1_000_000, "names": 0},
    "choosing.CHOSEN": {"rows": None},
    "choosing.TAKEN_BACK": {"rows": None},
    "deciding.DECIDED": {"places": '{"title": 1}', "batches": ROWS, "planned": True},
    "deciding.UNDECIDED": {"places": '{"title": 1}'},
    "going_back.KEEP": {},
    "going_back.SAID": {"stopped": [*range(ROWS, ROWS + ROWS // 500)]},
    "going_back.COUNT": {"stopped": [*range(ROWS, ROWS + ROWS // 500)]},
    "going_back.PLACE": {"stopped": [*range(ROWS, ROWS + ROWS // 500)]},
    "going_on.LEAVE": {},
    "going_on.TAKE": {"first": ROWS, "size": 500},
    "cancelling.SETTLE": {},
    "resuming.SAID_AGAIN": {},
    "checking.NOTE": {"noticed": json.dumps([{"row": row, "notices": []} for row in range(1, ROWS + 1)])},
}


@pytest.fixture
def long_list(importing: Part) -> Iterator[Session]:
    with importing.transaction() as session:
        for list_id in (YESTERDAYS, LONG):
            for each in FILL:
                session.execute(text(each), {"list_id": list_id, "rows": ROWS})
            if list_id == YESTERDAYS:
                session.execute(text("ANALYZE uploaded_row, row_outcome, batch"))
        session.execute(text(module("commands.going_on").COME_BACK))
        yield session
        session.rollback()


@pytest.mark.parametrize("statement", FACTS)
def test_no_row_is_looked_for_among_all(long_list: Session, statement: str) -> None:
    if statement.startswith(("deciding", "going_on", "going_back")):
        long_list.execute(text(CORRECTED), {"rows": ROWS})
    if statement in ("going_back.SAID", "going_back.COUNT", "going_back.PLACE"):
        module("commands.going_back").keep_former(long_list, LONG)
        long_list.execute(text(module("commands.going_on").TAKE), {"list_id": LONG, "first": ROWS, "size": 500})
    if statement == "going_back.SAID":
        long_list.execute(text("DELETE FROM row_outcome WHERE list_id = :list_id"), {"list_id": LONG})
    if statement == "cancelling.SETTLE":
        long_list.execute(text("DELETE FROM row_outcome WHERE list_id = :list_id"), {"list_id": LONG})
    if statement == "resuming.SAID_AGAIN":
        long_list.execute(text(MOVED))
        long_list.execute(
            text("UPDATE row_outcome SET outcome = 'cancelled' WHERE list_id = :list_id"), {"list_id": LONG}
        )
    place, name = statement.split(".")
    looked_at = rows_looked_at(
        long_list, getattr(module(f"commands.{place}"), name), {"list_id": LONG} | FACTS[statement]
    )
    assert ROWS / 4 < looked_at < 20 * ROWS


@pytest.mark.parametrize("statement", ["BOUNDS", "LAY_ASIDE", "COUNTS"])
def test_no_batch_is_looked_for_in_the_whole_list(long_list: Session, statement: str) -> None:
    batch = ROWS // 40 // 2
    facts = {"list_id": LONG, "batches": [batch], "first": batch * 40, "last": batch * 40 + 39}
    assert 0 < rows_looked_at(long_list, getattr(module("commands.moving"), statement), facts) < 10 * 40
