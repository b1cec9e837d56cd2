"""Lists are planned, committed, stopped, resumed, put right, chosen for and taken back while import and lead are at
work with them: every row that was read has one outcome, and taking all lists back leaves what was before them."""

import io
import json
import random
from collections.abc import Callable
from itertools import count
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from tests.cast import ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, row
from tests.lead.test_take_a_list_back import everything
from tests.parts import Part
from tests.trying import tried

from .making import workbook
from .registering import details, upload
from .together import Together

CELLS = {
    "リードID": ["", "", "1", "2", "3", "99"],
    "版": ["1", "1", ""],
    "会社名": ["", "山田商事", "鈴木電機"],
    "氏名": ["山田 太郎", "鈴木 花子", "田中 一", "ﾀﾅｶ ｲﾁ", ""],
    "メールアドレス": ["a@example.jp", "b@example.jp", "c@example.jp", "d@example.jp", "e@example.jp", "", "", "a＠"],
    "電話番号": ["", "", "", "03-1234-5678", "0611112222", "xx"],
    "役職": ["", "課長", "部長"],
    "リードステージ": ["", "", "アポ獲得", "アプローチ中", "見送り"],
    "リード担当者": ["", "", "", "isamu", "isamu", "sara", "sara", "だれか"],
    "備考": ["メモ", "別のメモ"],
    "温度感": ["", "A", "B"],
}
PUT_RIGHT = {
    "メールアドレス": ["b@example.jp", "d@example.jp", "f@example.jp"],
    "電話番号": ["0312345678"],
    "役職": ["本部長", "課長"],
    "リード担当者": ["isamu", ""],
    "備考": ["理由"],
}
EDITS: list[dict[str, Any]] = [{"temperature": "C"}, {"stage": "nurturing"}, {"shared_memo": "画面で書いた"}]
AT_REST = ("planned", "finished", "cancelled", "discarded", "undone")
# What somebody may do with a list of this status; mostly it is that.
POSSIBLE = {
    "planning": ["cancellation"],
    "committing": ["cancellation"],
    "planned": ["choose", "choose", "choose", "correct", "correct", "commitment", "disposal"],
    "finished": ["choose", "correct", "correct", "resumption", "resumption", "undoing"],
}
ANY = ["cancellation", "resumption", "commitment", "retry", "choose"]


class Desk:
    """Somebody who does this and that with up to three lists."""

    def __init__(self, together: Together, chance: random.Random, edits_late: bool) -> None:
        self.together, self.chance, self.edits_late = together, chance, edits_late
        self.files: list[tuple[int, bytes, dict[str, Any]]] = []
        self.rows: dict[str, int] = {}  # of the file, by list
        self.edited = False

    def do_something(self) -> None:
        if not self.rows or (len(self.rows) < 3 and self.chance.random() < 0.1):
            return self.upload()
        if self.edits_late and self.chance.random() < 0.1:
            return self.edit()
        list_id = self.chance.choice([*self.rows])
        possible = POSSIBLE.get(self.state(list_id)["status"], ANY)
        what = self.chance.choice(self.chance.choice([possible, possible, possible, ANY]))
        if what not in ("choose", "correct"):
            return self.act(list_id, what)
        self.choose(list_id) if what == "choose" else self.correct(list_id)
        if self.chance.random() < 0.5:  # a moment later, she does not want it any more
            for _ in range(self.chance.randrange(1, 4)):
                self.together.one_arrives()
            self.act(list_id, "cancellation")

    def upload(self) -> None:
        """A new file, or one that was sent before."""
        chance = self.chance
        if not self.files or chance.random() < 0.5:
            kind, rows = chance.choice(["participants", "update"]), chance.randrange(4, 14)
            cells = {number + 2: [chance.choice(values) for values in CELLS.values()] for number in range(rows)}
            options: dict[str, Any] = {"kind": kind, "overwrite": json.dumps({"title": "file", "owner_id": "fill"})}
            if kind == "update":
                options = {"kind": kind, "campaign_id": "", "erase_blanks": chance.choice(["", "true"])}
            self.files.append((rows, workbook({1: [*CELLS]} | cells), options))
        rows, content, options = chance.choice(self.files)
        answer = upload(self.together.at("import"), content, mode=chance.choice(["plan", "commit"]), **options)
        assert answer.status_code in (202, 409), answer.text
        if answer.status_code == 202:
            self.rows[answer.get_json()["id"]] = rows

    def act(self, list_id: str, what: str, **said: Any) -> None:
        answer = self.together.at("import").by(MAKI).post(f"/lists/{list_id}/{what}", **said)
        assert answer.status_code in (200, 202, 409), (what, answer.text)

    def choose(self, list_id: str) -> None:
        choice: dict[str, Any] = {"take": self.chance.choice(["file", "screen", "none"])}
        if self.chance.random() < 0.5:
            choice["rows"] = [self.chance.randrange(2, 2 + self.rows[list_id]) for _ in range(3)]
        self.act(list_id, "choices", json=choice)

    def correct(self, list_id: str) -> None:
        """Some cells of its error workbook."""
        taken_out = self.together.at("import").by(MAKI).get(f"/lists/{list_id}/errors.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(taken_out.data))
        sheet = book["リスト"]
        places = {cell.value: cell.column for cell in sheet[1]}
        for number in range(2, sheet.max_row + 1):
            for name in self.chance.sample([*PUT_RIGHT], 3):
                sheet.cell(number, places[name]).value = self.chance.choice(PUT_RIGHT[name])
        book.save(written := io.BytesIO())
        self.act(list_id, "corrections", data={"file": (io.BytesIO(written.getvalue()), "直した行.xlsx")})

    def edit(self) -> None:
        client, lead_id = self.together.at("lead").by(ISAMU), self.chance.randrange(1, 4)
        version = client.get(f"/leads/{lead_id}").get_json()["version"]
        client.patch(f"/leads/{lead_id}", json={"version": version} | self.chance.choice(EDITS))
        self.edited = True

    def state(self, list_id: str) -> Any:
        return details(self.together.at("import"), list_id)

    def states(self) -> dict[str, Any]:
        """Of all lists, which are at rest."""
        states = {list_id: self.state(list_id) for list_id in self.rows}
        for list_id, state in states.items():
            assert state["status"] in AT_REST
            assert state["outcomes"] == self.outcomes(list_id, [*state["outcomes"]])
            assert state["rows_read"] == sum(state["outcomes"].values())
        return states

    def outcomes(self, list_id: str, names: list[str]) -> dict[str, int]:
        """How many rows have each outcome; lead has told of all of them."""
        told = text("SELECT outcome, count(*) FROM row_outcome WHERE list_id = :list_id GROUP BY outcome")
        forgotten = text("SELECT count(*) FROM row_outcome WHERE reasons::text LIKE '%not_settled%'")
        with self.together.at("import").transaction() as session:
            assert session.execute(forgotten).scalar_one() == 0
            found = {outcome: rows for outcome, rows in session.execute(told, {"list_id": int(list_id)})}
        return dict.fromkeys(names, 0) | found

    def bring_all_in(self) -> dict[str, Any]:
        """What is planned is committed, what was stopped goes on."""
        self.together.come_to_rest()
        while waits := [
            (list_id, "commitment" if state["status"] == "planned" else "resumption")
            for list_id, state in self.states().items()
            if state["status"] == "planned" or state["may_resume"]
        ]:
            for list_id, what in waits:
                self.act(list_id, what)
            self.together.come_to_rest()
        return self.states()

    def take_all_back(self) -> dict[str, Any]:
        """In any order, two at once, perhaps."""
        for list_id in self.chance.sample([*self.rows], len(self.rows)):
            self.act(list_id, "undoing")
            if self.chance.random() < 0.5:
                self.together.come_to_rest()
        self.together.come_to_rest()
        return self.states()


@pytest.fixture
def together(part: Callable[[str], Part], monkeypatch: pytest.MonkeyPatch) -> Together:
    return Together(part, monkeypatch)


@given(seed=st.integers(0, 2**32 - 1), edits_late=st.sampled_from([False, False, True]))
@tried(6)
def test_every_row_has_one_outcome_and_all_is_given_back(together: Together, seed: int, edits_late: bool) -> None:
    chance = random.Random(seed)
    together.begin(chance)
    lead, desk = together.at("lead"), Desk(together, chance, edits_late)
    Lists(lead, count(100_001)).send(
        row("山田", "太郎", company="山田商事", email="a@example.jp"),
        row("鈴木", "花子", company="鈴木電機", email="b@example.jp", title="主任"),
        row("田中", "一", company="鈴木電機", email="c@example.jp", owner_id=SARA.id),
    )
    for _ in range(3):
        desk.edit()
    desk.edited, before = False, everything(lead)
    lead.forget_said()
    for _ in range(chance.randrange(40, 90)):
        if chance.random() < 0.2 or not together.one_arrives():
            desk.do_something()
    states = desk.bring_all_in()
    finished = {list_id: state for list_id, state in states.items() if state["status"] == "finished"}
    for list_id, state in finished.items():
        assert (state["rows_read"], state["outcomes"]["cancelled"]) == (desk.rows[list_id], 0)
    if all(state["status"] != "undone" for state in states.values()):
        made = sum(state["outcomes"]["created"] for state in finished.values())
        assert made == len(everything(together.at("lead"))["lead"]) - len(before["lead"])
    states = desk.take_all_back()
    if not desk.edited:
        assert everything(together.at("lead")) == before
        assert all(state["undoing"]["kept"] == 0 for state in states.values() if state["status"] == "undone")
