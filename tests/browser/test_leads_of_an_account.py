"""取引先 with its leads, those of its name that may be linked; and the opportunities that a campaign influenced."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_lead_of_the_same_name_is_linked(running: Running, desk: Callable[..., Desk], javascript: bool) -> None:
    maki, name = running.by("maki"), f"紐付{'動' if javascript else '静'}工業"
    draft = {"name": f"{name}の会", "category": "seminar", "status": "running"}
    campaign_id = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]

    def entered(family_name: str, **more: Any) -> Any:
        person = {"family_name": family_name, "company": f"株式会社{name}"}
        answer = maki.ask("POST", "/leads", {"person": person | more, "campaign_id": campaign_id})
        return answer.json if answer.status == 201 else None

    lead = until(lambda: entered("紐田"), what="lead to hear of the campaign")
    account = running.by("eiji").post("/accounts", {"name": f"{name}株式会社"})
    eiji = desk("eiji", javascript=javascript)
    page, path = eiji.page, f"/accounts/{account['id']}"
    page.goto(path)
    page.get_by_role("navigation", name="取引先の関連情報").get_by_role("link", name="リード").click()
    others = page.get_by_role("region", name="紐づいていないリード")
    expect(others.locator("tbody tr")).to_have_count(1)
    eiji.look("account-leads-to-link")
    others.get_by_role("button", name="紐田をこの取引先に紐づける").click()
    expect(eiji.message()).to_have_text(re.compile("リードをこの取引先に紐づけました"))
    expect(page.get_by_role("region", name="取引先のリード").locator("tbody tr")).to_have_count(1)
    page.goto(f"/leads/{lead['id']}/conversion")
    expect(page.get_by_label(f"{name}株式会社", exact=True)).to_be_checked()

    page.goto(f"{path}?tab=leads")
    second = entered("紐川", email=f"second@{'a' if javascript else 'b'}.example.jp")
    page.reload()
    others.get_by_role("button", name="紐川をこの取引先に紐づける").click()
    eiji.message().get_by_role("button", name="元に戻す").click()
    expect(eiji.message()).to_have_text(re.compile("リードの紐づけを外しました"))
    assert running.by("eiji").get(f"/leads/{second['id']}")["account_id"] is None


def test_a_lead_without_a_campaign_says_what_is_missing(running: Running, desk: Callable[..., Desk]) -> None:
    lead = running.by("maki").post("/leads", {"person": {"family_name": "無縁", "email": "muen@example.jp"}})
    eiji = desk("eiji")
    eiji.page.goto(f"/leads/{lead['id']}")
    expect(eiji.page.get_by_role("region", name="リードステージ")).to_contain_text("キャンペーン履歴が必要です")
    expect(eiji.page.get_by_role("link", name="案件作成")).to_have_count(0)


def test_what_a_campaign_influenced(running: Running, desk: Callable[..., Desk]) -> None:
    maki = running.by("maki")
    draft = {"category": "seminar", "status": "running", "start_date": "2026-11-01", "end_date": "2026-12-20"}
    credited, other = (maki.post("/campaigns", draft | {"name": name})["id"] for name in ("決め手の会", "後押しの会"))
    account = running.by("eiji").post("/accounts", {"name": "株式会社後押"})
    wanted = {"name": "後押しされた案件", "account_id": account["id"], "main_owner_id": running.people["eiji"]["id"]}
    wanted |= {"campaign_id": credited, "influence_campaign_ids": [other], "amount": 4_000_000}
    until(lambda: running.by("eiji").ask("POST", "/opportunities", wanted).status == 201, what="the campaigns")
    eiji = desk("eiji")
    eiji.page.goto(f"/campaigns/{other}")
    eiji.page.get_by_role("link", name="影響した案件を含めて 1件").click()
    expect(eiji.page.get_by_role("search", name="案件の検索条件")).to_contain_text("「後押しの会」が関わった案件")
    eiji.page.get_by_role("link", name="後押しされた案件").click()
    expect(eiji.page.locator("main")).to_contain_text("影響したキャンペーン")
    eiji.page.get_by_role("link", name="後押しの会").click()
    expect(eiji.page.get_by_role("heading", level=1, name="後押しの会")).to_be_visible()
