"""A file that is no sound workbook is refused at once, in words that help, and costs neither time nor memory."""

import io
import re
import struct
import time
import zlib
from pathlib import Path

import pytest

from .hostile import DOCTYPE_FILE, SHEET, with_part
from .making import HEADER, module, people, sheet_xml, workbook, zipped

gate = module("gate")
refusal = module("refusal")
spreadsheet = module("spreadsheet")
header = module("header")
ROW = ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]


def refused(content: bytes, kind: str = "invited", limits: object = None) -> tuple[str, str, str]:
    """How a file is refused, at the gate or while it is read: code, Japanese, English."""
    limits = limits or gate.LIMITS
    started = time.process_time()
    with pytest.raises(refusal.Refused) as caught:
        gate.inspect(io.BytesIO(content), limits)
    assert time.process_time() - started < 0.5
    return caught.value.code, caught.value.ja, caught.value.en


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refused(people(10), limits=gate.Limits(file_bytes=1_000))[0] == "too_large"


@pytest.mark.parametrize("before", range(11))
def test_a_doctype_is_seen_wherever_the_pieces_meet_that_are_looked_at(before: int) -> None:
    start = "<?xml?>"
    padding = " " * (module("workbook").CHUNK - before - len(start))
    assert refused(with_part(SHEET, start + padding + DOCTYPE_FILE + sheet_xml({1: HEADER, 2: ROW})))[0] == "bomb"


@pytest.mark.parametrize("numbered", [True, False])
def test_as_many_rows_as_a_sheet_has_pass_the_gate(numbered: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page breaks below them are no row."""
    monkeypatch.setattr(gate, "LAST_ROW", 20)
    full, too_full = (sheet_xml(dict.fromkeys(range(1, rows + 1), ROW)) for rows in (20, 21))
    if not numbered:
        full, too_full = (re.sub(r' r="\w+"', "", sheet) for sheet in (full, too_full))
    breaks = '</sheetData><rowBreaks count="1"><brk id="9"/></rowBreaks>'
    gate.inspect(io.BytesIO(with_part(SHEET, full.replace("</sheetData>", breaks))))
    assert refused(with_part(SHEET, too_full))[0] == "too_large"


def read(content: bytes, folder: Path, limits: object = None) -> list[tuple[int, list[str]]]:
    path = folder / "list.xlsx"
    path.write_bytes(content)
    return list(spreadsheet.rows(path, "リスト", limits or gate.LIMITS))


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(refusal.Refused) as caught:
        read(people(30), tmp_path, gate.Limits(rows=20))
    assert caught.value.code == "too_large"
    assert "20" in caught.value.ja and "20" in caught.value.en


def test_a_long_cell_is_read_and_what_stands_far_to_the_right_is_not(tmp_path: Path) -> None:
    """A forgotten note in row 30 or in the last corner does no harm."""
    far = {2: ["字" * 32_767, *(["x"] * 699)], 3: [""] * 300 + ["メモ"], **{row: ROW for row in range(4, 40)}}
    _, below = header.find_header(read(workbook({1: HEADER, **far, 40: ["x"] * 700}), tmp_path), "リスト", "invited")
    rows = dict(below)
    assert 3 not in rows and len(rows) == 38
    assert len(rows[2][0]) == 32_767
    assert len(rows[2]) == len(rows[40]) == gate.LIMITS.columns


def test_a_header_that_never_ends_is_refused(tmp_path: Path) -> None:
    rows = {1: [*HEADER, *(f"設問{n}" for n in range(300))], 2: ROW}
    with pytest.raises(refusal.Refused) as caught:
        header.find_header(read(workbook(rows), tmp_path), "リスト", "invited")
    assert caught.value.code == "too_many_columns"
    assert "256" in caught.value.ja and "256" in caught.value.en


HEADERS = {
    "no_header": {1: ["ようこそ"], 2: ["これは", "リストでは", "ありません"]},
    "doubled_header": {1: ["会社名", "企業名", "姓", "メール"], 2: ROW},
    "missing_column": {1: ["会社名", "部署", "役職"], 2: ["株式会社サンプル", "営業部", "課長"]},
    "no_rows": {1: HEADER},
}


@pytest.mark.parametrize("code", HEADERS)
def test_a_sheet_without_a_usable_header_is_refused(code: str, tmp_path: Path) -> None:
    found = read(workbook(HEADERS[code]), tmp_path)
    with pytest.raises(refusal.Refused) as caught:
        header.find_header(found, "リスト", "invited")
    assert caught.value.code == code
    assert "リスト" in caught.value.ja and "リスト" in caught.value.en


def test_a_doubled_header_names_both_columns(tmp_path: Path) -> None:
    with pytest.raises(refusal.Refused) as caught:
        header.find_header(read(workbook(HEADERS["doubled_header"]), tmp_path), "リスト", "invited")
    assert "「会社名」（A列）" in caught.value.ja and "「企業名」（B列）" in caught.value.ja
    assert "“企業名” (column B)" in caught.value.en


def test_an_update_may_do_with_the_lead_id_alone(tmp_path: Path) -> None:
    found, rows = header.find_header(
        read(workbook({1: ["リードID", "リードステージ"], 2: ["7", "未対応"]}), tmp_path), "リスト", "update"
    )
    assert found.codes() == {"lead_id", "stage"}
    assert list(rows) == [(2, ["7", "未対応"])]


@pytest.mark.parametrize(
    ("content", "ja", "en"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\0\x01", "PDFは読めません", "PDF"),
        (
            zipped({"Index/Document.iwa": b"\0", "preview.jpg": b""}),
            "「書き出す」→「Excel」",
            "Export To",
        ),
        (zipped({"xl/workbook.bin": b"\0", "[Content_Types].xml": "<Types/>"}), "（.xlsb）", ".xlsb"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
            "（.ods・.fods）",
            ".ods",
        ),
        (
            b'<?xml version="1.0" encoding="UTF-8"?>\n\n<office:document office:version="1.3"/>',
            "（.ods・.fods）",
            ".fods",
        ),
        ('TABLE\n0,1\n"リスト"\nVECTORS\n0,1\n""\n'.encode(), "DIF", "DIF"),
        ('ID;PCALCOOO32\r\nC;X1;Y1;K"会社名"\r\nE\r\n'.encode(), "SYLK", "SYLK"),
    ],
    ids=["pdf", "numbers", "xlsb", "ods", "fods", "dif", "sylk"],
)
def test_a_file_of_another_program_is_told_what_to_do(content: bytes, ja: str, en: str) -> None:
    code, said, english = refused(content)
    assert code == "other_format" and ja in said and en in english


@pytest.mark.parametrize("text", ["ID;PLZ;姓\n1;100-0001;山田\n", "TABLE,会社名\n0,1\n", "ID;P\n1;2\n"])
def test_a_text_that_begins_like_another_format_is_a_text(text: str) -> None:
    assert gate.inspect(io.BytesIO(text.encode())).visible[0].name == "CSV"


def test_a_zip_of_anything_and_a_photo_are_no_workbook() -> None:
    for content in (zipped({"photo.jpg": b"x", "mimetype": "image/jpeg"}), b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"):
        assert refused(content)[0] == "not_a_workbook"


def test_a_text_with_a_nul_names_the_row() -> None:
    code, said, english = refused("会社名,姓\nA社,山田\nB社,鈴\0木\n".encode())
    assert code == "no_text" and said.startswith("3行目に") and "row 3" in english


def test_the_crc_of_a_part_is_checked() -> None:
    content = bytearray(with_part("xl/worksheets/sheet1.xml", sheet_xml({1: HEADER, 2: ROW})))
    at = content.find(b"PK\x01\x02")
    while content[at + 46 : at + 70] != b"xl/worksheets/sheet1.xml":
        at = content.find(b"PK\x01\x02", at + 1)
    struct.pack_into("<I", content, at + 16, zlib.crc32(b"something else"))
    assert refused(bytes(content))[0] == "damaged"
