"""The same file is at work once for the same purpose, also where a list goes on after its end."""

from typing import Any

import pytest

from contracts import events
from tests.cast import MAKI
from tests.parts import Part

from .making import workbook
from .registering import details, read_and_check, upload
from .test_choosing_in_conflicts import again, choose, clash
from .test_correcting_rows import column, error_workbook, send

UPDATE: dict[str, Any] = {"kind": "update", "campaign_id": ""}
ROWS = {1: ["リードID", "版", "役職"], 2: ["7", "3", "部長"], 3: ["8", "5", "課長"]}
WORDS = {
    "list_at_work": "同じファイルの登録がまだ処理中です。終わるまでお待ちください。",
    "list_planned": "同じファイルの登録が「確認待ち」のままです。"
    "「確定」か「破棄」をしてから、もう一度お試しください。",
}


@pytest.fixture
def finished(importing: Part) -> str:
    """A finished update of which both rows are conflicts."""
    made = str(upload(importing, workbook(ROWS), **UPDATE).get_json()["id"])
    (prepared,) = read_and_check(importing)
    clash(importing, prepared, 6)
    importing.forget_said()
    return made


def correct(importing: Part, list_id: str) -> Any:
    book = error_workbook(importing, list_id)
    book["リスト"].cell(2, column(book["リスト"], "役職")).value = "本部長"
    return send(importing, list_id, book)


def choose_the_file(importing: Part, list_id: str) -> Any:
    return choose(importing, list_id, take="file")


GOING_ON = {"a corrected file": correct, "a choice": choose_the_file}


@pytest.mark.parametrize("way", GOING_ON)
@pytest.mark.parametrize("code", WORDS)
def test_a_list_does_not_go_on_while_its_file_is_at_work_again(
    importing: Part, finished: str, code: str, way: str
) -> None:
    mode = {"mode": "plan"} if code == "list_planned" else {}
    other = str(upload(importing, workbook(ROWS), **UPDATE | mode).get_json()["id"])
    if mode:
        clash(importing, read_and_check(importing)[0], 6)
    importing.forget_said()
    before = details(importing, finished)
    refused = GOING_ON[way](importing, finished)
    problem = refused.get_json()
    assert (refused.status_code, problem["type"].rpartition(":")[2]) == (409, code)
    assert (problem["list_id"], problem["detail"]) == (other, WORDS[code])
    assert details(importing, finished) == before
    assert importing.said(events.CorrectionsUploaded) == importing.said(events.BatchCut) == []


@pytest.mark.parametrize("way", GOING_ON)
def test_it_goes_on_as_soon_as_the_other_one_is_through(importing: Part, finished: str, way: str) -> None:
    other = str(upload(importing, workbook(ROWS), **UPDATE | {"mode": "plan"}).get_json()["id"])
    clash(importing, read_and_check(importing)[0], 6)
    importing.forget_said()
    assert importing.by(MAKI).post(f"/lists/{other}/disposal").status_code in (200, 202)
    assert GOING_ON[way](importing, finished).status_code == 202


def test_while_a_list_goes_on_the_same_file_waits_and_a_plan_of_it_is_committed_after(
    importing: Part, finished: str
) -> None:
    assert choose(importing, finished, take="file").status_code == 202
    refused = upload(importing, workbook(ROWS), **UPDATE | {"mode": "plan"})
    assert (refused.status_code, refused.get_json()["list_id"]) == (409, finished)
    clash(importing, again(importing), 7)
    importing.forget_said()
    other = str(upload(importing, workbook(ROWS), **UPDATE | {"mode": "plan"}).get_json()["id"])
    clash(importing, read_and_check(importing)[0], 8)
    assert choose(importing, finished, take="screen").status_code == 409
    assert importing.by(MAKI).post(f"/lists/{other}/commitment").status_code == 202
    assert importing.by(MAKI).post(f"/lists/{other}/cancellation").status_code == 202
