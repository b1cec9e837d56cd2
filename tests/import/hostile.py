"""Files that mean harm, or look as if they did: made by code, one function each, never kept."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from functools import partial

from .making import HEADER, MAIN, parts, people, sheet_xml, workbook, zipped

ROW = ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1024
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
END = "</worksheet>"
SST = f'<sst xmlns="{MAIN}">'
DOCTYPE_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
DOCTYPE_FILE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def plain_sheet(more: str = "") -> str:
    """Two honest rows, and `more` below them."""
    return sheet_xml({1: HEADER, 2: ROW}).replace("</sheetData>", f"{more}</sheetData>")


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped(parts({"リスト": sheet_xml({1: HEADER, 2: ROW})}, shared_strings=f"{SST}</sst>") | {name: content})


def with_strings(strings: str) -> bytes:
    """A header and a row in shared strings, of which the sheet names the first eight."""
    cells = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{letter}{row}" t="s"><v>{4 * row - 4 + at}</v></c>' for at, letter in enumerate("ABCD"))
        + "</row>"
        for row in (1, 2)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return zipped(parts({"リスト": sheet}, shared_strings=strings))


def swollen(name: str, head: str, unit: bytes, megabytes: int, tail: str, declared: int | None = None) -> bytes:
    """A workbook whose part `name` inflates to head, so many megabytes of `unit`, and tail. The compressed megabyte is
    made once and repeated, as those do who send such files. `declared`: what the zip directory says instead."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = unit * ((1 << 20) // len(unit))
    start = deflate.compress(head.encode()) + deflate.flush(zlib.Z_FULL_FLUSH)
    middle = deflate.compress(block) + deflate.flush(zlib.Z_FULL_FLUSH)
    end = deflate.compress(tail.encode()) + deflate.flush()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        whole = parts({"リスト": sheet_xml({1: HEADER, 2: ROW})}, shared_strings=f"{SST}</sst>")
        for part, text in whole.items():
            if part != name:
                archive.writestr(part, text)
        archive.writestr(name, start + middle * megabytes + end)
    size = declared or len(head.encode()) + len(block) * megabytes + len(tail.encode())
    crc = zlib.crc32(head.encode())
    for _ in range(megabytes if declared is None and megabytes < 100 else 0):
        crc = zlib.crc32(block, crc)
    return _declaring(bytearray(target.getvalue()), name, size, zlib.crc32(tail.encode(), crc))


def _declaring(content: bytearray, name: str, size: int, crc: int) -> bytes:
    """The zip with a deflated part of this size and sum in its directory."""
    places = ((b"PK\x03\x04", 8, 14, 22, 30), (b"PK\x01\x02", 10, 16, 24, 46))
    for signature, method_at, crc_at, size_at, name_at in places:
        at = content.find(signature)
        while content[at + name_at : at + name_at + len(name)] != name.encode():
            at = content.find(signature, at + 1)
        struct.pack_into("<H", content, at + method_at, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", content, at + crc_at, crc)
        struct.pack_into("<I", content, at + size_at, size)
    return bytes(content)


def cut(tenth: int) -> bytes:
    whole = people(50)
    return whole[: len(whole) * tenth // 10]


def corrupted() -> bytes:
    content = bytearray(people(5_000))
    at = len(content) // 2
    content[at : at + 64] = bytes(64)
    return bytes(content)


def million_rows(row: str) -> bytes:
    """A header, a person, and `row` down to the last row that a sheet has."""
    rows = "".join(row.format(number) for number in range(3, 1_048_577))
    return with_part(SHEET, plain_sheet(rows))


def wide(rows: int) -> bytes:
    """Rows with a cell in the last column of all."""
    cells = "".join(f'<row r="{row}"><c r="XFD{row}"><v>1</v></c></row>' for row in range(30, 30 + rows))
    return with_part(SHEET, plain_sheet(cells))


def every_column() -> bytes:
    return workbook({1: [*HEADER, *(f"列{at}" for at in range(len(HEADER), 16_384))], 2: ROW})


def claiming(size: int) -> bytes:
    """A small workbook whose directory says that a part is so large."""
    content = bytearray(zipped(parts({"リスト": plain_sheet()})))
    struct.pack_into("<I", content, content.find(b"PK\x01\x02") + 24, size)
    return bytes(content)


def twice(name: str) -> bytes:
    target = io.BytesIO(zipped(parts({"リスト": plain_sheet()})))
    with zipfile.ZipFile(target, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(name, plain_sheet())
    return target.getvalue()


def relating(old: str, new: str) -> bytes:
    made = parts({"リスト": plain_sheet()})
    made["xl/_rels/workbook.xml.rels"] = made["xl/_rels/workbook.xml.rels"].replace(old, new)
    return zipped(made)


def hidden_namesake() -> bytes:
    """The sheet that is shown comes after a hidden one, which the gate does not look into."""
    made = parts({"隠し": DOCTYPE_FILE + plain_sheet(), "リスト": plain_sheet()}, hidden=["隠し"])
    made["xl/workbook.xml"] = made["xl/workbook.xml"].replace("隠し", "リスト")
    return zipped(made)


def bare_parts() -> bytes:
    made = parts({"名簿 &quot;A&quot; &amp; &apos;B&apos;": plain_sheet()})
    return zipped({name: text for name, text in made.items() if name.startswith("xl/")})


TEXT = (",".join(HEADER) + "\n").encode()

Maker = Callable[[], bytes]
# name → (how it is made, how it ends: the code of the refusal, or how many rows are read below the header)
FILES: dict[str, tuple[Maker, str | int]] = {
    "empty": (lambda: b"", "not_a_workbook"),
    "prose": (lambda: "株式会社サンプル\n山田\n".encode(), "not_a_workbook"),
    "html": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
    "web page of another system": (lambda: b"\xef\xbb\xbf<!-- x --><table><td>a,b</td></table>", "not_a_workbook"),
    "workbook as a mail": (lambda: b"MIME-Version: 1.0\r\nContent-Type: text/html; a=b, c", "not_a_workbook"),
    "workbook of 2003 as XML": (
        lambda: b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>', "not_a_workbook"
    ),
    "text in ISO-2022-JP": (lambda: (",".join(HEADER) + "\n").encode("iso-2022-jp"), "encoding"),
    "text with NUL bytes": (lambda: TEXT + b"a\0b,c\n", "no_text"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_workbook"),
    "encrypted": (lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "encrypted"),
    "old xls": (lambda: OLE + "Workbook".encode("utf-16-le"), "old_xls"),
    "word document": (
        lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        "not_a_workbook",
    ),
    "any zip": (lambda: zipped({"a.txt": "hello"}), "not_a_workbook"),
    "no sheet": (lambda: zipped(parts({})), "not_a_workbook"),
    "all hidden": (lambda: zipped(parts({"リスト": plain_sheet()}, hidden=["リスト"])), "no_sheet"),
    "thousands of parts": (lambda: zipped({f"xl/media/{n}.png": "" for n in range(2_100)} | parts({})), "bomb"),
    "malformed workbook": (lambda: with_part("xl/workbook.xml", "<workbook><sheets>"), "damaged"),
    "malformed styles": (lambda: with_part("xl/styles.xml", "<styleSheet><cellXfs><xf/></styleSheet>"), "damaged"),
    "malformed cell": (lambda: with_part(SHEET, plain_sheet().replace("</c>", "", 1)), "damaged"),
    "sheet without its end": (lambda: with_part(SHEET, plain_sheet().partition('<row r="2"')[0]), "damaged"),
    "sheet in cp932": (
        lambda: with_part(SHEET, f'<?xml version="1.0" encoding="Shift_JIS"?>{plain_sheet()}'.encode("cp932")),
        "damaged",
    ),
    "workbook in utf-16": (lambda: with_part("xl/workbook.xml", "<workbook/>".encode("utf-16")), "damaged"),
    "sheet in utf-16": (lambda: with_part(SHEET, plain_sheet().encode("utf-16")), "damaged"),
    "unknown entity": (lambda: with_part(SHEET, plain_sheet().replace("山田", "&passwd;")), "damaged"),
    "rows out of order": (lambda: with_part(SHEET, plain_sheet('<row r="1"><c r="A1"><v>1</v></c></row>')), "damaged"),
    "billion laughs in workbook": (lambda: with_part("xl/workbook.xml", DOCTYPE_LAUGHS + "<workbook/>"), "bomb"),
    "billion laughs in strings": (lambda: with_part(STRINGS, f"{DOCTYPE_LAUGHS}{SST}<si><t>&j;</t></si>"), "bomb"),
    "billion laughs in styles": (lambda: with_part("xl/styles.xml", DOCTYPE_LAUGHS + "<styleSheet/>"), "bomb"),
    "external entity": (lambda: with_part(SHEET, DOCTYPE_FILE + plain_sheet()), "bomb"),
    "4 GB in one string": (lambda: swollen(STRINGS, f"{SST}<si><t>", b"A" * 4096, 3_900, "</t></si></sst>"), "bomb"),
    "4 GB of strings": (lambda: swollen(STRINGS, SST, b"<si><t>AAAAAAAA</t></si>", 3_900, "</sst>"), "bomb"),
    "4 GB of rows": (
        lambda: swollen(SHEET, "<worksheet><sheetData>", b"<row><c><v>1</v></c></row>", 3_900, "</worksheet>"),
        "bomb",
    ),
    "4 GB that declare 5 KB": (
        lambda: swollen(STRINGS, SST, b"<si><t>AAAAAAAA</t></si>", 3_900, "</sst>", declared=5_000),
        "damaged",
    ),
    "12 MB in one string": (lambda: swollen(STRINGS, f"{SST}<si><t>", b"A" * 4096, 12, "</t></si></sst>"), "bomb"),
    "12 MB of runs in one string": (
        lambda: with_strings(f"{SST}<si>" + "<r><t>字</t></r>" * 700_000 + "</si>" + "<si/>" * 7 + "</sst>"),
        "bomb",
    ),
    "60 MB in one row": (
        lambda: swollen(SHEET, "<worksheet><sheetData><row>", b"<c><v>1</v></c>", 60, f"</row></sheetData>{END}"),
        "bomb",
    ),
    "15 MB in one row": (
        lambda: swollen(SHEET, "<worksheet><sheetData><row>", b"<c><v>1</v></c>", 15, f"</row></sheetData>{END}"),
        "no_header",
    ),
    "60 MB of rows": (
        lambda: swollen(SHEET, "<worksheet><sheetData>", b"<row><c><v>1</v></c></row>", 60, f"</sheetData>{END}"),
        "too_large",
    ),
    "60 MB of strings": (lambda: swollen(STRINGS, SST, b"<si><t>AAAAAAAA</t></si>", 60, "</sst>"), 1),
    "60 MB in long strings": (lambda: swollen(STRINGS, SST, b"<si><t>%s</t></si>" % (b"A" * 32_000), 60, "</sst>"), 1),
    "60 MB in one string": (lambda: swollen(STRINGS, f"{SST}<si><t>", b"A" * 4096, 60, "</t></si></sst>"), "bomb"),
    "198 rows with a long cell of one sign": (
        lambda: workbook({1: HEADER} | {row: [*ROW, "", "", "", "字" * 32_767] for row in range(2, 200)}),
        198,
    ),
    "4,000,000 strings that nobody asks for": (
        lambda: with_strings(
            f"{SST}{'<si><t>会社名</t></si><si><t>姓</t></si>' + '<si><t>x</t></si>' * 6}"
            f"{''.join(f'<si><t>{n * 7919}</t></si>' for n in range(4_000_000))}</sst>"
        ),
        1,
    ),
    "1,048,576 empty rows": (lambda: million_rows('<row r="{0}"/>'), 1),
    "1,048,576 rows of frames": (lambda: million_rows('<row r="{0}"><c r="A{0}" s="1"/></row>'), 1),
    "more rows than a sheet has": (
        lambda: with_part(
            SHEET, plain_sheet("".join(f"<row><c><v>{n * 7919}</v></c></row>" for n in range(1_048_600)))
        ),
        "too_large",
    ),
    "a cell at XFD1048576": (
        lambda: with_part(SHEET, plain_sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        1,
    ),
    "2,000 rows with a cell in XFD": (lambda: wide(2_000), 1),
    "16,384 columns": (every_column, "too_many_columns"),
    "a column beyond the last": (
        lambda: with_part(SHEET, plain_sheet('<row r="3"><c r="ZZZ3"><v>1</v></c></row>')),
        "damaged",
    ),
    "32,767 characters in a cell": (lambda: workbook({1: HEADER, 2: ["字" * 32_767, *ROW[1:]]}), 1),
    "2 GB that are only claimed": (lambda: claiming(0x80000000), "bomb"),
    "4 GB that are only claimed": (lambda: claiming(0xFFFFFFFF), "bomb"),
    "a part twice": (lambda: twice(SHEET), "damaged"),
    "another file's sheet": (lambda: relating('worksheets/sheet1.xml"', 'file:///etc/passwd" TargetMode="External"'),
                             "not_a_workbook"),
    "a sheet by a long way round": (lambda: relating("worksheets/", "./../xl/worksheets/"), 1),
    "a hidden sheet of the same name": (hidden_namesake, 1),
    "nothing but the workbook and its sheet": (lambda: bare_parts(), 1),
    "a number of 5,000 digits": (
        lambda: with_part(SHEET, plain_sheet(f'<row r="3"><c r="A3" t="s"><v>{"1" * 5_000}</v></c></row>')),
        "damaged",
    ),
    "values that are no numbers": (
        lambda: with_part(
            SHEET,
            plain_sheet(f'<row r="3"><c r="A3"><v>1e400</v></c><c r="B3"><v>{"1" * 5_000}</v></c>'
                        '<c r="C3"><v>nan</v></c><c r="D3" s="999"><v>x</v></c><c r="E3" t="?"><v>y</v></c></row>'),
        ),
        2,
    ),
    "row zero": (lambda: with_part(SHEET, plain_sheet('<row r="0"><c r="A0"><v>1</v></c></row>')), "damaged"),
    "control characters": (lambda: workbook({1: HEADER, 2: ["会社_x0000__x0007__x001B_", *ROW[1:]]}), 1),
    "shared string out of range": (lambda: with_strings(f"{SST}<si><t>会社名</t></si></sst>"), "damaged"),
    "shared string below zero": (
        lambda: with_part(SHEET, plain_sheet('<row r="3"><c r="A3" t="s"><v>-1</v></c></row>')),
        "damaged",
    ),
    "deflate stream corrupted": (corrupted, "damaged"),
    "text that says it is a workbook": (lambda: ",".join(HEADER).encode() + b"\n" + ",".join(ROW).encode(), 1),
    "150 MB in one line of text": (lambda: TEXT + b"a" * (150 << 20), "open_quote"),
    "150 MB of separators": (lambda: TEXT + b"," * (150 << 20), "open_quote"),
    "150 MB in one pair of quotes": (lambda: TEXT + b'"' + b"a,b\n" * (37 << 20), "open_quote"),
    "150,000,000 blank lines of text": (lambda: TEXT + b"\n" * 150_000_000, "too_large"),
    "text that turns bad after 150 MB": (lambda: TEXT + b"a,b\n" * (37 << 20) + b"\xff", "encoding"),
    "20,000 columns of text": (lambda: TEXT + b"x," * 20_000, "too_many_columns"),
    **{f"cut at {tenth}0 %": (partial(cut, tenth), "damaged") for tenth in range(1, 10)},
}  # fmt: skip
