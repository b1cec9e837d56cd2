"""Where rows of one file can contradict each other its batches go in their order, whoever is faster."""

import importlib
import io
from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from .making import people
from .registering import read_and_check, settle, upload

reading: Any = importlib.import_module("services.import.commands.reading")


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)


@pytest.mark.parametrize(
    ("form", "ordered"),
    [
        ({}, False),
        ({"mode": "plan"}, True),
        ({"kind": "update", "campaign_id": ""}, True),
        ({"overwrite": '{"title": "file"}'}, True),
        ({"overwrite": '{"title": "keep"}'}, False),
    ],
)
def test_what_writes_into_known_leads_goes_in_order(importing: Part, form: dict[str, Any], ordered: bool) -> None:
    assert upload(importing, people(5), **form).status_code == 202
    prepared = read_and_check(importing)
    assert [(each.batch, each.ordered, each.first) for each in prepared] == [
        (0, ordered, ordered), (1, ordered, False), (2, ordered, False),
    ]  # fmt: skip


def test_rows_put_right_do_not_wait_for_batches_that_were_stopped(importing: Part) -> None:
    list_id = upload(importing, people(6, **{"反応日": "いつか"}), kind="update", campaign_id="").get_json()["id"]
    importing.hear(importing.said(events.ListUploaded)[0])
    first, second, _ = importing.said(events.BatchCut)
    assert importing.hear(first) == "done"
    settle(importing, importing.said(events.RowsPrepared)[0])
    assert importing.by(MAKI).post(f"/lists/{list_id}/cancellation").status_code == 202
    assert importing.hear(second) == "done"
    errors = importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx").data
    importing.forget_said()
    sent = {"file": (io.BytesIO(errors), "直した行.xlsx")}
    assert importing.by(MAKI).post(f"/lists/{list_id}/corrections", data=sent).status_code == 202
    importing.hear(importing.said(events.CorrectionsUploaded)[0])
    importing.hear(importing.said(events.BatchCut)[0])
    (again,) = importing.said(events.RowsPrepared)
    assert (again.batch, again.ordered, again.first) == (3, True, True)
