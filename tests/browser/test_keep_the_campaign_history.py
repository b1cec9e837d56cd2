"""キャンペーン履歴 on リード詳細: a lead joins a campaign without a list, and a mistake in a row is put right."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until

Sit = Callable[..., Desk]


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_somebody_who_applied_by_telephone(running: Running, desk: Sit, javascript: bool) -> None:
    maki, name = running.by("maki"), f"電話申込の会 {javascript}"
    draft: dict[str, Any] = {"name": name, "category": "seminar", "status": "running"}
    campaign = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    person = {"family_name": "電話", "email": f"applied-{javascript}@example.jp", "company": "株式会社電話申込"}
    lead_id = maki.post("/leads", {"person": person})["id"]
    other = maki.post("/leads", {"person": {"family_name": "先客", "email": f"first-{javascript}@example.jp"}})["id"]
    joined = {"campaign_id": campaign["id"], "status": "invited"}
    until(lambda: maki.ask("POST", f"/leads/{other}/members", joined).status == 201, what="the campaign")

    isamu = desk("isamu", javascript=javascript)
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    expect(page.get_by_role("link", name="案件作成")).to_have_count(0)
    page.get_by_role("link", name="キャンペーンに追加").click()
    form = isamu.form()
    form.locator("#campaign_id").select_option(campaign["id"])
    form.get_by_label("メンバー状況").select_option(label="申込")
    form.get_by_label("招待", exact=True).check()
    form.get_by_label("招待方法").fill("電話")
    form.get_by_role("button", name="追加").click()
    expect(isamu.message()).to_contain_text("キャンペーンに追加しました。")
    row = page.locator("#campaigns tbody tr")
    expect(row).to_contain_text("申込")
    expect(row).to_contain_text("電話")
    expect(page.get_by_role("link", name="案件作成")).to_be_visible()

    page.get_by_role("link", name=f"{name}の履歴を更新").click()
    form = isamu.form()
    form.get_by_label("メンバー状況").select_option(label="参加")
    form.get_by_label("反応日").fill("2026-11-20")
    form.get_by_label("アンケート").fill("来期に検討")
    isamu.look("lead-member-form")
    form.get_by_role("button", name="更新").click()
    expect(isamu.message()).to_contain_text("キャンペーン履歴を更新しました。")
    expect(row).to_contain_text("参加")
    expect(row).to_contain_text("11/20")
    counted = f"/campaigns/{campaign['id']}"
    until(lambda: maki.get(counted)["results"]["responded"] == 1, what="the results")


def test_two_put_one_row_right(running: Running, desk: Sit) -> None:
    maki = running.by("maki")
    draft = {"name": "二人で直す会", "category": "seminar", "status": "running"}
    campaign = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    person = {"family_name": "二人", "email": "two-members@example.jp", "company": "株式会社二人"}
    lead_id = maki.post("/leads", {"person": person})["id"]
    joined = {"campaign_id": campaign, "status": "invited"}
    path = f"/leads/{lead_id}/members"
    until(lambda: maki.ask("POST", path, joined).status == 201, what="the campaign")

    isamu = desk("isamu")
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="二人で直す会の履歴を更新").click()
    form = isamu.form()
    form.get_by_label("メンバー状況").select_option(label="参加")
    (member,) = maki.get(f"/leads/{lead_id}")["members"]
    change = {"version": member["version"], "status": "absent", "note": "当日連絡あり"}
    assert maki.ask("PATCH", f"{path}/{campaign}", change).status == 200
    form.get_by_role("button", name="更新").click()
    expect(form.get_by_role("alert")).to_contain_text("ほかの人がこのキャンペーン履歴を更新しました。")
    expect(form.get_by_role("group", name="重なった項目")).to_contain_text("欠席")
    isamu.look("lead-member-conflict")
    expect(form.get_by_label("備考")).to_have_value("当日連絡あり")
    form.get_by_label("メンバー状況 相手の値 欠席").check()
    form.get_by_label("備考").fill("当日連絡あり。資料を送る")
    form.get_by_role("button", name="更新").click()
    expect(isamu.message()).to_contain_text("キャンペーン履歴を更新しました。")
    (member,) = maki.get(f"/leads/{lead_id}")["members"]
    assert (member["status"], member["note"]) == ("absent", "当日連絡あり。資料を送る")
