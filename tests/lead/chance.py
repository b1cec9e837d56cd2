"""Lists as chance makes them: few people, who meet in a batch, over batches, and in what is there already."""

import random
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, all_outcomes, prepared, row
from tests.lead.test_take_a_list_back import everything
from tests.trying import tried

NAMES = [("山田", "太郎"), ("鈴木", "花子"), ("田中", "一郎")]
EMAILS = ["", "a@example.jp", "b@example.jp", "c@example.jp", "Ａ@example.jp"]
CELLS: dict[str, list[Any]] = {
    "email": EMAILS,
    "family_name_kana": ["", "", "ヤマダ"],
    "given_name_kana": ["", "", "タロウ"],
    "department": ["", "", "営業部"],
    "mobile": ["", "", "09011112222", "090-1111-2222"],
    "postal_code": ["", "", "100-0001", "1000001"],
    "prefecture": ["", "", "東京都"],
    "address": ["", "", "千代田区1-1"],
    "industry": ["", "", "製造業"],
    "source": ["", "", "seminar"],
    "temperature": ["", "", "A", "B"],
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
    "do_not_mail": ["", "", True],
}
KINDS = ("invited", "participants", "update")
CHOICES: list[dict[str, str]] = [
    {},
    {"title": "file", "owner_id": "fill"},
    {"email": "file", "stage": "file", "phone": "fill"},
    {"company": "fill", "do_not_call": "file", "temperature": "fill", "department": "file"},
    {"title": "file", "mobile": "file", "industry": "file", "owner_id": "file", "do_not_mail": "fill"},
]
HURRIED = tried(12)


# One draw for all of it: what fails is shrunk to fewer rows, not to plainer ones, and examples differ more.
seeds = st.integers(0, 2**32 - 1).map(random.Random)


def a_row(chance: random.Random) -> dict[str, Any]:
    family_name, given_name = chance.choice(NAMES)
    cells = {name: chance.choice(values) for name, values in CELLS.items()}
    lead_id = chance.choice(["", "", "", 1, 2, 3])
    return row(
        family_name, given_name, **cells, lead_id=lead_id, version=chance.choice(["", 1, 2, 3]) if lead_id else ""
    )


rows = seeds.map(a_row)


@st.composite
def several_batches(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    """Some rows stand there once more, as they are or with a few cells changed: in the same batch or in another."""
    found = draw(st.lists(st.lists(rows, min_size=1, max_size=3), min_size=2, max_size=4))
    for chance in draw(st.lists(seeds, max_size=3)):
        again = dict(chance.choice(chance.choice(found)))
        again |= {cell: chance.choice(CELLS[cell]) for cell in chance.sample(sorted(CELLS), chance.choice([0, 1, 2]))}
        chance.choice(found).append(again)
    return found


batches = several_batches()
# Who is there before: a list of one batch.
people = st.lists(rows, min_size=1, max_size=5).map(lambda found: [found])


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
                    " former_member, undoing, undone_part, waiting_part, further_undoing, planned_row, planned_batch,"
                    " early_batch"
                    " RESTART IDENTITY"
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
        kind, content, _ = file
        cause = Cause.new("list", MAKI.id)
        outcomes: dict[int, Any] = {}
        for at in order or range(len(content)):
            outcomes |= self.batch(list_id, at, file, cause, plan, as_planned)
        if not plan:
            self.lists.finish(list_id, kind, cause)
        return outcomes

    def batch(
        self, list_id: int, at: int, file: Any, cause: Cause, plan: bool = False, as_planned: bool = False
    ) -> dict[int, Any]:
        """One of its batches, and those that waited for it."""
        kind, content, options = file
        before = len(self.lead.said(events.RowsSettled))
        event = prepared(list_id, at, *content[at], kind=kind, **options, plan=plan, ordered=True)
        numbered = tuple(row + 100 * at for row in event.rows)
        if as_planned:
            event = event.model_copy(update=events.by_columns(()) | {"as_planned": numbered})
        else:
            event = event.model_copy(update={"rows": numbered})
        assert self.lead.hear(event, cause=cause) == "done", self.lead.why_set_aside()
        told = self.lead.said(events.RowsSettled)[before:]
        return {outcome.row: outcome for settled in told for outcome in all_outcomes(settled)}

    def naming_only_leads_that_are_there(self, file: Any) -> Any:
        """Nobody can name a lead that the file itself is about to make."""
        kind, content, options = file
        there = everything(self.lead)["lead"]
        named = [
            [each | {"lead_id": each["lead_id"] if each["lead_id"] in there else ""} for each in batch]
            for batch in content
        ]
        return kind, named, options
