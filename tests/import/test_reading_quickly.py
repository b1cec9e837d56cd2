"""Most rows become JSON without a look at each cell, and pass in whole blocks: nobody sees a difference."""

import io
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from contracts import events
from tests.parts import Part
from tests.trying import tried

from .making import HEADER, MAIN, module, sheet_xml, workbook, written, zipped
from .making import parts as workbook_parts
from .registering import details, upload

markup, sheet = module("xlsx.markup"), module("xlsx.sheet")
ODD = (
    '「"引用"」',
    "C:\\新規\\名簿",
    "A&B <商事>",
    "一行目\n二行目",
    "\t字下げ",
    " 前後 ",
    "_x0041_",
    "山田　太郎",
    "𠮷野家",
    "\\N",
)
WAYS = (
    '<c r="{place}"{style} t="inlineStr"><is><t>{text}</t></is></c>',
    '<c r="{place}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>',
    '<c r="{place}"{style} t="str"><v>{text}</v></c>',
    '<c r="{place}"{style} t="s"><v>{index}</v></c>',
    '<c r="{place}"{style}><v>{index}</v></c>',
    '<c r="{place}"{style}><v>{index}.50</v></c>',
    '<c r="{place}"{style} t="b"><v>1</v></c>',
    '<c r="{place}"{style} t="e"><v>#N/A</v></c>',
    '<c r="{place}"{style}><f>A1</f><v>{index}</v></c>',
    '<c r="{place}"{style}/>',
    '<c r="{place}"{style} t="str"><v></v></c>',
)
STYLES = b"<styleSheet><cellXfs>" + b'<xf numFmtId="0"/><xf numFmtId="14"/>' * 5 + b"</cellXfs></styleSheet>"
escaped = (
    "A&amp;B",
    "&lt;勇&gt;",
    "&quot;引用&quot;",
    '"',
    "\\",
    "&#10;",
    "a\nb",
    "\x01",
    "_x000D_",
    "　",
    " ",
    "&amp;lt;",
    "山田",
)
cells = st.tuples(
    st.integers(0, 3),
    st.sampled_from(WAYS),
    st.lists(st.sampled_from(escaped), min_size=1, max_size=3).map("".join),
    st.sampled_from(["", *(f' s="{number}"' for number in range(10))]),
)


class NeverQuick:
    def row(self, _number: bytes, _body: bytes) -> None:
        """Nothing: every row needs a closer look."""


def read(xml: str, quickly: bool) -> list[Any]:
    """All rows of a sheet, or why they cannot be read."""
    items = "".join(f'<si><t xml:space="preserve">{each}</t></si>' for each in escaped)
    strings = module("xlsx.strings").Strings(io.BytesIO(f"<sst>{items}</sst>".encode()))
    reader = sheet.Reader(strings, module("xlsx.formats").Styles(io.BytesIO(STYLES)), 256, False, {})
    begin = reader._begin

    def begin_carefully(prefix: str, head: bytes) -> None:
        begin(prefix, head)
        reader.quick = NeverQuick()

    if not quickly:
        reader._begin = begin_carefully
    try:
        return list(reader.rows(io.BytesIO(xml.encode())))
    except markup.Damaged as error:
        return [type(error)]


@tried(300)
@given(table=st.lists(st.lists(cells, max_size=4), min_size=2, max_size=8), prefix=st.sampled_from(["", "x:"]))
def test_a_row_says_the_same_whichever_way_it_is_read(table: list[Any], prefix: str) -> None:
    """Every row comes twice, as what was understood of the first serves the second."""
    rows = ""
    for number, row in enumerate([each for each in table for _ in range(2)], start=1):
        column, body = 0, ""
        for gap, way, value, style in row:
            column += gap + 1
            place = f"{module('columns').letter(column)}{number}"
            body += way.format(place=place, style=style, text=value, index=(column + gap) % 14)
        rows += f'<row r="{number}">{body}</row>'
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    for name in ("worksheet", "sheetData", "row", "c", "v", "f", "is", "t") if prefix else ():
        xml = xml.replace(f"<{name}", f"<{prefix}{name}").replace(f"</{name}", f"</{prefix}{name}")
    assert read(xml, quickly=True) == read(xml, quickly=False)


def test_rows_of_a_list_are_read_quickly() -> None:
    """The test above would say nothing if they were not."""
    strings, styles = module("xlsx.strings").Strings(None), module("xlsx.formats").Styles(None)
    reader = sheet.Reader(strings, styles, 256, False, {})
    looked_at: list[int] = []

    def look(row: int, *_: Any) -> list[Any]:
        looked_at.append(row)
        return [row, "姓"]

    reader._row = look
    rows = {number: ["会社", "", f"A&B{number} <商事>"] for number in range(1, 100)}
    found = list(reader.rows(io.BytesIO(sheet_xml(rows).encode())))
    assert looked_at == [1]
    assert found[98] == (99, 3, '["会社","","A&B99 <商事>"]'.encode())


def stored(service: Part, list_id: str) -> list[tuple[int, int, list[str]]]:
    """(row, batch, cells) as the list has them."""
    with service.transaction() as session:
        rows = session.execute(
            text("SELECT row, batch, cells FROM uploaded_row WHERE list_id = :id ORDER BY row"), {"id": list_id}
        )
        return [(row, batch, cells) for row, batch, cells in rows]


def read_all(service: Part, list_id: str) -> list[int]:
    """Reads a list to its end; how many rows there were after each portion."""
    known: list[int] = []
    while not known or details(service, list_id)["reading"]:
        assert service.hear(service.said(events.ListUploaded)[-1]) == "done", service.why_set_aside()
        known.append(details(service, list_id)["rows_read"])
    return known


@pytest.mark.parametrize("made", ["inline", "shared", "text"])
def test_texts_arrive_as_they_are(importing: Part, made: str) -> None:
    """In the first rows, and in blocks that nobody looks into."""
    rows = [["姓", "会社名", "メールアドレス", "備考"]]
    rows += [["山田", odd, f"taro{number}@example.jp", f"{odd}。"] for number, odd in enumerate(ODD * 10)]
    expected = [(number, row) for number, row in enumerate(rows[1:], start=2)]
    if made == "text":
        lines = (",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows)
        sent = upload(importing, b"", file=(io.BytesIO("\n".join(lines).encode()), "名簿.csv"))
    elif made == "inline":
        sheet = sheet_xml(dict(enumerate(rows, start=1))).replace("_x0041_", "_x005F_x0041_")
        sent = upload(importing, zipped(workbook_parts({"リスト": sheet})))
    else:
        sent = upload(importing, written(rows))
    list_id = sent.get_json()["id"]
    read_all(importing, list_id)
    assert [(row, cells) for row, _, cells in stored(importing, list_id)] == expected


@pytest.mark.parametrize("gap", [False, True])
def test_batches_are_full_whether_blocks_pass_whole_or_not(
    importing: Part, monkeypatch: pytest.MonkeyPatch, gap: bool
) -> None:
    """Portions end within blocks, and so do batches; a column without a header makes every row looked at."""
    reading = module("commands.reading")
    for name, value in (("BATCH_ROWS", 700), ("FIRST_ROWS", 1_600), ("GROWTH", 1)):
        monkeypatch.setattr(reading, name, value)
    head = ["姓", "" if gap else "部署", "メールアドレス"]
    rows = {1: head} | {n: [f"山田{n}", "", f"taro{n}@example.jp"] for n in range(2, 4_002)}
    list_id = upload(importing, workbook(rows)).get_json()["id"]
    assert read_all(importing, list_id) == [1_600, 3_200, 4_000]
    kept = stored(importing, list_id)
    assert [(row, cells) for row, _, cells in kept] == list(rows.items())[1:]
    assert list(Counter(batch for _, batch, _ in kept).values()) == [700, 700, 200, 700, 700, 200, 700, 100]
    assert [batch for _, batch, _ in kept] == sorted(batch for _, batch, _ in kept)


def test_a_batch_of_long_texts_has_fewer_rows(importing: Part) -> None:
    rows = {1: HEADER} | {n: ["社" * 5_000, f"山田{n}", "", f"taro{n}@example.jp"] for n in range(2, 502)}
    list_id = upload(importing, workbook(rows)).get_json()["id"]
    read_all(importing, list_id)
    kept = stored(importing, list_id)
    assert len(kept) == 500
    sizes = Counter[int]()
    for _, batch, cells in kept:
        sizes[batch] += len(json.dumps(cells, ensure_ascii=False).encode())
    assert len(sizes) == 4 and max(sizes.values()) < 2 << 20


def test_rows_with_nothing_but_a_far_value_end_no_portion(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are no rows of the list: those below them are read all the same."""
    reading = module("commands.reading")
    monkeypatch.setattr(reading, "FIRST_ROWS", 30)
    far = [""] * 300 + ["備考"]
    rows: dict[int, list[str]] = {1: HEADER, 2: ["会社", "山田", "太郎", "taro@example.jp"]}
    rows |= dict.fromkeys(range(3, 203), far)
    rows |= {n: ["会社", f"山田{n}", "太郎", f"taro{n}@example.jp"] for n in range(203, 243)}
    list_id = upload(importing, workbook(rows)).get_json()["id"]
    assert read_all(importing, list_id) == [30, 41]
