"""openpyxl, slow and careful, is asked what is in workbooks that nobody thought of: the reader must say the same."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .making import MAIN, module, parts, zipped

spreadsheet = module("spreadsheet")
# What XML can hold: no control characters but tab and line break, no halves of pairs.
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t", exclude_characters="\ufffe\uffff"),
    max_size=20,
)
numbers = st.one_of(st.integers(-(10**14), 10**14), st.floats(-1e14, 1e14, allow_nan=False, allow_subnormal=False))
moments = st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(microsecond=0))
values = st.one_of(st.none(), st.booleans(), texts, numbers, moments, moments.map(datetime.date))
tables = st.lists(st.lists(values, max_size=6), min_size=1, max_size=6)


def seen(value: Any) -> str:
    """A value of openpyxl as the reader writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        value = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n")


def compare(path: Path) -> None:
    """Cell by cell, with what is blank left out."""
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    expected = {}
    for row in sheet.iter_rows():
        for cell in row:
            if (text := seen(cell.value)).strip():
                expected[cell.row, cell.column] = text
    found = {
        (number, index): text
        for number, cells in spreadsheet.rows(path, sheet.title)
        for index, text in enumerate(cells, start=1)
        if text.strip()
    }
    assert found == expected


checked = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@checked
@given(table=tables, inline=st.booleans())
def test_what_xlsxwriter_writes(table: list[list[Any]], inline: bool, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    options = {"strings_to_urls": False, "strings_to_formulas": False, "constant_memory": inline}
    with xlsxwriter.Workbook(path, options) as book:
        sheet, day = book.add_worksheet("リスト"), book.add_format({"num_format": "yyyy/mm/dd hh:mm:ss"})
        frame = book.add_format({"border": 1})
        for row, cells in enumerate(table):
            for column, value in enumerate(cells):
                if isinstance(value, datetime | date):
                    sheet.write_datetime(row, column, value, day)
                elif value is None:
                    sheet.write_blank(row, column, None, frame)
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(row, column, value)
                else:
                    sheet.write_number(row, column, value)
    if "_x" not in repr(table):  # openpyxl leaves _x000D_ as it is written
        compare(path)


@checked
@given(table=tables)
def test_what_openpyxl_writes(table: list[list[Any]], tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    for cells in table:
        book.active.append(["'" if isinstance(value, str) and value[:1] == "=" else value for value in cells])
    book.save(path)
    compare(path)


attributes = st.sampled_from(['s="0" ', 'ph="1" ', "", "", ""])
contents = st.sampled_from(
    [
        ('t="s"', "<v>1</v>"),
        ('t="s"', "<v>0</v>"),
        ("", "<v>12.50</v>"),
        ('t="n"', "<v>45296</v>"),
        ('t="str"', "<f>A1</f><v>x &amp; y</v>"),
        ("", '<f t="shared" si="0"/><v>3</v>'),
        ('t="inlineStr"', "<is><t>一</t></is>"),
        ('t="inlineStr"', '<is><t xml:space="preserve"> 二</t></is>'),
        ('t="inlineStr"', "<is><r><t>三</t></r><r><t>四</t></r></is>"),
        ('t="b"', "<v>0</v>"),
        ("", ""),
    ]
)
rows = st.lists(
    st.tuples(st.integers(0, 40), attributes, contents, st.booleans()), max_size=6, unique_by=lambda cell: cell[0]
)


@checked
@given(table=st.lists(rows, max_size=6), gaps=st.lists(st.integers(1, 4), min_size=6, max_size=6))
def test_cells_in_any_shape(table: list[Any], gaps: list[int], tmp_path: Path) -> None:
    number, written = 0, ""
    for cells, gap in zip(table, gaps, strict=False):
        number += gap
        written += f'<row r="{number}">'
        for column, more, (kind, content), in_two in sorted(cells, key=lambda cell: int(cell[0])):
            letter = module("columns").letter(column)
            end = "/>" if not content and in_two else f">{content}</c>"
            written += f'<c r="{letter}{number}" {more}{kind}'.rstrip() + end
        written += "</row>"
    strings = (
        f'<sst xmlns="{MAIN}"><si><t>共有</t></si><si><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></si></sst>'
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{written}</sheetData></worksheet>'
    path = tmp_path / "list.xlsx"
    path.write_bytes(zipped(parts({"リスト": sheet}, shared_strings=strings)))
    compare(path)
