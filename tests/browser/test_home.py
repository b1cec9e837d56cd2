"""ホーム: the numbers of one's role, each opening the list that it counts, and what is due."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running

Sit = Callable[..., Desk]


def figure(desk: Desk, name: str) -> int:
    shown = desk.page.locator(".tile").filter(has_text=name).locator(".figure").inner_text()
    return int(shown.replace(",", ""))


def test_a_callers_numbers_are_the_own_and_open_what_they_count(running: Running, desk: Sit, company: Company) -> None:
    lead_id = company.lead_ids[10]
    plan = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    call = {"type": "call_out", "result": "appointment", "next_action_at": plan, "campaign_id": company.campaign_id}
    running.by("isamu").post(f"/leads/{lead_id}/actions", call)
    isamu = desk("isamu")
    expect(isamu.page.locator(".tile").filter(has_text="未割当のリード")).to_have_count(0)
    isamu.look("home-caller")
    for name in ("本日の架電", "アポ獲得（今週）"):
        isamu.page.goto("/")
        count = figure(isamu, name)
        assert count >= 1
        isamu.page.locator(".tile").filter(has_text=name).click()
        expect(isamu.page.locator(".toolbar .push")).to_have_text(f"{count:,}件")
        expect(isamu.page.get_by_label("担当者")).to_have_value("me")
    isamu.page.goto("/")
    count = figure(isamu, "次回アクション（本日まで）")
    due = isamu.page.locator("tbody tr").first
    expect(due.locator(".overdue").first).to_be_visible()
    due.locator("th a").click()
    expect(isamu.page.locator(".walk")).to_contain_text(f"1 / {count:,}")


def test_a_leader_sees_what_nobody_has_and_what_everybody_did(running: Running, desk: Sit, company: Company) -> None:
    done = {"type": "call_out", "result": "connected", "campaign_id": company.campaign_id}
    running.by("isamu").post(f"/leads/{company.lead_ids[11]}/actions", done)
    mana = desk("mana")
    count = figure(mana, "未割当のリード")
    assert count == running.by("mana").get("/leads", owner="unassigned")["total"]
    row = mana.page.locator("tr").filter(has_text="石田 勇")
    calls = row.locator("a").first
    made = calls.inner_text()
    expect(mana.page.get_by_role("heading", name="実施中のキャンペーン")).to_be_visible()
    mana.look("home-leader")
    calls.click()
    expect(mana.page).to_have_url(re.compile("/actions.*kind=phone"))
    expect(mana.page.locator(".toolbar .push")).to_have_text(f"{made}件")


def test_who_has_no_leads_yet_reads_what_will_happen(desk: Sit, company: Company) -> None:
    rin = desk("rin")
    expect(rin.page.locator("#portlet")).to_be_visible()
    if figure(rin, "自担当のリード") == 0:
        expect(rin.page.get_by_text("担当するリードはまだありません")).to_be_visible()
    expect(rin.page.locator(".tile").filter(has_text="進行中の自分の案件")).to_be_visible()
    rin.look("home-new")
