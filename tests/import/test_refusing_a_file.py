"""A file that is no sound workbook is refused at once, in words that help, and costs neither time nor memory."""

import io
import json
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from .making import HEADER, MAIN, module, parts, people, sheet_xml, workbook, zipped

gate = module("gate")
refusal = module("refusal")
spreadsheet = module("spreadsheet")
header = module("header")
ROW = ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1024


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped(parts({"リスト": sheet_xml({1: HEADER, 2: ROW})}) | {name: content})


def swollen(name: str, head: bytes, unit: bytes, megabytes: int, tail: bytes, declared: int | None = None) -> bytes:
    """A workbook whose part `name` inflates to head, so many megabytes of `unit`, and tail. The compressed megabyte is
    made once and repeated, as those do who send such files. `declared`: what the zip directory says instead."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = unit * ((1 << 20) // len(unit))
    start = deflate.compress(head) + deflate.flush(zlib.Z_FULL_FLUSH)
    middle = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    end = deflate.compress(tail) + deflate.flush()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for part, text in parts({"リスト": sheet_xml({1: HEADER, 2: ROW})}).items():
            if part != name:
                archive.writestr(part, text)
        archive.writestr(name, start + middle * megabytes + end)
    content = bytearray(target.getvalue())
    size = declared or len(head) + len(block) * megabytes + len(tail)
    for signature, method_at, size_at, name_at in ((b"PK\x03\x04", 8, 22, 30), (b"PK\x01\x02", 10, 24, 46)):
        at = content.find(signature)
        while content[at + name_at : at + name_at + len(name)] != name.encode():
            at = content.find(signature, at + 1)
        struct.pack_into("<H", content, at + method_at, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", content, at + size_at, size)
    return bytes(content)


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
FILE_ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
STRINGS = f'<sst xmlns="{MAIN}">'.encode()

WRONG = {
    "empty": (b"", "not_a_workbook"),
    "prose": ("株式会社サンプル\n山田\n".encode(), "not_a_workbook"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_workbook"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "encrypted"),
    "old xls": (OLE + "Workbook".encode("utf-16-le"), "old_xls"),
    "word document": (zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}), "not_a_workbook"),
    "any zip": (zipped({"a.txt": "hello"}), "not_a_workbook"),
    "no sheet": (zipped(parts({})), "not_a_workbook"),
    "all hidden": (zipped(parts({"リスト": sheet_xml({1: HEADER})}, hidden=["リスト"])), "no_sheet"),
    "malformed workbook": (with_part("xl/workbook.xml", "<workbook><sheets>"), "damaged"),
    "sheet without its end": (
        with_part("xl/worksheets/sheet1.xml", sheet_xml({1: HEADER, 2: ROW, 3: ROW}).partition('<row r="3"')[0]),
        "damaged",
    ),
    "billion laughs": (with_part("xl/workbook.xml", LAUGHS + "<workbook/>"), "bomb"),
    "external entity": (with_part("xl/worksheets/sheet1.xml", FILE_ENTITY + sheet_xml({1: HEADER})), "bomb"),
    "entity in strings": (with_part("xl/sharedStrings.xml", LAUGHS + f'<sst xmlns="{MAIN}"/>'), "bomb"),
    "cell in the last corner": (
        with_part(
            "xl/worksheets/sheet1.xml",
            sheet_xml({1: HEADER, 2: ROW}).replace(
                "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            ),
        ),
        "bomb",
    ),
    "thousands of parts": (zipped({f"xl/media/{n}.png": "" for n in range(2_100)} | parts({})), "bomb"),
}
BOMBS = {
    "4 GB in one string": ("xl/sharedStrings.xml", STRINGS + b"<si><t>", b"A" * 4096, b"</t></si></sst>"),
    "4 GB of strings": ("xl/sharedStrings.xml", STRINGS, b"<si><t>AAAAAAAA</t></si>", b"</sst>"),
    "4 GB of rows": ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>", b"<row><c><v>1</v></c></row>", b""),
}


def refused(content: bytes, kind: str = "invited", limits: object = None) -> tuple[str, str, str]:
    """How a file is refused, at the gate or while it is read: code, Japanese, English."""
    limits = limits or gate.LIMITS
    started = time.process_time()
    with pytest.raises(refusal.Refused) as caught:
        gate.inspect(io.BytesIO(content), limits)
    assert time.process_time() - started < 0.5
    return caught.value.code, caught.value.ja, caught.value.en


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_or_hostile_file_is_refused_at_the_gate(name: str) -> None:
    content, expected = WRONG[name]
    code, japanese, english = refused(content)
    assert code == expected
    assert japanese.endswith("。") and english.endswith(".")


def test_a_far_cell_is_named() -> None:
    _, japanese, english = refused(WRONG["cell in the last corner"][0])
    assert "XFD1048576" in japanese and "XFD1048576" in english


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_file_cut_short_is_refused(tenth: int) -> None:
    whole = people(50)
    assert refused(whole[: len(whole) * tenth // 10])[0] == "damaged"


def test_a_file_broken_in_the_middle_is_refused() -> None:
    content = bytearray(people(500))
    at = content.find(b"xl/worksheets/sheet1.xml") + 200
    content[at : at + 40] = bytes(40)
    assert refused(bytes(content))[0] == "damaged"


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refused(people(10), limits=gate.Limits(file_bytes=1_000))[0] == "too_large"


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_what_it_declares(name: str, tmp_path: Path) -> None:
    part, head, unit, tail = BOMBS[name]
    content = swollen(part, head, unit, 3_900, tail)
    assert len(content) < 25_000_000
    _memory_of_gate(tmp_path, content, "bomb")


def test_a_bomb_that_declares_little_is_refused_too(tmp_path: Path) -> None:
    part, head, unit, tail = BOMBS["4 GB of strings"]
    _memory_of_gate(tmp_path, swollen(part, head, unit, 3_900, tail, declared=5_000), "damaged")


def test_an_endless_text_within_the_size_limits_is_refused() -> None:
    part, head, unit, tail = BOMBS["4 GB in one string"]
    assert refused(swollen(part, head, unit, 12, tail))[0] == "bomb"


def _memory_of_gate(folder: Path, content: bytes, code: str) -> None:
    """The gate in a process of its own: refuses within half a second and 60 MiB."""
    (folder / "bomb.xlsx").write_bytes(content)
    script = (
        "import importlib, json, resource, sys, time\n"
        "gate = importlib.import_module('services.import.gate')\n"
        "refusal = importlib.import_module('services.import.refusal')\n"
        "before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()\n"
        "try:\n"
        "    gate.inspect(open(sys.argv[1], 'rb'))\n"
        "    code = ''\n"
        "except refusal.Refused as error:\n"
        "    code = error.code\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(json.dumps([code, time.process_time() - started, grown]))\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder / "bomb.xlsx")], cwd=root, capture_output=True, text=True, check=True
    )
    found, seconds, grown_kilobytes = json.loads(done.stdout)
    assert found == code
    assert seconds < 0.5
    assert grown_kilobytes < 60 * 1024


def read(content: bytes, folder: Path, limits: object = None) -> list[tuple[int, list[str]]]:
    path = folder / "list.xlsx"
    path.write_bytes(content)
    return list(spreadsheet.rows(path, "リスト", limits or gate.LIMITS))


def test_a_reader_that_would_eat_the_memory_is_stopped(tmp_path: Path) -> None:
    """What passes the gate (two letters, a far row) cannot hurt: the child dies alone, and the list is refused."""
    xml = sheet_xml({1: HEADER, 2: ROW}).replace(
        "</sheetData>", '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row></sheetData>'
    )
    with pytest.raises(refusal.Refused) as caught:
        read(with_part("xl/worksheets/sheet1.xml", xml), tmp_path)
    assert caught.value.code == "bomb"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1_100 * 1024


def test_a_broken_sheet_is_refused_by_the_reader(tmp_path: Path) -> None:
    xml = sheet_xml({1: HEADER, 2: ROW}).replace("</c>", "", 1)
    with pytest.raises(refusal.Refused) as caught:
        read(with_part("xl/worksheets/sheet1.xml", xml), tmp_path)
    assert caught.value.code == "damaged"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(refusal.Refused) as caught:
        read(people(30), tmp_path, gate.Limits(rows=20))
    assert caught.value.code == "too_large"
    assert "20" in caught.value.ja and "20" in caught.value.en


def test_a_long_cell_and_wide_rows_are_read(tmp_path: Path) -> None:
    """32,767 characters in a cell and 700 columns are unusual, not hostile."""
    rows = read(workbook({1: HEADER, 2: ["字" * 32_767, *(["x"] * 699)]}), tmp_path)
    assert len(rows[1][1][0]) == 32_767
    assert len(rows[1][1]) == gate.LIMITS.columns


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


def test_the_crc_of_a_part_is_checked() -> None:
    content = bytearray(with_part("xl/worksheets/sheet1.xml", sheet_xml({1: HEADER, 2: ROW})))
    at = content.find(b"PK\x01\x02")
    while content[at + 46 : at + 70] != b"xl/worksheets/sheet1.xml":
        at = content.find(b"PK\x01\x02", at + 1)
    struct.pack_into("<I", content, at + 16, zlib.crc32(b"something else"))
    assert refused(bytes(content))[0] == "damaged"
