"""What the page of a list says of a stop and of an undoing, and how it goes on from there."""

from typing import Any

import pytest
from flask import render_template

from gateway.pages import list_words
from tests.parts import Part


@pytest.mark.parametrize(("status", "stays"), [("finished", True), ("undone", False)])
def test_what_a_stopped_list_left_is_told_until_it_is_taken_back(gateway: Part, status: str, stays: bool) -> None:
    at = "2026-11-20T01:00:00Z"
    uploaded: dict[str, Any] = {"id": "1", "status": status, "rows_read": 3, "cancelled_at": at, "is_draft": False}
    uploaded |= {"cancelled_by": {"name": "牧野 真紀"}, "outcomes": {"created": 1, "cancelled": 2, "error": 0}}
    if not stays:
        uploaded["undoing"] = {"at": at, "by": {"name": "真鍋 愛"}, "leads": 1, "undone": 1, "kept": 0, "failed": 0}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_progress.html", list=uploaded, running=False, **list_words.words())
    assert ("そのまま残っています" in page) is stays and "取り込まなかった2行は「取り込み中止」です。" in page


@pytest.mark.parametrize("may", [True, False])
def test_what_a_fault_kept_from_being_taken_back_is_told_apart(gateway: Part, may: bool) -> None:
    undoing = {"at": "2026-11-20T01:00:00Z", "by": {"name": "真鍋 愛"}, "leads": 9, "undone": 4, "kept": 5, "failed": 3}
    uploaded: dict[str, Any] = {"id": "1", "status": "undone", "may_undo": may, "undoing": undoing, "outcomes": {}}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_undone.html", list=uploaded, **list_words.words())
        uploaded["undoing"] = undoing | {"kept": 2, "failed": 0}
        calm = render_template("lists/_undone.html", list=uploaded, **list_words.words())
    assert "取り込んだ後に変更されたか、別のリストにもある2件は、そのまま残しています。" in page and "tone-red" in page
    assert "システムの不具合のため、3件は取り消せず、そのまま残っています。" in page
    assert ('action="/lists/1/undoing"' in page and "もう一度取り消す" in page) is may
    assert "tone-orange" in calm and "不具合" not in calm and "もう一度" not in calm


@pytest.mark.parametrize(
    ("at", "by", "other_list", "told"),
    [
        (None, "", None, "残した理由: システムの不具合により取り消せなかったため"),
        ("2026-11-20T01:00:00Z", "", None, "残した理由: システムが 11/20 10:00 に変更"),
        ("2026-11-20T01:00:00Z", "石田 勇", None, "残した理由: 石田 勇さんが 11/20 10:00 に変更"),
        ("2026-11-20T01:00:00Z", "石田 勇", "8", "石田 勇さんが 11/20 10:00 に登録した別のリストにもあるため"),
        ("2026-11-20T01:00:00Z", "", "8", "残した理由: 11/20 10:00 に登録された別のリストにもあるため"),
    ],
)
def test_why_a_lead_was_kept_names_people_alone(
    gateway: Part, at: str | None, by: str, other_list: str | None, told: str
) -> None:
    row = {"row": 2, "outcome": "created", "lead_id": "7", "cells": {}, "reasons": [], "changes": [], "planned": None}
    row |= {"match": None, "decided": None, "kept": {"at": at, "by": {"name": by}, "other_list": other_list}}
    rows = {"items": [row], "total": 1, "next_cursor": None}
    uploaded = {"id": "1", "status": "undone", "decided": 0, "may_correct": False}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_rows.html", list=uploaded, rows=rows, first_number=1, **list_words.words())
    assert told in page and "システムさん" not in page


STOPPED = {"id": "1", "cancelled_by": {"name": "牧野 真紀"}, "cancelled_at": "2026-11-20T01:00:00Z", "is_draft": False}


@pytest.mark.parametrize("is_draft", [True, False])
def test_a_list_that_is_stopped_before_it_is_read_may_be_tried_again(gateway: Part, is_draft: bool) -> None:
    uploaded: dict[str, Any] = STOPPED | {"status": "cancelled", "rows_read": 0, "is_draft": is_draft}
    uploaded |= {"may_retry": True, "outcomes": {"created": 0, "cancelled": 0, "error": 0}}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_progress.html", list=uploaded, running=False, **list_words.words())
    assert "取り込んだ行はありません。" in page and "同じファイルでやり直す" in page


def test_why_the_rest_of_a_file_could_not_be_read_is_told_beside_what_is_in(gateway: Part) -> None:
    uploaded: dict[str, Any] = STOPPED | {"status": "finished", "rows_read": 4, "may_resume": True, "stopped_after": 5}
    uploaded |= {"cancelled_at": None, "outcomes": {"created": 4, "cancelled": 0, "error": 0}}
    uploaded |= {"problem": "ファイルが壊れています。", "problem_code": None}
    with gateway.app.test_request_context("/lists/1"):
        page = render_template("lists/_progress.html", list=uploaded, running=False, **list_words.words())
    for words in ("ファイルの続きを読めませんでした。", "ファイルが壊れています。", "5行目より後", "続きを取り込む"):
        assert words in page
    assert "このリストは取り込めませんでした。" not in page


@pytest.mark.parametrize("keeps_plan", [True, False])
def test_who_stops_a_plan_is_told_whether_it_stays_one(gateway: Part, keeps_plan: bool) -> None:
    uploaded = {"id": "1", "file_name": "名簿.xlsx", "status": "planning", "is_draft": True, "rows_read": 4}
    uploaded |= {"may_cancel": True, "keeps_plan": keeps_plan}
    with gateway.app.test_request_context("/lists/1/cancellation/new"):
        page = render_template("lists/_stopping.html", list=uploaded, title="取り込みの中止")
    assert "まだ何も取り込んでいません。" in page
    assert ("リストは確認待ちに戻ります。" in page and "直す前や選ぶ前の結果に戻ります。" in page) is keeps_plan
    assert ("計算した結果は破棄します。" in page and "もう一度登録してください" in page) is not keeps_plan
