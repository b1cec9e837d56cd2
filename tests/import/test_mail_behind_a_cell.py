"""Cells that show another word than the mail address behind them: a link, or the formula of one."""

from pathlib import Path

import pytest

from .making import RELATIONS, module, parts, sheet_xml, zipped

spreadsheet, header = module("spreadsheet"), module("header")


def test_the_address_behind_a_mail_cell_is_taken(tmp_path: Path) -> None:
    """Only where the cell shows no address itself, and only in the column for mail."""
    rows = {1: ["会社名", "姓", "メール"], 2: ["A社", "山田", "メール"], 3: ["B社", "佐藤", "sato@example.jp"]}
    links = "".join(f'<hyperlink ref="{place}" r:id="rId1"/>' for place in ("C2", "C3", "B2"))
    made = parts({"リスト": sheet_xml(rows).replace("</sheetData>", f"</sheetData><hyperlinks>{links}</hyperlinks>")})
    made["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships><Relationship Id="rId1" Type="{RELATIONS}/hyperlink" '
        'Target="mailto:taro%2Bexpo@example.jp?subject=x" TargetMode="External"/></Relationships>'
    )
    path = tmp_path / "list.xlsx"
    path.write_bytes(zipped(made))
    _, below = header.find_header(spreadsheet.rows(path, "リスト"), "リスト", "invited")
    assert [cells[1:] for _, cells in below] == [["山田", "taro+expo@example.jp"], ["佐藤", "sato@example.jp"]]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="C2" t="str"><f>HYPERLINK("mailto:taro@example.jp?subject=x","メール")</f><v>メール</v></c>',
        '<c r="C2" s="1" t="str"><f ca="1">HYPERLINK(&quot;mailto:taro@example.jp&quot;)</f><v>連絡先</v></c>',
        '<c r="C2"><f>HYPERLINK("mailto:taro@example.jp")</f><v></v></c>',  # openpyxl computes nothing
        '<c r="C2"><f>IF(1,HYPERLINK("MAILTO:taro@example.jp","送る"),"")</f></c>',
        '<c r="C2" t="str"><f>HYPERLINK("mailto:other@example.jp",D2)</f><v>taro@example.jp</v></c>',
        '<x:c r="C2" t="str"><x:f>HYPERLINK("mailto:taro@example.jp","メール")</x:f><x:v>メール</x:v></x:c>',
    ],
)
@pytest.mark.parametrize("others", [True, False])
def test_the_address_in_a_formula_is_taken(cell: str, others: bool, tmp_path: Path) -> None:
    """What the cell shows counts, if it is an address; elsewhere than in the column for mail it always does."""
    rows = {1: ["会社名", "姓", "メール"], 2: ["A社", "山田"] if others else []}
    sheet = sheet_xml(rows)
    after = '<c r="D2" t="str"><f>HYPERLINK("mailto:d@example.jp","D")</f><v>D</v></c>'
    if "x:c" in cell:
        sheet, after = sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x="), ""
    end = "</x:row></x:sheetData>" if "x:c" in cell else "</row></sheetData>"
    path = tmp_path / "list.xlsx"
    path.write_bytes(zipped(parts({"リスト": sheet.replace(end, f"{cell}{after}{end}")})))
    _, below = header.find_header(spreadsheet.rows(path, "リスト"), "リスト", "invited")
    company = ["A社", "山田"] if others else ["", ""]
    assert [cells for _, cells in below] == [[*company, "taro@example.jp", *(["D"] if after else [])]]
