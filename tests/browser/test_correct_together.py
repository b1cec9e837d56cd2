"""アクションの訂正 and 活動の更新 by two people at once: what both changed is chosen field by field, the rest stays."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running

Sit = Callable[..., Desk]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_action(running: Running, desk: Sit, company: Company, javascript: bool) -> None:
    lead, mana = f"/leads/{company.lead_ids[36 + javascript]}", running.by("mana")
    call = {"type": "call_out", "result": "connected", "text": "予算を聞いた", "campaign_id": company.campaign_id}
    running.by("isamu").post(f"{lead}/actions", call)
    made = mana.get(f"{lead}/actions")["items"][0]
    action = f"{lead}/actions/{made['id']}"
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(lead)
    isamu.page.get_by_role("link", name=re.compile("^訂正")).click()
    isamu.form()
    changed = {"version": made["version"], "text": "予算は三百万円", "purpose": "フォロー", "result": "prospect"}
    assert mana.ask("PATCH", action, changed).status == 200
    isamu.form().get_by_label("内容").fill("予算を聞き、資料を約束")
    isamu.form().get_by_label("所要時間（分）").fill("15")
    isamu.form().get_by_label("担当者不在").check()
    isamu.form().get_by_role("button", name="更新").click()
    both = isamu.form().get_by_role("group", name="重なった項目")
    for told in ("予算を聞き、資料を約束", "予算は三百万円", "担当者不在", "見込み"):
        expect(both).to_contain_text(told)
    expect(both).not_to_contain_text("フォロー")
    isamu.look("action-conflict")
    both.get_by_label("内容 相手の値 予算は三百万円").check()
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.message()).to_contain_text("アクションを訂正しました")
    now = mana.get(f"{lead}/actions")["items"][0]
    assert (now["text"], now["purpose"], now["duration_minutes"]) == ("予算は三百万円", "フォロー", 15)
    assert now["result_label"] == "担当者不在"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_activity(running: Running, desk: Sit, company: Company, javascript: bool) -> None:
    deal, mana = f"/opportunities/{company.opportunity_id}", running.by("mana")
    made = running.by("eiji").post(f"{deal}/activities", {"type": "visit", "text": f"訪問 {javascript}"})
    eiji = desk("eiji", javascript=javascript)
    eiji.page.goto(f"{deal}/activities/{made['id']}/edit")
    changed = {"version": made["version"], "text": "工場を訪問", "result": "好感触"}
    assert mana.ask("PATCH", f"{deal}/activities/{made['id']}", changed).status == 200
    form = eiji.page.locator("form", has=eiji.page.get_by_label("内容"))
    form.get_by_label("内容").fill("本社を訪問")
    form.get_by_label("メール").check()
    form.get_by_role("button", name="更新").click()
    both = eiji.page.get_by_role("group", name="重なった項目")
    expect(both).to_contain_text("工場を訪問")
    expect(both).not_to_contain_text("好感触")
    both.get_by_label("内容 自分の値 本社を訪問").check()
    form.get_by_role("button", name="更新").click()
    expect(eiji.message()).to_contain_text("活動を更新しました")
    (now,) = (one for one in mana.get(f"{deal}/activities")["items"] if one["id"] == made["id"])
    assert (now["text"], now["result"], now["type_label"]) == ("本社を訪問", "好感触", "メール")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_account(running: Running, desk: Sit, javascript: bool) -> None:
    mana, name = running.by("mana"), f"二人商会{'動' if javascript else '静'}"
    account = mana.post("/accounts", {"name": name, "phone": f"0771-2{int(javascript)}-0001"})
    path = f"/accounts/{account['id']}"
    eiji = desk("eiji", javascript=javascript)
    eiji.page.goto(f"{path}/edit")
    changed = {"version": account["version"], "industry": "化学", "relation": "existing", "employees": 30}
    assert mana.ask("PATCH", path, changed).status == 200
    eiji.page.get_by_label("業種").fill("樹脂")
    eiji.page.get_by_label("関係", exact=True).select_option(label="休眠")
    eiji.page.get_by_label("URL", exact=True).fill("https://futari.example.jp")
    eiji.page.get_by_role("button", name="更新", exact=True).click()
    both = eiji.page.get_by_role("group", name="重なった項目")
    for told in ("化学", "樹脂", "既存", "休眠"):
        expect(both).to_contain_text(told)
    both.get_by_label("業種 相手の値 化学").check()
    eiji.page.get_by_role("button", name="更新", exact=True).click()
    expect(eiji.message()).to_contain_text("取引先を更新しました")
    now = mana.get(path)
    assert (now["industry"], now["relation_label"], now["employees"]) == ("化学", "休眠", 30)
    assert now["url"] == "https://futari.example.jp"
