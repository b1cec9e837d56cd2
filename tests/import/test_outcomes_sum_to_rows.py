"""Whatever happens to a list: Σ outcomes = rows read, every row has one of them, and the list ends once."""

import importlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import events
from tests.cast import MAKI
from tests.parts import Part
from tests.trying import tried

from .making import HEADER, workbook
from .registering import OUTCOMES, details, upload

reading: Any = importlib.import_module("services.import.commands.reading")

DATES = ("2026/10/28", "いつか", "")
NAMES = ("山田", "")
rows = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(DATES)), min_size=1, max_size=7)
# What happens next, and to which of what waits: a batch is checked, lead answers, an old message comes again, 中止, and
# the rest after all.
kinds = st.sampled_from(["check", "answer", "again", "stop", "resume"])
steps = st.lists(st.tuples(kinds, st.integers(0, 5)), max_size=16)
# What lead says of a row: an outcome, nothing, or something that nobody knows.
SAID = ("created", "updated", "unchanged", "history_only", "review", "conflict", "error", None, "nonsense")


class Table:
    """One list, and all messages about it, to be dealt out in any order."""

    def __init__(self, service: Part, list_id: str, said: list[Any]) -> None:
        self.service, self.list_id, self.said = service, list_id, said
        self.heard: list[Any] = []
        self.resumed = 0

    def of_it(self, kind: Any) -> list[Any]:
        return [event for event in self.service.said(kind) if str(event.list_id) == self.list_id]

    def hear(self, event: Any) -> None:
        self.hear_again(event)
        self.heard.append(event)

    def hear_again(self, event: Any) -> None:
        assert self.service.hear(event) == "done", self.service.why_set_aside()

    def waiting(self, kind: Any) -> list[Any]:
        """A batch may be announced once more, with the same words."""
        said = self.of_it(kind)
        return [event for at, event in enumerate(said, 1) if said[:at].count(event) > self.heard.count(event)]

    def answers(self) -> list[Any]:
        answered = [event.batch for event in self.heard if isinstance(event, events.RowsSettled)]
        return [event for event in self.of_it(events.RowsPrepared) if event.batch not in answered]

    def answer(self, prepared: events.RowsPrepared) -> None:
        told = ((row, self.said[row % len(self.said)]) for row in prepared.rows)
        outcomes = tuple(events.RowOutcome(row=row, outcome=outcome) for row, outcome in told if outcome)
        self.hear(
            events.RowsSettled(
                list_id=prepared.list_id, batch=prepared.batch, outcomes=outcomes * 2, plan=prepared.plan
            )
        )

    def go(self, step: str, which: int) -> bool:
        """Whether there was something to do."""
        found = {"check": self.waiting(events.BatchCut), "answer": self.answers(), "again": self.heard}.get(step)
        if step == "stop":
            self.service.by(MAKI).post(f"/lists/{self.list_id}/cancellation")
        elif step == "resume":
            answer = self.service.by(MAKI).post(f"/lists/{self.list_id}/resumption")
            self.resumed += answer.status_code == 202
        elif found and step == "again":
            self.hear_again(found[which % len(found)])
        elif found and step == "answer":
            self.answer(found[which % len(found)])
        elif found:
            self.hear(found[which % len(found)])
        return bool(found)


@given(
    rows=rows, steps=steps, mode=st.sampled_from(["commit", "plan"]), kind=st.sampled_from(["invited", "update"]),
    said=st.lists(st.sampled_from(SAID), min_size=1, max_size=4), unique=st.uuids(),
)  # fmt: skip
@tried(40)
def test_every_row_has_one_outcome(
    importing: Part, rows: Any, steps: Any, mode: str, kind: str, said: Any, unique: Any
) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(reading, "BATCH_ROWS", 2)
        content: dict[int, Any] = {1: [*HEADER, str(unique)]}
        for number, (name, day) in enumerate(rows, start=2):
            content[number] = ["株式会社和", name, "", f"sum{number}@example.jp", "", "", day]
        campaign: dict[str, Any] = {"campaign_id": ""} if kind == "update" else {}
        accepted = upload(importing, workbook(content), mode=mode, kind=kind, **campaign)
        assert accepted.status_code == 202, accepted.text
        table = Table(importing, accepted.get_json()["id"], said)
        for announced in table.of_it(events.ListUploaded):
            table.hear(announced)
        for step, which in steps:
            table.go(step, which)
        while table.go("check", 0) or table.go("answer", 0):
            pass
    state = details(importing, table.list_id)
    if state["status"] == "planned":
        importing.by(MAKI).post(f"/lists/{table.list_id}/disposal")
    assert sum(state["outcomes"].values()) == state["rows_read"] == state["rows_settled"] == len(rows), state
    found = importing.by(MAKI).get(f"/lists/{table.list_id}/rows?page_size=500").get_json()["items"]
    assert [row["row"] for row in found] == [*range(2, len(rows) + 2)]
    counted = Counter(row["outcome"] for row in found)
    assert {name: counted.get(name, 0) for name in OUTCOMES} == state["outcomes"]
    assert [event.round for event in table.of_it(events.ListFinished)] == [*range(table.resumed + 1)]
