"""Lists as chance makes them: few people, who meet in a batch, over batches, and in what is there already."""

from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, prepared, row
from tests.lead.test_take_a_list_back import everything

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

    def send(
        self,
        list_id: int,
        file: Any,
        plan: bool = False,
        order: Iterator[int] | None = None,
        as_planned: bool = False,
    ) -> dict[int, Any]:
        """Row → what became of it, or would. The rows of batch n have the numbers from 100 n + 2. `as_planned`: they
        are only named, and were planned before."""
        kind, content, options = file
        cause = Cause.new("list", MAKI.id)
        before = len(self.lead.said(events.RowsSettled))
        for batch in order or range(len(content)):
            event = prepared(list_id, batch, *content[batch], kind=kind, **options, plan=plan, ordered=True)
            numbered = tuple(row + 100 * batch for row in event.rows)
            if as_planned:
                event = event.model_copy(update=events.by_columns(()) | {"as_planned": numbered})
            else:
                event = event.model_copy(update={"rows": numbered})
            assert self.lead.hear(event, cause=cause) == "done", self.lead.why_set_aside()
        if not plan:
            self.lists.finish(list_id, kind, cause)
        told = self.lead.said(events.RowsSettled)[before:]
        return {outcome.row: outcome for settled in told for outcome in settled.outcomes}

    def edit(self, lead_id: int, number: int) -> str | None:
        """Isamu changes what no list can name. What he wrote; None where there is no such lead."""
        found = self.lead.by(ISAMU).get(f"/leads/{lead_id}")
        if found.status_code != 200:
            return None
        change = {"version": found.get_json()["version"], "interest": f"高い {number}"}
        answer = self.lead.by(ISAMU).patch(f"/leads/{lead_id}", json=change)
        assert answer.status_code == 200, answer.text
        return str(change["interest"])

    def touched(self, list_id: int) -> set[int]:
        """The leads that the list has changed so far, themselves or their persons."""
        core = text(
            "SELECT DISTINCT lead_id FROM change c JOIN settled_batch b USING (cause_id)"
            " WHERE list_id = :id AND record_type <> 'member'"
        )
        with self.lead.transaction() as session:
            return set(session.scalars(core, {"id": list_id}))

    def naming_only_leads_that_are_there(self, file: Any) -> Any:
        """Nobody can name a lead that the file itself is about to make."""
        kind, content, options = file
        there = everything(self.lead)["lead"]
        named = [
            [each | {"lead_id": each["lead_id"] if each["lead_id"] in there else ""} for each in batch]
            for batch in content
        ]
        return kind, named, options
