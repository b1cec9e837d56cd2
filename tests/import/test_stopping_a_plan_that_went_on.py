"""A plan that goes on with an error workbook or with choices is stopped: it is a plan again, and nothing is lost."""

from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from . import stopping
from .making import module, people
from .registering import details, upload
from .stopping import act, bring_back, check, mended
from .test_choosing_in_conflicts import choose, planned
from .test_planning_a_list import answer

__all__ = ["planned"]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("commands.reading", "commands.going_on"):
        monkeypatch.setattr(module(place), "BATCH_ROWS", 2)


def on(service: Part) -> None:
    """Everything that was announced comes to its end, and is forgotten."""
    for prepared in service.said(events.RowsPrepared):
        answer(service, prepared)
    stopping.on(service, lead=answer)
    service.forget_said()


@pytest.fixture
def list_id(importing: Part, small_batches: None) -> str:
    """A plan of six rows, all of them errors."""
    made = str(upload(importing, people(6, **{"反応日": "いつか"}), mode="plan").get_json()["id"])
    importing.hear(importing.said(events.ListUploaded)[0])
    on(importing)
    assert (details(importing, made)["status"], details(importing, made)["outcomes"]["error"]) == ("planned", 6)
    return made


def errors(service: Part, list_id: str) -> bytes:
    return bytes(service.by(MAKI).get(f"/lists/{list_id}/errors.xlsx").data)


def rows_of(service: Part, list_id: str) -> Any:
    return service.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["items"]


def test_rows_that_were_not_looked_at_are_as_they_were(importing: Part, list_id: str) -> None:
    before = rows_of(importing, list_id)
    bring_back(importing, list_id, mended(errors(importing, list_id), **{"反応日": "2026/10/28"}))
    cuts = importing.said(events.BatchCut)
    check(importing, 0)
    assert details(importing, list_id)["keeps_plan"]
    assert act(importing, list_id, "cancellation").status_code == 202
    check(importing, 1)
    (prepared,) = importing.said(events.RowsPrepared)
    answer(importing, prepared)
    state = details(importing, list_id)
    assert (state["status"], state["cancelled_at"], state["may_commit"]) == ("planned", None, True)
    assert (state["outcomes"]["created"], state["outcomes"]["error"], state["outcomes"]["cancelled"]) == (2, 4, 0)
    assert state["rows_settled"] == state["rows_read"] == 6 and not state["keeps_plan"]
    assert rows_of(importing, list_id)[2:] == before[2:]
    assert importing.said(events.ListFinished) == []
    act(importing, list_id, "commitment")
    heard = len(importing.said(events.RowsPrepared))
    for late in cuts:  # messages of the act that was stopped
        assert importing.hear(late) == "done"
    assert len(importing.said(events.RowsPrepared)) == heard


def test_what_went_back_is_put_right_again_and_committed(importing: Part, list_id: str) -> None:
    bring_back(importing, list_id, mended(errors(importing, list_id), **{"反応日": "2026/10/28", "姓": "佐藤"}))
    act(importing, list_id, "cancellation")
    on(importing)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["error"]) == ("planned", 6)
    bring_back(importing, list_id, mended(errors(importing, list_id), **{"反応日": "2026/10/28"}))
    on(importing)
    assert details(importing, list_id)["outcomes"]["created"] == 6
    act(importing, list_id, "commitment")
    on(importing)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["moved"]) == ("finished", 6, 0)
    assert [row["cells"]["family_name"] for row in rows_of(importing, list_id)] == [f"山田{n}" for n in range(6)]


def test_where_batches_at_lead_wait_for_one_another_none_is_missing(importing: Part, list_id: str) -> None:
    bring_back(importing, list_id, mended(errors(importing, list_id), **{"反応日": "2026/10/28"}))
    check(importing, 1)
    act(importing, list_id, "cancellation")
    check(importing, 0)
    assert [(each.batch, len(each.rows)) for each in importing.said(events.RowsPrepared)] == [(4, 2), (3, 0)]
    on(importing)
    outcomes = details(importing, list_id)["outcomes"]
    assert (outcomes["created"], outcomes["error"]) == (2, 4)


def test_what_had_been_chosen_before_is_chosen_still(importing: Part, planned: str) -> None:
    before = rows_of(importing, planned)
    assert choose(importing, planned, take="none").status_code == 202
    act(importing, planned, "cancellation")
    on(importing)
    state = details(importing, planned)
    assert (state["status"], state["decided"]) == ("planned", 2)
    assert rows_of(importing, planned) == before
    assert choose(importing, planned, take="none", rows=[3]).status_code == 202


def test_a_plan_that_never_was_one_is_discarded(importing: Part) -> None:
    made = str(upload(importing, people(6), mode="plan").get_json()["id"])
    importing.hear(importing.said(events.ListUploaded)[0])
    assert not details(importing, made)["keeps_plan"]
    act(importing, made, "cancellation")
    on(importing)
    assert details(importing, made)["status"] == "discarded"
