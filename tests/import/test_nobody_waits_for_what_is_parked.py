"""An event of the import service that fails at every attempt is parked: its list or export ends, and says why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.consumers import Permanent
from chassis.events import uuid7
from contracts import events
from tests.cast import ISAMU
from tests.parts import Part

from .exporting import Leads, shown
from .making import module, people
from .registering import details, read_and_check, settle, upload


def fails(*_: Any) -> None:
    raise Permanent("whatever is done, this fails")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`broken("read_list")`: that command fails from now on."""
    return lambda command: monkeypatch.setattr(module("commands"), command, fails)


def test_a_list_that_cannot_be_read_fails_and_may_be_tried_again(importing: Part, broken: Any) -> None:
    broken("read_list")
    list_id = upload(importing, people(3)).get_json()["id"]
    (announced,) = importing.said(events.ListUploaded)
    assert importing.hear(announced) == "parked"
    state = details(importing, list_id)
    assert (state["status"], state["problem_code"], state["may_retry"]) == ("failed", "trouble", True)
    assert "不具合" in state["problem"]
    assert [finished.status for finished in importing.said(events.ListFinished)] == ["failed"]


def test_a_list_whose_reading_is_interrupted_tells_by_when_it_is_read_again(
    importing: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a machine that has no memory left."""

    def killed(*_: Any) -> None:
        raise ChildProcessError("the process that reads the sheet was killed")

    other = upload(importing, people(2)).get_json()["id"]
    list_id = upload(importing, people(3)).get_json()["id"]
    announced = importing.said(events.ListUploaded)[-1]
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(module("commands"), "read_list", killed)
        event_id = uuid7()
        assert importing.hear(announced, event_id=event_id) == "retry"
    state = details(importing, list_id)
    assert (state["status"], state["reading"]) == ("received", True)
    assert datetime.fromisoformat(state["read_again_by"]) > datetime.now(UTC)
    assert details(importing, other)["read_again_by"] is None
    assert importing.hear(announced, event_id=event_id) == "done"
    assert details(importing, list_id)["read_again_by"] is None


@pytest.mark.parametrize("mode", ["commit", "plan"])
def test_a_batch_that_cannot_be_checked_is_settled_as_errors(
    importing: Part, broken: Any, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(module("commands.reading"), "BATCH_ROWS", 5)
    list_id = upload(importing, people(7), mode=mode).get_json()["id"]
    (announced,) = importing.said(events.ListUploaded)
    assert importing.hear(announced) == "done"
    first, second = importing.said(events.BatchCut)
    assert importing.hear(second) == "done"
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(module("commands"), "check_batch", fails)
        assert importing.hear(first) == "parked"
    for prepared in importing.said(events.RowsPrepared):
        outcomes = tuple(events.RowOutcome(row=row, outcome="created") for row in prepared.rows)
        settled = events.RowsSettled(
            list_id=prepared.list_id, batch=prepared.batch, outcomes=outcomes, plan=mode == "plan"
        )
        assert importing.hear(settled) == "done"
    state = details(importing, list_id)
    assert state["status"] == ("finished" if mode == "commit" else "planned")
    assert (state["outcomes"]["error"], state["outcomes"]["created"], state["rows_read"]) == (5, 2, 7)
    assert importing.hear(first) == "done"  # as a replay would: too late
    assert details(importing, list_id)["outcomes"] == state["outcomes"]


def test_outcomes_that_cannot_be_noted_are_errors(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = upload(importing, people(3)).get_json()["id"]
    (prepared,) = read_and_check(importing)
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(module("commands"), "settle_batch", fails)
        assert settle(importing, prepared) == "parked"
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["error"]) == ("finished", 3)
    (row, *_) = importing.by(ISAMU).get(f"/lists/{list_id}/rows").get_json()["items"]
    assert "届きませんでした" in row["reasons"][0]["message"]


def test_an_export_that_cannot_be_written_fails_at_once(importing: Part, leads: Leads, broken: Any) -> None:
    broken("write_export")
    export_id = importing.by(ISAMU).post("/exports", json={"kind": "leads", "search": {}}).get_json()["id"]
    (asked,) = importing.said(events.ExportRequested)
    assert importing.hear(asked) == "parked"
    state = shown(importing, export_id)
    assert state["status"] == "failed" and "もう一度出力してください。" in state["problem"]
