"""Since when a list is at work, and how many of its rows were settled before: what its pace is told by."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from .making import module, people, workbook
from .registering import details, read_and_check, upload
from .test_correcting_rows import HEADER, NO_MAIL, NO_OWNER, RIGHT, column, mended, send
from .test_planning_a_list import answer
from .test_taking_a_list_back import settled


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows."""
    monkeypatch.setattr(module("commands.reading"), "BATCH_ROWS", 2)


def through(service: Part, **outcomes: str) -> None:
    """All that waits goes to lead and comes back; then nothing waits any longer."""
    for prepared in read_and_check(service):
        answer(service, prepared, **outcomes)
    service.forget_said()


def act(service: Part, list_id: str, what: str, **chosen: Any) -> datetime:
    """Does something about the list; the moment before it."""
    before = datetime.now(UTC)
    done = service.by(MAKI).post(f"/lists/{list_id}/{what}", json=chosen or None)
    assert done.status_code in (200, 202), done.text
    return before


def since(state: Any) -> datetime:
    return datetime.fromisoformat(state["at_work_since"])


def test_a_plan_that_is_committed_counts_from_its_commit(importing: Part) -> None:
    list_id = str(upload(importing, people(4), mode="plan").get_json()["id"])
    assert since(details(importing, list_id)) < datetime.now(UTC)
    through(importing)
    before = act(importing, list_id, "commitment")
    state = details(importing, list_id)
    assert since(state) >= before and (state["settled_before"], state["rows_settled"]) == (0, 0)
    first, _ = read_and_check(importing)
    assert state["settled_at"] is None
    answer(importing, first)
    again = details(importing, list_id)
    assert since(state) <= datetime.fromisoformat(again["settled_at"]) <= datetime.now(UTC)
    assert since(again) == since(state) and (again["settled_before"], again["rows_settled"]) == (0, 2)


def test_corrected_rows_count_from_when_they_were_read(importing: Part) -> None:
    list_id = str(upload(importing, workbook({1: HEADER, 2: RIGHT, 3: NO_MAIL, 4: NO_OWNER})).get_json()["id"])
    through(importing)

    def mend(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "メールアドレス")).value = "jiro@example.jp"
        sheet.delete_rows(3)

    assert send(importing, list_id, mended(mend, importing, list_id)).status_code == 202
    assert details(importing, list_id)["at_work_since"] is None  # nobody knows yet which rows come again
    (uploaded,) = importing.said(events.CorrectionsUploaded)
    before = datetime.now(UTC)
    assert importing.hear(uploaded) == "done", importing.why_set_aside()
    state = details(importing, list_id)
    assert since(state) >= before and (state["settled_before"], state["rows_settled"]) == (2, 2)
    through(importing)
    state = details(importing, list_id)
    assert (state["settled_before"], state["rows_settled"], state["outcomes"]["error"]) == (2, 3, 1)


def test_chosen_conflicts_count_from_the_choice_and_all_rows_again_from_the_commit(importing: Part) -> None:
    list_id = str(upload(importing, people(5), mode="plan").get_json()["id"])
    through(importing, r2="conflict", r4="conflict")
    chosen = act(importing, list_id, "choices", take="file")
    state = details(importing, list_id)
    assert since(state) >= chosen and (state["settled_before"], state["rows_settled"]) == (3, 3)
    through(importing, r2="updated", r4="updated")
    committed = act(importing, list_id, "commitment")
    state = details(importing, list_id)
    assert since(state) >= committed > chosen and (state["settled_before"], state["rows_settled"]) == (0, 0)


def test_a_list_that_is_tried_again_counts_from_then(importing: Part) -> None:
    list_id = str(upload(importing, workbook({1: HEADER})).get_json()["id"])
    through(importing)
    assert details(importing, list_id)["status"] == "failed"
    before = act(importing, list_id, "retry")
    state = details(importing, list_id)
    assert since(state) >= before and state["settled_before"] == 0


def test_what_is_asked_when_it_is_tried_again_is_no_work(importing: Part) -> None:
    file = workbook({1: ["貴社", "姓", "名", "宛先"], 2: ["A社", "山田", "太郎", "taro@example.jp"]})
    list_id = str(upload(importing, file).get_json()["id"])
    through(importing)
    act(importing, list_id, "retry")
    through(importing)
    assert details(importing, list_id)["status"] == "asking"
    columns = {"0": "company", "1": "family_name", "2": "given_name", "3": "email"}
    before = act(importing, list_id, "answer", sheet="リスト", columns=columns)
    assert since(details(importing, list_id)) >= before


def test_rows_of_a_stopped_list_that_never_went_in_are_no_pace(importing: Part) -> None:
    list_id = str(upload(importing, people(6)).get_json()["id"])
    first, _, _ = read_and_check(importing)
    answer(importing, first)
    act(importing, list_id, "cancellation")
    state = details(importing, list_id)
    assert (state["status"], state["at_work_since"]) == ("committing", None)


def test_a_round_that_began_at_a_moment_nobody_noted_has_no_pace(importing: Part) -> None:
    list_id = str(upload(importing, people(2), mode="plan").get_json()["id"])
    through(importing)
    act(importing, list_id, "commitment")
    with importing.transaction() as session:
        session.query(module("models").UploadedList).update({"went_on_at": None})
    assert details(importing, list_id)["at_work_since"] is None


def test_an_undoing_counts_from_its_first_part(importing: Part) -> None:
    """It may wait for other lists before that. What counts is leads."""
    list_id = str(upload(importing, people(4)).get_json()["id"])
    through(importing)
    act(importing, list_id, "undoing")
    assert details(importing, list_id)["at_work_since"] is None
    before = datetime.now(UTC)
    importing.hear(settled(list_id, 1, 1, 1004))
    state = details(importing, list_id)
    assert since(state) >= before and state["settled_before"] == 2
    importing.hear(settled(list_id, 0, 1))
    again = details(importing, list_id)
    assert (since(again), again["settled_before"], again["undoing"]["undone"]) == (since(state), 2, 2)


def test_a_stopped_list_is_taken_back_at_a_pace(importing: Part) -> None:
    list_id = str(upload(importing, people(4)).get_json()["id"])
    first, second = read_and_check(importing)
    answer(importing, first)
    act(importing, list_id, "cancellation")
    answer(importing, second)
    act(importing, list_id, "undoing")
    importing.hear(settled(list_id, 0, 1))
    assert since(details(importing, list_id)) <= datetime.now(UTC)
