"""Rows that did not go in, too many to be waited for: the button of the list, and the page of what a worker writes."""

from typing import Any

import pytest

from gateway.pages import list_words
from tests.cast import MAKI
from tests.gateway.conftest import browser, own_token
from tests.gateway.upstream import Upstream
from tests.parts import Part

AT = "2026-11-20T01:00:00Z"
OUTCOMES = dict.fromkeys(list_words.outcome_names(), 0) | {"error": 30_000}
LIST: dict[str, Any] = {
    **{"id": "5", "status": "finished", "kind": "invited", "outcomes": OUTCOMES, "is_draft": False},
    **{"rows_read": 30_000, "rows_settled": 30_000, "question": None, "at_work_since": None, "warnings": []},
    **{"uploaded_by": {"name": MAKI.name}, "created_at": AT, "file_name": "招待.xlsx", "errors_by_job": True},
}
JOB: dict[str, Any] = {
    **{"id": "9", "kind": "errors", "list_id": "5", "search": {"language": "ja"}, "status": "running", "rows": 4_000},
    **{"total": 30_000, "file_name": "", "problem": None},
}


@pytest.fixture(autouse=True)
def a_long_list(upstream: Upstream) -> None:
    upstream.answers("/lists/5", LIST)
    upstream.answers("/lists/5/rows", {"items": [], "total": 0, "next_cursor": None})
    upstream.answers("/lists/5/errors", {"id": "9", "status": "running"}, status=202)
    upstream.answers("/exports/9", JOB)


@pytest.mark.parametrize("by_job", [True, False])
def test_the_button_of_a_long_list_has_the_workbook_written(gateway: Part, upstream: Upstream, by_job: bool) -> None:
    upstream.answers("/lists/5", LIST | {"errors_by_job": by_job})
    page = browser(gateway, MAKI).get("/lists/5").text
    assert ('href="/lists/5/errors.xlsx"' in page) is not by_job
    assert ('name="kind" value="errors"' in page) is by_job
    assert page.count("取り込めなかった行をExcelで出力") == 1


@pytest.mark.parametrize("htmx", [True, False])
def test_it_leads_to_what_is_written(gateway: Part, upstream: Upstream, htmx: bool) -> None:
    maki = browser(gateway, MAKI)
    headers = {"HX-Request": "true", "HX-Target": "dialog-body"} if htmx else {}
    data = {"csrf_token": own_token(maki), "kind": "errors", "list_id": "5"}
    answer = maki.post("/exports", data=data, headers=headers)
    assert ("POST", "/lists/5/errors") in [(asked.method, asked.path) for asked in upstream.asked]
    if not htmx:
        assert (answer.status_code, answer.headers["Location"]) == (303, "/exports/9")
        answer = maki.get("/exports/9")
    assert "取り込めなかった行" in answer.text and "4,000 / 30,000 件" in answer.text
    assert '<a class="link" href="/lists/5">招待.xlsx</a>' in answer.text
    assert '<a class="button" href="/lists/5" data-close>閉じる</a>' in answer.text


def test_why_it_was_not_begun_is_told_on_the_list(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/lists/5/errors", {"title": "not_found", "status": 404, "detail": "ありません。"}, status=404)
    maki = browser(gateway, MAKI)
    data = {"csrf_token": own_token(maki), "kind": "errors", "list_id": "5"}
    assert maki.post("/exports", data=data).headers["Location"] == "/lists/5"
    assert "ありません。" in maki.get("/lists/5").text


def test_what_is_written_says_how_to_go_on(gateway: Part, upstream: Upstream) -> None:
    maki = browser(gateway, MAKI)
    upstream.answers("/lists/5", LIST | {"is_draft": True})
    upstream.answers(
        "/exports/9", JOB | {"status": "finished", "rows": 30_000, "file_name": "取り込めない行_招待.xlsx"}
    )
    page = maki.get("/exports/9").text
    assert '<h2 id="dialog-title">取り込めない行</h2>' in page and "30,000行を出力しました。" in page
    assert 'href="/exports/9/file"' in page and "取り込めない行_招待.xlsx" in page
    upstream.answers("/exports/9", JOB | {"status": "failed", "problem": "出力できませんでした。"})
    page = maki.get("/exports/9").text
    assert "出力できませんでした。" in page and 'name="list_id" value="5"' in page and 'name="search"' not in page


def test_a_link_to_what_is_too_long_leads_to_the_page_with_the_button(gateway: Part, upstream: Upstream) -> None:
    refused: dict[str, Any] = {
        "title": "too_long",
        "status": 409,
        "detail": "行数または文字数が多いため、すぐにはダウンロードできません。",
    }
    upstream.answers("/lists/5/errors.xlsx", refused, status=409)
    maki = browser(gateway, MAKI)
    answer = maki.get("/lists/5/errors.xlsx")
    upstream.answers("/lists/5", LIST | {"errors_by_job": False})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/lists/5?errors=by_job")
    page = maki.get(answer.headers["Location"]).text
    assert refused["detail"] in page and 'name="kind" value="errors"' in page


def test_the_ledger_leads_to_the_list_and_to_the_file(gateway: Part, upstream: Upstream) -> None:
    line = {"id": "1", "at": AT, "user": {"name": MAKI.name}, "act": "exported", "kind": "errors", "rows": 30_000}
    line |= {"sha256": "0" * 64, "list_id": "5", "export_id": "9", "file_name": "招待.xlsx", "search": {}}
    upstream.answers("/export-ledger", {"items": [line], "total": 1, "next_cursor": None})
    page = browser(gateway, MAKI).get("/lists/exports").text
    assert "取り込めなかった行のExcel" in page and "招待.xlsx" in page
    assert 'href="/lists/5"' in page and 'href="/exports/9/file"' in page
