"""A list is stopped while it runs: what is in stays, the other rows are cancelled. A failed one is tried again."""

import importlib
import io
from typing import Any

import openpyxl
import pytest

from contracts import events
from tests.cast import MAKI, MANA, SARA, Person
from tests.parts import Part

from .making import HEADER, people, workbook
from .registering import CAMPAIGN, details, settle, upload

reading: Any = importlib.import_module("services.import.commands.reading")


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows."""
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)


def stop(service: Part, list_id: str, person: Person = MAKI) -> Any:
    return service.by(person).post(f"/lists/{list_id}/cancellation")


def read(service: Part) -> None:
    for announced in service.said(events.ListUploaded):
        service.hear(announced)


def test_a_list_is_stopped_before_it_is_read(importing: Part) -> None:
    list_id = upload(importing, people(3)).get_json()["id"]
    assert details(importing, list_id)["may_cancel"]
    assert stop(importing, list_id, SARA).status_code == 403
    assert stop(importing, list_id).status_code == 202
    read(importing)
    state = details(importing, list_id)
    assert (state["status"], state["rows_read"], state["may_cancel"]) == ("cancelled", 0, False)
    assert state["cancelled_by"]["name"] == MAKI.name and state["cancelled_at"]
    assert importing.said(events.BatchCut) == []
    assert stop(importing, list_id).status_code == 409
    assert upload(importing, people(3)).status_code == 202  # the same file may come again


def test_a_list_is_stopped_while_its_file_is_read(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = upload(importing, people(3)).get_json()["id"]
    copy = reading.copy_text

    def copy_and_stop(*told: Any) -> None:
        copy(*told)
        assert stop(importing, list_id, MANA).status_code == 202

    monkeypatch.setattr(reading, "copy_text", copy_and_stop)
    read(importing)
    assert importing.why_set_aside() == []
    state = details(importing, list_id)
    assert (state["status"], state["rows_read"], state["outcomes"]["cancelled"]) == ("cancelled", 0, 0)


def test_rows_that_are_in_stay_and_the_others_are_cancelled(importing: Part, small_batches: None) -> None:
    list_id = upload(importing, people(100)).get_json()["id"]
    read(importing)
    first, second, third = importing.said(events.BatchCut)[:3]
    importing.hear(first)
    importing.hear(second)
    in_it, on_its_way = importing.said(events.RowsPrepared)
    settle(importing, in_it)
    assert stop(importing, list_id).status_code == 202
    assert details(importing, list_id)["outcomes"]["cancelled"] == 0
    importing.hear(third)  # the next of its batches that a worker takes
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["cancelled"]) == ("committing", 96)
    settle(importing, on_its_way)
    for cut in importing.said(events.BatchCut):
        importing.hear(cut)
    state = details(importing, list_id)
    assert state["status"] == "finished"
    assert (state["outcomes"]["created"], state["outcomes"]["cancelled"]) == (4, 96)
    assert sum(state["outcomes"].values()) == state["rows_read"] == 100
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows?outcome=cancelled").get_json()
    assert rows["total"] == 96
    (finished,) = importing.said(events.ListFinished)
    assert finished.outcomes["cancelled"] == 96
    assert len(importing.said(events.RowsPrepared)) == 2
    assert state["may_undo"]


def test_a_stopped_list_still_takes_corrected_rows(importing: Part, small_batches: None) -> None:
    """What is corrected after the stop goes in; the stopped rows stay as they are."""
    list_id = upload(importing, people(40, 姓="")).get_json()["id"]
    read(importing)
    first, second = importing.said(events.BatchCut)[:2]
    importing.hear(first)
    stop(importing, list_id)
    importing.hear(second)
    outcomes = details(importing, list_id)["outcomes"]
    assert (outcomes["error"], outcomes["cancelled"]) == (2, 38)
    errors = importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx").get_data()
    book = openpyxl.load_workbook(io.BytesIO(errors))
    places = {cell.value: cell.column for cell in book["リスト"][1]}
    for row in (2, 3):
        book["リスト"].cell(row, places["姓"]).value = f"直{row}"
    corrected = io.BytesIO()
    book.save(corrected)
    file = {"file": (io.BytesIO(corrected.getvalue()), "直した.xlsx")}
    assert importing.by(MAKI).post(f"/lists/{list_id}/corrections", data=file).status_code == 202
    (announced,) = importing.said(events.CorrectionsUploaded)
    importing.hear(announced)
    importing.hear(importing.said(events.BatchCut)[-1])
    (prepared,) = importing.said(events.RowsPrepared)
    settle(importing, prepared)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["cancelled"]) == ("finished", 2, 38)
    assert sum(state["outcomes"].values()) == state["rows_read"]


def test_a_failed_list_is_tried_again_and_asks_what_it_needs(importing: Part) -> None:
    content = workbook({1: ["御芳名", "ご連絡先"], 2: ["山田 太郎", "t@example.jp"]})
    list_id = upload(importing, content).get_json()["id"]
    read(importing)
    state = details(importing, list_id)
    assert (state["status"], state["problem_code"], state["may_retry"]) == ("failed", "no_header", True)
    retry = importing.by(SARA).post(f"/lists/{list_id}/retry")
    assert retry.status_code == 403
    assert importing.by(MAKI).post(f"/lists/{list_id}/retry").status_code == 202
    assert importing.by(MAKI).post(f"/lists/{list_id}/retry").status_code == 409
    read(importing)
    state = details(importing, list_id)
    assert (state["status"], state["problem"]) == ("asking", None)
    said = {"sheet": "リスト", "columns": {"0": "full_name", "1": "email"}}
    assert importing.by(MAKI).post(f"/lists/{list_id}/answer", json=said).status_code == 202
    read(importing)
    (cut,) = importing.said(events.BatchCut)
    importing.hear(cut)
    (prepared,) = importing.said(events.RowsPrepared)
    settle(importing, prepared)
    assert details(importing, list_id)["status"] == "finished"
    assert [finished.round for finished in importing.said(events.ListFinished)] == [0, 1]


def test_what_does_not_run_cannot_be_stopped(importing: Part) -> None:
    list_id = upload(importing, workbook({1: HEADER}), kind="participants", campaign_id=str(CAMPAIGN)).get_json()["id"]
    read(importing)
    assert details(importing, list_id)["status"] == "failed"
    assert stop(importing, list_id).status_code == 409
    assert importing.by(MAKI).post("/lists/999/cancellation").status_code == 404
