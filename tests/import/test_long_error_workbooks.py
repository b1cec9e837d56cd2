"""Rows that did not go in, too many of them to be waited for: a worker writes their workbook."""

import hashlib
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chassis.consumers import Permanent
from contracts import events
from tests.cast import ADMIN, EIJI, GAKU, ISAMU, MAKI, MANA, Person
from tests.parts import Part

from .exporting import ODD_TEXTS
from .making import module, people
from .registering import details, read_and_check, settle, upload
from .test_correcting_rows import list_id as list_id
from .test_correcting_rows import mend_all, send, work


@pytest.fixture(autouse=True)
def three_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("error_workbook"), "AT_ONCE", 2)


def requested(importing: Part, list_id: str, person: Person = MAKI, language: str = "ja") -> str:
    answer = importing.by(person).post(f"/lists/{list_id}/errors", headers={"Accept-Language": language})
    assert answer.status_code == 202 and answer.get_json()["status"] == "running", answer.text
    return str(answer.get_json()["id"])


def written(importing: Part, list_id: str, person: Person = MAKI, language: str = "ja") -> str:
    """The id of an export that a worker wrote."""
    export_id = requested(importing, list_id, person, language)
    assert importing.hear(importing.said(events.ExportRequested)[-1]) == "done", importing.why_set_aside()
    return export_id


def file_of(importing: Part, export_id: str, person: Person = MAKI) -> bytes:
    answer = importing.by(person).get(f"/exports/{export_id}/file")
    assert answer.status_code == 200, answer.text
    return bytes(answer.data)


def cells(content: bytes) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [
            [(cell.value, cell.fill.fgColor.rgb, cell.comment.text if cell.comment else None) for cell in row]
            for row in sheet
        ]
        for sheet in book
    }


def test_a_long_workbook_is_not_written_while_somebody_waits(
    importing: Part, list_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert details(importing, list_id)["errors_by_job"] is True
    answer = importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx")
    assert (answer.status_code, answer.get_json()["title"]) == (409, "too_long")
    assert f"POST /lists/{list_id}/errors" in answer.get_json()["detail"]
    assert importing.by(MAKI).get("/export-ledger").get_json()["total"] == 0
    monkeypatch.setattr(module("error_workbook"), "AT_ONCE", 3)
    assert details(importing, list_id)["errors_by_job"] is False
    assert importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx").status_code == 200


def test_neither_is_one_of_long_texts(importing: Part, list_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("error_workbook"), "AT_ONCE", 3)
    monkeypatch.setattr(module("error_workbook"), "AT_ONCE_BYTES", 100)
    answer = importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx")
    assert (answer.status_code, answer.get_json()["title"]) == (409, "too_long")
    assert importing.by(MAKI).get("/export-ledger").get_json()["total"] == 0
    file_of(importing, written(importing, list_id))


def test_one_that_no_sheet_can_hold_says_so(importing: Part, list_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("commands.exporting"), "LARGEST_SHEET", 100)
    export = importing.by(MAKI).get(f"/exports/{written(importing, list_id)}").get_json()
    assert export["status"] == "failed" and "文字数が多すぎて" in export["problem"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_workers_workbook_is_the_one_that_is_downloaded_at_once(
    importing: Part, list_id: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = written(importing, list_id, language=language)
    told = importing.by(MAKI).get(f"/exports/{export_id}").get_json()
    assert (told["kind"], told["list_id"], told["status"]) == ("errors", list_id, "finished")
    assert (told["rows"], told["total"], told["file_name"]) == (3, 3, "取り込めなかった行_名簿.xlsx")
    monkeypatch.setattr(module("error_workbook"), "AT_ONCE", 3)
    at_once = importing.by(MAKI).get(f"/lists/{list_id}/errors.xlsx", headers={"Accept-Language": language}).data
    assert cells(file_of(importing, export_id)) == cells(at_once)


def test_it_comes_back_to_its_list(importing: Part, list_id: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file_of(importing, written(importing, list_id))))
    mend_all(book["リスト"])
    assert send(importing, list_id, book).status_code == 202
    work(importing)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["created"], state["outcomes"]["error"]) == ("finished", 4, 0)


def test_the_file_of_a_plan_is_called_after_what_it_is(importing: Part) -> None:
    list_id = upload(importing, people(3, 姓=""), mode="plan").get_json()["id"]
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    told = importing.by(MAKI).get(f"/exports/{written(importing, list_id)}").get_json()
    assert told["file_name"] == "取り込めない行_名簿.xlsx"


def test_rows_and_batches_are_of_one_moment_though_the_list_goes_on(importing: Part, list_id: str) -> None:
    models, open_rows = module("models"), module("open_rows")
    with importing.transaction() as session:
        uploaded = session.get(models.UploadedList, int(list_id))
        with importing.transaction() as other:  # between what was known of the list and its rows
            other.query(models.UploadedList).update({"batches": 7})
            other.query(models.RowOutcome).filter_by(row=5).update({"outcome": "created"})
        found = open_rows.open_rows(session, uploaded, "ja")
        with importing.transaction() as other:  # while the rows are written
            other.query(models.UploadedList).update({"batches": 8, "header": None})
            other.query(models.RowOutcome).update({"outcome": "created"})
        rows = [row.row for portion in found.portions for row in portion]
    assert (found.meta["batches"], found.total, rows) == ("7", 2, [6, 7])
    assert "full_name" in found.codes


def test_a_list_of_which_nothing_is_open_any_more_gives_an_empty_workbook(importing: Part, list_id: str) -> None:
    export_id = requested(importing, list_id)
    with importing.transaction() as session:
        session.query(module("models").RowOutcome).update({"outcome": "created"})
    importing.hear(importing.said(events.ExportRequested)[-1])
    told = importing.by(MAKI).get(f"/exports/{export_id}").get_json()
    assert (told["status"], told["rows"]) == ("finished", 0)


def test_how_far_it_is_can_be_seen_and_few_rows_are_in_memory(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    list_id = upload(importing, people(2_600, 姓="")).get_json()["id"]
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    seen: list[tuple[str, int, int | None]] = []
    exporting = module("commands.exporting")
    beside = exporting.beside

    def look(session: Any) -> Any:
        told = importing.by(MAKI).get("/exports").get_json()["items"][0]
        seen.append((told["status"], told["rows"], told["total"]))
        return beside(session)

    monkeypatch.setattr(exporting, "beside", look)
    portions: list[int] = []
    worded = module("open_rows")._Worded
    in_words = worded.portion

    def count(self: Any, rows: Any) -> Any:
        portions.append(len(rows))
        return in_words(self, rows)

    monkeypatch.setattr(worded, "portion", count)
    written(importing, list_id)
    assert seen == [("running", 0, None), ("running", 0, 2_600)]
    assert max(portions) == 500 and sum(portions) == 2_600


def test_what_cannot_be_written_fails_with_words(
    importing: Part, list_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module("commands.exporting"), "LAST_ROW", 2)
    told = importing.by(MAKI).get(f"/exports/{written(importing, list_id)}").get_json()
    assert told["status"] == "failed" and "元のファイルを直して" in told["problem"]

    def fail(*_: Any) -> None:
        raise Permanent("broken")

    monkeypatch.setattr(module("commands"), "write_export", fail)
    export_id = requested(importing, list_id)
    assert importing.hear(importing.said(events.ExportRequested)[-1]) == "parked"
    told = importing.by(MAKI).get(f"/exports/{export_id}").get_json()
    assert told["status"] == "failed" and "もう一度出力してください。" in told["problem"]
    assert importing.by(MAKI).get("/export-ledger").get_json()["total"] == 0


def test_the_ledger_says_who_took_it_out(importing: Part, list_id: str) -> None:
    export_id = written(importing, list_id, ISAMU)
    content = file_of(importing, export_id, ISAMU)
    lines = importing.by(ISAMU).get("/export-ledger").get_json()["items"]
    same = {"kind": "errors", "list_id": list_id, "export_id": export_id, "file_name": "名簿.xlsx", "rows": 3}
    same |= {"sha256": hashlib.sha256(content).hexdigest(), "user": {"id": str(ISAMU.id), "name": ISAMU.name}}
    assert [line["act"] for line in lines] == ["downloaded", "exported"]
    assert all(line | same == line for line in lines)


def test_who_may_take_it_out(importing: Part, list_id: str) -> None:
    for person in (EIJI, GAKU):
        assert importing.by(person).post(f"/lists/{list_id}/errors").status_code == 403
    assert importing.by(MAKI).post("/lists/999/errors").status_code == 404
    export_id = written(importing, list_id, ISAMU)
    assert importing.by(MAKI).get(f"/exports/{export_id}").status_code == 404
    assert importing.by(MAKI).get(f"/exports/{export_id}/file").status_code == 404
    for person in (ISAMU, ADMIN, MANA):
        assert importing.by(person).get(f"/exports/{export_id}/file").status_code == 200


def test_any_text_is_a_text_and_comes_back_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writing, open_row = module("error_writing"), module("error_workbook").OpenRow
    monkeypatch.setattr(writing, "MOST_NOTES", 4)
    texts = [*ODD_TEXTS, "", "x" * 40_000]
    rows = [
        open_row(at, {"note": text}, [(("email",), f"{text[:9]}は"), ((), "行")]) for at, text in enumerate(texts, 2)
    ]
    path = tmp_path / "行.xlsx"
    with path.open("w+b") as file:
        assert writing.write_errors(
            file, rows, set(), module("writing").Choices(), {"list_id": "1"}, "ja", 1 << 30
        ) == len(rows)
    sheet = openpyxl.load_workbook(path)["リスト"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for number, ((_, cells), text) in enumerate(
        zip([*module("spreadsheet").rows(path, "リスト")][1:], texts, strict=True), start=2
    ):
        kept, wrong = sheet.cell(number, places["備考"]), sheet.cell(number, places["メールアドレス"])
        assert kept.value is None if not text else (kept.data_type, kept.number_format) == ("s", "@")
        assert text[:32_767] in (cells[places["備考"] - 1 :] or [""])[:1] or text == "\x01", (text, cells)
        assert wrong.fill.fgColor.rgb == "FFFECACA" and wrong.number_format == "@"
        assert (wrong.comment is not None) is (number < 4)  # two notes a row
    assert (sheet.max_row, sheet.auto_filter.ref.rpartition(":")[2][-2:]) == (len(rows) + 1, str(len(rows) + 1))
