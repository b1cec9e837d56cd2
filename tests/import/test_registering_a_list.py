"""リスト登録: from the upload through reading, checking and settling to the finished list, and its history."""

import importlib
import io
import threading
from collections.abc import Callable

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, SARA
from tests.parts import Part

from .making import HEADER, people, workbook
from .registering import CAMPAIGN, OUTCOMES, campaign, details, read_and_check, settle, upload, values


def test_a_list_goes_all_the_way(importing: Part) -> None:
    rows = {1: HEADER} | {
        number: ["株式会社サンプル", f"山田{number}", "太郎", f"taro{number}@example.jp", "", "未対応", "2026/10/28"]
        for number in range(3, 8)
    }
    rows[5] = ["株式会社サンプル", "鈴木", "一郎", "ichiro＠＠example.jp", "", "すごく熱い", "2026年13月45日"]
    answer = upload(importing, workbook(rows))
    assert answer.status_code == 202
    list_id = answer.get_json()["id"]
    assert details(importing, list_id)["status"] == "received"

    (prepared,) = read_and_check(importing)
    assert (prepared.kind, prepared.campaign_id, prepared.batch) == ("invited", CAMPAIGN, 0)
    assert prepared.rows == (3, 4, 6, 7)
    assert values(prepared)[0] == {
        "company": "株式会社サンプル", "family_name": "山田3", "given_name": "太郎", "email": "taro3@example.jp",
        "phone": "", "stage": "open", "responded_on": "2026-10-28",
    }  # fmt: skip
    shown = details(importing, list_id)
    assert (shown["status"], shown["rows_read"], shown["rows_settled"]) == ("committing", 5, 1)

    assert settle(importing, prepared) == "done"
    shown = details(importing, list_id)
    assert shown["status"] == "finished" and shown["finished_at"]
    assert shown["outcomes"] == dict.fromkeys(OUTCOMES, 0) | {"created": 4, "error": 1}
    assert sum(shown["outcomes"].values()) == shown["rows_read"] == shown["rows_settled"]
    assert shown["uploaded_by"] == {"id": "2", "name": MAKI.name}
    assert (shown["campaign"], shown["file_name"], shown["problem"]) == ("秋のセミナー11", "名簿.xlsx", None)
    (finished,) = importing.said(events.ListFinished)
    assert (finished.status, finished.rows_read, finished.outcomes) == ("finished", 5, shown["outcomes"])


def test_error_rows_name_sheet_row_column_and_value(importing: Part) -> None:
    rows = {1: HEADER, 4: ["", "鈴木", "", "ichiro＠＠example.jp", "内線だけ", "すごく熱い", "2026年13月45日"]}
    list_id = upload(importing, workbook(rows)).get_json()["id"]
    assert read_and_check(importing) == []
    assert details(importing, list_id)["status"] == "finished"
    page = importing.by(MAKI).get(f"/lists/{list_id}/rows?outcome=error").get_json()
    (row,) = page["items"]
    assert page["total"] == 1 and row["row"] == 4 and row["lead_id"] is None
    assert [reason["field"] for reason in row["reasons"]] == ["email", "phone", "stage", "responded_on"]
    for reason, cell, value in zip(
        row["reasons"],
        ("D4", "E4", "F4", "G4"),
        ("ichiro＠＠example.jp", "内線だけ", "すごく熱い", "2026年13月45日"),
        strict=True,
    ):
        assert "シート「リスト」4行目" in reason["message"] and cell in reason["message"] and value in reason["message"]
    english = importing.by(MAKI).get(f"/lists/{list_id}/rows", headers={"Accept-Language": "en"}).get_json()
    assert english["items"][0]["reasons"][3]["message"].startswith("Sheet “リスト”, row 4, “反応日” (G4): ")
    assert row["cells"]["email"] == "ichiro＠＠example.jp"


def test_what_lead_says_against_a_row_names_the_value_too(importing: Part) -> None:
    rows = {
        1: ["リードID", "氏名", "メールアドレス", "会社名"],
        2: ["999", "山田 太郎", "taro@example.jp"],
        3: ["", "鈴木 花子", "", "鈴木電機"],
        4: ["", "森", "mori@example.jp"],
    }
    list_id = upload(importing, workbook(rows), kind="update", campaign_id="").get_json()["id"]
    (prepared,) = read_and_check(importing)
    unknown = {"code": "not_found", "ja": "ありません。", "en": "Not there."}
    outcomes = tuple(
        events.RowOutcome(row=row, outcome="error", reasons=(unknown | {"field": field},))
        for row, field in ((2, "lead_id"), (3, "family_name"), (4, "email"))
    )
    importing.hear(events.RowsSettled(list_id=prepared.list_id, batch=0, outcomes=outcomes))
    values = ("999", "鈴木 花子", "mori@example.jp")
    places = {
        "ja": ("「リードID」（A2）: 「{}」", "「氏名」（B3）: 「{}」", "「メールアドレス」（C4）: 「{}」"),
        "en": ("“リードID” (A2): “{}”", "“氏名” (B3): “{}”", "“メールアドレス” (C4): “{}”"),
    }
    for language, there in places.items():
        headers = {"Accept-Language": language}
        page = importing.by(MAKI).get(f"/lists/{list_id}/rows?outcome=error", headers=headers).get_json()
        for row, place, value in zip(page["items"], there, values, strict=True):
            reason = row["reasons"][0]
            assert place.format(value) in reason["message"] and reason["value"] == value


@pytest.fixture
def batches_of_500(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("services.import.commands.reading"), "BATCH_ROWS", 500)


def test_a_large_list_is_cut_into_batches_and_finishes_once(importing: Part, batches_of_500: None) -> None:
    list_id = upload(importing, people(1_200)).get_json()["id"]
    batches = read_and_check(importing)
    assert [len(batch.rows) for batch in batches] == [500, 500, 200]
    for batch in reversed(batches):
        assert details(importing, list_id)["status"] == "committing"
        assert settle(importing, batch, "history_only") == "done"
        assert settle(importing, batch, "created") == "done"  # said again: nothing changes
    shown = details(importing, list_id)
    assert shown["outcomes"]["history_only"] == 1_200 and shown["rows_settled"] == 1_200
    assert len(importing.said(events.ListFinished)) == 1


def test_a_list_of_long_texts_is_cut_into_smaller_batches(importing: Part) -> None:
    rows = {1: ["姓", "メールアドレス", "アンケート"]} | {
        row: ["山田", f"taro{row}@example.jp", "答" * 3_900] for row in range(2, 402)
    }
    list_id = upload(importing, workbook(rows)).get_json()["id"]
    batches = read_and_check(importing)
    assert [row for batch in batches for row in batch.rows] == list(range(2, 402))
    assert len(batches) > 1
    assert all(len(batch.model_dump_json().encode()) <= 2 << 20 for batch in batches)
    for batch in batches:
        assert settle(importing, batch) == "done"
    shown = details(importing, list_id)
    assert (shown["status"], shown["outcomes"]["created"], shown["rows_read"]) == ("finished", 400, 400)


def test_workers_that_settle_at_the_same_time_finish_a_list_once(importing: Part, batches_of_500: None) -> None:
    list_id = upload(importing, people(2_000)).get_json()["id"]
    batches = read_and_check(importing)
    threads = [threading.Thread(target=settle, args=(importing, batch)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert importing.why_set_aside() == []
    assert details(importing, list_id)["status"] == "finished"
    assert len(importing.said(events.ListFinished)) == 1


def test_everything_heard_twice_has_one_effect(importing: Part) -> None:
    upload(importing, people(10))
    for _ in range(2):  # said twice: other event ids, the same news
        read_and_check(importing)
    (prepared,) = importing.said(events.RowsPrepared)
    assert len(importing.said(events.BatchCut)) == 1
    assert len(prepared.rows) == 10


def test_a_row_that_lead_forgot_becomes_an_error(importing: Part) -> None:
    list_id = upload(importing, people(3)).get_json()["id"]
    (prepared,) = read_and_check(importing)
    told = (events.RowOutcome(row=2, outcome="created", lead_id=1),)
    importing.hear(events.RowsSettled(list_id=prepared.list_id, batch=0, outcomes=told))
    shown = details(importing, list_id)
    assert (shown["outcomes"]["created"], shown["outcomes"]["error"], shown["rows_read"]) == (1, 2, 3)


def test_what_was_noticed_about_a_good_row_is_told(importing: Part) -> None:
    content = workbook({1: ["氏名", "メール", "好きな色"], 2: ["山田太郎", "taro@example.jp", "青"]})
    list_id = upload(importing, content).get_json()["id"]
    (prepared,) = read_and_check(importing)
    settle(importing, prepared)
    (row,) = importing.by(MAKI).get(f"/lists/{list_id}/rows?outcome=created").get_json()["items"]
    assert (row["lead_id"], row["match"]) == ("1002", None)
    assert row["reasons"][0]["code"] == "name_not_split" and "山田太郎" in row["reasons"][0]["message"]
    (warning,) = details(importing, list_id)["warnings"]
    assert warning["columns"] == ["好きな色"] and "好きな色" in warning["message"]


def test_a_file_that_turns_out_unreadable_fails_the_list_and_leaves_nothing(importing: Part) -> None:
    list_id = upload(importing, workbook({1: ["ようこそ"], 2: ["これは", "別の", "表"]})).get_json()["id"]
    assert read_and_check(importing) == []
    shown = details(importing, list_id)
    assert (shown["status"], shown["problem_code"], shown["rows_read"]) == ("failed", "no_header", 0)
    assert "見出し行" in shown["problem"] and set(shown["outcomes"]) == set(OUTCOMES)
    (finished,) = importing.said(events.ListFinished)
    assert (finished.status, finished.rows_read) == ("failed", 0)
    assert importing.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["total"] == 0
    assert upload(importing, workbook({1: ["ようこそ"], 2: ["これは", "別の", "表"]})).status_code == 202  # try again


def test_an_update_needs_no_campaign(importing: Part) -> None:
    content = workbook({1: ["リードID", "版", "リードステージ"], 2: ["7", "3", "未対応"], 3: ["", "", "未対応"]})
    list_id = upload(importing, content, kind="update", campaign_id="").get_json()["id"]
    (prepared,) = read_and_check(importing)
    assert (prepared.kind, prepared.campaign_id) == ("update", None)
    assert values(prepared) == [{"lead_id": 7, "version": 3, "stage": "open"}]
    settle(importing, prepared, "updated")
    assert details(importing, list_id)["outcomes"]["error"] == 1


def test_a_batch_waits_for_masters_that_have_not_arrived(part: Callable[[str], Part]) -> None:
    service = part("import")
    service.hear(campaign(CAMPAIGN))
    upload(service, people(2))
    service.hear(service.said(events.ListUploaded)[0])
    assert service.hear(service.said(events.BatchCut)[0]) == "retry"
    assert service.said(events.RowsPrepared) == []


def test_events_about_nothing_are_parked(importing: Part) -> None:
    assert importing.hear(events.ListUploaded(list_id=999)) == "parked"
    assert importing.hear(events.BatchCut(list_id=999, batch=0)) == "parked"
    assert importing.hear(events.RowsSettled(list_id=999, batch=0, outcomes=())) == "parked"


def test_the_history_tells_who_when_and_which(importing: Part) -> None:
    for number in range(1, 4):
        upload(importing, people(number), ISAMU if number == 2 else MAKI)
    page = importing.by(SARA).get("/lists?page_size=2").get_json()
    assert page["total"] == 3 and len(page["items"]) == 2
    rest = importing.by(SARA).get(f"/lists?page_size=2&cursor={page['next_cursor']}").get_json()
    everything = page["items"] + rest["items"]
    assert [each["uploaded_by"]["name"] for each in everything] == [MAKI.name, ISAMU.name, MAKI.name]
    assert rest["next_cursor"] is None
    assert importing.by(SARA).get(f"/lists?uploaded_by={ISAMU.id}").get_json()["total"] == 1
    assert importing.by(SARA).get("/lists?cursor=nonsense").status_code == 422


def test_rows_come_page_by_page(importing: Part) -> None:
    list_id = upload(importing, people(30)).get_json()["id"]
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    numbers: list[int] = []
    cursor = ""
    while cursor is not None:
        page = importing.by(MAKI).get(f"/lists/{list_id}/rows?page_size=12&cursor={cursor}").get_json()
        numbers += [row["row"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert numbers == list(range(2, 32))


def test_the_original_file_can_be_downloaded(importing: Part) -> None:
    content = people(3)
    list_id = upload(importing, content, file=(io.BytesIO(content), "../../秋の 名簿.xlsx")).get_json()["id"]
    answer = importing.by(MAKI).get(f"/lists/{list_id}/file")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert details(importing, list_id)["file_name"] == "秋の 名簿.xlsx"
    assert importing.by(MAKI).get("/lists/999/file").status_code == 404
    assert importing.by(EIJI).get(f"/lists/{list_id}/file").status_code == 403
