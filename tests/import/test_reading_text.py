"""CSV and TSV as other tools write them are read right, in any encoding; what cannot be read is refused by row."""

import codecs
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import events
from tests.cast import MAKI
from tests.parts import Part
from tests.workbooks import EXAMPLE_LISTS

from .making import module
from .registering import read_and_check, upload

spreadsheet = module("spreadsheet")
delimited = module("delimited")
header = module("header")
refusal = module("refusal")
gate = module("gate")

HEADER = "会社名,姓,名,メールアドレス,電話番号"
ROW = "㈱髙﨑①商事,髙橋,﨑子,takahashi@example.jp,0312345678"
READ = [(1, HEADER.split(",")), (2, ROW.split(","))]
TEXT = f"{HEADER}\r\n{ROW}\r\n"


def read(content: bytes, folder: Path) -> list[tuple[int, list[str]]]:
    path = folder / "list.csv"
    path.write_bytes(content)
    return list(spreadsheet.rows(path, spreadsheet.look(path).visible[0].name))


def refused(content: bytes, folder: Path) -> tuple[str, str]:
    with pytest.raises(refusal.Refused) as caught:
        read(content, folder)
    return caught.value.code, caught.value.ja


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode(), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), id="utf-8 with BOM"),
        pytest.param(TEXT.encode("cp932"), id="cp932"),
        pytest.param(TEXT.replace(",", "\t").encode("utf-16"), id="Excel's Unicode text"),
        pytest.param(TEXT.replace(",", "\t").encode("cp932"), id="tabs"),
        pytest.param(TEXT.replace(",", ";").encode(), id="semicolons"),
        pytest.param(TEXT.replace("\r\n", "\n").encode(), id="unix lines"),
        pytest.param(TEXT.replace("\r\n", "\r").encode(), id="old Mac lines"),
        pytest.param(TEXT.rstrip().encode("cp932"), id="no end of line"),
    ],
)
def test_every_way_to_write_the_same_list_reads_the_same(content: bytes, tmp_path: Path) -> None:
    assert read(content, tmp_path) == READ


def test_quotes_hold_separators_line_breaks_and_quotes(tmp_path: Path) -> None:
    text = f'{HEADER}\n"株式会社A, B","山""田",太郎,"a\r\nb"\n,,,\n\n佐藤商店,佐藤,二郎\n'
    assert read(text.encode(), tmp_path)[1:] == [
        (2, ["株式会社A, B", '山"田', "太郎", "a\nb"]),
        (5, ["佐藤商店", "佐藤", "二郎"]),
    ]


def test_a_separator_in_a_title_above_the_header_decides_nothing(tmp_path: Path) -> None:
    text = "展示会、来場者; 10月, 11月; 12月; 全日\n" + TEXT
    found, rows = header.find_header(read(text.encode(), tmp_path), "CSV", "invited")
    assert found.row == 2 and [number for number, _ in rows] == [3]


def test_zeros_that_excel_was_told_to_leave_alone_are_read_without_the_trick(tmp_path: Path) -> None:
    text = f'{HEADER}\n見本商事,山田,太郎,,="0312345678"\n'
    assert read(text.encode(), tmp_path)[1] == (2, ["見本商事", "山田", "太郎", "", "0312345678"])


def test_formulas_drawn_down_below_the_list_make_no_rows(tmp_path: Path) -> None:
    """They show nothing but that there is nothing to find; in a row with more they stay."""
    drawn = "#N/A,,,Err:502,\r\n" * 3
    found = read(f"{TEXT}{drawn}{ROW.replace('0312345678', '#N/A')}\r\n".encode(), tmp_path)
    assert found == [*READ, (6, [*ROW.split(",")[:4], "#N/A"])]


@pytest.mark.parametrize("blank", [",", ", ", ",\u3000", ',""'])
def test_blank_columns_beyond_any_list_are_nothing(blank: str, tmp_path: Path) -> None:
    """Also in a long row; but within quotes they are part of the text."""
    far = blank * 2_000
    inside = "," * 2_000
    text = f'{TEXT}{far}\r\n見本商事 {far}\r\n"見本\n{inside}\n商事",佐藤 {far}\r\n'
    assert read(text.encode(), tmp_path)[2:] == [(4, ["見本商事 "]), (5, [f"見本\n{inside}\n商事", "佐藤 "])]


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    content = f'{HEADER}\r\n{ROW}\n{ROW}\r"見本\r商事\n二部\r\n三課",佐藤,花子\r\n{ROW}'
    rows = read(content.encode(), tmp_path)
    assert [number for number, _ in rows] == [1, 2, 3, 4, 5]
    assert rows[3] == (4, ["見本\r商事\n二部\n三課", "佐藤", "花子"]) and rows[4][1] == ROW.split(",")


def test_excels_line_about_the_separator_is_no_header(tmp_path: Path) -> None:
    rows = read(f"sep=;\r\n{TEXT}".replace(",", ";").encode(), tmp_path)
    found, below = header.find_header(iter(rows), "CSV", "invited")
    assert (found.row, list(below)) == (2, [(3, ROW.split(","))])


def test_a_quote_within_a_text_closes_nothing(tmp_path: Path) -> None:
    text = f'{HEADER}\n5" ディスク商会,山田\n見本商事,佐藤 "次郎"'
    assert read(text.encode(), tmp_path)[1:] == [(2, ['5" ディスク商会', "山田"]), (3, ["見本商事", '佐藤 "次郎"'])]


def test_a_quote_that_is_never_closed_is_named_and_swallows_nothing(tmp_path: Path) -> None:
    rest = "".join(f"見本商事{n},山田,太郎\n" for n in range(50))
    for content in (
        f'{HEADER}\n見本,佐藤\n"見本商事,山田\n{rest}',
        f'{HEADER}\n見本,佐藤\n"見本商事,山田\n{rest * 900}',
    ):
        code, japanese = refused(content.encode(), tmp_path)
        assert code == "open_quote" and "3行目" in japanese


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "utf-16"])
@pytest.mark.parametrize(("end", "row"), [("\r\n", 50_002), ("\n", 50_002), ('\r\n"見本\r\n商事",佐藤\r\n', 100_003)])
def test_a_nul_anywhere_in_the_file_is_refused_with_its_row(end: str, row: int, encoding: str, tmp_path: Path) -> None:
    """Left out, it would make another value of its cell. A cell with line breaks is one row."""
    above = HEADER + end + f"見本商事,山田{end}" * 50_000
    code, japanese = refused(f"{above}見本\0商事,山田\n{ROW}\n".encode(encoding), tmp_path)
    assert code == "no_text" and japanese.startswith(f"{row}行目に")


def test_two_bytes_of_zero_side_by_side_are_no_nul(tmp_path: Path) -> None:
    text = f"{HEADER}\n見本商事,A\u3000田\n".replace(",", "\t").encode("utf-16")
    assert b"\0\0" in text and read(text, tmp_path)[1] == (2, ["見本商事", "A\u3000田"])


def test_other_encodings_are_refused_with_the_row(tmp_path: Path) -> None:
    content = f"{HEADER}\n{ROW}\n".encode() + "山田\n".encode("cp932") + b"\xff\xfe\xff\n"
    code, japanese = refused(content, tmp_path)
    assert code == "encoding" and "行目付近" in japanese and "CSV UTF-8" in japanese


NAMES = [
    *("佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "髙橋", "山﨑", "㈱山本", "①課", "邉見", "齋藤", "龍", "彌生"),
    *("ﾔﾏﾀﾞ ﾀﾛｳ", "ｱｻﾋ工業", "〒100", "Ⅲ号", "纊", "鰺ヶ沢"),
]


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_broken_utf8_is_refused_with_its_row_and_never_read_as_cp932(rows: int, tmp_path: Path) -> None:
    """In a short file CP932 is often valid too, and says something else."""
    for at in range(60):
        cells = [NAMES[(at * 7 + cell * 3) % 14] for cell in range(4 * rows)]
        text = "".join(",".join(cells[row * 4 : row * 4 + 4]) + "\n" for row in range(rows))
        content = text.encode()[:-1] + b"\x81\x40\n"
        code, japanese = refused(content, tmp_path)
        assert code == "encoding" and "UTF-8" in japanese and f"{rows}行目" in japanese
        assert "壊れ" in japanese


@pytest.mark.parametrize("name", NAMES)
def test_cp932_is_read_however_short_it_is(name: str, tmp_path: Path) -> None:
    for row in ([name, name], [name, "x"], ["x", name, "", f"{name}{name}"]):
        assert read((",".join(row) + "\n").encode("cp932"), tmp_path) == [(1, row)]


def test_a_list_in_cp932_may_hold_any_of_its_characters(tmp_path: Path) -> None:
    for lead in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]:
        pairs = (bytes([lead, trail]) for trail in [*range(0x40, 0x7F), *range(0x80, 0xFD)])
        meant = [text for text in (pair.decode("cp932", "ignore") for pair in pairs) if len(text) == 1]
        for one in (text for text in meant if text.isprintable()):
            content = f"山田,{one}{one}\n".encode("cp932", "replace")
            assert read(content, tmp_path) == [(1, content.decode("cp932").strip().split(","))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"1 0 obj\nendobj\n", "not_a_workbook", id="no table"),
        pytest.param("こんにちは\n".encode(), "not_a_workbook", id="prose"),
        pytest.param((HEADER + "\n" + "a," * 300 + "a\n").encode(), "too_many_columns", id="wide"),
        pytest.param((HEADER + "\n" + "a," * 600_000).encode(), "open_quote", id="endless line"),
        pytest.param((HEADER + "\n" + '"\n",' * 300_000).encode(), "open_quote", id="endless row"),
        pytest.param((HEADER + "\n" + '"' + "a" * 300_000).encode(), "open_quote", id="endless cell"),
    ],
)
def test_what_is_no_list_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    assert refused(content, tmp_path)[0] == code


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes((HEADER + "\n" + (ROW + "\n") * 11).encode())
    with pytest.raises(refusal.Refused) as caught:
        list(spreadsheet.rows(path, "CSV", gate.Limits(rows=10)))
    assert caught.value.code == "too_large"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        gate.inspect(io.BytesIO(content))
    except refusal.Refused as caught:
        assert caught.ja.endswith("。")


EXAMPLES = sorted(EXAMPLE_LISTS.glob("*.csv"))


@pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "cp932", *EXAMPLES], ids=lambda written: Path(written).stem)
def test_a_csv_is_registered_like_a_workbook(importing: Part, written: str | Path) -> None:
    people = "".join(f"髙﨑,㈱見本①,t{n}@example.jp\r\n" for n in range(300))
    own = f"姓,会社名,メールアドレス\r\n{people}髙﨑,㈱見本①,誰\r\n"
    content, name = own.encode(str(written)) if isinstance(written, str) else written.read_bytes(), "名簿.csv"
    answer = upload(importing, content, file=(io.BytesIO(content), name), kind="participants")
    assert answer.status_code == 202, answer.get_json()
    prepared = read_and_check(importing)
    list_id = answer.get_json()["id"]
    details = importing.by(MAKI).get(f"/lists/{list_id}").get_json()
    rows = content.count(b"\n") - 1
    assert details["rows_read"] == rows
    assert sum(len(batch.rows) for batch in prepared) + details["outcomes"]["error"] == rows
    assert len(prepared) == len(importing.said(events.RowsPrepared)) > 0
    downloaded = importing.by(MAKI).get(f"/lists/{list_id}/file")
    assert downloaded.data == content and downloaded.mimetype == "text/csv"
