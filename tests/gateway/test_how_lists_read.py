"""What the pages of a list say: values as on every other page, and words that fit what has happened to it."""

from typing import Any

import pytest
from flask import render_template

from gateway.pages import list_words
from tests.cast import MAKI
from tests.gateway.conftest import browser
from tests.gateway.upstream import Upstream
from tests.parts import Part

ZERO = dict.fromkeys(list_words.outcome_names(), 0)


def rendered(gateway: Part, template: str, **context: Any) -> str:
    with gateway.app.test_request_context("/lists/5"):
        return render_template(f"lists/{template}.html", **context, **list_words.words())


def rows_of(gateway: Part, row: dict[str, Any]) -> str:
    cells = {"company": "株式会社鎌田", "family_name": "鎌田", "given_name": "教美"}
    whole = {"row": 7, "lead_id": None, "cells": cells, "reasons": [], "match": None} | row
    page = {"items": [whole], "total": 1, "next_cursor": None}
    uploaded = {"id": "5", "status": "finished", "may_correct": False}
    return rendered(gateway, "_rows", rows=page, list=uploaded, first_number=1, previous=None, next=None)


def test_numbers_and_days_of_a_row_read_as_on_the_other_pages(gateway: Part) -> None:
    phone = {"field": "phone", "label": "電話番号", "before": "0388880013", "after": "0388880014"}
    day = {"field": "responded_on", "label": "反応日", "before": "", "after": "2026-10-17"}
    updated = rows_of(gateway, {"outcome": "updated", "changes": [phone, day]})
    assert "03-8888-0013 → 03-8888-0014" in updated and "空白 → 2026/10/17" in updated
    besides = {"field": "mobile", "label": "携帯番号", "before": "", "after": "09011112222", "besides": True}
    clash = rows_of(gateway, {"outcome": "conflict", "changes": [phone | {"exported": "0388880012"}, besides]})
    assert "画面「03-8888-0013」・ファイル「03-8888-0014」（出力時「03-8888-0012」）" in clash
    assert "空白 → 090-1111-2222" in clash
    other = {"field": "responded_on", "label": "反応日", "before": "10月17日", "after": "2026-10-17"}
    assert "10月17日 → 2026/10/17" in rows_of(gateway, {"outcome": "updated", "changes": [other]})


@pytest.mark.parametrize(("is_draft", "told"), [(True, "取り込む"), (False, "取り込んだ")])
def test_columns_of_a_plan_are_still_to_be_taken(gateway: Part, is_draft: bool, told: str) -> None:
    column = {"letter": "A", "name": "会社", "label": "会社名", "remembered": False}
    columns = {"row": 1, "taken": [column], "left_out": [], "may_forget": False}
    page = rendered(gateway, "_columns", list={"id": "5", "columns": columns, "is_draft": is_draft})
    assert f"{told}列 1・取り込まない列 0" in page and f">{told}項目</th>" in page


@pytest.mark.parametrize(("created", "more"), [(2, "（新しく登録したリードは削除）"), (0, "")])
def test_what_was_taken_back_tells_of_new_leads_only_where_there_were_any(
    gateway: Part, created: int, more: str
) -> None:
    undoing = {"undone": 1_020, "kept": 0, "failed": 0, "at": "2026-11-20T01:00:00Z", "by": {"name": "牧野 真紀"}}
    uploaded = {"id": "5", "status": "undone", "undoing": undoing, "outcomes": ZERO | {"created": created}}
    page = rendered(gateway, "_undone", list=uploaded)
    assert f"1,020件のリードを取り込む前の状態に戻しました{more}。" in page


def test_rows_that_nobody_has_read_yet_are_not_counted_as_none(gateway: Part, upstream: Upstream) -> None:
    one: dict[str, Any] = {"kind": "invited", "campaign": "会", "outcomes": ZERO, "uploaded_by": {"name": "牧野 真紀"}}
    one |= {"created_at": "2026-11-20T01:00:00Z", "rows_read": 0, "file_name": "招待.xlsx"}
    lists = [one | {"id": "1", "status": "asking"}, one | {"id": "2", "status": "failed"}]
    upstream.answers("/campaigns", {"items": [], "total": 0, "next_cursor": None})
    upstream.answers("/lists", {"items": lists, "total": 2, "next_cursor": None})
    page = browser(gateway, MAKI).get("/lists").text
    assert page.count('<td class="number">–</td>') == page.count('<td class="number">0</td>') == 1


def test_columns_of_the_history_in_an_update_are_a_note_and_no_warning(gateway: Part, upstream: Upstream) -> None:
    note: dict[str, Any] = {"code": "history_columns", "message": "次の列は使っていません", "columns": []}
    warning: dict[str, Any] = {"code": "hidden_rows", "message": "非表示の行があります。", "columns": []}
    uploaded: dict[str, Any] = {"id": "5", "status": "finished", "kind": "update", "outcomes": ZERO, "rows_read": 1}
    uploaded |= {"rows_settled": 0, "question": None, "at_work_since": None, "file_name": "リード.xlsx"}
    uploaded |= {"uploaded_by": {"name": "牧野 真紀"}, "created_at": "2026-11-20T01:00:00Z"}
    maki = browser(gateway, MAKI)
    upstream.answers("/lists/5", uploaded | {"warnings": [note]})
    quiet = maki.get("/lists/5").text
    assert note["message"] in quiet and "notice tone-orange" not in quiet
    upstream.answers("/lists/5", uploaded | {"warnings": [note, warning]})
    both = maki.get("/lists/5").text
    assert both.count("notice tone-orange") == 1 and warning["message"] in both and note["message"] in both


def test_the_end_of_a_list_is_said_in_sentences(gateway: Part) -> None:
    uploaded = {"id": "5", "status": "finished", "rows_read": 122, "outcomes": ZERO | {"created": 122}}
    with gateway.app.test_request_context("/lists/5?lang=en"):
        page = render_template("lists/_progress.html", list=uploaded, running=False, **list_words.words())
    assert "The import has finished. New: 122 rows" in page
