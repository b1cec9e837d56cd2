"""More files that mean harm (hostile.py): what is around the sheets, in the zip directory and in small parts."""

import io
import struct
import zipfile
from collections.abc import Iterable
from functools import partial

from .hostile import SHEET, SST, STRINGS, TEXT, Maker, plain_sheet, with_part, with_strings
from .making import MAIN, PACKAGE, RELATIONS, parts, zipped

BOOK, STYLES = "xl/workbook.xml", "xl/styles.xml"


def crowded(entries: int, is_zip64: bool = False) -> bytes:
    """A workbook whose zip directory names so many more parts, of nothing; its end says that they are two."""
    whole = zipped(parts({"リスト": plain_sheet()}))
    end = whole.rfind(b"PK\5\6")
    size, start = struct.unpack("<2L", whole[end + 12 : end + 20])
    entry = b"PK\1\2" + struct.pack("<4B4H3L5H2L", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = whole[start : start + size] + entry * entries
    made = whole[:start] + directory
    if is_zip64:
        made += struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, len(directory), start)
        made += struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
        return made + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return made + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(directory), start, 0)


def book(sheets: str = '<sheet name="リスト" sheetId="1" r:id="rId1"/>', more: str = "", head: str = "") -> bytes:
    """A workbook with this list of sheets, and `more` below it."""
    text = f'{head}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets>{more}</workbook>'
    return with_part(BOOK, text)


def many_sheets(count: int, sheet: str) -> bytes:
    """A workbook whose sheets are all one part."""
    made = parts({"リスト": sheet})
    listed = "".join(f'<sheet name="{at}" sheetId="{at}" r:id="rId1"/>' for at in range(count))
    made[BOOK] = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
    return zipped(made)


def related(more: str) -> bytes:
    """A workbook with `more` among the relations of its parts."""
    sheet = f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    text = f'<Relationships xmlns="{PACKAGE}/relationships">{sheet}{more}</Relationships>'
    return with_part("xl/_rels/workbook.xml.rels", text)


def packed(method: int, is_sound: bool = True) -> bytes:
    """A workbook in which parts are compressed in a way that Excel does not know."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, text in parts({"リスト": plain_sheet()}).items():
            archive.writestr(name, text)
    content = bytearray(target.getvalue())
    if not is_sound:
        at = content.find(BOOK.encode()) + len(BOOK)
        content[at + 8 : at + 60] = b"\xff" * 52
    return bytes(content)


def styled(numbers: Iterable[int], code: str) -> bytes:
    """A workbook with formats of these numbers."""
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number in numbers)
    return with_part(STYLES, f"<styleSheet><numFmts>{formats}</numFmts></styleSheet>")


def in_cell(value: str) -> bytes:
    """A workbook with this in a cell below its list."""
    return with_part(SHEET, plain_sheet(f'<row r="3"><c r="A3" t="str">{value}</c></row>'))


FILES: dict[str, tuple[Maker, str | int]] = {
    "60,000,000 blank lines of text above a NUL": (lambda: TEXT + b"\n" * 60_000_000 + b"\0,x\n", "no_text"),
    "60 MB of quotes above a NUL": (lambda: TEXT + b'"",x\n' * 12_000_000 + b"\0,x\n", "no_text"),
    "60 MB of columns above a NUL": (lambda: TEXT + (b'"",' * 200_000 + b"\n") * 100 + b"\0,x\n", "no_text"),
    "4,000,000 parts that two are said to be": (lambda: crowded(4_000_000), "bomb"),
    "1,000,000 parts in a directory of 64 bits": (lambda: crowded(1_000_000, is_zip64=True), "bomb"),
    "1,800,000 elements in the workbook": (lambda: book(more='<a b=""/>' * 1_800_000), "bomb"),
    "elements 2,000,000 deep in the workbook": (lambda: book(more="<a>" * 1_000_000 + "</a>" * 1_000_000), "bomb"),
    "300,000 sheets": (
        lambda: book("".join(f'<sheet name="{at}" sheetId="{at}" r:id="rId1"/>' for at in range(300_000))),
        "bomb",
    ),
    "100,000 parts that the workbook refers to": (
        lambda: related("".join(f'<Relationship Id="a{at}" Type="a" Target="b"/>' for at in range(100_000))),
        "bomb",
    ),
    "900 sheets that are one": (
        lambda: many_sheets(900, plain_sheet("".join(f'<row r="{row}"/>{" " * 400_000}' for row in range(3, 23)))),
        1,
    ),
    "50,000 defined names": (
        lambda: book(more="<a>" + '<definedName name="_1" hidden="1">#REF!</definedName>' * 50_000 + "</a>"),
        1,
    ),
    **{
        f"workbook in the encoding {name}": (partial(book, head=f'<?xml version="1.0" encoding="{name}"?>'), "damaged")
        for name in ("x-nothing", "zip", "idna", "Shift_JIS")
    },
    "styles in an encoding that nobody knows": (
        lambda: with_part(STYLES, '<?xml version="1.0" encoding="x-nothing"?><styleSheet></styleSheet>'),
        "damaged",
    ),
    "strings in an encoding that nobody knows": (
        lambda: with_part(STRINGS, f'<?xml version="1.0" encoding="x-nothing"?>{SST}</sst>'),
        1,
    ),
    "parts compressed by LZMA": (lambda: packed(zipfile.ZIP_LZMA), "damaged"),
    "parts compressed by LZMA that are damaged": (lambda: packed(zipfile.ZIP_LZMA, is_sound=False), "damaged"),
    "parts compressed by BZIP2 that are damaged": (lambda: packed(zipfile.ZIP_BZIP2, is_sound=False), "damaged"),
    "100,000 number formats of brackets": (lambda: styled(range(100_000), "[" * 1_000), "bomb"),
    "5,000 number formats of brackets": (lambda: styled(range(5_000), "[" * 1_000), 1),
    "500,000 number formats that are one": (lambda: styled([1] * 500_000, "[" * 250), "bomb"),
    "3,000,000 styles of cells": (
        lambda: with_part(STYLES, f"<styleSheet><cellXfs>{'<xf/>' * 3_000_000}</cellXfs></styleSheet>"),
        "bomb",
    ),
    "1,250,000 pieces of text in a cell": (lambda: in_cell("<v>" + "aaaaaaaa<x/>" * 1_250_000 + "</v>"), "bomb"),
    "a cell in pieces as long as they may be": (lambda: in_cell("<v>" + "aaaaaaaa<x/>" * 4_000 + "</v>"), 2),
    "texts in a cell 500,000 deep": (
        lambda: in_cell("<is>" + "<r>" * 500_000 + "<t>x</t>" * 500_000 + "</r>" * 500_000 + "</is>"),
        "damaged",
    ),
    "texts in a string 40,000 deep": (
        lambda: with_strings(
            f"{SST}<si>{'<r>' * 40_000}{'<t>x</t>' * 90_000}{'</r>' * 40_000}</si>{'<si/>' * 7}</sst>"
        ),
        "damaged",
    ),
    "100 MB of columns without a value": (lambda: TEXT + (b"," * 1_000_000 + b"\n") * 100, "no_rows"),
    "100 MB of columns behind a value": (lambda: TEXT + (b"x" + b"," * 1_000_000 + b"\n") * 100, 100),
    "100 MB of columns of spaces": (lambda: TEXT + (b" ," * 500_000 + b"\n") * 100, "no_rows"),
    "100 MB of columns in quotes": (lambda: TEXT + (b'"",' * 333_333 + b"\n") * 100, "no_rows"),
    "100 MB of columns of errors": (lambda: TEXT + (b"#N/A," * 200_000 + b"\n") * 100, "no_rows"),
    "100 MB of columns that end with a value": (lambda: TEXT + (b"," * 1_000_000 + b"x\n") * 100, "too_many_columns"),
}
