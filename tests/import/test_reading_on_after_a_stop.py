"""A file that was not read to its end when its list was stopped is read on; what is in stays, whatever comes of it."""

from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from .making import HEADER, module, people, workbook
from .registering import details
from .stopping import act, bring_back, mended, on, read, stopped_while_read


@pytest.fixture(autouse=True)
def portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two rows; 4 rows are read, then 8, 24, and the rest."""
    sizes = {"BATCH_ROWS": 2, "FIRST_ROWS": 4, "GROWTH": 2, "MOST_ROWS": 24}
    for name, value in sizes.items():
        monkeypatch.setattr(module("commands.reading"), name, value)


def test_what_is_not_read_yet_is_read(importing: Part) -> None:
    list_id = stopped_while_read(importing, people(40))
    state = details(importing, list_id)
    assert (state["status"], state["rows_read"], state["outcomes"]["cancelled"]) == ("finished", 4, 4)
    assert (state["stopped_after"], state["reading"], state["may_resume"]) == (5, False, True)
    heard = len(importing.said(events.BatchCut))
    act(importing, list_id, "resumption")
    state = details(importing, list_id)
    assert (state["stopped_after"], state["reading"]) == (None, True)
    for _ in range(3):
        read(importing)
    on(importing, heard)
    state = details(importing, list_id)
    assert (state["status"], state["rows_read"], state["outcomes"]["created"]) == ("finished", 40, 40)
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows?page_size=100").get_json()["items"]
    assert [row["row"] for row in rows] == [*range(2, 42)]


def test_what_is_in_stays_where_the_rest_cannot_be_read(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = stopped_while_read(importing, people(40), in_first=1)
    heard = len(importing.said(events.BatchCut))
    act(importing, list_id, "resumption")
    refusal = module("refusal")
    with monkeypatch.context() as broken:
        broken.setattr(module("commands.reading"), "pieces", lambda *_, **__: (_ for _ in ()).throw(refusal.damaged()))
        read(importing)
    on(importing, heard)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["rows_read"]) == ("finished", 4, 4)
    assert (state["stopped_after"], state["may_resume"], state["may_undo"]) == (5, True, True)
    assert state["problem"] and state["problem_code"] is None
    assert importing.said(events.ListUndoing) == []
    heard = len(importing.said(events.BatchCut))
    act(importing, list_id, "resumption")  # it was the disk, perhaps
    assert details(importing, list_id)["problem"] is None
    for _ in range(3):
        read(importing)
    on(importing, heard)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"]) == ("finished", 40)


def test_a_column_that_an_error_workbook_added_is_none_of_the_sheet_that_is_read_on(importing: Part) -> None:
    rows: dict[int, Any] = {1: HEADER}
    for number in range(2, 42):
        rows[number] = [
            "株式会社和",
            "山田",
            "太郎",
            f"wide{number}@example.jp",
            "",
            "",
            "いつか" if number < 4 else "",
        ]
    rows[30] = [*rows[30], *["欄外のメモ"] * 40]
    list_id = stopped_while_read(importing, workbook(rows), in_first=1)
    assert details(importing, list_id)["outcomes"]["error"] == 2
    book = mended(
        importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx").data, **{"反応日": "2026/10/28", "部署": "営業部"}
    )
    bring_back(importing, list_id, book)
    heard = len(importing.said(events.BatchCut))
    on(importing, heard - 1)
    act(importing, list_id, "resumption")
    for _ in range(3):
        read(importing)
    on(importing, heard)
    assert details(importing, list_id)["outcomes"]["created"] == 40
    written = {
        row["row"]: row["values"].get("department")
        for prepared in importing.said(events.RowsPrepared)
        for row in prepared.one_by_one()
    }
    assert [row for row, department in written.items() if department] == [2, 3]
