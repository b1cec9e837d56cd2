"""A list that was stopped goes on: the rows that were not in come in, each once, and what was not read is read."""

from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI, MANA, SARA
from tests.parts import Part

from .making import module, people
from .registering import CAMPAIGN, campaign, details, read_and_check, settle, upload
from .stopping import act, bring_back, check, mended, on, read


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("commands.reading"), "BATCH_ROWS", 2)
    monkeypatch.setattr(module("commands.going_on"), "BATCH_ROWS", 2)


@pytest.fixture
def stopped(importing: Part) -> str:
    """Of 40 rows in 20 batches the first and the third went to lead; the second was passed by."""
    list_id = str(upload(importing, people(40)).get_json()["id"])
    read(importing)
    check(importing, 0, 2)
    assert act(importing, list_id, "cancellation").status_code == 202
    check(importing, 1)
    for prepared in importing.said(events.RowsPrepared):
        settle(importing, prepared)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["cancelled"]) == ("finished", 4, 36)
    return list_id


def test_the_rows_that_were_not_in_come_in_each_once(importing: Part, stopped: str) -> None:
    assert details(importing, stopped)["may_resume"]
    heard = len(importing.said(events.BatchCut))
    assert act(importing, stopped, "resumption", MANA).status_code == 202
    state = details(importing, stopped)
    assert (state["status"], state["rows_settled"], state["settled_before"]) == ("committing", 4, 4)
    assert (state["cancelled_at"], state["resumed_by"]["name"]) == (None, MANA.name)
    assert (
        act(importing, stopped, "resumption").get_json()["detail"]
        == "このリストは処理中です。終わるまでお待ちください。"
    )
    assert not state["may_resume"] and state["may_cancel"]
    before = importing.said(events.RowsPrepared)
    check(importing, 1, 3)  # messages of the act that was stopped come late: their batches are this act's now
    assert importing.said(events.RowsPrepared) == before
    on(importing, heard)
    state = details(importing, stopped)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["cancelled"]) == ("finished", 40, 0)
    assert state["rows_settled"] == state["rows_read"] == 40
    gone = [row for prepared in importing.said(events.RowsPrepared) for row in prepared.rows]
    assert sorted(gone) == [*range(2, 42)]
    batches = [prepared.batch for prepared in importing.said(events.RowsPrepared)]
    assert len({*batches}) == len(batches)
    assert [finished.round for finished in importing.said(events.ListFinished)] == [0, 1]
    assert act(importing, stopped, "resumption").status_code == 409


def test_it_may_be_stopped_again_and_go_on_again(importing: Part, stopped: str) -> None:
    heard = len(importing.said(events.BatchCut))
    act(importing, stopped, "resumption")
    check(importing, heard)
    act(importing, stopped, "cancellation")
    check(importing, heard + 1)
    settle(importing, importing.said(events.RowsPrepared)[-1])
    state = details(importing, stopped)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["cancelled"]) == ("finished", 6, 34)
    heard = len(importing.said(events.BatchCut))
    act(importing, stopped, "resumption")
    on(importing, heard)
    assert details(importing, stopped)["outcomes"]["created"] == 40


def test_where_batches_go_in_their_order_none_waits_for_what_lead_passed_by(importing: Part) -> None:
    list_id = str(upload(importing, people(12), kind="update", campaign_id="").get_json()["id"])
    read(importing)
    check(importing, 0, 2)
    act(importing, list_id, "cancellation")
    check(importing, 1)
    for prepared in importing.said(events.RowsPrepared):
        settle(importing, prepared, "updated")
    assert [(each.batch, len(each.rows)) for each in importing.said(events.RowsPrepared)] == [(0, 2), (2, 2), (1, 0)]
    heard = len(importing.said(events.BatchCut))
    act(importing, list_id, "resumption")
    again = on(importing, heard)
    assert [(each.batch, each.first, each.ordered) for each in again] == [
        (3, True, True), (4, False, True), (5, False, True), (6, False, True),
    ]  # fmt: skip
    assert [row for each in again for row in each.rows] == [8, 9, 10, 11, 12, 13, 4, 5]
    assert details(importing, list_id)["status"] == "finished"


def test_what_a_plan_had_said_holds_again(importing: Part) -> None:
    list_id = str(upload(importing, people(12, **{"反応日": ""}), mode="plan").get_json()["id"])
    for prepared in read_and_check(importing):
        told = tuple(events.RowOutcome(row=row, outcome="created") for row in prepared.rows)
        importing.hear(events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, plan=True, outcomes=told))
    while len(importing.said(events.RowsPrepared)) < 6:
        check(importing, *range(len(importing.said(events.RowsPrepared)), len(importing.said(events.BatchCut))))
        for prepared in importing.said(events.RowsPrepared):
            told = tuple(events.RowOutcome(row=row, outcome="created") for row in prepared.rows)
            importing.hear(events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, plan=True, outcomes=told))
    assert details(importing, list_id)["status"] == "planned"
    importing.forget_said()
    act(importing, list_id, "commitment")
    check(importing, 0)
    act(importing, list_id, "cancellation")
    check(importing, 1)
    settle_planned(importing, importing.said(events.RowsPrepared)[0])
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["cancelled"], state["moved"]) == ("finished", 10, 10)
    heard = len(importing.said(events.BatchCut))
    act(importing, list_id, "resumption")
    while heard < len(importing.said(events.BatchCut)):
        check(importing, heard)
        heard += 1
        settle_planned(importing, importing.said(events.RowsPrepared)[-1])
    again = importing.said(events.RowsPrepared)[1:]
    assert [(len(each.rows), each.as_planned) for each in again] == [(2, ())] * 5  # lead has forgotten the plan
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["moved"]) == ("finished", 12, 0)
    assert sum(state["outcomes"].values()) == state["rows_read"] == 12


def settle_planned(service: Part, prepared: events.RowsPrepared) -> None:
    numbers = prepared.as_planned or prepared.rows
    told = tuple(events.RowOutcome(row=row, outcome="created", lead_id=row) for row in numbers)
    said = events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, outcomes=told)
    assert service.hear(said) == "done", service.why_set_aside()


def test_rows_put_right_go_on_as_they_were_put_right(importing: Part) -> None:
    """The stop came while the error workbook went in."""
    list_id = str(upload(importing, people(6, **{"反応日": "いつか"})).get_json()["id"])
    read_and_check(importing)
    on(importing, 3)
    errors = importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx").data
    importing.forget_said()
    bring_back(importing, list_id, mended(errors, **{"反応日": "2026/10/28"}))
    check(importing, 0)
    act(importing, list_id, "cancellation")
    check(importing, 1)
    settle(importing, importing.said(events.RowsPrepared)[0])
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["cancelled"]) == ("finished", 2, 4)
    heard = len(importing.said(events.BatchCut))
    act(importing, list_id, "resumption")
    on(importing, heard)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["rows_settled"]) == ("finished", 6, 6)


def test_who_may_not_and_what_cannot(importing: Part, stopped: str, campaigns: dict[str, Any]) -> None:
    assert act(importing, stopped, "resumption", SARA).status_code == 403
    assert act(importing, "999", "resumption").status_code == 404
    importing.hear(campaign(CAMPAIGN, is_open=False, version=2))
    campaigns[f"/campaigns/{CAMPAIGN}"] = {"name": "秋のセミナー", "open_for_lists": False}
    closed = act(importing, stopped, "resumption")
    assert (closed.status_code, closed.get_json()["errors"][0]["code"]) == (422, "campaign_closed")
    importing.hear(campaign(CAMPAIGN, version=3))
    other = str(upload(importing, people(40)).get_json()["id"])
    busy = act(importing, stopped, "resumption")
    assert (busy.status_code, busy.get_json()["list_id"]) == (409, other)
    act(importing, other, "cancellation")
    assert act(importing, stopped, "undoing").status_code == 202
    assert not details(importing, stopped)["may_resume"]
    assert act(importing, stopped, "resumption").status_code == 409


def test_a_list_that_was_stopped_before_any_row_was_in_is_tried_again(importing: Part) -> None:
    list_id = str(upload(importing, people(3)).get_json()["id"])
    act(importing, list_id, "cancellation")
    read(importing)
    state = details(importing, list_id)
    assert (state["status"], state["may_retry"], state["may_resume"]) == ("cancelled", True, False)
    assert act(importing, list_id, "retry").status_code == 202
    read(importing)
    on(importing)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["cancelled_at"]) == ("finished", 3, None)
