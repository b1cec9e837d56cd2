"""What else a lead's page tells and takes: what is related, the account, the clock of the first response."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running

Sit = Callable[..., Desk]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_activities_of_the_opportunities_are_counted_and_shown(
    running: Running, desk: Sit, company: Company, javascript: bool
) -> None:
    act = {"type": "visit", "text": f"工場を見学 {javascript}"}
    running.by("eiji").post(f"/opportunities/{company.opportunity_id}/activities", act)
    count = running.by("eiji").get(f"/opportunities/{company.opportunity_id}/activities")["total"]
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{company.lead_ids[0]}")
    related = isamu.page.locator("section.card", has=isamu.page.get_by_role("heading", name="関連情報"))
    for name in ("案件", "取引先"):
        expect(related.locator("div", has=isamu.page.get_by_text(name, exact=True))).to_contain_text("1件")
    related.locator("div", has=isamu.page.get_by_text("活動", exact=True)).get_by_role(
        "link", name=f"{count}件"
    ).click()
    expect(isamu.page).to_have_url(re.compile("tab=activities"))
    expect(isamu.page.locator("#history [aria-current]")).to_have_text("活動")
    expect(isamu.page.locator("#history")).to_contain_text(f"工場を見学 {javascript}")
    isamu.page.locator("#history").get_by_role("link", name="見本の案件").first.click()
    expect(isamu.page).to_have_url(re.compile(f"/opportunities/{company.opportunity_id}$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_clock_of_the_first_response_is_seen_before_and_after_it_runs_out(
    running: Running, desk: Sit, company: Company, javascript: bool
) -> None:
    mana, (late, soon) = running.by("mana"), company.lead_ids[30:32] if javascript else company.lead_ids[32:34]
    names = {}
    for lead_id, hours in ((late, -1), (soon, 3)):
        due = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
        lead = mana.get(f"/leads/{lead_id}")
        names[lead_id] = lead["person"]["company"]
        mana.ask("PATCH", f"/leads/{lead_id}", {"version": lead["version"], "first_response_due": due})
    isamu = desk("isamu", javascript=javascript)
    page = isamu.page
    tile = page.locator(".tile").filter(has_text="初回対応（間近・超過）")
    count = mana.get("/leads", first_response="due", owner=running.people["isamu"]["id"])["total"]
    expect(tile.locator(".figure")).to_have_text(f"{count:,}")
    tile.click()
    expect(page.locator("tbody tr").filter(has_text=names[late])).to_contain_text("初回対応の期限超過")
    expect(page.locator("tbody tr").filter(has_text=names[soon])).to_contain_text("初回対応の期限まで24時間以内")
    isamu.look("leads-first-response")
    page.get_by_text("条件を追加").click()
    page.get_by_role("group", name="初回対応").get_by_label("期限超過", exact=True).check()
    if not javascript:
        page.get_by_role("button", name="検索").click()
    expect(page).to_have_url(re.compile("first_response=overdue"))
    expect(page.locator("tbody tr").filter(has_text=names[soon])).to_have_count(0)
    page.goto(f"/leads/{late}")
    expect(page.locator("#lead-head")).to_contain_text("初回対応の期限超過")
    isamu.look("lead-first-response")
    done = {"type": "call_out", "result": "no_answer"}
    running.by("isamu").post(f"/leads/{late}/actions", done)
    page.reload()
    expect(page.locator("#lead-head")).not_to_contain_text("初回対応")
    running.by("isamu").post(f"/leads/{soon}/actions", done)


def test_what_a_result_proposes_is_what_it_will_do(desk: Sit, company: Company, running: Running) -> None:
    fresh, converted = company.lead_ids[45], company.lead_ids[0]
    isamu = desk("isamu")
    for lead_id, told, choosable in ((fresh, "アプローチ中", 1), (converted, "次回", 0)):
        isamu.page.goto(f"/leads/{lead_id}/actions/new?campaign_id={company.campaign_id}")
        isamu.page.get_by_label("不通・留守電").check()
        expect(isamu.page.locator("[data-proposal]")).to_contain_text(told)
        expect(isamu.page.get_by_label("リードステージ", exact=True)).to_have_count(choosable)
    expect(isamu.page.locator("[data-proposal]")).not_to_contain_text("アプローチ中")
    # A step that was clicked twice is one step.
    plain = desk("isamu", javascript=False)
    plain.page.goto(f"/leads/{fresh}")
    token = plain.page.locator(".path-form [name=csrf_token]").input_value()
    lead = running.by("mana").get(f"/leads/{fresh}")
    step = {"csrf_token": token, "version": lead["version"], "seen_stage": "new", "stage": "connected"}
    for _ in range(2):
        answer = plain.context.request.post(f"/leads/{fresh}/stage", form=step)
        assert answer.ok and "ほかの人が" not in answer.text()
    assert running.by("mana").get(f"/leads/{fresh}")["version"] == lead["version"] + 1


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_account_is_searched_chosen_and_taken_away(
    running: Running, desk: Sit, company: Company, javascript: bool
) -> None:
    lead_id = company.lead_ids[40 if javascript else 41]
    name = f"青山ホールディングス{'動' if javascript else '静'}"
    account = running.by("eiji").post("/accounts", {"name": name})
    isamu, mana = desk("isamu", javascript=javascript), running.by("mana")
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name="選択 取引先").click()
    form = isamu.form()
    expect(form).to_contain_text("未登録")
    form.get_by_label("取引先を検索").fill(name)
    if not javascript:
        form.get_by_role("button", name="検索").click()
    form.get_by_role("radio", name=name).check()
    isamu.look("lead-account")
    form.get_by_role("button", name="更新").click()
    expect(isamu.message()).to_contain_text("取引先を変更しました")
    expect(page.locator("dl.facts").get_by_role("link", name=name)).to_have_attribute(
        "href", f"/accounts/{account['id']}"
    )
    page.goto(f"/leads/{lead_id}?tab=changes")
    expect(page.locator("#history ins").first).to_have_text(name)
    lead = mana.get(f"/leads/{lead_id}")
    assert lead["account_id"] == lead["person"]["account_id"] == account["id"]

    page.goto(f"/persons/{lead['person']['id']}")
    expect(page.locator("main").get_by_role("link", name=name)).to_be_visible()
    expect(page.locator("#history ins").first).to_have_text(name)
    page.get_by_role("link", name="変更 取引先").click()
    expect(isamu.form()).to_contain_text(name)
    # Somebody else chooses another one meanwhile: it is not overwritten unseen.
    other = {"version": lead["version"], "account_id": company.account_id}
    assert mana.ask("PATCH", f"/leads/{lead_id}", other).status == 200
    isamu.form().get_by_label("取引先に紐づけない").check()
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.form().get_by_role("alert")).to_contain_text("ほかの人がこのリードを更新しました")
    expect(isamu.form()).to_contain_text("株式会社見本00")
    isamu.form().get_by_label("取引先に紐づけない").check()
    isamu.form().get_by_role("button", name="更新").click()
    expect(page).to_have_url(re.compile("/persons/"))
    expect(page.locator("main")).to_contain_text("未登録")
    assert mana.get(f"/leads/{lead_id}")["account_id"] is None


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_who_belongs_to_no_company_is_named_once_and_reached_as_a_list_would_say(
    running: Running, desk: Sit, javascript: bool
) -> None:
    person = {"family_name": "無所属", "given_name": f"渉{int(javascript)}", "email": f"wataru{javascript}@example.jp"}
    lead_id = running.by("isamu").post("/leads", {"person": person, "register_anyway": True})["id"]
    isamu = desk("isamu", javascript=javascript)
    page, name = isamu.page, f"{person['family_name']} {person['given_name']}"
    page.goto(f"/leads/{lead_id}")
    expect(page.locator("#lead-head .titles")).to_have_text(re.compile(rf"^\s*{name}\s+L-\d+\s*$"))
    page.goto(f"/leads/{lead_id}/edit")
    for label, typed in (("電話番号", "あいう"), ("郵便番号", "12345678")):
        page.get_by_label(label, exact=True).fill(typed)
    page.get_by_label("都道府県").select_option("香川県")
    page.get_by_label("架電禁止", exact=True).check()
    page.get_by_role("button", name="更新").click()
    for told in ("「あいう」は電話番号として読めません。", "7桁の郵便番号として読めません", "架電禁止の理由を入力"):
        expect(page.get_by_text(told)).to_be_visible()
    page.get_by_label("電話番号", exact=True).fill("087-811-0001")
    page.get_by_label("郵便番号", exact=True).fill("７６０００１７")
    page.get_by_label("架電禁止の理由").fill("本人の希望")
    page.get_by_role("button", name="更新").click()
    expect(page.get_by_text("〒760-0017 香川県")).to_be_visible()
