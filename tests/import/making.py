"""Workbooks for tests, written part by part, so that they can be as odd or as hostile as files in the wild."""

import importlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

HEADER = ["会社名", "姓", "名", "メールアドレス", "電話番号", "リードステージ", "反応日"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def module(name: str) -> Any:
    """A module of the import service. Tests look inside; nobody else does."""
    return importlib.import_module(f"services.import.{name}")


def column_letter(index: int) -> str:
    return str(module("columns").letter(index))


def sheet_xml(rows: Mapping[int, Sequence[str]], dimension: str = "A1") -> str:
    """A worksheet with these rows (by number) as inline strings; the dimension lies, as it does in many files."""
    lines = []
    for number, cells in rows.items():
        line = "".join(
            f'<c r="{column_letter(index)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for index, text in enumerate(cells)
            if text
        )
        lines.append(f'<row r="{number}">{line}</row>')
    return (
        f'<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{"".join(lines)}</sheetData></worksheet>'
    )


def parts(sheets: Mapping[str, str], hidden: Iterable[str] = (), shared_strings: str | None = None) -> dict[str, str]:
    """The parts of a workbook with these sheets (name → XML)."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}" state="{"hidden" if name in hidden else "visible"}"/>'
        for at, name in enumerate(sheets, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    if shared_strings is not None:
        related += f'<Relationship Id="rIdS" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    if shared_strings is not None:
        types += (
            '<Override PartName="/xl/sharedStrings.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
        )
    made = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        + types
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
    }
    for at, xml in enumerate(sheets.values(), start=1):
        made[f"xl/worksheets/sheet{at}.xml"] = xml
    if shared_strings is not None:
        made["xl/sharedStrings.xml"] = shared_strings
    return made


def zipped(contents: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            # Without the hour: the same list is the same file, a second later too.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def workbook(rows: Mapping[int, Sequence[str]], name: str = "リスト") -> bytes:
    """A plain workbook of one sheet."""
    return zipped(parts({name: sheet_xml(rows)}))


def people(count: int, **changed: str) -> bytes:
    """A list of `count` different people; `changed` overrides a column in every row."""
    rows: dict[int, Sequence[str]] = {1: HEADER}
    for number in range(count):
        person = {
            "会社名": f"株式会社サンプル{number // 3}",
            "姓": f"山田{number}",
            "名": "太郎",
            "メールアドレス": f"taro{number}@example.jp",
            "電話番号": f"03{10_000_000 + number}",
        } | changed
        rows[number + 2] = [person.get(column, "") for column in HEADER]
    return workbook(rows)


def written(rows: Sequence[Sequence[Any]], formats: Mapping[int, str] | None = None) -> bytes:
    """A workbook as a well-known writer makes it: shared strings, styles, real numbers and dates."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_urls": False, "default_date_format": "yyyy/mm/dd"})
    sheet = book.add_worksheet("リスト")
    shapes = {index: book.add_format({"num_format": shape}) for index, shape in (formats or {}).items()}
    for number, cells in enumerate(rows):
        for index, value in enumerate(cells):
            if value is not None and value != "":
                sheet.write(number, index, value, shapes.get(index) if number else None)
    book.close()
    return target.getvalue()
