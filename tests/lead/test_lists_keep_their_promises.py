"""Whatever lists bring: plan = commit, taking back brings back, the same file twice changes nothing, edits are kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, prepared, row
from tests.lead.test_take_a_list_back import everything, take_back

# Few people, so that they meet: in one batch, over batches, and in what is there already.
NAMES = [("山田", "太郎"), ("鈴木", "花子"), ("田中", "一郎")]
EMAILS = ["", "a@example.jp", "b@example.jp", "c@example.jp", "Ａ@example.jp"]
CELLS: dict[str, list[Any]] = {
    "email": EMAILS,
    "company": ["", "山田商事", "株式会社山田商事", "鈴木電機"],
    "phone": ["", "0312345678", "03-1234-5678", "0611112222"],
    "title": ["", "課長", "部長"],
    "stage": ["", "", "approaching", "appointment", "passed"],
    "owner_id": ["", ISAMU.id, SARA.id],
    "note": ["", "メモ", "別のメモ"],
    "member_status": ["", "applied", "attended", "cancelled"],
    "responded_on": ["", "2026-10-20", "2026-11-02"],
    "survey": ["", "興味あり"],
    "do_not_call": ["", True],
}
KINDS = ("invited", "participants", "update")
CHOICES: list[dict[str, str]] = [
    {},
    {"title": "file", "owner_id": "fill"},
    {"email": "file", "stage": "file", "phone": "fill"},
]
HURRIED = settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    family_name, given_name = draw(st.sampled_from(NAMES))
    cells = {name: draw(st.sampled_from(values)) for name, values in CELLS.items()}
    return row(family_name, given_name, **cells, lead_id=draw(st.sampled_from(["", "", "", 1, 2, 3])))


batches = st.lists(st.lists(rows(), min_size=1, max_size=3), min_size=1, max_size=3)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, list[list[dict[str, Any]]], dict[str, Any]]:
    """Kind, batches, and what was chosen at upload."""
    kind = draw(st.sampled_from(KINDS))
    if kind == "update":
        options: dict[str, Any] = {"erase_blanks": draw(st.booleans())}
    else:
        options = {"overwrite": draw(st.sampled_from(CHOICES))}
    return kind, draw(batches), options


class Desk:
    """Sends lists of several batches, as plans or for good."""

    def __init__(self, lists: Lists) -> None:
        self.lists, self.lead = lists, lists.lead

    def number(self) -> int:
        return int(next(self.lists.numbers))

    def clear(self) -> None:
        with self.lead.transaction() as session:
            session.execute(
                text(
                    "TRUNCATE person, lead, campaign_member, action, memo_version, change, settled_batch, mention,"
                    " former_member, undoing, undone_part, planned_row, planned_batch, early_batch RESTART IDENTITY"
                )
            )

    def send(self, list_id: int, file: Any, plan: bool = False, order: Iterator[int] | None = None) -> dict[int, Any]:
        """Row → what became of it, or would. The rows of batch n have the numbers from 100 n + 2."""
        kind, content, options = file
        cause = Cause.new("list", MAKI.id)
        before = len(self.lead.said(events.RowsSettled))
        for batch in order or range(len(content)):
            event = prepared(list_id, batch, *content[batch], kind=kind, **options, plan=plan, ordered=True)
            numbered = tuple(each.model_copy(update={"row": each.row + 100 * batch}) for each in event.rows)
            assert self.lead.hear(event.model_copy(update={"rows": numbered}), cause=cause) == "done", (
                self.lead.why_set_aside()
            )
        if not plan:
            self.lists.finish(list_id, kind, cause)
        told = self.lead.said(events.RowsSettled)[before:]
        return {outcome.row: outcome for settled in told for outcome in settled.outcomes}

    def naming_only_leads_that_are_there(self, file: Any) -> Any:
        """Nobody can name a lead that the file itself is about to make."""
        kind, content, options = file
        there = everything(self.lead)["lead"]
        named = [
            [each | {"lead_id": each["lead_id"] if each["lead_id"] in there else ""} for each in batch]
            for batch in content
        ]
        return kind, named, options


@pytest.fixture
def desk(lists: Lists) -> Desk:
    return Desk(lists)


def told(outcomes: dict[int, Any]) -> dict[int, Any]:
    """What is said of each row, but for the numbers of leads, which a plan does not give."""
    return {
        number: (outcome.outcome, outcome.reasons, outcome.match, sorted(outcome.changes, key=lambda each: each.field))
        for number, outcome in outcomes.items()
    }


@given(known=batches, file=files(), backwards=st.booleans(), late=st.booleans())
@HURRIED
def test_the_plan_is_what_the_commit_does(desk: Desk, known: Any, file: Any, backwards: bool, late: bool) -> None:
    """In whatever order the batches of the plan, or of its commit, come."""
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    file = desk.naming_only_leads_that_are_there(file)
    before, list_id = everything(desk.lead), desk.number()
    order = reversed(range(len(file[1]))) if backwards else None
    plan = desk.send(list_id, file, plan=True, order=order)
    assert everything(desk.lead) == before
    done = desk.send(list_id, file, order=reversed(range(len(file[1]))) if late else None)
    assert told(plan) == told(done)
    assert len(done) == sum(len(batch) for batch in file[1])
    existing = {outcome.row: outcome.lead_id for outcome in plan.values() if outcome.lead_id}
    assert existing == {number: done[number].lead_id for number in existing}


@given(known=batches, file=files())
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
    """People who stand in a file once; of several rows the last one holds, so they take turns again."""
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


@given(known=batches, file=files(), edits=st.lists(st.sampled_from([1, 2, 3, 4, 5, 6]), unique=True, max_size=3))
@HURRIED
def test_what_somebody_edited_since_is_kept_and_told(desk: Desk, known: Any, file: Any, edits: list[int]) -> None:
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    list_id = desk.number()
    desk.send(list_id, file)
    with desk.lead.transaction() as session:
        causes = text("SELECT DISTINCT lead_id FROM change c JOIN settled_batch b USING (cause_id) WHERE list_id = :id")
        touched = set(session.scalars(causes, {"id": list_id}))
        core = text(
            "SELECT DISTINCT lead_id FROM change c JOIN settled_batch b USING (cause_id)"
            " WHERE list_id = :id AND record_type <> 'member'"
        )
        own = set(session.scalars(core, {"id": list_id}))
    edited = []
    for lead_id in edits:
        answer = desk.lead.by(ISAMU).get(f"/leads/{lead_id}")
        if answer.status_code == 200:
            change = {"version": answer.get_json()["version"], "interest": "高い"}
            assert desk.lead.by(ISAMU).patch(f"/leads/{lead_id}", json=change).status_code == 200
            edited.append(lead_id)
    before = everything(desk.lead)
    settled = take_back(desk.lists, list_id)
    kept = {lead.lead_id: lead.changed_by for part in settled for lead in part.kept}
    assert kept == {lead_id: ISAMU.id for lead_id in edited if lead_id in own}
    after = everything(desk.lead)
    for lead_id in set(edited) & own:
        assert after["lead"][lead_id] == before["lead"][lead_id]
        person = before["lead"][lead_id]["person_id"]
        assert after["person"][person] == before["person"][person]
    assert sum(part.undone + len(part.kept) for part in settled) == len(touched)
