"""Leads whose undoing fails at every attempt stay as they are and are told; another act takes up them alone."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from chassis.consumers import Permanent
from chassis.events import Cause
from contracts import events
from tests.cast import ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, hanako, row, taro
from tests.lead.test_take_a_list_back import cuts, everything, kept, last_list, take_back
from tests.parts import Part

Undo = Callable[..., Cause]


@pytest.fixture
def undo(lead: Part, monkeypatch: pytest.MonkeyPatch) -> Undo:
    """`undo(list_id, failing)`: by an act of its own, which is answered; the parts with a lead of `failing` fail at
    every attempt. What was said before is forgotten."""
    commands = import_module("services.lead.commands")
    healthy = commands.undo_part

    def undo(list_id: int, failing: Any = ()) -> Cause:
        def fails(session: Any, event: events.UndoingCut) -> None:
            if {*failing}.intersection(event.lead_ids):
                raise Permanent("whatever is done, this fails")
            healthy(session, event)

        lead.forget_said()
        cause = Cause.new("list_undoing", MAKI.id)
        with monkeypatch.context() as for_a_while:
            for_a_while.setattr(commands, "undo_part", fails)
            assert lead.hear(events.ListUndoing(list_id=list_id), cause=cause) == "done", lead.why_set_aside()
            for cut in cuts(lead):
                failed = {*failing}.intersection(cut.lead_ids)
                assert lead.hear(cut, cause=cause) == ("parked" if failed else "done")
        return cause

    return undo


def numbers(lead: Part) -> list[tuple[int, int, tuple[int, ...], int, int]]:
    return [(each.part, each.undone, each.failed, each.leads, each.parts) for each in lead.said(events.UndoingSettled)]


def owned(number: int) -> dict[str, Any]:
    return row("社員", f"{number}号", email=f"p{number}@many.example.jp", owner_id=SARA.id)


def test_leads_that_cannot_be_taken_back_are_left_and_told(lead: Part, lists: Lists, undo: Undo) -> None:
    made = [outcome.lead_id or 0 for outcome in lists.send(taro(), hanako())]
    before = everything(lead)
    undo(101, made)
    assert numbers(lead) == [(0, 0, (*made,), 2, 1)]
    assert kept(lead.said(events.UndoingSettled)) == [] and everything(lead) == before


def test_another_act_takes_them_up_and_only_them(lead: Part, lists: Lists, undo: Undo) -> None:
    """A lead that was at fault once more holds up only those that were cut together with it."""
    lists.send(taro(title="課長", owner_id=ISAMU.id), hanako(), *map(owned, range(1_030)))
    before = everything(lead)
    changed = [owned(number) | {"title": "部長", "owner_id": ISAMU.id} for number in range(1_030)]
    lists.batch(1, 0, *changed[:500], kind="update")
    lists.batch(1, 1, *changed[500:], taro(title="部長", owner_id=SARA.id), kind="update")
    lists.finish(1, "update", Cause.new("list", MAKI.id))
    after = everything(lead)["lead"]
    ids = sorted(each for each in after if after[each] != before["lead"].get(each))
    undo(1, ids[-1:])
    assert numbers(lead) == [(0, 1_000, (), 1_031, 2), (1, 0, (*ids[1_000:],), 1_031, 2)]
    assert sum(told.count for told in lead.said(events.LeadsTakenBack)) == 1_000
    undo(1, ids[-1:])
    again = numbers(lead)
    assert [each[0] for each in again] == [*range(2, 13)] and {each[3:] for each in again} == {(31, 13)}
    assert sum(each[1] for each in again) == 30 and [each[2] for each in again if each[2]] == [(ids[-1],)]
    assert sum(told.count for told in lead.said(events.LeadsTakenBack)) == 30
    undo(1)
    assert numbers(lead) == [(13, 1, (), 1, 14)]
    assert everything(lead) == before
    assert sum(told.count for told in lead.said(events.LeadsTakenBack)) == 1


def test_a_replay_of_another_act_cuts_nothing_twice(lead: Part, lists: Lists, undo: Undo) -> None:
    made = [outcome.lead_id for outcome in lists.send(taro(), hanako())]
    first, second = undo(101, made), undo(101)
    assert [each[:2] for each in numbers(lead)] == [(1, 1), (2, 1)]
    assert everything(lead)["lead"] == {}
    asked, cuts = events.ListUndoing(list_id=101), lead.said(events.UndoingCut)
    lead.forget_said()
    for cause in (first, second):
        assert lead.hear(asked, cause=cause) == "done"
        assert [lead.hear(cut, cause=cause) for cut in cuts] == ["done", "done"]
    assert lead.said(events.UndoingCut) == lead.said(events.UndoingSettled) == []


def test_while_an_act_is_at_work_another_one_begins_nothing(lead: Part, lists: Lists) -> None:
    lists.send(taro())
    for _ in range(2):
        assert lead.hear(events.ListUndoing(list_id=101), cause=Cause.new("list_undoing", MAKI.id)) == "done"
    assert len(lead.said(events.UndoingCut)) == 1


def test_what_another_act_gave_back_is_work_of_nobody(
    lead: Part, lists: Lists, undo: Undo, show: Callable[..., dict[str, Any]]
) -> None:
    (outcome,) = lists.send(taro())
    first = last_list(lists)
    lists.send(taro(title="部長"), kind="update")
    undo(last_list(lists), [outcome.lead_id])
    undo(last_list(lists))
    assert show(outcome.lead_id)["person"]["title"] == ""
    history = lead.by(MAKI).get(f"/leads/{outcome.lead_id}/changes").get_json()["items"]
    assert {each["list_id"] for each in history if each["cause"] == "list_undoing"} == {str(last_list(lists))}
    (settled,) = take_back(lists, first)
    assert (settled.undone, settled.kept) == (1, ())


def test_what_went_with_another_list_is_taken_up_no_more(lead: Part, lists: Lists, undo: Undo) -> None:
    """Whoever asks for the rest meanwhile hears the end."""
    outcomes = lists.send(taro(), hanako())
    before = everything(lead)
    known = [outcome.lead_id or 0 for outcome in outcomes]
    lists.send(taro(title="部長"), hanako(title="主任"), kind="update")
    failed = last_list(lists)
    lists.send(taro(title="本部長"), kind="update")
    undo(failed, known)
    undo(last_list(lists))
    (released,) = lead.said(events.KeptLeadsUndone)
    assert (released.list_id, released.lead_ids) == (failed, (known[0],))
    undo(failed)
    assert numbers(lead) == [(1, 1, (), 1, 2)]
    assert everything(lead) == before
    undo(failed)
    assert numbers(lead) == [(2, 0, (), 0, 3)]


def test_the_act_that_could_not_begin_takes_nothing_up_when_it_is_replayed_late(
    lead: Part, lists: Lists, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    (outcome,) = lists.send(taro())
    asked, first = events.ListUndoing(list_id=101), Cause.new("list_undoing", MAKI.id)
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(import_module("services.lead.commands"), "cut_undoing", fails)
        assert lead.hear(asked, cause=first) == "parked"
    undo(101, [outcome.lead_id])
    lead.forget_said()
    assert lead.hear(asked, cause=first) == "done"
    assert lead.said(events.UndoingCut) == []


def test_another_act_that_cannot_begin_leaves_them_to_the_next(
    lead: Part, lists: Lists, undo: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    (outcome,) = lists.send(taro())
    undo(101, [outcome.lead_id])
    lead.forget_said()
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(import_module("services.lead.commands"), "cut_undoing", fails)
        assert lead.hear(events.ListUndoing(list_id=101)) == "parked"
    assert (numbers(lead), lead.said(events.UndoingCut)) == ([(1, 0, (outcome.lead_id,), 1, 2)], [])
    undo(101)
    assert numbers(lead) == [(2, 1, (), 1, 3)] and everything(lead)["lead"] == {}
