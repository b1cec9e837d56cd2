"""Of a list that is taken back a few parts are on their way, and one that is through sends the next: a short list does
not wait for all parts of a long one."""

from importlib import import_module
from typing import Any

import pytest

from chassis.consumers import Permanent
from chassis.events import Cause
from contracts import events
from tests.cast import MAKI
from tests.lead.conftest import Lists, row, taro
from tests.lead.test_take_a_list_back import cuts, everything
from tests.parts import Part

taking_back = import_module("services.lead.commands.taking_back")
WINDOW: int = taking_back.WINDOW
PARTS = WINDOW + 3


@pytest.fixture
def long_list(lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch) -> int:
    """A list of PARTS parts with two leads each."""
    monkeypatch.setattr(taking_back, "PART", 2)
    lists.send(*[row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(2 * PARTS)])
    lists.send(taro())
    lead.forget_said()
    return 101


def announced(lead: Part) -> list[tuple[int, int]]:
    return [(cut.list_id, cut.part) for cut in lead.said(events.UndoingCut)]


def test_a_short_list_waits_for_a_few_parts_of_a_long_one(lead: Part, long_list: int) -> None:
    causes = {list_id: Cause.new("list_undoing", MAKI.id) for list_id in (long_list, 102)}
    for list_id, cause in causes.items():
        assert lead.hear(events.ListUndoing(list_id=list_id), cause=cause) == "done"
    assert announced(lead) == [*[(long_list, part) for part in range(WINDOW)], (102, 0)]
    for cut in cuts(lead):
        assert lead.hear(cut, cause=causes[cut.list_id]) == "done"
        under_way = len(announced(lead)) - len(lead.said(events.UndoingSettled))
        assert under_way <= WINDOW + 1
    assert announced(lead)[WINDOW + 1 :] == [(long_list, part) for part in range(WINDOW, PARTS)]
    assert {cause for _, cause in lead.said_with_cause(events.UndoingCut)} == {*causes.values()}
    said = [(settled.part, settled.undone, settled.leads, settled.parts) for settled in settled_of(lead, long_list)]
    assert said == [(part, 2, 2 * PARTS, PARTS) for part in range(PARTS)]
    assert everything(lead)["lead"] == {}


def settled_of(lead: Part, list_id: int) -> list[events.UndoingSettled]:
    return [settled for settled in lead.said(events.UndoingSettled) if settled.list_id == list_id]


def test_a_part_that_comes_twice_sends_no_other_twice(lead: Part, long_list: int) -> None:
    cause = Cause.new("list_undoing", MAKI.id)
    for _ in range(2):
        assert lead.hear(events.ListUndoing(list_id=long_list), cause=cause) == "done"
    for cut in cuts(lead):
        for _ in range(2):
            assert lead.hear(cut, cause=cause) == "done"
    assert announced(lead) == [(long_list, part) for part in range(PARTS)]


def test_parts_that_fail_hold_nothing_up(lead: Part, long_list: int, monkeypatch: pytest.MonkeyPatch) -> None:
    commands, cause = import_module("services.lead.commands"), Cause.new("list_undoing", MAKI.id)
    healthy = commands.undo_part

    def fails(session: Any, event: events.UndoingCut) -> None:
        if event.part < WINDOW:
            raise Permanent("whatever is done, this fails")
        healthy(session, event)

    monkeypatch.setattr(commands, "undo_part", fails)
    assert lead.hear(events.ListUndoing(list_id=long_list), cause=cause) == "done"
    heard = [lead.hear(cut, cause=cause) for cut in cuts(lead)]
    assert heard == ["parked"] * WINDOW + ["done"] * (PARTS - WINDOW)
    assert [len(settled.failed) for settled in settled_of(lead, long_list)] == [2] * WINDOW + [0] * (PARTS - WINDOW)


def test_a_further_act_that_cannot_begin_leaves_all_of_them(
    lead: Part, long_list: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each lead was a part of its own then."""

    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    commands, cause = import_module("services.lead.commands"), Cause.new("list_undoing", MAKI.id)
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(commands, "undo_part", fails)
        assert lead.hear(events.ListUndoing(list_id=long_list), cause=cause) == "done"
        assert {lead.hear(cut, cause=cause) for cut in cuts(lead)} == {"parked"}
        for_a_while.setattr(commands, "cut_undoing", fails)
        lead.forget_said()
        assert lead.hear(events.ListUndoing(list_id=long_list)) == "parked"
    assert announced(lead) == []
    assert sum(len(settled.failed) for settled in settled_of(lead, long_list)) == 2 * PARTS
    cause = Cause.new("list_undoing", MAKI.id)
    assert lead.hear(events.ListUndoing(list_id=long_list), cause=cause) == "done"
    assert len(announced(lead)) == WINDOW
    assert {lead.hear(cut, cause=cause) for cut in cuts(lead)} == {"done"}
    assert len(announced(lead)) == 2 * PARTS
    assert [*everything(lead)["lead"]] == [2 * PARTS + 1]
