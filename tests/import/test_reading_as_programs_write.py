"""Values as the programs that write workbooks put them into XML: each is read as a person sees it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from .making import HEADER, MAIN, RELATIONS, module, parts, sheet_xml, zipped

spreadsheet, header = module("spreadsheet"), module("header")
STYLES = """<styleSheet xmlns="{main}"><numFmts count="9"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>
<numFmt numFmtId="165" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/>
<numFmt numFmtId="167" formatCode="0.0&quot;day&quot;"/><numFmt numFmtId="168" formatCode="[Red]#,##0;[Blue]-#,##0"/>
<numFmt numFmtId="169" formatCode="m/d(aaa)"/><numFmt numFmtId="170" formatCode="0.00E+00"/><numFmt numFmtId="171" formatCode="G/標準"/>
<numFmt numFmtId="172" formatCode="h:mm AM/PM"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{xfs}</cellXfs></styleSheet>"""  # noqa: E501


def read(folder: Path, cells: str, styles: str | None = None, **more: Any) -> list[str]:
    """The texts of a row of these cells."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'
    return dict(read_sheet(folder, sheet, styles, **more)).get(1, [])


def read_sheet(
    folder: Path, sheet: str, styles: str | None = None, strings: str | None = None, replaced: tuple[str, ...] = ()
) -> list[tuple[int, list[str]]]:
    """The rows of a workbook of this sheet. `replaced`: a part, what stands in it, and what stands there instead."""
    made = parts({"リスト": sheet}, shared_strings=strings)
    if styles is not None:
        made["xl/styles.xml"] = styles
        related = f'<Relationship Id="rIdT" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        name = "xl/_rels/workbook.xml.rels"
        made[name] = made[name].replace("</Relationships>", related)
    if replaced:
        name, old, new = replaced
        made[name] = made[name].replace(old, new)
    path = folder / "list.xlsx"
    path.write_bytes(zipped(made))
    return list(spreadsheet.rows(path, spreadsheet.look(path).visible[0].name))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c r='A1'><v>42</v></c>", "42"),
        ('<c r="A1"><v>42</v></c>', "42"),
        ('<c r="A1" t="n"><v>42.0</v></c>', "42"),
        ('<c r="A1"><v>1E+05</v></c>', "100000"),
        ('<c r="A1"><v>0.30000000000000004</v></c>', "0.30000000000000004"),
        ('<c r="A1"><v>12345678901234567</v></c>', "12345678901234567"),
        ('<c r="A1"><v>-5</v></c>', "-5"),
        ('<c r="A1"><v>0</v></c>', "0"),
        ('<c r="A1"><v>007</v></c>', "7"),
        ('<c r="A1" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A1" t="e"><v>whatever</v></c>', ""),
        ('<c r="A1" t="str"><f>A2&amp;"x"</f><v>株式会社&amp;x</v></c>', "株式会社&x"),
        ('<c r="A1"><f t="shared" ref="A1:A9" si="0">1+1</f><v>2</v></c>', "2"),
        ('<c r="A1"><f>NOW()</f></c>', "（未計算の数式）"),
        ('<c r="A1" s="1"><f>B1&amp;"様"</f><v/></c>', "（未計算の数式）"),
        ('<c r="A1"><f t="shared" si="0"/><v></v></c>', "（未計算の数式）"),
        ('<c r="A1" t="str"><f>IF(B1="","",B1)</f><v></v></c>', ""),
        ('<c r="A1" t="d"><v>2024-01-05T00:00:00</v></c>', "2024-01-05"),
        ('<c r="A1" t="d"><v>2024-01-05T12:30:00Z</v></c>', "2024-01-05 12:30:00"),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 東京 </t></is></c>', " 東京 "),
        ('<c r="A1" t="inlineStr"><is><r><t>大</t></r><r><rPr><b/></rPr><t>阪</t></r></is></c>', "大阪"),
        ('<c r="A1" t="inlineStr"><is><t>大阪</t><rPh sb="0" eb="2"><t>オオサカ</t></rPh></is></c>', "大阪"),
        ('<c r="A1" t="inlineStr"><is><t>一行目_x000D_\n二行目</t></is></c>', "一行目\n二行目"),
        ('<c r="A1" t="inlineStr"><is><t>_x005F_x000D_</t></is></c>', "_x000D_"),
        ('<c r="A1" t="inlineStr"><is><t><![CDATA[A&B]]></t></is></c>', "A&B"),
        ('<c r="A1" t="inlineStr"><is><t>&#x9AD9;&#24029;&lt;&gt;</t></is></c>', "髙川<>"),
        ('<c t="inlineStr" r="A1"><is><t>順番</t></is></c>', "順番"),
        ('<c r="A1" s="0" t="inlineStr" ph="1"><is><t>属性</t></is></c>', "属性"),
        ("<c t='inlineStr'><is><t>場所なし</t></is></c>", "場所なし"),
    ],
)
def test_a_cell_is_read_as_it_is_seen(cell: str, text: str, tmp_path: Path) -> None:
    found = read(tmp_path, cell + '<c r="C1"><v>1</v></c>')
    assert found == [text, "", "1"]


def test_formulas_drawn_down_below_the_list_make_no_rows(tmp_path: Path) -> None:
    failed = '<c r="A{0}" t="e"><f>VLOOKUP(C{0},X:Y,2,0)</f><v>#N/A</v></c><c r="B{0}" t="str"><f>A{0}</f><v></v></c>'
    rows = "".join(f'<row r="{row}">{failed.format(row)}</row>' for row in (2, 3))
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{rows}</sheetData></worksheet>'
    )
    assert read_sheet(tmp_path, sheet) == [(1, ["1"])]


@pytest.mark.parametrize("numbers", [[14, 15, 22, 27, 28, 30, 31, 36, 50, 55, 57, 58, 164, 165, 169]])
def test_every_format_for_dates_is_known(numbers: list[int], tmp_path: Path) -> None:
    styles = STYLES.format(main=MAIN, xfs="".join(f'<xf numFmtId="{number}"/>' for number in [0, *numbers]))
    cells = "".join(f'<c r="{chr(65 + at)}1" s="{at + 1}"><v>45296</v></c>' for at in range(len(numbers)))
    assert read(tmp_path, cells, styles) == ["2024-01-05"] * len(numbers)


@pytest.mark.parametrize(
    ("number", "value", "text"),
    [
        (0, "45296", "45296"),
        (9, "0.35", "0.35"),
        (167, "45296", "45296"),
        (168, "45296", "45296"),
        (170, "45296", "45296"),
        (171, "45296", "45296"),
        (20, "0.5", "12:00:00"),
        (172, "0.75", "18:00:00"),
        (32, "0.5", "12:00:00"),
        (46, "1.25", "30:00:00"),
        (166, "1.25", "30:00:00"),
        (22, "45296.614583333336", "2024-01-05 14:45:00"),
        (14, "45296.99999999", "2024-01-06"),
        (14, "99999999", "99999999"),
        (14, "-1", "-1"),
        (14, "1", "1900-01-01"),
        (14, "61", "1900-03-01"),
        (14, "2958465", "9999-12-31"),
    ],
)
def test_numbers_and_times_go_by_their_format(number: int, value: str, text: str, tmp_path: Path) -> None:
    styles = STYLES.format(main=MAIN, xfs=f'<xf numFmtId="0"/><xf numFmtId="{number}"/>')
    assert read(tmp_path, f'<c r="A1" s="1"><v>{value}</v></c>', styles) == [text]


def test_days_may_be_counted_from_1904(tmp_path: Path) -> None:
    styles = STYLES.format(main=MAIN, xfs='<xf numFmtId="0"/><xf numFmtId="14"/>')
    days = ("xl/workbook.xml", "<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert read(tmp_path, '<c r="A1" s="1"><v>43834</v></c>', styles, replaced=days) == ["2024-01-05"]


# -- whole workbooks, with the traits of the programs that write them --------------------------------------------------

ZERO, ONE = ' s="0"', ' s="1"'  # styles
STRICT = "http://purl.oclc.org/ooxml"
PEOPLE = {1: HEADER, 2: ["株式会社サンプル", "山田", "太郎", "taro@example.jp"]}


def named(texts: Sequence[int], row: int, more: str = "") -> str:
    return "".join(f'<c r="{chr(65 + at)}{row}"{more} t="s"><v>{text}</v></c>' for at, text in enumerate(texts))


def excel(folder: Path) -> list[tuple[int, list[str]]]:
    """Shared strings with readings, spans, styles, frames around blank cells, a merged title above the header."""
    strings = (
        f'<sst xmlns="{MAIN}" count="9" uniqueCount="9"><si><t>来場者名簿</t><phoneticPr fontId="1"/></si>'
        + "".join(f'<si><t>{name}</t><phoneticPr fontId="1"/></si>' for name in HEADER[:4])
        + '<si><t>株式会社サンプル</t><rPh sb="0" eb="4"><t>カブシキガイシャ</t></rPh><phoneticPr fontId="1"/></si>'
        '<si><r><t>山</t></r><r><rPr><sz val="11"/></rPr><t>田</t></r><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></si>'
        '<si><t>太郎</t></si><si><t xml:space="preserve">taro@example.jp</t></si></sst>'
    )
    rows = (
        '<row r="1" spans="1:4" ht="24" x14ac:dyDescent="0.4"><c r="A1" s="0" t="s"><v>0</v></c><c r="B1" s="0"/></row>'
        '<row r="2" spans="1:4" x14ac:dyDescent="0.4"/>'
        f'<row r="3" spans="1:4" x14ac:dyDescent="0.4">{named(range(1, 5), 3, ZERO)}</row>'
        f'<row r="4" spans="1:4" x14ac:dyDescent="0.4">{named(range(5, 9), 4)}<c r="E4" s="0"/></row>'
        '<row r="5" spans="1:4"><c r="A5" s="0"/><c r="B5" s="0"/></row>'
    )  # fmt: skip
    sheet = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"><dimension ref="A1:E5"/><sheetViews>'
        '<sheetView tabSelected="1" workbookViewId="0"><pane ySplit="3" topLeftCell="A4" state="frozen"/></sheetView>'
        f'</sheetViews><cols><col min="1" max="1" width="20"/></cols><sheetData>{rows}</sheetData>'
        '<mergeCells count="1"><mergeCell ref="A1:D1"/></mergeCells><phoneticPr fontId="1"/></worksheet>'
    )
    return read_sheet(folder, sheet, STYLES.format(main=MAIN, xfs='<xf numFmtId="0"/>'), strings)


def libreoffice(folder: Path) -> list[tuple[int, list[str]]]:
    """Styles before kinds, xml:space on every string, rows to the end of the sheet, everything spelled out."""
    strings = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for row in PEOPLE.values() for text in row[:4])
    rows = (
        "".join(
            f'<row r="{row}" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" '
            f'collapsed="false">{named(range(4 * row - 4, 4 * row), row, ZERO)}</row>'
            for row in (1, 2)
        )
        + '<row r="1048576" customFormat="false" ht="12.8" hidden="false"/>'
    )
    sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="A1:D1048576"/><sheetData>{rows}</sheetData></worksheet>'
    styles = STYLES.format(main=MAIN, xfs='<xf numFmtId="0" fontId="0"><alignment horizontal="general"/></xf>')
    return read_sheet(folder, sheet, styles, f'<sst xmlns="{MAIN}">{strings}</sst>')


def google(folder: Path) -> list[tuple[int, list[str]]]:
    """No dimension, every row with custom height, absolute targets, 1,000 rows of which most are blank."""
    strings = "".join(f"<si><t>{text}</t></si>" for row in PEOPLE.values() for text in row[:4])
    rows = "".join(
        f'<row r="{row}" ht="15.75" customHeight="1">{named(range(4 * row - 4, 4 * row), row, ONE)}</row>'
        for row in (1, 2)
    ) + "".join(f'<row r="{row}" ht="15.75" customHeight="1"/>' for row in range(3, 1001))  # fmt: skip
    sheet = (
        f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetPr><outlinePr summaryBelow="0"/></sheetPr>'
        f'<sheetData>{rows}</sheetData><drawing r:id="rId9"/></worksheet>'
    )
    absolute = ("xl/_rels/workbook.xml.rels", 'Target="worksheets/', 'Target="/xl/worksheets/')
    return read_sheet(folder, sheet, None, f'<sst xmlns="{MAIN}">{strings}</sst>', absolute)


def numbers(folder: Path) -> list[tuple[int, list[str]]]:
    """The name of the table as a title in the first row, inline strings, numbers for every style, a sheet per table."""
    rows = "".join(
        f'<row r="{row + 1}" ht="20" customHeight="1">'
        + "".join(
            f'<c r="{chr(65 + at)}{row + 1}" t="inlineStr" s="4"><is><t>{text}</t></is></c>'
            for at, text in enumerate(cells[:4])
        )
        + f'<c r="E{row + 1}" s="5"/></row>'
        for row, cells in PEOPLE.items()
    )
    title = '<row r="1" ht="28"><c r="A1" t="inlineStr" s="1"><is><t>表1</t></is></c><c r="B1" s="1"/></row>'
    sheet = (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:E3"/><sheetFormatPr defaultRowHeight="20" customHeight="1"/>'
        f"<sheetData>{title}{rows}</sheetData></worksheet>"
    )
    return read_sheet(folder, sheet)


def web_export(folder: Path) -> list[tuple[int, list[str]]]:
    """Inline strings, no styles, cells without places, a dimension that lies."""
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in cells[:4]) + "</row>"
        for cells in PEOPLE.values()
    )
    return read_sheet(
        folder, f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>'
    )


def net_sdk(folder: Path) -> list[tuple[int, list[str]]]:
    """Every element with a prefix, in the sheet and in the shared strings."""
    strings = "".join(f"<x:si><x:t>{text}</x:t></x:si>" for row in PEOPLE.values() for text in row[:4])
    rows = "".join(f'<row r="{row}">{named(range(4 * row - 4, 4 * row), row)}</row>' for row in (1, 2))
    sheet = f"<sheetData>{rows}</sheetData>"
    for tag in ("sheetData", "row", "c", "v"):
        sheet = (
            sheet.replace(f"<{tag} ", f"<x:{tag} ")
            .replace(f"<{tag}>", f"<x:{tag}>")
            .replace(f"</{tag}>", f"</x:{tag}>")
        )
    return read_sheet(
        folder,
        f'<x:worksheet xmlns:x="{MAIN}">{sheet}</x:worksheet>',
        None,
        f'<x:sst xmlns:x="{MAIN}">{strings}</x:sst>',
    )


def strict(folder: Path) -> list[tuple[int, list[str]]]:
    """ISO 29500 strict: other namespaces, dates as text."""
    made = parts({"リスト": sheet_xml(PEOPLE)})
    for name in made:
        made[name] = made[name].replace(MAIN, f"{STRICT}/spreadsheetml/main")
        made[name] = made[name].replace(RELATIONS, f"{STRICT}/officeDocument/relationships")
    path = folder / "list.xlsx"
    path.write_bytes(zipped(made))
    return list(spreadsheet.rows(path, spreadsheet.look(path).visible[0].name))


@pytest.mark.parametrize("program", [excel, libreoffice, google, numbers, web_export, net_sdk, strict])
def test_a_list_reads_the_same_whatever_wrote_it(program: Any, tmp_path: Path) -> None:
    _, below = header.find_header(program(tmp_path), "リスト", "invited")
    assert [cells for _, cells in below] == [PEOPLE[2]]


def test_a_workbook_with_macros_is_read_and_they_are_not(tmp_path: Path) -> None:
    made: dict[str, Any] = parts({"リスト": sheet_xml(PEOPLE)})
    made["[Content_Types].xml"] = made["[Content_Types].xml"].replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    path = tmp_path / "list.xlsm"
    path.write_bytes(zipped(made | {"xl/vbaProject.bin": b"\xcc\x61" * 100}))
    assert list(spreadsheet.rows(path, spreadsheet.look(path).visible[0].name))[1] == (2, PEOPLE[2])


def test_headers_in_wide_letters_are_found(tmp_path: Path) -> None:
    rows = {
        1: ["会社名", "姓", "Ｅ－ｍａｉｌ", "ＴＥＬ（必須）"],
        2: ["株式会社サンプル", "山田", "taro@example.jp", "03"],
    }
    found, _ = header.find_header(read_sheet(tmp_path, sheet_xml(rows)), "リスト", "invited")
    assert [cell.code for cell in found.cells] == ["company", "family_name", "email", "phone"]
