"""Rows that did not go in come back as an error workbook; put right and sent back, the same list goes on."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from contracts import events
from tests.cast import EIJI, GAKU, MAKI, MANA, Person
from tests.parts import Part

from .making import module, workbook
from .registering import CAMPAIGN, OUTCOMES, campaign, details, read_and_check, settle, upload

HEADER = ["会社名", "氏名", "メールアドレス", "電話番号", "リード担当者", "社内メモ番号"]
RIGHT = ["株式会社サンプル", "山田 太郎", "taro@example.jp", "03-1234-5678", "", "1"]
NO_MAIL = ["佐藤商店", "佐藤 次郎", "jiro(at)example", "03-1234-5678", "", "2"]
NO_OWNER = ["鈴木工業", "鈴木 三郎", "saburo@example.jp", "０３の１２３４", "いない人", "3"]
NO_NAME = ["田中物産", "", "shiro@example.jp", "0312345678", "", "4"]
Sheet = Any


@pytest.fixture
def list_id(importing: Part) -> str:
    """A finished list of four rows of which three did not go in; nothing of it waits in the outbox."""
    answer = upload(importing, workbook({1: ["招待者"], 3: HEADER, 4: RIGHT, 5: NO_MAIL, 6: NO_OWNER, 7: NO_NAME}))
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    importing.forget_said()
    return str(answer.get_json()["id"])


def error_workbook(importing: Part, list_id: str, person: Person = MAKI) -> Sheet:
    answer = importing.by(person).get(f"/lists/{list_id}/errors.xlsx", headers={"Accept-Language": "ja"})
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.data))


def column(sheet: Sheet, name: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == name)


def send(importing: Part, list_id: str, book: Any, person: Person | None = MAKI, key: str = "") -> Any:
    content = book
    if not isinstance(book, bytes):
        kept = io.BytesIO()
        book.save(kept)
        content = kept.getvalue()
    headers = {"Idempotency-Key": key} if key else {}
    data = {"file": (io.BytesIO(content), "エラー行.xlsx")}
    return importing.by(person).post(f"/lists/{list_id}/corrections", data=data, headers=headers)


def work(importing: Part) -> list[events.RowsPrepared]:
    """What the workers do with corrections that were sent; lead answers that all of them are new."""
    for announced in importing.said(events.CorrectionsUploaded):
        assert importing.hear(announced) == "done", importing.why_set_aside()
    prepared = read_and_check(importing)
    for batch in prepared:
        assert settle(importing, batch) == "done"
    return prepared


def mended(mend: Callable[[Sheet], None], importing: Part, list_id: str) -> Any:
    book = error_workbook(importing, list_id)
    mend(book["リスト"])
    return book


def mend_all(sheet: Sheet) -> None:
    sheet.cell(2, column(sheet, "メールアドレス")).value = "jiro@example.jp"
    sheet.cell(3, column(sheet, "リード担当者")).value = "isamu"
    sheet.cell(3, column(sheet, "電話番号")).value = "03-1234-0000"
    sheet.cell(4, column(sheet, "氏名")).value = "田中 史郎"


def test_the_error_workbook_shows_what_is_wrong_where(importing: Part, list_id: str) -> None:
    book = error_workbook(importing, list_id)
    sheet = book["リスト"]
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == ["元の行", "5", "6", "7"]
    wrong = sheet.cell(2, column(sheet, "メールアドレス"))
    assert wrong.value == "jiro(at)example" and wrong.fill.fgColor.rgb == "FFFECACA"
    assert "メールアドレスとして読めません" in wrong.comment.text and "シート" not in wrong.comment.text
    assert "いない人" in sheet.cell(3, 2).value and "電話番号として読めません" in sheet.cell(3, 2).value
    assert sheet.cell(4, column(sheet, "氏名")).comment is not None  # the missing name, in the column the file had
    assert sheet.cell(2, column(sheet, "会社名")).comment is None
    choices = {
        str(each.sqref).split(":")[0].rstrip("0123456789"): each for each in sheet.data_validations.dataValidation
    }
    owner = choices[openpyxl.utils.get_column_letter(column(sheet, "リード担当者"))]
    assert owner.type == "list" and "選択肢" in owner.formula1


def test_what_is_wrong_with_a_whole_row_is_red_in_the_cells_it_speaks_of(importing: Part) -> None:
    nobody = ["", "山田 太郎", "", "", "", ""]
    list_id = str(upload(importing, workbook({1: HEADER, 2: nobody, 3: RIGHT})).get_json()["id"])
    (prepared,) = read_and_check(importing)
    importing.hear(events.RowsSettled(list_id=prepared.list_id, batch=0, outcomes=()))  # row 3 was forgotten
    sheet = error_workbook(importing, list_id)["リスト"]
    for name in ("会社名", "メールアドレス", "電話番号", "携帯電話"):
        cell = sheet.cell(2, column(sheet, name))
        assert cell.fill.fgColor.rgb == "FFFECACA" and "どれもありません" in cell.comment.text
    assert sheet.cell(2, 2).value.count("どれもありません") == 1
    first = sheet.cell(3, column(sheet, "リードID"))
    assert first.fill.fgColor.rgb == "FFFECACA" and "結果が届きませんでした" in first.comment.text


def test_the_same_list_goes_on_with_what_was_put_right(importing: Part, list_id: str) -> None:
    assert details(importing, list_id)["outcomes"]["error"] == 3
    answer = send(importing, list_id, mended(mend_all, importing, list_id))
    assert answer.status_code == 202 and answer.get_json() == {"id": list_id, "status": "reading"}
    (prepared,) = work(importing)
    assert dict(zip(prepared.rows, prepared.columns["email"], strict=True)) == {
        5: "jiro@example.jp",
        6: "saburo@example.jp",
        7: "shiro@example.jp",
    }
    assert (prepared.batch, prepared.campaign_id) == (1, CAMPAIGN)
    state = details(importing, list_id)
    assert state["status"] == "finished" and state["outcomes"] == dict.fromkeys(OUTCOMES, 0) | {"created": 4}
    assert state["rows_read"] == state["rows_settled"] == 4
    assert state["correction"] | {"created_at": ""} == {
        **{"number": 1, "status": "read", "file_name": "エラー行.xlsx", "rows": 3, "ignored": 0},
        **{"problem": None, "problem_code": None, "warnings": [], "created_at": ""},
        "by": {"id": str(MAKI.id), "name": MAKI.name},
    }
    (finished,) = importing.said(events.ListFinished)
    assert (finished.round, finished.outcomes["created"]) == (1, 4)


def test_rows_that_are_still_wrong_stay_and_may_come_again(importing: Part, list_id: str) -> None:
    def mend_one(sheet: Sheet) -> None:
        sheet.cell(2, column(sheet, "メールアドレス")).value = "jiro@example.jp"

    send(importing, list_id, mended(mend_one, importing, list_id))
    work(importing)
    state = details(importing, list_id)
    assert (state["outcomes"]["created"], state["outcomes"]["error"], state["rows_settled"]) == (2, 2, 4)
    importing.forget_said()

    def mend_the_rest(sheet: Sheet) -> None:
        assert [sheet.cell(row, 1).value for row in (2, 3)] == ["6", "7"]
        sheet.cell(2, column(sheet, "リード担当者")).value = None
        sheet.cell(2, column(sheet, "電話番号")).value = None
        sheet.cell(3, column(sheet, "姓")).value = "田中"  # a column that the list itself does not have

    send(importing, list_id, mended(mend_the_rest, importing, list_id))
    (prepared,) = work(importing)
    assert dict(zip(prepared.rows, prepared.columns["family_name"], strict=True)) == {6: "鈴木", 7: "田中"}
    state = details(importing, list_id)
    assert (state["outcomes"]["created"], state["outcomes"]["error"], state["correction"]["number"]) == (4, 0, 2)


def test_rows_that_went_in_are_not_touched_by_their_number(importing: Part, list_id: str) -> None:
    def point_elsewhere(sheet: Sheet) -> None:
        sheet.cell(2, 1).value, sheet.cell(3, 1).value = "4", None
        sheet.cell(4, column(sheet, "氏名")).value = "田中 史郎"

    send(importing, list_id, mended(point_elsewhere, importing, list_id))
    (prepared,) = work(importing)
    assert prepared.rows == (7,)
    correction = details(importing, list_id)["correction"]
    assert (correction["rows"], correction["ignored"]) == (1, 2)


def test_the_error_workbook_of_another_list_is_refused_by_name(importing: Part, list_id: str) -> None:
    rows = workbook({3: HEADER, 5: NO_MAIL, 6: NO_OWNER})
    other = str(upload(importing, rows, file=(io.BytesIO(rows), "別の会.xlsx")).get_json()["id"])
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    book = mended(mend_all, importing, other)
    answer = send(importing, list_id, book)
    assert answer.status_code == 422 and answer.get_json()["list_id"] == other
    (error,) = answer.get_json()["errors"]
    assert (error["field"], error["code"]) == ("file", "other_list")
    assert "「別の会.xlsx」（秋のセミナー11）" in error["message"]
    state = details(importing, list_id)
    assert (state["status"], state["correction"], state["outcomes"]["error"]) == ("finished", None, 3)
    del book["出力情報"]  # somebody copied the cells into a file of their own: nobody knows better
    assert send(importing, list_id, book).status_code == 202


def test_what_the_corrected_file_has_and_nobody_takes_is_told(importing: Part, list_id: str) -> None:
    def add_to(sheet: Sheet) -> None:
        mend_all(sheet)
        last = sheet.max_column
        sheet.cell(1, last + 1).value, sheet.cell(3, last + 1).value = "確認者", "佐藤"
        sheet.cell(4, last + 2).value = "要確認"
        sheet.cell(2, 300).value = "遠い"
        sheet.row_dimensions[3].hidden = True

    send(importing, list_id, mended(add_to, importing, list_id))
    work(importing)
    state = details(importing, list_id)
    assert [warning["code"] for warning in state["warnings"]] == ["unknown_columns"]  # 社内メモ番号, of the first file
    told = {warning["code"]: warning["message"] for warning in state["correction"]["warnings"]}
    assert set(told) == {"unknown_columns", "unnamed_columns", "beyond_columns", "hidden_rows"}
    assert told["unknown_columns"].endswith("：「確認者」") and "（4行目から）" in told["unnamed_columns"]
    assert "が1行あり（最初は3行目）" in told["hidden_rows"] and "（最初はKN2）" in told["beyond_columns"]
    importing.forget_said()


def number_anew(sheet: Sheet) -> None:
    for row in (2, 3, 4):
        sheet.cell(row, 1).value = row * 100


REFUSED: dict[str, tuple[Callable[[Sheet], None], str]] = {
    "no numbers": (lambda sheet: sheet.delete_cols(1), "no_row_numbers"),
    "twice the same": (lambda sheet: setattr(sheet.cell(3, 1), "value", "5"), "doubled_row"),
    "another list": (number_anew, "no_open_rows"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_does_not_fit_changes_nothing(importing: Part, list_id: str, name: str) -> None:
    mend, code = REFUSED[name]
    before = details(importing, list_id)
    send(importing, list_id, mended(mend, importing, list_id))
    assert work(importing) == []
    state = details(importing, list_id)
    assert state["correction"]["problem_code"] == code and state["correction"]["problem"].endswith("。")
    assert (state["status"], state["outcomes"]) == ("finished", before["outcomes"])
    assert importing.said(events.ListFinished) == []


def test_a_correction_is_refused_while_the_list_is_at_work_or_when_nothing_is_open(
    importing: Part, list_id: str
) -> None:
    kept = io.BytesIO()
    mended(mend_all, importing, list_id).save(kept)
    book = kept.getvalue()
    first, again = (send(importing, list_id, book, key="form-1") for _ in range(2))
    assert first.get_json() == again.get_json() and len(importing.said(events.CorrectionsUploaded)) == 1
    assert send(importing, list_id, book).status_code == 409
    work(importing)
    assert send(importing, list_id, book).get_json()["detail"] == "このリストには直す行がありません。"


def test_no_permission_a_closed_campaign_and_a_broken_file_are_refused_at_once(
    importing: Part, list_id: str, campaigns: dict[str, Any]
) -> None:
    book = mended(mend_all, importing, list_id)
    for person, status in ((EIJI, 403), (GAKU, 403), (None, 401)):
        assert send(importing, list_id, book, person).status_code == status
    assert send(importing, list_id, b"PK\x03\x04 broken").status_code == 422
    importing.hear(campaign(CAMPAIGN, is_open=False, version=9))
    campaigns[f"/campaigns/{CAMPAIGN}"] = {"name": "秋のセミナー", "open_for_lists": False}
    assert send(importing, list_id, book).get_json()["errors"][0]["code"] == "campaign_closed"
    assert importing.said(events.CorrectionsUploaded) == []


def test_a_repeated_message_changes_nothing(importing: Part, list_id: str) -> None:
    send(importing, list_id, mended(mend_all, importing, list_id))
    (announced,) = importing.said(events.CorrectionsUploaded)
    assert importing.hear(announced) == importing.hear(announced) == "done"
    assert len(importing.said(events.BatchCut)) == 1


def test_every_corrected_file_is_told_with_who_brought_it(importing: Part, list_id: str) -> None:
    assert details(importing, list_id)["corrections"] == []
    book = error_workbook(importing, list_id)
    assert send(importing, list_id, b"PK no workbook").status_code == 422
    send(importing, list_id, book)
    work(importing)
    importing.forget_said()
    send(importing, list_id, mended(mend_all, importing, list_id), person=MANA)
    work(importing)
    state = details(importing, list_id)
    assert [(each["number"], each["by"]["name"], each["rows"]) for each in state["corrections"]] == [
        (1, MAKI.name, 3),
        (2, MANA.name, 3),
    ]
    assert state["correction"] == state["corrections"][-1]
    (listed,) = importing.by(MAKI).get("/lists").get_json()["items"]
    assert listed["corrections"] == state["corrections"]


def test_a_long_error_workbook_is_read_by_others_than_short_lists(
    importing: Part, list_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module("commands.announcing"), "LARGE_BYTES", 0)
    assert send(importing, list_id, mended(mend_all, importing, list_id)).status_code == 202
    assert importing.said(events.CorrectionsUploaded) == []
    (large,) = importing.said(events.LargeCorrectionsUploaded)
    queues = module("consumers").consumers.handlers
    assert queues[events.LargeCorrectionsUploaded].queue != queues[events.ListUploaded].queue
    assert importing.hear(large) == "done"
    assert details(importing, list_id)["status"] == "committing"
