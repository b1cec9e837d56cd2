"""Rows in which file and screen had both changed: shown with both values, and going on as somebody chooses."""

from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, MANA, SARA
from tests.parts import Part

from .making import workbook
from .registering import details, read_and_check, settle, upload
from .test_correcting_rows import column, error_workbook, send

UPDATE: dict[str, Any] = {"kind": "update", "campaign_id": ""}


def conflict(row: int, seen: int) -> events.RowOutcome:
    changes = (
        events.FieldChange(field="owner_id", before=ISAMU.id, after=EIJI.id, exported=SARA.id),
        events.FieldChange(field="stage", before="open", after="converted", exported=""),
        events.FieldChange(field="do_not_call", before=True, after=False, exported=False),
        events.FieldChange(field="title", before="課長", after="部長", besides=True),
    )
    told = {"code": "both_changed", "ja": "画面でも変更されています。", "en": "Changed on the screen, too."}
    reasons = tuple(told | {"field": change.field} for change in changes if not change.besides)
    return events.RowOutcome(
        row=row, outcome="conflict", lead_id=7, reasons=reasons, changes=changes, seen=seen, match={"rule": "lead_id"}
    )


@pytest.fixture
def list_id(importing: Part) -> str:
    """An update whose rows 2 and 3 are conflicts, and whose row 4 went in."""
    rows = {1: ["リードID", "版", "役職"], 2: ["7", "3", "部長"], 3: ["8", "5", "課長"], 4: ["9", "1", "係長"]}
    made = str(upload(importing, workbook(rows), **UPDATE).get_json()["id"])
    (prepared,) = read_and_check(importing)
    went_in = events.RowOutcome(
        row=4, outcome="updated", lead_id=9, changes=(events.FieldChange(field="title", before="", after="係長"),)
    )
    outcomes = (conflict(2, 6), conflict(3, 9), went_in)
    importing.hear(events.RowsSettled(list_id=prepared.list_id, batch=0, outcomes=outcomes))
    importing.forget_said()
    return made


def choose(service: Part, list_id: str, **chosen: Any) -> Any:
    return service.by(MAKI).post(f"/lists/{list_id}/choices", json=chosen)


def again(service: Part) -> events.RowsPrepared:
    for cut in service.said(events.BatchCut):
        assert service.hear(cut) == "done", service.why_set_aside()
    (prepared,) = service.said(events.RowsPrepared)
    return prepared


def test_both_values_are_shown_in_words(importing: Part, list_id: str) -> None:
    assert details(importing, list_id)["outcomes"]["conflict"] == 2
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["items"]
    assert [each for each in rows[0]["changes"] if each.pop("besides") is False] == [
        {"field": "owner_id", "label": "リード担当者", "before": ISAMU.name, "after": EIJI.name, "exported": SARA.name},
        {"field": "stage", "label": "リードステージ", "before": "未対応", "after": "案件化", "exported": ""},
        {"field": "do_not_call", "label": "架電禁止", "before": "○", "after": "", "exported": ""},
    ]
    assert rows[0]["changes"][0] == {
        "field": "title",
        "label": "役職",
        "before": "課長",
        "after": "部長",
        "exported": None,
    }
    assert [(change["before"], change["after"]) for change in rows[2]["changes"]] == [("", "係長")]
    english = importing.by(MAKI).get(f"/lists/{list_id}/rows", headers={"Accept-Language": "en"}).get_json()
    assert english["items"][0]["changes"][1]["label"] == "Lead owner"


def test_one_row_goes_on_with_what_was_chosen(importing: Part, list_id: str) -> None:
    answer = choose(importing, list_id, take="file", rows=[3])
    assert (answer.status_code, answer.get_json()) == (202, {"id": list_id, "status": "committing"})
    prepared = again(importing)
    assert (prepared.batch, prepared.takes) == (1, "file")
    assert (prepared.rows, prepared.seen, prepared.columns["title"]) == ((3,), (9,), ("課長",))
    settle(importing, prepared, "updated")
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["conflict"], state["outcomes"]["updated"]) == ("finished", 1, 2)
    assert state["rows_settled"] == state["rows_read"] == 3
    (finished,) = importing.said(events.ListFinished)
    assert finished.round == 1


def test_all_go_on_at_once(importing: Part, list_id: str) -> None:
    choose(importing, list_id, take="screen")
    prepared = again(importing)
    assert (prepared.rows, prepared.takes) == ((2, 3), "screen")
    assert choose(importing, list_id, take="screen").status_code == 409
    settle(importing, prepared, "unchanged")
    nothing_left = choose(importing, list_id, take="file")
    assert (nothing_left.status_code, nothing_left.get_json()["type"].rpartition(":")[2]) == (409, "no_conflicts")


def test_others_than_its_keepers_decide_nothing_about_a_list(importing: Part, list_id: str) -> None:
    """Who registered it, managers and administrators: as with 確定 and 取消."""
    for person, may in ((MAKI, True), (MANA, True), (ISAMU, False)):
        assert details(importing, list_id, person)["may_correct"] is may
    refused = importing.by(ISAMU).post(f"/lists/{list_id}/choices", json={"take": "file"})
    book = error_workbook(importing, list_id, ISAMU)
    assert (refused.status_code, send(importing, list_id, book, ISAMU).status_code) == (403, 403)
    assert importing.by(MANA).post(f"/lists/{list_id}/choices", json={"take": "file"}).status_code == 202


def test_who_decided_a_conflict_is_told(importing: Part, list_id: str) -> None:
    importing.by(MANA).post(f"/lists/{list_id}/choices", json={"take": "screen", "rows": [3]})
    settle(importing, again(importing), "updated")
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["items"]
    by_mana = {"take": "screen", "by": {"id": str(MANA.id), "name": MANA.name}}
    assert [row["decided"] for row in rows] == [None, by_mana, None]


def test_a_row_that_is_no_conflict_is_not_chosen_for(importing: Part, list_id: str) -> None:
    assert choose(importing, list_id, take="file", rows=[4]).status_code == 409
    assert choose(importing, list_id, take="both").status_code == 422
    assert importing.said(events.BatchCut) == []


@pytest.fixture
def clashing(importing: Part) -> str:
    """An update of which both rows are conflicts about the title."""
    rows = {1: ["リードID", "版", "役職"], 2: ["7", "3", "部長"], 3: ["8", "5", "課長"]}
    made = str(upload(importing, workbook(rows), **UPDATE).get_json()["id"])
    (prepared,) = read_and_check(importing)
    clash(importing, prepared, 6)
    importing.forget_said()
    return made


def clash(importing: Part, prepared: events.RowsPrepared, seen: int) -> None:
    """Lead says that the rows are conflicts about the title."""
    change = events.FieldChange(field="title", before="取締役", after="部長", exported="係長")
    told = {"field": "title", "code": "both_changed", "ja": "画面でも変更されています。", "en": "Changed, too."}
    outcomes = tuple(
        events.RowOutcome(row=row, outcome="conflict", lead_id=7, reasons=(told,), changes=(change,), seen=seen)
        for row in prepared.rows
    )
    settled(importing, prepared, outcomes)


def settled(importing: Part, prepared: events.RowsPrepared, outcomes: tuple[events.RowOutcome, ...]) -> None:
    said = events.RowsSettled(list_id=prepared.list_id, batch=prepared.batch, outcomes=outcomes, plan=prepared.plan)
    assert importing.hear(said) == "done", importing.why_set_aside()


@pytest.fixture
def planned(importing: Part) -> str:
    """The same as a plan: somebody has decided both rows of it one by one, nothing is committed."""
    rows = {1: ["リードID", "版", "役職"], 2: ["7", "3", "部長"], 3: ["8", "5", "課長"], 4: ["9", "1", "主任"]}
    made = str(upload(importing, workbook(rows), mode="plan", **UPDATE).get_json()["id"])
    (prepared,) = read_and_check(importing)
    went_in = events.RowOutcome(row=4, outcome="updated", lead_id=9)
    settled(importing, prepared, (conflict(2, 6), conflict(3, 9), went_in))
    for row, take in ((2, "screen"), (3, "file")):
        importing.forget_said()
        assert choose(importing, made, take=take, rows=[row]).status_code == 202
        settled(importing, again(importing), (events.RowOutcome(row=row, outcome="updated", lead_id=row),))
    importing.forget_said()
    return made


@pytest.mark.parametrize(("rows", "again_open"), [([3], [3]), (None, [2, 3])])
def test_a_choice_is_taken_back_before_anything_is_committed(
    importing: Part, planned: str, rows: list[int] | None, again_open: list[int]
) -> None:
    assert (details(importing, planned)["status"], details(importing, planned)["decided"]) == ("planned", 2)
    answer = choose(importing, planned, take="none", **({"rows": rows} if rows else {}))
    assert (answer.status_code, answer.get_json()["status"]) == (202, "planning")
    prepared = again(importing)
    assert (prepared.plan, prepared.takes) == (True, None)
    assert (list(prepared.rows), prepared.seen) == (again_open, ())
    clash(importing, prepared, 9)
    state = details(importing, planned)
    assert (state["status"], state["outcomes"]["conflict"]) == ("planned", len(again_open))
    assert (state["decided"], state["rows_settled"], state["rows_read"]) == (2 - len(again_open), 3, 3)
    shown = importing.by(MAKI).get(f"/lists/{planned}/rows").get_json()["items"]
    assert [row["row"] for row in shown if row["decided"]] == [row for row in (2, 3) if row not in again_open]
    importing.forget_said()
    assert choose(importing, planned, take="screen").status_code == 202  # and chosen anew
    prepared = again(importing)
    settled(importing, prepared, tuple(events.RowOutcome(row=row, outcome="unchanged") for row in again_open))
    assert (prepared.takes, details(importing, planned)["decided"]) == ("screen", 2)


def test_only_a_choice_that_was_made_and_does_not_hold_yet_is_taken_back(
    importing: Part, planned: str, list_id: str
) -> None:
    def refused(of: str, **chosen: Any) -> tuple[int, str]:
        answer = choose(importing, of, take="none", **chosen)
        return answer.status_code, answer.get_json()["type"].rpartition(":")[2]

    assert refused(planned, rows=[4]) == (409, "nothing_chosen")
    assert refused(list_id) == (409, "holds_already")  # a list without a plan: what was chosen went in
    answered = importing.by(ISAMU).post(f"/lists/{planned}/choices", json={"take": "none"})
    assert answered.status_code == 403
    importing.by(MAKI).post(f"/lists/{planned}/commitment")
    assert refused(planned) == (409, "list_at_work")


def test_the_error_workbook_tells_the_value_on_the_screen(importing: Part, clashing: str) -> None:
    sheet = error_workbook(importing, clashing)["リスト"]
    cell = sheet.cell(2, column(sheet, "役職"))
    assert cell.value == "部長" and "画面の値：取締役（出力時：係長）" in cell.comment.text
    assert "画面の値：取締役" in sheet.cell(2, 2).value


def test_what_somebody_writes_into_the_cell_of_a_conflict_decides_it(importing: Part, clashing: str) -> None:
    book = error_workbook(importing, clashing)
    book["リスト"].cell(2, column(book["リスト"], "役職")).value = "本部長"
    send(importing, clashing, book)
    importing.hear(importing.said(events.CorrectionsUploaded)[0])
    prepared = again(importing)
    assert prepared.takes == "file"  # of the rows whose values somebody has seen: the other one waits again
    assert (prepared.rows, prepared.seen, prepared.columns["title"]) == ((2, 3), (6, None), ("本部長", "課長"))


def test_an_error_workbook_from_before_decides_nothing(importing: Part, clashing: str) -> None:
    """The screen may have another value by now than the one that the file tells."""
    book = error_workbook(importing, clashing)
    choose(importing, clashing, take="file")
    clash(importing, again(importing), 9)
    importing.forget_said()
    book["リスト"].cell(2, column(book["リスト"], "役職")).value = "本部長"
    send(importing, clashing, book)
    importing.hear(importing.said(events.CorrectionsUploaded)[0])
    assert again(importing).seen == ()


def test_what_was_chosen_at_upload_travels_with_the_rows(importing: Part) -> None:
    content = workbook({1: ["姓", "メールアドレス", "役職"], 2: ["山田", "taro@example.jp", "部長"]})
    choices = '{"title": "file", "company": "keep", "phone": "fill"}'
    list_id = upload(importing, content, overwrite=choices).get_json()["id"]
    (prepared,) = read_and_check(importing)
    assert (prepared.overwrite, prepared.erase_blanks) == ({"title": "file", "phone": "fill"}, False)
    assert details(importing, list_id)["overwrite"] == {"title": "file", "phone": "fill"}
    importing.forget_said()
    content = workbook({1: ["リードID", "版", "役職"], 2: ["7", "3", ""], 3: ["8", "", "x"]})
    upload(importing, content, erase_blanks="true", **UPDATE)
    (prepared,) = read_and_check(importing)
    assert (prepared.erase_blanks, prepared.columns["title"][0]) == (True, "")
