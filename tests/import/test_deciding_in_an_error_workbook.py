"""What somebody writes into the cells of a conflict decides it, as long as it is still the conflict that was seen."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from .making import workbook
from .registering import details, read_and_check, upload
from .test_choosing_in_conflicts import UPDATE, again, choose, clash, settled
from .test_correcting_rows import Sheet, column, error_workbook, send


def clashing(importing: Part, **form: Any) -> str:
    """An update of which both rows are conflicts about the title."""
    rows = {1: ["リードID", "版", "役職"], 2: ["7", "3", "部長"], 3: ["8", "5", "課長"]}
    made = str(upload(importing, workbook(rows), **UPDATE | form).get_json()["id"])
    (prepared,) = read_and_check(importing)
    clash(importing, prepared, 6)
    importing.forget_said()
    return made


@pytest.fixture
def list_id(importing: Part) -> str:
    return clashing(importing)


def rewritten(importing: Part, list_id: str, mend: Callable[[Sheet], Any] = lambda _: None) -> Any:
    """The error workbook with another title in both rows."""
    book = error_workbook(importing, list_id)
    for row in (2, 3):
        book["リスト"].cell(row, column(book["リスト"], "役職")).value = "本部長"
    mend(book["リスト"])
    return book


def bring_back(importing: Part, list_id: str, book: Any) -> events.RowsPrepared | None:
    """What goes to lead for it; nothing of a file that is refused."""
    importing.forget_said()
    assert send(importing, list_id, book).status_code == 202
    (announced,) = importing.said(events.CorrectionsUploaded)
    assert importing.hear(announced) == "done", importing.why_set_aside()
    return again(importing) if importing.said(events.BatchCut) else None


def told(importing: Part, list_id: str) -> dict[str, str]:
    return {each["code"]: each["message"] for each in details(importing, list_id)["correction"]["warnings"]}


def test_a_file_that_was_refused_costs_no_decision(importing: Part, list_id: str) -> None:
    doubled = rewritten(importing, list_id, lambda sheet: setattr(sheet.cell(3, 1), "value", "2"))
    mended = rewritten(importing, list_id)
    assert bring_back(importing, list_id, doubled) is None
    assert details(importing, list_id)["correction"]["problem_code"] == "doubled_row"
    prepared = bring_back(importing, list_id, mended)
    assert prepared and (prepared.takes, prepared.rows, prepared.seen) == ("file", (2, 3), (6, 6))
    assert told(importing, list_id) == {}


def test_what_becomes_of_another_row_meanwhile_costs_no_decision(importing: Part, list_id: str) -> None:
    book = rewritten(importing, list_id)
    choose(importing, list_id, take="screen", rows=[2])
    settled(importing, again(importing), (events.RowOutcome(row=2, outcome="unchanged"),))
    prepared = bring_back(importing, list_id, book)
    assert prepared and (prepared.takes, prepared.rows, prepared.seen) == ("file", (3,), (6,))
    assert told(importing, list_id) == {}


def test_of_a_row_that_changed_since_it_is_said_that_nothing_was_decided(importing: Part, list_id: str) -> None:
    book = rewritten(importing, list_id)
    choose(importing, list_id, take="screen", rows=[2])
    clash(importing, again(importing), 9)
    prepared = bring_back(importing, list_id, book)
    assert prepared and (prepared.rows, prepared.seen) == ((2, 3), (None, 6))
    message = told(importing, list_id)["undecided_conflicts"]
    assert message.startswith("衝突している2行目は、") and "このファイルを出力した後に" in message
    english = importing.by(MAKI).get(f"/lists/{list_id}", headers={"Accept-Language": "en"}).get_json()
    assert "Row 2 is a conflict" in english["correction"]["warnings"][0]["message"]


def test_a_file_that_does_not_say_when_it_was_taken_out_decides_nothing_and_says_so(
    importing: Part, list_id: str
) -> None:
    book = rewritten(importing, list_id)
    del book["出力情報"]
    prepared = bring_back(importing, list_id, book)
    assert prepared and prepared.seen == ()
    message = told(importing, list_id)["undecided_conflicts"]
    assert message.startswith("衝突している2行目、3行目は、") and "「出力情報」のシートがなく" in message


def test_nothing_is_said_of_cells_that_nobody_rewrote(importing: Part, list_id: str) -> None:
    book = error_workbook(importing, list_id)
    del book["出力情報"]
    prepared = bring_back(importing, list_id, book)
    assert prepared and prepared.seen == () and told(importing, list_id) == {}


def test_a_workbook_of_the_plan_decides_what_came_true_when_it_was_committed(importing: Part) -> None:
    """Row 3 is another conflict by then than the one that the workbook told of."""
    list_id = clashing(importing, mode="plan")
    book = rewritten(importing, list_id)
    assert importing.by(MAKI).post(f"/lists/{list_id}/commitment").status_code == 202
    prepared = again(importing)
    change = events.FieldChange(field="title", before="取締役", after="部長", exported="係長")
    reason = {"field": "title", "code": "both_changed", "ja": "画面でも変更されています。", "en": "Changed, too."}
    by_row = {2: change, 3: change.model_copy(update={"before": "社長"})}
    conflicts = tuple(
        events.RowOutcome(row=row, outcome="conflict", lead_id=7, reasons=(reason,), changes=(each,), seen=8)
        for row, each in by_row.items()
    )
    settled(importing, prepared, conflicts)
    assert details(importing, list_id)["moved"] == 1
    went = bring_back(importing, list_id, book)
    assert went and (went.rows, went.seen) == ((2, 3), (8, None))
    assert told(importing, list_id)["undecided_conflicts"].startswith("衝突している3行目は、")
