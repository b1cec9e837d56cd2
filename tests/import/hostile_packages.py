"""More files that mean harm (hostile.py): what is around the sheets, in the zip directory and in small parts."""

import io
import struct
import zipfile

from .hostile import SHEET, TEXT, Maker, plain_sheet, with_part
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


FILES: dict[str, tuple[Maker, str | int]] = {
    "60,000,000 blank lines of text above a NUL": (lambda: TEXT + b"\n" * 60_000_000 + b"\0,x\n", "no_text"),
    "60 MB of quotes above a NUL": (lambda: TEXT + b'"",x\n' * 12_000_000 + b"\0,x\n", "no_text"),
    "60 MB of columns above a NUL": (lambda: TEXT + (b'"",' * 200_000 + b"\n") * 100 + b"\0,x\n", "no_text"),
    "4,000,000 parts that two are said to be": (lambda: crowded(4_000_000), "bomb"),
    "1,000,000 parts in a directory of 64 bits": (lambda: crowded(1_000_000, is_zip64=True), "bomb"),
}
