"""Messy but honest workbooks are read right: odd headers, titles, blank rows, dates, furigana, hidden sheets."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.workbooks import EXAMPLE_LISTS

from .knowing import checked
from .making import HEADER, MAIN, module, parts, people, sheet_xml, workbook, written, zipped

spreadsheet = module("spreadsheet")
header = module("header")
columns = module("columns")
checks = module("checks")
ROW = ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]


def read(content: bytes, folder: Path) -> list[tuple[int, list[str]]]:
    path = folder / "list.xlsx"
    path.write_bytes(content)
    return list(spreadsheet.rows(path, spreadsheet.look(path).visible[0].name))


def read_list(path: Path, kind: str = "invited") -> tuple[Any, list[Any]]:
    """The header of a file and its checked rows; any owner, stage or source in it is unknown."""
    sheet = spreadsheet.look(path).visible[0]
    found, rows = header.find_header(spreadsheet.rows(path, sheet.name), sheet.name, kind)
    letters = tuple(checks.KnownChoice(letter, letter) for letter in "ABC")
    checker = checks.Checker(found, kind, checks.Known(choices={"temperature": letters}))
    return found, [checked(checker, row, cells) for row, cells in rows]


def test_row_numbers_are_the_sheets_own_and_blank_rows_do_not_count(tmp_path: Path) -> None:
    rows = {3: ["", *HEADER], 4: ["", *ROW], 5: ["", " ", "　"], 9: ["", *ROW]}
    assert read(workbook(rows), tmp_path) == [(3, ["", *HEADER]), (4, ["", *ROW]), (9, ["", *ROW])]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    content = workbook({1: ["2026年 秋の展示会 来場者名簿"], 2: ["担当：", "山田"], 5: HEADER, 6: ROW})
    found, rows = header.find_header(read(content, tmp_path), "リスト", "invited")
    assert found.row == 5
    assert [number for number, _ in rows] == [6]


@pytest.mark.parametrize(
    "line",
    [
        ["会社名：", "メールアドレス："],
        [
            "会社名：",
            "株式会社主催",
            "氏名：",
            "佐藤",
            "メールアドレス：",
            "sato@example.jp",
            "電話番号：",
            "03-1234-5678",
        ],
        ["会社名", "株式会社主催", "担当者", "佐藤"],
        ["会社名", "メールアドレス"],
        ["会社名：株式会社主催　メールアドレス：info@example.jp"],
        ["会社名：株式会社主催", "メールアドレス：info@example.jp"],
    ],
)
def test_the_line_of_a_form_above_is_no_header(line: list[str], tmp_path: Path) -> None:
    content = workbook({1: line, 2: [*line, *line], 3: HEADER[:4], 4: ROW})
    found, rows = header.find_header(read(content, tmp_path), "リスト", "invited")
    assert (found.row, found.unknown, [number for number, _ in rows]) == (3, (), [4])


def test_a_header_with_many_columns_of_others_is_a_header(tmp_path: Path) -> None:
    names = ["姓", "No.", "色", "担当：", "メールアドレス"]
    content = workbook({1: names, 2: ["山田", "1", "赤", "", "taro@example.jp"], 3: ["会社名", "部署", "", "", ""]})
    found, rows = header.find_header(read(content, tmp_path), "リスト", "invited")
    assert (found.row, len(list(rows))) == (1, 2)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("会社名", "company"),
        ("会 社 名", "company"),
        ("企業名（必須）", "company"),
        ("ＴＥＬ", "phone"),
        ("E-mail", "email"),
        ("Ｅメール", "email"),
        ("mail", "email"),
        ("〒", "postal_code"),
        ("氏名", "full_name"),
        ("ご担当者名", "full_name"),
        ("リード担当者", "owner_id"),
        ("リード ステージ", "stage"),
        ("来場日", "responded_on"),
        ("Family Name", "family_name"),
        ("アンケート: 興味のある製品", "survey"),
        ("姓\n(必須)", "family_name"),
        ("フリガナ", "full_name_kana"),
        ("Lead ID", "lead_id"),
        ("\u200b会社名\u00a0\ufeff", "company"),
    ],
)
def test_headers_are_understood_by_many_names(name: str, code: str) -> None:
    assert columns.column_of(name).code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("姓（漢字）", "family_name"),
        ("姓 漢字", "family_name"),
        ("氏名（漢字）", "full_name"),
        ("フルネーム", "full_name"),
        ("会社名（正式名称）", "company"),
        ("会社名※必須", "company"),
        ("会社名*", "company"),
        ("ｶｲｼｬ名", "company"),
        ("電話番号（代表）", "phone"),
        ("電話番号1", "phone"),
        ("TEL番号", "phone"),
        ("携帯電話（会社）", "mobile"),
        ("住所1", "address"),
        ("住所（勤務先）【任意】", "address"),
        ("Ｅメールアドレス", "email"),
        ("メールアドレス（半角・必須）", "email"),
        ("氏名（カナ・全角）", "full_name_kana"),
        ("姓（フリガナ）全角", "family_name_kana"),
    ],
)
def test_words_at_the_end_that_say_nothing_more_are_passed_over(name: str, code: str) -> None:
    (found,) = columns.columns_of([name]).values()
    assert found.code == code


@pytest.mark.parametrize(
    "name",
    ["電話番号2", "住所2", "電話番号11", "電話番号2（代表）", "氏名（会社）", "会社代表", "会社", "1", "全角", "漢字"],
)
def test_other_words_at_the_end_are_not(name: str) -> None:
    assert [column.code for column in columns.columns_of([name]).values()] == (["company"] if name == "会社" else [])


def test_a_longer_name_gives_way_to_the_plain_one_and_two_of_them_are_nobodys(tmp_path: Path) -> None:
    names = ["会社名（正式名称）", "会社名", "姓（漢字）", "電話番号（代表）", "電話番号1", "メールアドレス"]
    rows = {1: names, 2: ["A", "B社", "山田", "0312345678", "0398765432", "taro@example.jp"]}
    found, _ = header.find_header(read(workbook(rows), tmp_path), "リスト", "invited")
    assert [cell.code for cell in found.cells] == ["company", "family_name", "email"]
    assert found.unknown == ("会社名（正式名称）", "電話番号（代表）", "電話番号1")


def test_no_name_means_two_columns() -> None:
    names = [name for column in columns.LAYOUT for name in columns.names_of(column)]
    assert len(names) == len(set(names))


def test_unknown_columns_are_reported(tmp_path: Path) -> None:
    rows = {1: [*HEADER, "好きな色", "No."], 2: ROW}
    found, _ = header.find_header(read(workbook(rows), tmp_path), "リスト", "invited")
    assert found.unknown == ("好きな色", "No.")


def test_the_first_visible_sheet_is_read(tmp_path: Path) -> None:
    sheets = {"マスタ": sheet_xml({1: ["secret"]}), "名簿": sheet_xml({1: HEADER, 2: ROW}), "メモ": sheet_xml({})}
    rows = read(zipped(parts(sheets, hidden=["マスタ"])), tmp_path)
    assert rows == [(1, HEADER), (2, ROW)]


def test_numbers_dates_and_formulas_come_as_people_see_them(tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [
        ["整数", "小数", "日付", "日時", "真偽", "文字の式", "先頭ゼロ", "和暦の書式"],
        [312345678, 1.5, date(2026, 10, 28), datetime(2026, 10, 28, 14, 45), True, None, "0312345678", 46323],
    ]
    content = written(rows, {2: "yyyy/mm/dd", 3: "yyyy/mm/dd hh:mm", 7: "ggge年m月d日"})
    assert read(content, tmp_path)[1][1] == [
        "312345678", "1.5", "2026-10-28", "2026-10-28 14:45:00", "TRUE", "", "0312345678", "2026-10-28",
    ]  # fmt: skip


def test_furigana_is_not_part_of_a_name(tmp_path: Path) -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>会社名</t></si><si><t>姓</t></si>'
        '<si><t>東京商事</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
        "<si><r><t>大</t></r><r><t>阪</t></r><rPh sb='0' eb='2'><t>オオサカ</t></rPh></si></sst>"
    )
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="s"><v>{a}</v></c><c r="B{row}" t="s"><v>{b}</v></c></row>'
        for row, a, b in ((1, 0, 1), (2, 2, 3))
    )
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    assert read(zipped(parts({"リスト": xml}, shared_strings=strings)), tmp_path) == [
        (1, ["会社名", "姓"]),
        (2, ["東京商事", "大阪"]),
    ]


def test_prefixed_namespaces_and_backslashes_are_read(tmp_path: Path) -> None:
    made = parts({"リスト": sheet_xml({1: HEADER, 2: ROW})})
    prefixed = made["xl/worksheets/sheet1.xml"].replace("xmlns=", "xmlns:x=")
    for tag in ("worksheet", "dimension", "sheetData", "row", "c", "is", "t"):
        prefixed = prefixed.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        prefixed = prefixed.replace(f"</{tag}>", f"</x:{tag}>")
    made["xl/worksheets/sheet1.xml"] = prefixed
    assert read(zipped(made), tmp_path) == [(1, HEADER), (2, ROW)]


def test_ten_thousand_rows_stream_in_order(tmp_path: Path) -> None:
    rows = read(people(10_000), tmp_path)
    assert [number for number, _ in rows] == list(range(1, 10_002))
    assert rows[-1][1][3] == "taro9999@example.jp"


def test_a_reader_that_is_left_early_ends_its_child(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(people(5_000))
    rows = spreadsheet.rows(path, "リスト")
    assert next(rows)[0] == 1
    rows.close()
    assert list(rows) == []


# -- the lists that come with the project: other writers, other habits -------------------------------------------------

EXPECTED = {
    "01-invited-1200.xlsx": (1, 1_200, 0),
    "02-seminar-participants-300.xlsx": (1, 300, 0),
    "03-trade-fair-cards-800.xlsx": (3, 800, 1),
    "06-with-mistakes-200.xlsx": (1, 190, 80),
    "07-from-libreoffice-250.xlsx": (1, 250, 0),
    "08-with-furigana-120.xlsx": (1, 120, 0),
}
needs_lists = pytest.mark.skipif(not EXAMPLE_LISTS.is_dir(), reason="the example lists are not beside this checkout")


@needs_lists
@pytest.mark.parametrize("name", EXPECTED)
def test_example_lists_are_read_whole(name: str) -> None:
    header_row, count, refused = EXPECTED[name]
    found, rows = read_list(EXAMPLE_LISTS / name)
    assert found.row == header_row
    assert len(rows) == count
    assert sum(1 for row in rows if row.reasons) == refused


@needs_lists
@pytest.mark.parametrize("name", EXPECTED)
def test_two_readers_agree_on_the_example_lists(name: str) -> None:
    """openpyxl is slow and careful: cell by cell it must say the same."""
    sheet = openpyxl.load_workbook(EXAMPLE_LISTS / name, data_only=True).worksheets[0]
    for number, cells in spreadsheet.rows(EXAMPLE_LISTS / name, sheet.title):
        for index, text in enumerate(cells):
            value = sheet.cell(number, index + 1).value
            if isinstance(value, datetime):
                value = value.date()
            assert text == ("" if value is None else str(value)), f"row {number}, column {index}"


@needs_lists
def test_names_in_one_cell_and_lost_zeros_of_the_trade_fair_list() -> None:
    found, rows = read_list(EXAMPLE_LISTS / "03-trade-fair-cards-800.xlsx")
    assert found.unknown == ("No.",)
    assert all(row.values["family_name"] and row.values["given_name"] for row in rows)
    phones = [row.values["phone"].partition(" 内線")[0] for row in rows if row.values["phone"]]
    assert phones and all(phone.startswith("0") and len(phone) in (10, 11) for phone in phones)
    prefectures = [row.values["prefecture"] for row in rows if row.values["address"]]
    assert prefectures.count("東京都") > 100 and prefectures.count("") < 20
    assert len({tuple(sorted(row.values)) for row in rows}) == 1  # every row has the same fields
