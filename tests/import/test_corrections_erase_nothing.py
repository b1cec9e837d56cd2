"""A corrected file has every column of the layout, the list itself only some: what it never had says nothing, also
where blanks erase."""

from typing import Any

import pytest

from tests.parts import Part

from .making import workbook
from .registering import details, read_and_check, settle, upload, values
from .test_choosing_in_conflicts import again, choose, clash
from .test_correcting_rows import column, error_workbook, mended, send, work

ERASING: dict[str, Any] = {"kind": "update", "campaign_id": "", "erase_blanks": "true"}
HEADER = ["リードID", "版", "メールアドレス", "リードステージ", "社内の番号"]
OWN = {"lead_id", "version", "email", "stage"}
RIGHT = ["7", "3", "", "未対応", "A-1"]
WRONG = ["8", "5", "hanako@example.jp", "いない段階", "A-2"]


@pytest.fixture
def list_id(importing: Part) -> str:
    """A finished update that erases by blanks; its second row did not go in."""
    return registered(importing, {1: HEADER, 2: RIGHT, 3: WRONG})


def registered(importing: Part, rows: dict[int, list[str]], **form: Any) -> str:
    made = str(upload(importing, workbook(rows), **ERASING | form).get_json()["id"])
    for prepared in read_and_check(importing):
        assert settle(importing, prepared, "updated") == "done"
    importing.forget_said()
    return made


def put_right(sheet: Any) -> None:
    """Of every open row the red cell, nothing else."""
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column(sheet, "リードステージ")).value = "未対応"


def test_the_columns_that_only_the_corrected_file_has_erase_nothing(importing: Part, list_id: str) -> None:
    send(importing, list_id, mended(put_right, importing, list_id))
    (prepared,) = work(importing)
    (row,) = values(prepared)
    assert prepared.erase_blanks and {code for code, value in row.items() if value is not None} == OWN
    assert (row["lead_id"], row["version"], row["stage"]) == (8, 5, "open")
    assert [each["name"] for each in details(importing, list_id)["columns"]["taken"]] == HEADER[:4]


def test_a_blank_of_the_files_own_column_erases_as_before(importing: Part, list_id: str) -> None:
    def put_right_and_empty(sheet: Any) -> None:
        put_right(sheet)
        sheet.cell(2, column(sheet, "メールアドレス")).value = None

    send(importing, list_id, mended(put_right_and_empty, importing, list_id))
    (prepared,) = work(importing)
    assert values(prepared)[0]["email"] == ""


def test_a_value_in_a_column_that_the_file_did_not_have_goes_in_and_its_blanks_erase_nothing(importing: Part) -> None:
    rows = {1: HEADER, 2: RIGHT, 3: WRONG, 4: ["9", "1", "jiro@example.jp", "いない段階", "A-3"]}
    list_id = registered(importing, rows)

    def fill(sheet: Any) -> None:
        put_right(sheet)
        sheet.cell(2, column(sheet, "部署")).value = "営業部"

    send(importing, list_id, mended(fill, importing, list_id))
    (prepared,) = work(importing)
    assert prepared.columns["department"] == ("営業部", None)
    assert set(prepared.columns) == OWN | {"department"}
    shown = details(importing, list_id)["columns"]["taken"]
    assert [(each["letter"], each["name"]) for each in shown[3:]] == [("D", "リードステージ"), ("", "部署")]


def test_rows_that_the_corrected_file_did_not_bring_lose_nothing(importing: Part) -> None:
    list_id = registered(importing, {1: HEADER, 2: WRONG, 3: ["9", "1", "j@example.jp", "いない段階", "A-3"]})

    def only_the_first(sheet: Any) -> None:
        put_right(sheet)
        sheet.cell(2, column(sheet, "会社名")).value = "佐藤商店"
        sheet.delete_rows(3)

    send(importing, list_id, mended(only_the_first, importing, list_id))
    assert values(work(importing)[0])[0]["company"] == "佐藤商店"
    importing.forget_said()
    send(importing, list_id, mended(put_right, importing, list_id))
    (prepared,) = work(importing)
    assert (prepared.rows, prepared.columns["company"]) == ((3,), (None,))


def test_a_column_that_nobody_reads_is_never_taken_for_one_that_a_correction_added(importing: Part) -> None:
    list_id = str(upload(importing, workbook({1: HEADER, 2: RIGHT, 3: WRONG}), **ERASING).get_json()["id"])
    (prepared,) = read_and_check(importing)
    clash(importing, prepared, 6)
    importing.forget_said()
    book = error_workbook(importing, list_id)
    sheet = book["リスト"]
    put_right(sheet)
    sheet.cell(3, column(sheet, "会社名")).value = "佐藤商店"
    sheet.delete_rows(2)
    send(importing, list_id, book)
    assert values(work(importing)[0])[0]["company"] == "佐藤商店"
    importing.forget_said()
    assert choose(importing, list_id, take="file").status_code == 202
    prepared = again(importing)
    assert (prepared.rows, prepared.columns["company"]) == ((2,), (None,))


def test_an_address_that_a_correction_added_no_prefecture_to_is_split_as_before(importing: Part) -> None:
    rows = {
        1: ["リードID", "住所", "リードステージ"],
        2: ["8", "東京都港区1-1", "いない段階"],
        3: ["9", "港区2", "未対応"],
    }
    made = upload(importing, workbook(rows), **ERASING | {"erase_blanks": ""})
    list_id = str(made.get_json()["id"])
    (prepared,) = read_and_check(importing)
    settle(importing, prepared, "updated")
    importing.forget_said()
    send(importing, list_id, mended(put_right, importing, list_id))
    (row,) = values(work(importing)[0])
    assert (row["prefecture"], row["address"]) == ("東京都", "港区1-1")


def test_a_file_without_prefectures_erases_none(importing: Part) -> None:
    rows = {1: ["リードID", "住所"], 2: ["8", "東京都港区1-1"], 3: ["9", "港区2"], 4: ["10", ""]}
    upload(importing, workbook(rows), **ERASING)
    (prepared,) = read_and_check(importing)
    assert prepared.columns["prefecture"] == ("東京都", None, None)
    assert prepared.columns["address"] == ("港区1-1", "港区2", "")


def test_a_column_that_is_missing_in_the_corrected_file_stays_as_the_list_has_it(importing: Part, list_id: str) -> None:
    """The hidden column of versions goes as soon as somebody copies what is seen."""
    book = error_workbook(importing, list_id)
    put_right(book["リスト"])
    for name in ("版", "メールアドレス"):
        book["リスト"].delete_cols(column(book["リスト"], name))
    send(importing, list_id, book)
    (row,) = values(work(importing)[0])
    assert (row["version"], row["email"], row["stage"]) == (5, "hanako@example.jp", "open")


def test_a_whole_name_in_the_corrected_file_stands_for_its_parts(importing: Part) -> None:
    list_id = registered(importing, {1: ["姓", "名", "メールアドレス"], 2: ["山田", "太朗", "taro(at)example"]})

    def by_name(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "メールアドレス")).value = "taro@example.jp"
        sheet.cell(2, column(sheet, "姓")).value = "山田 太郎"
        sheet.cell(1, column(sheet, "姓")).value = "氏名"
        sheet.delete_cols(column(sheet, "名"))

    send(importing, list_id, mended(by_name, importing, list_id))
    (row,) = values(work(importing)[0])
    assert (row["family_name"], row["given_name"]) == ("山田", "太郎")


def test_a_version_that_only_a_corrected_file_has_does_not_hide_that_the_list_has_none(importing: Part) -> None:
    rows = {1: ["リードID", "リードステージ"], 2: ["8", "いない段階"], 3: ["9", "未対応"]}
    list_id = registered(importing, rows)

    def with_version(sheet: Any) -> None:
        put_right(sheet)
        sheet.cell(2, column(sheet, "版")).value = "4"

    send(importing, list_id, mended(with_version, importing, list_id))
    assert values(work(importing)[0])[0]["version"] == 4
    state = details(importing, list_id)
    assert [each["code"] for each in state["warnings"]] == ["no_version"]
    assert state["correction"]["warnings"] == []
