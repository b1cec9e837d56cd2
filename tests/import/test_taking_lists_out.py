"""リスト出力 and the empty template: a workbook that people can fill in, and that comes back in as it went out."""

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from contracts import events
from tests.cast import ADMIN, EIJI, GAKU, ISAMU, MAKI, MANA
from tests.parts import Part

from .exporting import LAYOUT, LEAD, ODD_TEXTS, Leads, export, opened, rows_of, shown
from .making import module, people
from .registering import values


def choices_of(book: openpyxl.Workbook, header: str) -> list[str]:
    """What the drop-down of a column offers."""
    sheet = book["リスト"]
    column = [cell.value for cell in sheet[1]].index(header) + 1
    letter = openpyxl.utils.get_column_letter(column)
    (found,) = [each for each in sheet.data_validations.dataValidation if f"{letter}2" in each.sqref]
    name, _, area = found.formula1.lstrip("=").partition("!")
    return [row[0].value for row in book[name.strip("'")][area]]


def test_the_template_is_the_list_layout_with_drop_downs(importing: Part) -> None:
    answer = importing.by(ISAMU).get("/list-template.xlsx")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    book = opened(answer.data)
    assert {sheet.title: sheet.sheet_state for sheet in book} == {
        "リスト": "visible", "入力ガイド": "visible", "選択肢": "hidden", "出力情報": "hidden",
    }  # fmt: skip
    sheet = book["リスト"]
    assert [cell.value for cell in sheet[1]] == LAYOUT
    assert sheet.max_row == 1 and sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    assert sheet.column_dimensions["B"].hidden
    assert sheet["A1"].font.bold
    assert "石田 勇 <isamu>" in choices_of(book, "リード担当者")
    assert choices_of(book, "リードステージ") == ["未対応"]  # 案件化 is set by conversion alone
    assert choices_of(book, "リードソース") == ["セミナー"]
    assert choices_of(book, "メンバー状況") == ["参加"]
    assert choices_of(book, "温度感") == ["A", "B"]
    assert choices_of(book, "架電禁止") == ["○"]


def test_the_template_can_be_filled_in_and_read(importing: Part, tmp_path: Path) -> None:
    book = opened(importing.by(ISAMU).get("/list-template.xlsx").data)
    sheet = book["リスト"]
    person = {"会社名": "株式会社サンプル", "姓": "山田", "電話番号": "0312345678", "反応日": datetime(2026, 10, 28)}
    for index, name in enumerate(LAYOUT, start=1):
        sheet.cell(2, index, person.get(name))
    path = tmp_path / "filled.xlsx"
    book.save(path)
    spreadsheet, header = module("spreadsheet"), module("header")
    assert spreadsheet.look(path).visible[0].name == "リスト"
    found, rows = header.find_header(spreadsheet.rows(path, "リスト"), "リスト", "invited")
    assert len(found.cells) == len(LAYOUT) and found.unknown == ()
    ((number, cells),) = rows
    assert number == 2 and {"0312345678", "2026-10-28"} <= set(cells)


def test_an_export_holds_the_leads_of_the_search(importing: Part, leads: Leads) -> None:
    export_id = export(importing, {"owner": "me", "stage": ["open"], "q": ""})
    assert leads.asked == [{"kind": "leads", "search": {"owner": "me", "stage": ["open"]}}]
    told = shown(importing, export_id)
    assert (told["status"], told["rows"], told["total"]) == ("finished", 2_500, 2_500) and len(told["sha256"]) == 64
    file = importing.by(ISAMU).get(f"/exports/{export_id}/file")
    book = opened(file.data)
    sheet = book["リスト"]
    assert sheet.max_row == 2_501
    row = dict(zip(LAYOUT, sheet[2], strict=True))
    assert row["リードID"].value == "1" and row["版"].value == "3"
    assert row["電話番号"].value == "0312345678" and row["電話番号"].number_format == "@"
    assert row["反応日"].value == datetime(2026, 10, 28)
    assert row["リード担当者"].value == "石田 勇 <isamu>"
    assert (row["リードステージ"].value, row["リードソース"].value, row["架電禁止"].value) == (
        "未対応",
        "セミナー",
        "○",
    )
    assert row["メール禁止"].value is None and row["アンケート"].value is None
    assert row["備考"].data_type == "s" and str(row["備考"].value).startswith("=HYPERLINK")
    meta = {line[0].value: line[1].value for line in book["出力情報"].iter_rows(max_col=2)}
    assert meta["exported_by"] == "石田 勇 <isamu>" and json.loads(meta["search"]) == leads.asked[0]["search"]
    assert meta["layout_version"] == "1" and meta["rows"] == "2500"


def test_an_exported_list_comes_back_in_unchanged(importing: Part, leads: Leads) -> None:
    leads.count = 2
    content = importing.by(ISAMU).get(f"/exports/{export(importing)}/file").data
    form = {"kind": "update", "file": (io.BytesIO(content), "back.xlsx")}
    assert importing.by(ISAMU).post("/lists", data=form).status_code == 202
    importing.hear(importing.said(events.ListUploaded)[0])
    importing.hear(importing.said(events.BatchCut)[0])
    (prepared,) = importing.said(events.RowsPrepared)
    assert prepared.columns["lead_id"] == (1, 2)
    exported, _ = values(prepared)
    same = ("company", "family_name", "given_name", "email", "phone", "postal_code", "source", "stage", "responded_on",
            "temperature", "do_not_call", "note", "version")  # fmt: skip
    assert {name: exported[name] for name in same} == {name: LEAD[name] for name in same}
    assert exported["owner_id"] == 3


def test_every_export_and_download_is_in_the_ledger(importing: Part, leads: Leads) -> None:
    export_id = export(importing, {"q": "商事"})
    importing.by(ISAMU).get(f"/exports/{export_id}/file")
    assert importing.by(ISAMU).head(f"/exports/{export_id}/file").status_code == 200  # takes nothing out
    models = module("models")
    with importing.transaction() as session:
        entries = session.query(models.LedgerEntry).order_by(models.LedgerEntry.id).all()
    assert [(entry.login, entry.act, entry.rows) for entry in entries] == [
        ("isamu", "exported", 2_500), ("isamu", "downloaded", 2_500),
    ]  # fmt: skip
    assert entries[0].search == {"q": "商事"} and entries[0].sha256
    for person in (ISAMU, ADMIN, MANA):
        lines = importing.by(person).get("/export-ledger").get_json()["items"]
        assert [(line["act"], line["rows"]) for line in lines] == [("downloaded", 2_500), ("exported", 2_500)]
        assert lines[0]["user"]["name"] == ISAMU.name and lines[0]["sha256"] == entries[0].sha256
    assert importing.by(MAKI).get("/export-ledger").get_json()["total"] == 0
    assert importing.by(GAKU).get("/export-ledger").status_code == 403


def test_an_export_of_persons_asks_for_persons_and_is_a_list_like_any_other(importing: Part, leads: Leads) -> None:
    leads.count = 1
    export_id = export(importing, {"prefecture": ["東京都"]}, kind="persons")
    assert leads.asked == [{"kind": "persons", "search": {"prefecture": ["東京都"]}}]
    told = shown(importing, export_id)
    assert (told["kind"], told["rows"]) == ("persons", 1) and told["file_name"].startswith("パーソン_")
    content = importing.by(ISAMU).get(f"/exports/{export_id}/file").data
    form = {"kind": "invited", "campaign_id": "11", "file": (io.BytesIO(content), "招待.xlsx")}
    answer = importing.by(MAKI).post("/lists", data=form)
    assert answer.status_code == 202, answer.text
    importing.hear(importing.said(events.ListUploaded)[0])
    importing.hear(importing.said(events.BatchCut)[0])
    (prepared,) = importing.said(events.RowsPrepared)
    assert prepared.columns["lead_id"] == (1,)


def test_who_may_take_lists_out(importing: Part, leads: Leads) -> None:
    asked = {"kind": "leads", "search": {}}
    for person in (EIJI, GAKU):
        assert importing.by(person).post("/exports", json=asked).status_code == 403
        assert importing.by(person).get("/list-template.xlsx").status_code == 403
    export_id = export(importing)
    assert importing.by(MAKI).get(f"/exports/{export_id}").status_code == 404  # somebody else's
    assert importing.by(MAKI).get(f"/exports/{export_id}/file").status_code == 404
    assert importing.by(ISAMU).get("/exports/999").status_code == 404
    assert importing.by(MAKI).get("/exports").get_json()["total"] == 0
    for person in (ISAMU, ADMIN, MANA):
        (told,) = importing.by(person).get("/exports").get_json()["items"]
        assert told["exported_by"] == {"id": "3", "name": ISAMU.name} and told["search"] == {}


def test_files_of_lists_that_are_downloaded_are_in_the_ledger(importing: Part) -> None:
    sent = people(2, 姓="")
    uploaded = importing.by(MAKI).post(
        "/lists", data={"kind": "invited", "campaign_id": "11", "file": (io.BytesIO(sent), "招待.xlsx")}
    )
    list_id = uploaded.get_json()["id"]
    importing.hear(importing.said(events.ListUploaded)[0])
    importing.hear(importing.said(events.BatchCut)[0])
    importing.by(ISAMU).get(f"/lists/{list_id}/file")
    for name in ("file", "errors.xlsx"):
        assert importing.by(ISAMU).head(f"/lists/{list_id}/{name}").status_code == 200
    errors = importing.by(ISAMU).get(f"/lists/{list_id}/errors.xlsx").data
    lines = importing.by(MANA).get("/export-ledger").get_json()["items"]
    assert [(line["kind"], line["list_id"], line["user"]["name"], line["rows"]) for line in lines] == [
        ("errors", list_id, ISAMU.name, 2), ("original", list_id, ISAMU.name, 2),
    ]  # fmt: skip
    assert [line["sha256"] for line in lines] == [hashlib.sha256(file).hexdigest() for file in (errors, sent)]
    assert {line["file_name"] for line in lines} == {"招待.xlsx"}


def test_any_text_comes_back_as_it_went_out(importing: Part, leads: Leads, monkeypatch: pytest.MonkeyPatch) -> None:
    """And none of it is anything but a text for Excel."""
    monkeypatch.setitem(LEAD, "survey", "")
    leads.count = 1
    for text in ODD_TEXTS:
        monkeypatch.setitem(LEAD, "note", text)
        content = importing.by(ISAMU).get(f"/exports/{export(importing)}/file").data
        cell = opened(content)["リスト"].cell(2, LAYOUT.index("備考") + 1)
        assert cell.data_type == "s" and cell.number_format == "@"
        (row,) = module("header").find_header(rows_of(content), "リスト", "invited")[1]
        assert text in (cell.value, *row[1]) or text == "\x01", (text, cell.value, row)
