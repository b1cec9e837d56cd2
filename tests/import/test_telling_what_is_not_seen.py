"""What whoever sends a file may not see in it, hidden rows and columns and values far to the right, is told with it."""

import re
from typing import Any

import pytest

from tests.cast import MAKI
from tests.parts import Part

from .making import HEADER, MAIN, module, parts, sheet_xml, zipped
from .registering import read_and_check, upload
from .test_reading_in_portions import on, read_next

ROW = ["株式会社サンプル", "山田", "太郎"]


def people(count: int, **more: Any) -> str:
    """A sheet with so many people below its header."""
    rows = {1: HEADER} | {number: [*ROW, f"taro{number}@example.jp"] for number in range(2, count + 2)}
    return sheet_xml(rows, **more)


def hide(sheet: str, *rows: int, how: str = 'hidden="1"') -> str:
    for row in rows:
        sheet = sheet.replace(f'<row r="{row}">', f'<row r="{row}" spans="1:4" {how} ht="18">')
    return sheet


def hide_columns(sheet: str, columns: str) -> str:
    return sheet.replace("<sheetData>", f"<cols>{columns}</cols><sheetData>")


def far(sheet: str, row: int, column: str, value: str = "遠い") -> str:
    cell = f'<c r="{column}{row}" t="inlineStr"><is><t>{value}</t></is></c>'
    return re.sub(rf'(<row r="{row}"[^>]*>)(.*?)</row>', rf"\1\2{cell}</row>", sheet)


def register(importing: Part, sheet: str, **form: Any) -> str:
    answer = upload(importing, zipped(parts({"リスト": sheet})), **form)
    assert answer.status_code == 202, answer.get_json()
    return str(answer.get_json()["id"])


def warnings(importing: Part, list_id: str, language: str = "ja") -> dict[str, str]:
    state = importing.by(MAKI).get(f"/lists/{list_id}", headers={"Accept-Language": language}).get_json()
    return {warning["code"]: warning["message"] for warning in state["warnings"]}


def told(importing: Part, sheet: str, language: str = "ja", **form: Any) -> dict[str, str]:
    list_id = register(importing, sheet, **form)
    read_and_check(importing)
    return warnings(importing, list_id, language)


def test_rows_that_a_filter_hides_are_read_and_told(importing: Part) -> None:
    sheet = hide(people(30), 1, 4, 5, 25, how='hidden="1"')  # row 1 is the header: nobody wonders about it
    list_id = register(importing, sheet)
    prepared = read_and_check(importing)
    assert sum(len(batch.rows) for batch in prepared) == 30
    assert warnings(importing, list_id) == {
        "hidden_rows": "シートで非表示になっている行（フィルターなど）が3行あり（最初は4行目）、"
        "表示されている行と同じように読み取りました。表示されている行だけを取り込むには、その行を新しいブックにコピーして登録してください。"
    }
    assert warnings(importing, list_id, "en") == {
        "hidden_rows": "3 rows are hidden in the sheet, such as by a filter (the first is row 4). They were read like "
        "those that are seen. To take in only what is seen, copy it into a new workbook and register that."
    }


@pytest.mark.parametrize(("how", "hides"), [("hidden='true'", True), ('hidden="false"', False), ('hidden="0"', False)])
def test_hidden_is_what_the_program_says(how: str, hides: bool, importing: Part) -> None:
    assert ("hidden_rows" in told(importing, hide(people(3), 3, how=how))) is hides


def test_one_hidden_row_reads_as_one(importing: Part) -> None:
    message = told(importing, hide(people(3), 3), "en")["hidden_rows"]
    assert message.startswith("1 row is hidden in the sheet, such as by a filter (row 3). It was read")


def test_a_hidden_row_with_a_mail_behind_its_cell_keeps_both(importing: Part) -> None:
    formula = '<c r="D2" t="str"><f>HYPERLINK("mailto:behind@example.jp","メール")</f><v>メール</v></c></row>'
    sheet = sheet_xml({1: HEADER, 2: ROW}).replace("</row></sheetData>", f"{formula}</sheetData>")
    list_id = register(importing, hide(sheet, 2))
    (prepared,) = read_and_check(importing)
    assert prepared.columns["email"][0] == "behind@example.jp"
    assert "hidden_rows" in warnings(importing, list_id)


def test_hidden_rows_of_all_portions_are_counted_once(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("BATCH_ROWS", 2), ("FIRST_ROWS", 4), ("GROWTH", 2), ("MOST_ROWS", 24)):
        monkeypatch.setattr(module("commands.reading"), name, value)
    list_id = register(importing, hide(people(40), *range(5, 41)))  # 6 is the first row of the second portion
    read_next(importing)
    assert "が1行あり（最初は5行目）" in warnings(importing, list_id)["hidden_rows"]
    for _ in range(3):
        on(importing)
        read_next(importing)
    assert "が36行あり（最初は5行目）" in warnings(importing, list_id)["hidden_rows"]


def test_hidden_columns_that_are_read_are_told(importing: Part) -> None:
    columns = '<col min="1" max="1" width="9"/><col min="3" max="4" width="9" hidden="1" customWidth="1"/>'
    sheet = hide_columns(people(2), columns + '<col min="9" max="16384" hidden="true"/>')
    assert told(importing, sheet)["hidden_columns"] == (
        "シートで非表示になっている列も読み取りました：「名」「メールアドレス」。"
        "取り込みたくない列は、ファイルから削除して登録してください。"
    )
    assert told(importing, sheet, "en", campaign_id="", kind="update")["hidden_columns"] == (
        "These columns are hidden in the sheet and were read: “名”, “メールアドレス”. "
        "Delete from the file what shall not be taken in."
    )


def test_the_version_which_every_exported_list_hides_is_not_told(importing: Part) -> None:
    sheet = sheet_xml({1: ["リードID", "版", *HEADER], 2: ["L-000007", "3", *ROW, "t@example.jp"]})
    sheet = hide_columns(sheet, '<col min="2" max="2" hidden="1"/>')
    assert told(importing, sheet, kind="update", campaign_id="") == {}


def test_an_update_without_versions_is_told_that_newer_values_of_the_screen_go(importing: Part) -> None:
    """Who copies the visible columns of an exported list loses the version, which is hidden."""
    update = {"kind": "update", "campaign_id": ""}
    list_id = register(
        importing, sheet_xml({1: ["リードID", *HEADER], 2: ["L-000007", *ROW, "t@example.jp"]}), **update
    )
    read_and_check(importing)
    assert warnings(importing, list_id) == {
        "no_version": "「版」の列がないため、リストを出力したあとに画面で変更された値も、ファイルの値に置き換わります。"
        "「版」は、出力したリストでは非表示の列です。画面の変更を残すには、非表示の列も含めてすべての列をコピーするか、"
        "リストを出力し直してから編集してください。"
    }
    assert warnings(importing, list_id, "en") == {
        "no_version": "The file has no column 版 (Version), so values that were changed on the screen after the list "
        "was exported are replaced by those of the file, too. An exported list hides that column: to keep what was "
        "changed on the screen, copy all columns including the hidden one, or export the list again and edit that file."
    }


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (["会社名", *HEADER], {"kind": "update", "campaign_id": ""}),  # nothing was exported: by name and address
        (["リードID", *HEADER], {}),  # a registration compares with no version
    ],
)
def test_where_no_version_is_compared_none_is_missed(importing: Part, header: list[str], form: dict[str, str]) -> None:
    assert "no_version" not in told(importing, sheet_xml({1: header, 2: ["7", *ROW, "t@example.jp"]}), **form)


@pytest.mark.parametrize("row", [2, 30])
def test_values_to_the_right_of_all_columns_that_are_read_are_told(row: int, importing: Part) -> None:
    """Row 30 comes below those that the reader passes on whole."""
    sheet = far(far(people(40), row, "IW", " "), 35, "XFD", "もっと遠い")
    sheet = far(sheet, row, "IX")
    assert told(importing, sheet) == {
        "beyond_columns": f"IV列（256列目）より右に値がありますが（最初はIX{row}）、取り込んでいません。"
        "必要な値は、左の列に移して登録してください。"
    }


def test_a_row_with_nothing_else_than_values_far_to_the_right_is_told_too(importing: Part) -> None:
    sheet = people(40).replace("</sheetData>", '<row r="50"></row></sheetData>')
    list_id = register(importing, far(sheet, 50, "JA"))
    read_and_check(importing)
    assert "（最初はJA50）" in warnings(importing, list_id)["beyond_columns"]
    english = warnings(importing, list_id, "en")["beyond_columns"]
    assert english == (
        "There are values to the right of column IV, the 256th (the first is JA50), which were not read. "
        "Move those that matter to the left."
    )


def test_the_prefix_of_a_namespace_hides_nothing_of_this(importing: Part) -> None:
    sheet = hide_columns(hide(far(people(30), 28, "IX"), 3), '<col min="3" max="3" hidden="1"/>')
    prefixed = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", sheet).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    assert set(told(importing, prefixed)) == {"hidden_rows", "hidden_columns", "beyond_columns"}
