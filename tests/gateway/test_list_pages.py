"""リード一覧 and the progress of a list, where the figures come from services that a test stands in for."""

import io
import re
from typing import Any

import pytest
from flask import render_template

from gateway import remembered
from gateway.pages import list_words
from tests.cast import EIJI, GAKU, MAKI, Person
from tests.gateway.conftest import browser, own_token
from tests.gateway.upstream import Upstream
from tests.parts import Part

STAGE = {"code": "new", "label": "未対応", "meaning": "open", "active": True}


@pytest.fixture(autouse=True)
def nobody_yet(upstream: Upstream) -> None:
    """A company without a lead."""
    remembered.forget()
    upstream.answers("/leads", {"items": [], "total": 0, "total_is_exact": True, "next_cursor": None})
    upstream.answers("/campaigns", {"items": [], "total": 0, "next_cursor": None})
    upstream.answers("/masters/lead-stages", {"items": [STAGE]})
    for name in ("lead-sources", "temperatures"):
        upstream.answers(f"/masters/{name}", {"items": []})


@pytest.mark.parametrize(
    ("who", "path", "told"),
    [
        (MAKI, "/leads", "リードはまだありません"),
        (MAKI, "/leads?q=nobody", "条件に合うリードはありません"),
        (EIJI, "/leads", "担当のリードはまだありません"),
        (GAKU, "/leads?owner=me", "条件に合うリードはありません"),
    ],
)
def test_an_empty_list_says_what_to_do(gateway: Part, who: Person, path: str, told: str) -> None:
    page = browser(gateway, who).get(path)
    assert page.status_code == 200
    assert told in page.text


def test_an_address_that_asks_for_nonsense_is_told_which_part_it_is(gateway: Part, upstream: Upstream) -> None:
    error = {"field": "updated_since", "code": "datetime_parsing", "message": "日時を正しく入力してください。"}
    upstream.answers("/leads", {"title": "invalid", "status": 422, "errors": [error]}, status=422)
    answer = browser(gateway, MAKI).get("/leads?updated_since=foo")
    assert answer.status_code == 400
    assert "updated_since=foo: 日時を正しく入力してください。" in answer.text
    assert "アドレスの指定が正しくありません" in answer.text and "管理者" not in answer.text


def test_a_list_that_one_may_not_see_is_named_by_its_number(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/lists/12", {"title": "forbidden", "status": 403}, status=403)
    page = browser(gateway, EIJI).get("/leads?list_id=12").text
    assert "取込 #12" in page


def test_an_outsourced_caller_is_shown_the_own_group_alone(gateway: Part) -> None:
    page = browser(gateway, GAKU).get("/leads").text
    assert "岳本 学" in page
    assert "石田 勇" not in page and "営業部" not in page


def test_a_lead_leads_back_to_its_list_by_the_conditions_that_were_set(gateway: Part, upstream: Upstream) -> None:
    blank = ("department", "title", "phone", "mobile", "email", "next_action_at", "last_contact_at", "first_response")
    lead: dict[str, Any] = {name: "" for name in blank} | {
        "id": "7",
        "number": "L-000007",
        "name": "高橋 一郎",
        "company": "みなと商事",
        "stage": STAGE,
        "owner": None,
        "latest_campaign": None,
        "source_label": "",
        "department_id": None,
        "do_not_call": False,
        "do_not_mail": False,
        "updated_at": "2026-11-20T01:00:00Z",
        "created_at": "2026-11-20T01:00:00Z",
    }
    upstream.answers("/leads", {"items": [lead], "total": 1, "total_is_exact": True, "next_cursor": None})
    page = browser(gateway, MAKI).get("/leads?q=&owner=unassigned&stage=new&stage=&source=&sort=name")
    assert 'href="/leads/7?from=owner%3Dunassigned%26stage%3Dnew%26sort%3Dname"' in page.text
    assert 'href="/leads/7?from=sort%3D"' in browser(gateway, MAKI).get("/leads?q=").text


def test_every_condition_of_the_address_reaches_the_service(gateway: Part, upstream: Upstream) -> None:
    query = (
        "q=x&owner=unassigned&owner=3&stage=new&campaign_id=7&invited=true&responded=false&source=web&department=2"
        "&temperature=A&next_action_due=today&next_action_from=2026-11-01&next_action_until=2026-11-30"
        "&updated_since=2026-10-01&updated_until=2026-10-31"
    )
    assert browser(gateway, MAKI).get(f"/leads?{query}&bogus=1").status_code == 200
    asked = next(one.path for one in upstream.asked if one.path.startswith("/leads?"))
    assert sorted(asked.partition("?")[2].split("&")) == sorted([*query.split("&"), "page_size=50", "total=quick"])


def test_a_list_without_columns_is_refused_and_nothing_is_remembered(gateway: Part) -> None:
    maki = browser(gateway, MAKI)
    form = {"csrf_token": own_token(maki), "search": "/leads", "order": ["name", "company"]}
    answer = maki.post("/leads/columns", data=form)
    assert answer.status_code == 422 and "表示する項目を 1 つ以上選んでください" in answer.text
    page = maki.get("/leads/columns").text
    assert page.index('name="order" value="company"') < page.index('name="order" value="name"')


@pytest.mark.parametrize(
    ("status", "read", "told"),
    [
        ("received", 0, "ファイルを読んでいます。"),
        ("committing", 40_000, "6,000 行（ファイルは 40,000 行まで読みました）"),
    ],
)
def test_a_list_that_is_read_tells_how_far(gateway: Part, status: str, read: int, told: str) -> None:
    """Nobody knows yet how many rows there will be."""
    uploaded = {"id": "1", "status": status, "reading": True, "rows_read": read, "rows_settled": 6_000 if read else 0}
    uploaded["outcomes"] = {"created": 6_000, "error": 0}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_progress.html", list=uploaded, running=True, pace=None, **list_words.words())
    assert told in page and "までに自動でもう一度読みます" not in page
    assert "<progress  aria-label" in page and ("tiles" in page) == bool(read)
    waiting = uploaded | {"read_again_by": "2026-11-25T05:30:00Z"}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_progress.html", list=waiting, running=True, pace=None, **list_words.words())
    assert "14:30 までに自動でもう一度読みます" in page and "ファイルを読んでいます" not in page


def test_a_corrected_file_tells_what_was_read_and_what_is_still_open(gateway: Part) -> None:
    correction: dict[str, Any] = {"file_name": "直し.xlsx", "problem": None, "rows": 80, "ignored": 2}
    correction["warnings"] = [{"code": "hidden_rows", "message": "非表示の行があります。", "columns": []}]
    with gateway.app.test_request_context("/lists/1"):
        uploaded = {"correction": correction, "is_draft": False}
        page = render_template("lists/_corrected.html", list=uploaded, open_rows=45)
    assert "取り込みました" not in page
    assert "「直し.xlsx」から、直す行を80行読み取りました。" in page
    assert "まだ取り込めない行が45行あります。" in page and "ファイルのほかの2行は" in page
    assert "直したファイル「直し.xlsx」で気づいたこと</p><p>非表示の行があります。</p>" in page


@pytest.mark.parametrize(
    ("is_draft", "told", "not_told"),
    [
        (
            True,
            ["「取り込めない行をExcelで出力」のファイル", "「確定」を押すまで、リードは何も変わりません。"],
            "取り込めなかった",
        ),
        (False, ["「取り込めなかった行をExcelで出力」のファイル", "このリストの続きとして登録します。"], "確定"),
    ],
)
def test_the_dialog_for_a_corrected_file_says_what_it_will_do(
    is_draft: bool, told: list[str], not_told: str, gateway: Part, upstream: Upstream
) -> None:
    upstream.answers("/lists/5", {"id": "5", "is_draft": is_draft})
    page = browser(gateway, MAKI).get("/lists/5/corrections/new").text
    assert all(words in page for words in told) and not_told not in page


def test_the_list_to_which_a_corrected_file_belongs_is_a_link(gateway: Part, upstream: Upstream) -> None:
    error = {"field": "file", "code": "other_list", "message": "別のリスト「春.xlsx」から出力した行です。"}
    refused = {"title": "other_list", "status": 422, "errors": [error], "list_id": "12"}
    upstream.answers("/lists/5", {"id": "5", "is_draft": False})
    upstream.answers("/lists/5/corrections", refused, status=422)
    maki = browser(gateway, MAKI)
    data = {"csrf_token": own_token(maki), "file": (io.BytesIO(b"PK"), "直し.xlsx")}
    answer = maki.post("/lists/5/corrections", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422 and error["message"] in answer.text
    assert '<a class="link" href="/lists/12">そのリストを開く</a>' in answer.text


@pytest.mark.parametrize(
    ("match", "told"),
    [
        ({"rule": "email", "value": "a@example.jp"}, "メールアドレスが一致: a@example.jp"),
        (
            {"rule": "bare", "value": "斎藤産業|向結衣|0484240142"},
            "会社名・氏名・電話番号が一致: 斎藤産業 / 向結衣 / 048-424-0142",
        ),
        ({"rule": "bare", "value": "斎藤産業|向結衣|"}, "会社名と氏名が一致: 斎藤産業 / 向結衣"),
        ({"rule": "bare", "value": "|向結衣|0484240142"}, "氏名と電話番号が一致: 向結衣 / 048-424-0142"),
    ],
)
def test_a_match_says_why_in_words(gateway: Part, match: dict[str, str], told: str) -> None:
    with gateway.app.test_request_context("/lists/1"):
        assert list_words.match_text(match) == told


def test_leads_among_which_a_row_could_not_choose_are_links(gateway: Part) -> None:
    told = {"code": "several_matches", "message": "<b>：一致するリードが複数あります（L-000012、L-1234567 ほか）。"}
    with gateway.app.test_request_context("/lists/1"):
        linked = list_words.with_leads(told)
        assert list_words.with_leads(told | {"code": "address_taken"}) == linked
        assert "href" not in list_words.with_leads(told | {"code": "not_found"})
    assert linked.startswith("&lt;b&gt;")
    assert '<a href="/leads/12">L-000012</a>、<a href="/leads/1234567">L-1234567</a> ほか' in linked


def test_the_ledger_tells_a_search_in_the_words_of_its_page(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/masters/temperatures", {"items": [{"code": "a", "label": "A", "meaning": "", "active": True}]})
    upstream.answers("/lists/5", {"file_name": "招待.xlsx"})
    search = {
        "q": "山田",
        "owner": ["me", "unassigned"],
        "temperature": ["a"],
        "contacted": True,
        "source": [],
        "list_id": ["5"],
    }
    line: dict[str, Any] = {
        "id": "1",
        "at": "2026-11-20T01:00:00Z",
        "user": {"name": "牧野 真紀"},
        "act": "exported",
        "kind": "leads",
    }
    line |= {
        "rows": 3,
        "sha256": "0" * 64,
        "list_id": None,
        "export_id": "9",
        "search": search | {"next_action_due": None},
    }
    persons = line | {"kind": "persons", "search": {"prefecture": ["東京都"], "has_account": False}}
    upstream.answers("/export-ledger", {"items": [line, persons], "total": 2, "next_cursor": None})
    page = browser(gateway, MAKI).get("/lists/exports").text
    assert "キーワード: 山田 · 担当: 自担当、未割当 · 温度感: A · 接触: あり · リスト: 招待.xlsx" in page
    assert "都道府県: 東京都 · 取引先: なし" in page


def test_the_rows_of_a_list_are_turned_back_too(gateway: Part, upstream: Upstream) -> None:
    zero = dict.fromkeys(list_words.outcome_names(), 0)
    uploaded: dict[str, Any] = {"id": "5", "status": "finished", "kind": "invited", "outcomes": zero | {"created": 250}}
    uploaded |= {"rows_read": 250, "rows_settled": 250, "question": None, "at_work_since": None, "warnings": []}
    uploaded |= {"uploaded_by": {"name": "牧野 真紀"}, "created_at": "2026-11-20T01:00:00Z", "file_name": "招待.xlsx"}
    upstream.answers("/lists/5", uploaded)
    row = {"row": 102, "outcome": "created", "lead_id": None, "cells": {}, "reasons": [], "changes": [], "match": None}
    upstream.answers("/lists/5/rows", {"items": [row] * 100, "total": 250, "next_cursor": "three"})
    maki = browser(gateway, MAKI)
    page = maki.get("/lists/5?outcome=created&cursor=two&trail=-&start=100").text
    assert "101–200 / 250件" in page
    assert 'href="/lists/5?outcome=created&amp;start=0"' in page
    assert "cursor=three" in page and "start=200" in page
    fragment = maki.get("/lists/5", headers={"HX-Request": "true", "HX-Target": "rows"}).text
    assert "1–100 / 250件" in fragment and "<nav" in fragment and "<main" not in fragment


def running_list(**more: Any) -> dict[str, Any]:
    zero = dict.fromkeys(list_words.outcome_names(), 0)
    uploaded: dict[str, Any] = {"id": "5", "status": "committing", "kind": "invited", "outcomes": zero, "moved": 0}
    uploaded |= {"rows_read": 6_000, "rows_settled": 0, "question": None, "at_work_since": None, "warnings": []}
    uploaded |= {"uploaded_by": {"name": "牧野 真紀"}, "created_at": "2026-11-20T01:00:00Z", "file_name": "招待.xlsx"}
    return uploaded | {"reading": False, "undoing": None} | more


def test_a_running_list_keeps_to_the_outcome_that_is_looked_at(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/lists/5", running_list())
    row = {
        "row": 7,
        "outcome": "error",
        "lead_id": None,
        "cells": {"company": "計画商会"},
        "reasons": [],
        "changes": [],
    }
    upstream.answers("/lists/5/rows", {"items": [row | {"match": None}], "total": 1, "next_cursor": None})
    maki, htmx = browser(gateway, MAKI), {"HX-Request": "true", "HX-Target": "progress"}
    page = maki.get("/lists/5?outcome=error").text
    assert 'hx-include="#rows > input"' in page and '<section class="card flush" id="rows" hidden' in page
    assert '<input type="hidden" name="outcome" value="error">' in page and "計画商会" not in page
    upstream.answers("/lists/5", running_list(rows_settled=2_000, outcomes=running_list()["outcomes"] | {"error": 1}))
    poll = maki.get("/lists/5?outcome=error", headers=htmx).text
    assert re.search(r'href="/lists/5\?outcome=error"[^>]*aria-current', poll)
    assert 'id="rows"  hx-swap-oob="true"' in poll and "計画商会" in poll and 'name="seen" value="1"' in poll
    asked = next(one.path for one in reversed(upstream.asked) if one.path.startswith("/lists/5/rows"))
    assert "outcome=error" in asked
    again = maki.get("/lists/5?outcome=error&seen=1", headers=htmx).text
    assert 'id="rows"' not in again, "nothing came that was not there"
    upstream.answers("/lists/5", running_list(status="finished", rows_settled=6_000))
    end = maki.get("/lists/5?outcome=error&seen=1", headers=htmx)
    assert end.headers["HX-Retarget"] == "#list"
    assert re.search(r'href="/lists/5\?outcome=error"[^>]*aria-current', end.text)
