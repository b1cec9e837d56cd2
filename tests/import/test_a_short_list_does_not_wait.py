"""Somebody's 300 rows do not wait behind another's million: of each list only a few batches are on their way."""

import importlib
from typing import Any

import pytest

from contracts import events
from tests.cast import MANA
from tests.parts import Part

from .making import people
from .registering import details, settle, upload

announcing: Any = importlib.import_module("services.import.commands.announcing")
reading: Any = importlib.import_module("services.import.commands.reading")
WINDOW: int = announcing.WINDOW


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows, so that a short list has many."""
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)


def read(service: Part) -> None:
    for announced in service.said(events.ListUploaded):
        assert service.hear(announced) in ("done", "duplicate"), service.why_set_aside()


def numbers(service: Part, list_id: str) -> list[int]:
    return [cut.batch for cut in service.said(events.BatchCut) if str(cut.list_id) == list_id]


def test_a_batch_that_is_settled_sends_the_next(importing: Part, small_batches: None) -> None:
    rows = 2 * (WINDOW + 10)
    list_id = upload(importing, people(rows)).get_json()["id"]
    read(importing)
    assert numbers(importing, list_id) == list(range(WINDOW))

    done = 0
    while True:
        cuts = importing.said(events.BatchCut)[done:]
        if not cuts:
            break
        assert len(cuts) <= WINDOW
        importing.hear(cuts[0])
        (prepared,) = [one for one in importing.said(events.RowsPrepared) if one.batch == cuts[0].batch]
        assert settle(importing, prepared) == "done"
        done += 1
        assert len(numbers(importing, list_id)) == min(done + WINDOW, WINDOW + 10)
        settle(importing, prepared)  # told twice: nothing more is sent
        assert len(numbers(importing, list_id)) == min(done + WINDOW, WINDOW + 10)
    assert numbers(importing, list_id) == list(range(WINDOW + 10))
    told = details(importing, list_id)
    assert (told["status"], told["rows_settled"]) == ("finished", rows)


def test_rows_that_are_all_wrong_send_the_next_batch_too(importing: Part, small_batches: None) -> None:
    list_id = upload(importing, people(2 * (WINDOW + 3), 姓="")).get_json()["id"]
    read(importing)
    done = 0
    while cuts := importing.said(events.BatchCut)[done:]:
        importing.hear(cuts[0])
        done += 1
    assert done == WINDOW + 3
    assert details(importing, list_id)["outcomes"]["error"] == 2 * (WINDOW + 3)


def test_a_short_list_is_next_after_a_few_batches_of_a_long_one(importing: Part, small_batches: None) -> None:
    long = upload(importing, people(2 * 100)).get_json()["id"]
    read(importing)
    short = upload(importing, people(2), person=MANA).get_json()["id"]
    read(importing)
    before = [cut for cut in importing.said(events.BatchCut) if str(cut.list_id) == long]
    assert len(before) == WINDOW
    assert importing.said(events.BatchCut)[-1].list_id == int(short)


def test_a_long_file_is_read_by_others_than_short_ones(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcing, "LARGE_BYTES", 100_000)
    short, long = (upload(importing, people(count)).get_json()["id"] for count in (3, 1_000))
    assert [str(said.list_id) for said in importing.said(events.ListUploaded)] == [short]
    (large,) = importing.said(events.LargeListUploaded)
    assert str(large.list_id) == long
    queues = importlib.import_module("services.import.consumers").consumers.handlers
    assert queues[events.LargeListUploaded].queue != queues[events.ListUploaded].queue
    assert importing.hear(large) == "done"
    assert details(importing, long)["rows_read"] == 1_000
