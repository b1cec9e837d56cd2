"""Rows that fail at every attempt are settled without an outcome: their list ends, and the batches after them go on.
So do batches before which others were never sent."""

from importlib import import_module
from typing import Any

import pytest

from chassis.consumers import Permanent
from chassis.events import Cause
from contracts import events
from tests.cast import MAKI
from tests.lead.conftest import Lists, all_outcomes, hanako, prepared, taro
from tests.parts import Part


@pytest.mark.parametrize("plan", [False, True], ids=["commit", "plan"])
def test_the_batch_after_it_goes_on(lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch, plan: bool) -> None:
    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    batches = [prepared(1, 0, taro(), plan=plan, ordered=True), prepared(1, 1, hanako(), plan=plan, ordered=True)]
    assert lead.hear(batches[1]) == "done"  # laid aside
    assert lead.said(events.RowsSettled) == []
    commands = import_module("services.lead.commands")
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(commands, "take_rows", fails)
        assert lead.hear(batches[0]) == "parked"
    (turn,) = lead.said(events.TurnCome)
    assert lead.hear(turn) == "done"
    told = {settled.batch: all_outcomes(settled) for settled in lead.said(events.RowsSettled)}
    assert told[0] == [] and [outcome.outcome for outcome in told[1]] == ["created"]
    assert lead.hear(batches[0]) == "done"  # as a replay would: too late
    assert len(lead.said(events.RowsSettled)) == 2


@pytest.mark.parametrize("plan", [False, True], ids=["commit", "plan"])
def test_a_batch_that_was_laid_aside_and_fails_holds_nobody_up(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch, plan: bool
) -> None:
    """Nor does it take the sound one before it along."""
    module = import_module("services.lead.commands.lists")
    name = "plan_rows" if plan else "merge_rows"
    healthy = getattr(module, name)

    def fails(session: Any, event: events.RowsPrepared, ready: Any) -> None:
        if event.batch == 1 and event.rows:
            raise Permanent("whatever is done, this fails")
        healthy(session, event, ready)

    monkeypatch.setattr(module, name, fails)
    sent = [prepared(1, number, person, plan=plan, ordered=True) for number, person in enumerate((taro(), hanako()))]
    last = prepared(1, 2, hanako(), plan=plan, ordered=True)
    assert [lead.hear(batch) for batch in (last, sent[1], sent[0])] == ["done", "done", "done"]
    (turn,) = lead.said(events.TurnCome)
    assert (turn.list_id, turn.batch, turn.plan) == (1, 1, plan)
    assert lead.hear(turn) == "parked"
    _, following = lead.said(events.TurnCome)
    assert lead.hear(following) == "done"
    told = {
        settled.batch: [each.outcome for each in all_outcomes(settled)] for settled in lead.said(events.RowsSettled)
    }
    assert told == {0: ["created"], 1: [], 2: ["created"]}
    assert [lead.hear(each.model_copy()) for each in (turn, following)] == ["done", "done"]  # as a replay would
    assert len(lead.said(events.RowsSettled)) == 3


def test_a_batch_that_was_laid_aside_and_fails_once_is_tried_again(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("services.lead.commands.lists")
    healthy, failures = module.merge_rows, iter([True])

    def fails_once(session: Any, event: events.RowsPrepared, ready: Any) -> None:
        healthy(session, event, ready)
        if event.batch == 1 and next(failures, False):
            raise ValueError("the disk was full for a moment")

    monkeypatch.setattr(module, "merge_rows", fails_once)
    sent = [prepared(1, number, person, ordered=True) for number, person in enumerate((taro(), hanako()))]
    assert [lead.hear(batch) for batch in reversed(sent)] == ["done", "done"]
    (turn,) = lead.said(events.TurnCome)
    assert lead.hear(turn) == "done"
    told = {
        settled.batch: [each.outcome for each in all_outcomes(settled)] for settled in lead.said(events.RowsSettled)
    }
    assert told == {0: ["created"], 1: ["created"]}


def test_the_first_of_those_that_come_again_waits_for_none(lead: Part) -> None:
    """Batches 0 to 6 were settled, or stopped before anybody sent them."""
    assert lead.hear(prepared(1, 8, hanako(), ordered=True)) == "done"
    assert lead.said(events.RowsSettled) == []
    assert lead.hear(prepared(1, 7, taro(), ordered=True, first=True)) == "done"
    assert [settled.batch for settled in lead.said(events.RowsSettled)] == [7, 8]


def test_a_list_that_cannot_be_cut_for_undoing_is_given_back(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    lists.batch(1, 0, taro(), hanako())
    asked = events.ListUndoing(list_id=1)
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(import_module("services.lead.commands"), "cut_undoing", fails)
        assert lead.hear(asked) == "parked"
    (told,) = lead.said(events.UndoingSettled)
    assert (told.given_up, told.undone, told.kept) == (True, 0, ())
    assert lead.said(events.UndoingCut) == []
    for _ in range(2):  # once more, and as a replay would
        assert lead.hear(asked.model_copy()) == "done"
    (cut,) = lead.said(events.UndoingCut)
    assert len(cut.lead_ids) == 2


@pytest.mark.parametrize("status", ["finished", "failed"])
def test_the_end_of_a_round_that_is_heard_late_takes_no_batch_of_the_next_along(lead: Part, status: str) -> None:
    first, second = Cause.new("list", MAKI.id), Cause.new("list", MAKI.id)
    assert lead.hear(prepared(1, 0, taro(), ordered=True), cause=first) == "done"
    assert lead.hear(prepared(1, 2, hanako(), ordered=True), cause=second) == "done"
    assert lead.hear(ended(status), cause=first) == "done"
    assert lead.hear(prepared(1, 1, taro(title="部長"), ordered=True, first=True), cause=second) == "done"
    assert [settled.batch for settled in lead.said(events.RowsSettled)] == [0, 1, 2]


@pytest.mark.parametrize("taken_back", [False, True])
def test_what_was_laid_aside_goes_with_a_list_that_failed(lead: Part, taken_back: bool) -> None:
    cause = Cause.new("list", MAKI.id)
    assert lead.hear(prepared(1, 0, taro(), ordered=True), cause=cause) == "done"
    assert lead.hear(prepared(1, 2, hanako(), ordered=True), cause=cause) == "done"
    if taken_back:
        undoing = Cause.new("list_undoing", MAKI.id)
        assert lead.hear(events.ListUndoing(list_id=1), cause=undoing) == "done"
        assert lead.hear(ended("failed"), cause=undoing) == "done"
    else:
        assert lead.hear(ended("failed"), cause=cause) == "done"
    assert lead.hear(prepared(1, 1, hanako(), ordered=True, first=True), cause=cause) == "done"
    assert [settled.batch for settled in lead.said(events.RowsSettled)] == [0, 1]


def ended(status: str) -> events.ListFinished:
    return events.ListFinished(
        list_id=1, kind="participants", file_name="list.xlsx", status=status, rows_read=1, outcomes={}
    )
