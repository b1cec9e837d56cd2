"""Plan → 確定 or 破棄: what a list would do is told first, then done; what moved meanwhile is shown."""

import importlib
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, MANA, Person
from tests.parts import Part

from .making import HEADER, people, workbook
from .registering import details, read_and_check, upload


def answer(service: Part, prepared: events.RowsPrepared, **outcomes: str) -> None:
    """What lead would say of each row: `r2="updated"`, else created."""
    numbers = prepared.as_planned or prepared.rows
    told = tuple(
        events.RowOutcome(row=row, outcome=outcomes.get(f"r{row}", "created"), lead_id=None) for row in numbers
    )
    said = events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, outcomes=told, plan=prepared.plan)
    assert service.hear(said) == "done", service.why_set_aside()


@pytest.fixture
def list_id(importing: Part) -> str:
    """A plan of four rows, ready for a decision."""
    made = str(upload(importing, people(4), mode="plan").get_json()["id"])
    (prepared,) = read_and_check(importing)
    assert (prepared.plan, prepared.ordered) == (True, True)
    assert details(importing, made)["status"] == "planning"
    answer(importing, prepared, r3="history_only")
    importing.forget_said()
    return made


def test_the_same_file_waits_until_its_plan_is_decided(importing: Part, list_id: str) -> None:
    refused = upload(importing, people(4), mode="plan")
    assert (refused.status_code, refused.get_json()["list_id"]) == (409, list_id)
    assert "「確認待ち」" in refused.get_json()["detail"] and "「確定」か「破棄」" in refused.get_json()["detail"]
    english = upload(importing, people(4), language="en").get_json()["detail"]
    assert "Confirm or discard" in english
    decide(importing, list_id, "disposal")
    assert upload(importing, people(4), mode="plan").status_code == 202


def decide(service: Part, list_id: str, what: str = "commitment", person: Person | None = MAKI) -> Any:
    return service.by(person).post(f"/lists/{list_id}/{what}")


def again(service: Part) -> list[events.RowsPrepared]:
    for cut in service.said(events.BatchCut):
        assert service.hear(cut) == "done", service.why_set_aside()
    return service.said(events.RowsPrepared)


def test_a_plan_waits_for_a_decision_and_has_not_finished(importing: Part, list_id: str) -> None:
    state = details(importing, list_id)
    assert (state["status"], state["mode"], state["is_draft"], state["may_commit"]) == ("planned", "plan", True, True)
    assert (state["outcomes"]["created"], state["outcomes"]["history_only"], state["finished_at"]) == (3, 1, None)
    assert (state["may_undo"], importing.said(events.ListFinished)) == (False, [])
    assert upload(importing, people(4)).status_code == 409


def test_the_same_rows_go_through_again_and_hold(importing: Part, list_id: str) -> None:
    accepted = decide(importing, list_id)
    assert (accepted.status_code, accepted.get_json()) == (202, {"id": list_id, "status": "committing"})
    (prepared,) = again(importing)
    assert (prepared.plan, prepared.ordered, prepared.batch) == (False, True, 0)
    assert (prepared.rows, prepared.as_planned) == ((), (2, 3, 4, 5))  # lead has them
    answer(importing, prepared, r3="history_only")
    state = details(importing, list_id)
    assert (state["status"], state["is_draft"], state["moved"], state["may_undo"]) == ("finished", False, 0, True)
    assert sum(state["outcomes"].values()) == state["rows_read"] == 4
    (finished,) = importing.said(events.ListFinished)
    assert (finished.status, finished.rows_read) == ("finished", 4)


def test_what_became_something_else_is_shown_with_what_the_plan_had_said(importing: Part, list_id: str) -> None:
    decide(importing, list_id)
    (prepared,) = again(importing)
    answer(importing, prepared, r2="history_only", r3="history_only")
    assert details(importing, list_id)["moved"] == 1
    page = importing.by(MAKI).get(f"/lists/{list_id}/rows?moved=true").get_json()
    assert [(row["row"], row["outcome"], row["planned"]) for row in page["items"]] == [(2, "history_only", "created")]
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["items"]
    assert [row["planned"] for row in rows] == ["created", None, None, None]


def test_a_reason_that_names_what_the_plan_could_not_is_no_move(importing: Part) -> None:
    """A lead that the list itself makes has no number in its plan."""
    made = str(upload(importing, people(2), mode="plan").get_json()["id"])
    for named in ("L-000001、3行目の人", "L-000001、L-000002"):
        (prepared,) = read_and_check(importing)
        reason = {"field": "email", "code": "several_matches", "ja": f"一致するリードが複数あります（{named}）。"}
        told = (
            events.RowOutcome(row=2, outcome="created"),
            events.RowOutcome(row=3, outcome="review", reasons=(reason | {"en": ""},)),
        )
        said = events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, outcomes=told, plan=prepared.plan)
        assert importing.hear(said) == "done", importing.why_set_aside()
        importing.forget_said()
        decide(importing, made)
    assert (details(importing, made)["status"], details(importing, made)["moved"]) == ("finished", 0)
    rows = importing.by(MAKI).get(f"/lists/{made}/rows").get_json()["items"]
    assert "L-000002" in rows[1]["reasons"][0]["message"]


def test_what_cells_may_name_has_moved(importing: Part) -> None:
    """Then, and only then, the rows are checked again: who could be named is not, and the other way round."""
    cells = ["会社", "山田", "太郎", "taro{}@example.jp", "", "", "", "isamu"]
    file = workbook({1: [*HEADER, "リード担当者"]} | {n: [each.format(n) for each in cells] for n in range(2, 6)})
    made = str(upload(importing, file, mode="plan").get_json()["id"])
    (prepared,) = read_and_check(importing)
    answer(importing, prepared, r3="error")
    assert details(importing, made)["outcomes"]["error"] == 1
    importing.forget_said()
    gone = events.UserFact(
        user_id=ISAMU.id, login="isamu", name=ISAMU.name, email="isamu@example.jp", active=False, version=99
    )
    assert importing.hear(events.UsersChanged(users=(gone,))) == "done"
    decide(importing, made)
    (emptied,) = again(importing)
    assert (emptied.rows, emptied.as_planned) == ((), ())
    answer(importing, emptied)
    state = details(importing, made)
    assert (state["status"], state["outcomes"]["error"], state["moved"]) == ("finished", 4, 4)
    rows = importing.by(MAKI).get(f"/lists/{made}/rows?moved=true").get_json()["items"]
    assert [(row["planned"], row["outcome"]) for row in rows] == [
        ("created", "error"), ("error", "error"), ("created", "error"), ("created", "error"),
    ]  # fmt: skip
    assert rows[0]["reasons"][0]["code"] == "inactive_owner"


def test_rows_that_were_refused_stay_refused(importing: Part) -> None:
    rows = {1: HEADER, 2: ["会社", "山田", "太郎", "taro@example.jp"], 3: ["会社", "鈴木", "", "ichiro＠＠example.jp"]}
    made = str(upload(importing, workbook(rows), mode="plan").get_json()["id"])
    (prepared,) = read_and_check(importing)
    answer(importing, prepared)
    importing.forget_said()
    decide(importing, made)
    (prepared,) = again(importing)
    assert prepared.as_planned == (2, 3)
    answer(importing, prepared.model_copy(update={"as_planned": (2,)}))  # lead never had the other one
    state = details(importing, made)
    assert (state["outcomes"]["created"], state["outcomes"]["error"], state["moved"]) == (1, 1, 0)
    rows = importing.by(MAKI).get(f"/lists/{made}/rows?outcome=error").get_json()["items"]
    assert [(row["row"], row["reasons"][0]["code"]) for row in rows] == [(3, "bad_email")]


def test_a_row_that_lead_forgets_is_an_error(importing: Part, list_id: str) -> None:
    decide(importing, list_id)
    (prepared,) = again(importing)
    answer(importing, prepared.model_copy(update={"as_planned": (2, 3)}), r3="history_only")
    state = details(importing, list_id)
    assert (state["outcomes"]["created"], state["outcomes"]["error"], state["moved"]) == (1, 2, 2)
    assert sum(state["outcomes"].values()) == state["rows_read"]


def test_a_double_click_and_late_words_of_the_plan_change_nothing(importing: Part, list_id: str) -> None:
    decide(importing, list_id)
    twice = decide(importing, list_id)
    assert (twice.status_code, twice.get_json()["type"].rpartition(":")[2]) == (409, "no_plan")
    (prepared,) = again(importing)
    answer(importing, prepared.model_copy(update={"plan": True}), r2="error", r3="error")
    assert details(importing, list_id)["status"] == "committing"
    for _ in range(2):
        answer(importing, prepared)
    assert details(importing, list_id)["outcomes"]["created"] == 4
    assert len(importing.said(events.ListFinished)) == 1


def test_a_plan_that_nobody_wants_is_discarded(importing: Part, list_id: str) -> None:
    assert decide(importing, list_id, "disposal").get_json()["status"] == "discarded"
    assert decide(importing, list_id).status_code == decide(importing, list_id, "disposal").status_code == 409
    (finished,) = importing.said(events.ListFinished)
    assert finished.status == "discarded"
    assert details(importing, list_id)["may_undo"] is False
    assert upload(importing, people(4)).status_code == 202  # the same file may come again


def test_who_committed_it_is_told(importing: Part, list_id: str) -> None:
    state = details(importing, list_id)
    assert (state["committed_at"], state["committed_by"]) == (None, None)
    decide(importing, list_id, person=MANA)
    state = details(importing, list_id)
    assert state["committed_by"] == {"id": str(MANA.id), "name": MANA.name}
    assert state["committed_at"] > state["created_at"] and state["uploaded_by"]["name"] == MAKI.name


def test_others_than_who_registered_it_and_managers_decide_nothing(importing: Part, list_id: str) -> None:
    for person, status in ((ISAMU, 403), (EIJI, 403), (None, 401), (MANA, 202)):
        assert decide(importing, list_id, person=person).status_code == status


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows."""
    monkeypatch.setattr(importlib.import_module("services.import.commands.reading"), "BATCH_ROWS", 2)


def test_rows_that_are_all_wrong_leave_no_gap_in_the_order(importing: Part, small_batches: None) -> None:
    made = str(upload(importing, people(3, メールアドレス="nowhere"), mode="plan").get_json()["id"])
    first, second = read_and_check(importing)
    assert (first.rows, second.rows) == ((), ())
    for prepared in (first, second):
        answer(importing, prepared)
    state = details(importing, made)
    assert (state["status"], state["outcomes"]["error"], state["rows_settled"]) == ("planned", 3, 3)


def stop(service: Part, list_id: str) -> None:
    assert service.by(MAKI).post(f"/lists/{list_id}/cancellation").status_code == 202


def test_a_plan_that_is_stopped_is_discarded(importing: Part, small_batches: None) -> None:
    made = str(upload(importing, people(6), mode="plan").get_json()["id"])
    importing.hear(importing.said(events.ListUploaded)[0])
    first, second, third = importing.said(events.BatchCut)
    importing.hear(third)
    stop(importing, made)
    importing.hear(second)
    # lead hears of the two that the third one waits for, without rows
    assert [(each.batch, len(each.rows)) for each in importing.said(events.RowsPrepared)] == [(2, 2), (0, 0), (1, 0)]
    for prepared in importing.said(events.RowsPrepared):
        answer(importing, prepared)
    importing.hear(first)
    state = details(importing, made)
    assert (state["status"], state["outcomes"]["cancelled"], state["rows_settled"]) == ("discarded", 4, 6)


def test_a_commit_that_is_stopped_keeps_what_is_in(importing: Part, small_batches: None) -> None:
    made = str(upload(importing, people(6), mode="plan").get_json()["id"])
    for prepared in read_and_check(importing):
        answer(importing, prepared)
    importing.forget_said()
    decide(importing, made)
    first, second, _ = importing.said(events.BatchCut)
    importing.hear(first)
    stop(importing, made)
    importing.hear(second)
    (prepared,) = importing.said(events.RowsPrepared)
    answer(importing, prepared)
    state = details(importing, made)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["cancelled"]) == ("finished", 2, 4)
    assert (state["moved"], state["may_undo"]) == (4, True)


def test_what_somebody_decided_since_is_no_move_any_more(importing: Part) -> None:
    made = str(upload(importing, people(2), mode="plan").get_json()["id"])
    (prepared,) = read_and_check(importing)
    answer(importing, prepared, r2="updated", r3="updated")
    importing.forget_said()
    decide(importing, made)
    answer(importing, again(importing)[0], r2="conflict", r3="conflict")
    assert details(importing, made)["moved"] == 2
    importing.forget_said()
    importing.by(MAKI).post(f"/lists/{made}/choices", json={"take": "file", "rows": [2]})
    answer(importing, again(importing)[0], r2="updated")
    assert details(importing, made)["moved"] == 1
    rows = importing.by(MAKI).get(f"/lists/{made}/rows").get_json()["items"]
    assert [row["planned"] for row in rows] == [None, "updated"]


def test_conflicts_and_error_rows_of_a_plan_go_on_as_a_plan(importing: Part) -> None:
    made = str(upload(importing, people(2), mode="plan").get_json()["id"])
    (prepared,) = read_and_check(importing)
    answer(importing, prepared, r2="conflict", r3="conflict")
    importing.forget_said()
    chosen = importing.by(MAKI).post(f"/lists/{made}/choices", json={"take": "file"})
    assert chosen.get_json()["status"] == "planning"
    (again_planned,) = again(importing)
    assert (again_planned.plan, again_planned.takes, again_planned.batch) == (True, "file", 1)
    answer(importing, again_planned, r2="updated", r3="updated")
    assert details(importing, made)["status"] == "planned"
    importing.forget_said()
    decide(importing, made)
    emptied, chosen_for = again(importing)
    assert (emptied.as_planned, chosen_for.as_planned, chosen_for.takes) == ((), (2, 3), "file")
    for each in (emptied, chosen_for):
        answer(importing, each, r2="updated", r3="updated")
    state = details(importing, made)
    assert (state["status"], state["outcomes"]["updated"], state["moved"]) == ("finished", 2, 0)
