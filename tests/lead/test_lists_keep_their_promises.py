"""Whatever lists bring: plan = commit, taking back brings back, the same file twice changes nothing."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.lead.chance import HURRIED, Desk, files, people
from tests.lead.conftest import Lists, row
from tests.lead.test_take_a_list_back import everything, take_back


@pytest.fixture
def desk(lists: Lists) -> Desk:
    return Desk(lists)


def told(outcomes: dict[int, Any]) -> dict[int, Any]:
    """What is said of each row, but for the numbers of leads that the list makes, which a plan does not know."""

    def said(reason: dict[str, str]) -> tuple[str, ...]:
        names_leads = reason["code"] in ("several_matches", "address_taken")
        return (reason["field"], reason["code"], "" if names_leads else reason["ja"])

    return {
        number: (
            outcome.outcome,
            [said(reason) for reason in outcome.reasons],
            outcome.match,
            sorted(outcome.changes, key=lambda each: each.field),
        )
        for number, outcome in outcomes.items()
    }


@given(known=people, file=files(), backwards=st.booleans(), late=st.booleans(), named=st.booleans())
@HURRIED
def test_the_plan_is_what_the_commit_does(
    desk: Desk, known: Any, file: Any, backwards: bool, late: bool, named: bool
) -> None:
    """In whatever order the batches of the plan, or of its commit, come; whether its rows come again or are named."""
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    file = desk.naming_only_leads_that_are_there(file)
    before, list_id = everything(desk.lead), desk.number()
    order = reversed(range(len(file[1]))) if backwards else None
    plan = desk.send(list_id, file, plan=True, order=order)
    assert everything(desk.lead) == before
    done = desk.send(list_id, file, order=reversed(range(len(file[1]))) if late else None, as_planned=named)
    assert told(plan) == told(done)
    assert len(done) == sum(len(batch) for batch in file[1])
    existing = {outcome.row: outcome.lead_id for outcome in plan.values() if outcome.lead_id}
    assert existing == {number: done[number].lead_id for number in existing}


@given(known=people, file=files())
@HURRIED
def test_taking_back_brings_everything_back(desk: Desk, known: Any, file: Any) -> None:
    """Every row of every table of records is as it was, but for versions and signatures of saving."""
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    before, list_id = everything(desk.lead), desk.number()
    desk.send(list_id, file)
    take_back(desk.lists, list_id)
    assert everything(desk.lead) == before


@given(file=files())
@HURRIED
def test_the_same_file_twice_changes_nothing_more(desk: Desk, file: Any) -> None:
    desk.clear()
    kind, content, options = file
    people: dict[str, Any] = {}
    for cells in (cells for batch in content for cells in batch):
        people.setdefault(f"p{len(people)}", cells | {"email": f"p{len(people)}@example.jp", "lead_id": ""})
    alone = (kind, [[*people.values()]], options)
    desk.send(desk.number(), ("participants", [[cells | {"stage": ""} for cells in people.values()]], {}))
    desk.send(desk.number(), alone)
    before = everything(desk.lead)
    again = desk.send(desk.number(), alone)
    assert {outcome.outcome for outcome in again.values()} <= {"unchanged", "error"}
    assert everything(desk.lead) == before


@given(file=files(), twice=st.lists(st.sampled_from([0, 0, 0, 1]), min_size=1, max_size=6))
@HURRIED
def test_nor_does_it_where_its_rows_contradict_each_other(desk: Desk, file: Any, twice: list[int]) -> None:
    """Several rows of a batch about the same person: the last one holds."""
    desk.clear()
    kind, content, options = file
    rows = [cells for batch in content for cells in batch]
    people = {f"p{who}@example.jp" for who in twice}
    mixed = [
        cells | {"email": f"p{who}@example.jp", "lead_id": "", "note": cells["note"] or "理由"}
        for who, cells in zip(twice, rows, strict=False)
    ]
    desk.send(desk.number(), ("participants", [[row("山田", "太郎", email=email) for email in sorted(people)]], {}))
    first = desk.send(desk.number(), (kind, [mixed], options))
    assume(all(outcome.outcome != "error" for outcome in first.values()))
    before = everything(desk.lead)
    again = desk.send(desk.number(), (kind, [mixed], options))
    assert {outcome.outcome for outcome in again.values()} <= {"unchanged"}
    assert everything(desk.lead) == before
