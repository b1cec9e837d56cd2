"""Whatever lists bring: every row has one outcome, and people who stand in a file twice stay as they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import events
from tests.lead.chance import CELLS, HURRIED, Desk, files, people
from tests.lead.conftest import Lists, all_outcomes
from tests.lead.test_take_a_list_back import everything

OUTCOMES = {"created", "updated", "unchanged", "history_only", "review", "conflict", "error"}
MOMENTS = {"stage_since", "stage_by", "assigned_at", "assigned_by", "first_responded_at", "last_responded_at"}


@pytest.fixture
def desk(lists: Lists) -> Desk:
    return Desk(lists)


@given(known=people, file=files(), plan=st.booleans(), data=st.data())
@HURRIED
def test_every_row_has_one_outcome(desk: Desk, known: Any, file: Any, plan: bool, data: st.DataObject) -> None:
    """Whatever the rows are, in whatever order their batches come, and however often: Σ outcomes = rows sent."""
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    order = data.draw(st.permutations(range(len(file[1]))))
    desk.lead.forget_said()
    outcomes = desk.send(desk.number(), file, plan=plan, order=iter([*order, *order]))
    sent = [100 * at + 2 + place for at, batch in enumerate(file[1]) for place in range(len(batch))]
    said = [outcome.row for settled in desk.lead.said(events.RowsSettled) for outcome in all_outcomes(settled)]
    assert sorted(said) == sorted(outcomes) == sent
    assert {outcome.outcome for outcome in outcomes.values()} <= OUTCOMES


def values(desk: Desk) -> Any:
    """What people see of every record: without the moments of its changes, and without earlier versions of the memo."""
    found = everything(desk.lead)
    del found["memo_version"]
    return {
        table: {key: {name: kept for name, kept in row.items() if name not in MOMENTS} for key, row in rows.items()}
        for table, rows in found.items()
    }


@given(
    file=files(), repeats=st.lists(st.tuples(st.integers(0, 8), st.sets(st.sampled_from(sorted(CELLS)))), max_size=4)
)
@HURRIED
def test_a_person_who_stands_in_a_file_twice_stays_unchanged_too(desk: Desk, file: Any, repeats: Any) -> None:
    """Where the rows do not contradict each other: one says all of it, another says some of it again."""
    desk.clear()
    kind, content, options = file
    if options.get("erase_blanks"):  # a blank would contradict
        options = {}
    people = [cells | {"lead_id": "", "stage": ""} for batch in content for cells in batch]
    people = [cells | {"email": f"p{number}@example.jp"} for number, cells in enumerate(people)]
    again = [people[which % len(people)] | dict.fromkeys(blank - {"email"}, "") for which, blank in repeats]
    desk.send(desk.number(), ("participants", [people], {}))
    twice = (kind, [people, again] if again else [people], options)
    desk.send(desk.number(), twice)
    before = everything(desk.lead)
    outcomes = desk.send(desk.number(), twice)
    assert {outcome.outcome for outcome in outcomes.values()} <= {"unchanged", "error"}
    assert everything(desk.lead) == before


@given(file=files())
@HURRIED
def test_of_rows_that_contradict_each_other_the_last_holds_every_time(desk: Desk, file: Any) -> None:
    """They take turns again, as they did the first time, and leave everything as it was."""
    desk.clear()
    kind, content, options = file
    alike = (
        kind,
        [[cells | {"lead_id": "", "email": "a@example.jp"} for cells in batch] for batch in content],
        options,
    )
    desk.send(desk.number(), ("participants", [[alike[1][0][0]]], {}))
    for _ in range(2):  # at first a stage may be refused to somebody who is new, and not to somebody who is known
        desk.send(desk.number(), alike)
    before = values(desk)
    desk.send(desk.number(), alike)
    assert values(desk) == before
