"""Every form works without scripts: the forms that no other test sends so, then that none was left out."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from chassis.service import load
from chassis.web import create_app
from deploy import testing
from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until

Sit = Callable[..., Desk]
ONLY_WITH_SCRIPTS = {"lead_facts.save"}  # written in place; without scripts 編集 is the way


def test_an_administrator(desk: Sit) -> None:
    admin = desk("admin", javascript=False)
    page = admin.page
    admin.go("管理")
    page.get_by_role("link", name="ユーザー登録").click()
    for label, text in (("姓", "静野"), ("ログイン ID", "shizuno"), ("メールアドレス", "shizuno@tsunagi.example.jp")):
        admin.form().get_by_label(label).fill(text)
    admin.form().get_by_role("button", name="登録").click()
    expect(admin.form().locator("#roles-error")).to_be_visible()
    admin.form().get_by_label("営業", exact=True).check()
    admin.form().get_by_role("button", name="登録").click()
    admin.form().get_by_role("link", name="ユーザーの一覧へ").click()
    page.get_by_role("row", name=re.compile("静野")).get_by_role("link", name="編集").click()
    admin.form().get_by_label("名", exact=True).fill("香")
    admin.form().get_by_role("button", name="更新").click()
    expect(admin.message()).to_contain_text("ユーザーを更新しました")
    page.get_by_role("row", name=re.compile("静野 香")).get_by_role("link", name="編集").click()
    admin.form().get_by_role("link", name="仮パスワードを発行").click()
    admin.form().get_by_role("button", name="仮パスワードを発行").click()
    expect(admin.form().get_by_label("仮パスワード")).not_to_have_value("")

    page.goto("/administration/departments")
    page.get_by_role("link", name="組織登録").click()
    admin.form().get_by_label("組織名").fill("静かな部")
    admin.form().get_by_role("button", name="登録").click()
    row = page.get_by_role("row", name=re.compile("静かな"))
    row.get_by_role("button", name=re.compile("上へ")).click()
    row.get_by_role("link", name="編集").click()
    admin.form().get_by_label("組織名").fill("静かな課")
    admin.form().get_by_role("button", name="更新").click()
    for button in ("廃止", "再開", "廃止"):
        row.get_by_role("button", name=button).click()
        expect(admin.message()).to_contain_text("組織を")

    page.goto("/administration/masters/lead-sources")
    page.get_by_role("link", name="選択肢を追加").click()
    admin.form().get_by_label("名前（日本語）").fill("静かな紹介")
    admin.form().get_by_label("名前（英語）").fill("Quiet word")
    admin.form().get_by_role("button", name="追加").click()
    expect(page.get_by_role("row", name=re.compile("静かな紹介"))).to_be_visible()

    page.goto("/administration/settings")
    page.get_by_label("メールアドレス", exact=True).check()
    page.get_by_role("button", name="更新").first.click()
    expect(admin.message()).to_contain_text("名寄せキーを変更しました")
    hours = page.get_by_label("初回対応の期限（担当者が決まってからの時間数）")
    before = hours.input_value()
    for wanted in ("72", before):
        hours.fill(wanted)
        hours.press("Enter")
        expect(page.get_by_text("初回対応の期限を変更しました。")).to_be_visible()
        expect(hours).to_have_value(wanted)


def test_ones_own_settings(desk: Sit) -> None:
    rin = desk("rin", javascript=False)
    page = rin.page
    page.goto("/administration/tokens")
    page.get_by_label("名前").fill("静かな連携")
    page.get_by_role("button", name="作成").click()
    expect(page.get_by_label("作成した API トークン")).not_to_have_value("")
    page.get_by_role("button", name="静かな連携を無効にする").click()
    expect(rin.message()).to_contain_text("無効にしました")
    page.goto("/settings")
    page.get_by_role("main").get_by_role("button", name="保存").click()
    expect(rin.message()).to_contain_text("個人設定を保存しました")
    page.goto("/notifications")
    if page.get_by_role("button", name="すべて既読にする").count():
        page.get_by_role("button", name="すべて既読にする").click()
    expect(page.get_by_role("link", name=re.compile("未読 0"))).to_be_visible()
    for language, heading in (("English", "Notifications"), ("日本語", "通知")):
        page.locator("[popovertarget=user-panel]").click()
        page.get_by_role("button", name=language).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.locator("[popovertarget=user-panel]").click()
    page.get_by_role("button", name="サインアウト").click()
    expect(page.get_by_role("button", name="サインイン")).to_be_visible()


def test_a_planner(running: Running, desk: Sit) -> None:
    draft = {"name": "静かに直す企画", "category": "seminar", "status": "running"}
    made = running.by("maki").post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    maki = desk("maki", javascript=False)
    page = maki.page
    page.goto(f"/campaigns/{made['id']}")
    page.get_by_role("link", name="編集", exact=True).click()
    page.get_by_label("会場", exact=True).fill("仙台")
    page.get_by_role("button", name="更新", exact=True).click()
    expect(maki.message()).to_contain_text("キャンペーンを更新しました")
    page.get_by_role("link", name="中止").click()
    maki.form().get_by_role("button", name="中止にする").click()
    expect(page.locator("h2 .badge")).to_have_text("中止")


def test_a_caller(running: Running, desk: Sit, company: Company) -> None:
    lead_id, isamu = company.lead_ids[50], desk("isamu", javascript=False)
    done = {"type": "call_out", "result": "connected", "text": "静かな電話", "campaign_id": company.campaign_id}
    running.by("isamu").post(f"/leads/{lead_id}/actions", done)
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name=re.compile("^訂正")).click()
    isamu.form().get_by_label("内容").fill("静かなメール")
    isamu.form().get_by_role("button", name="更新").click()
    expect(page.locator("#history")).to_contain_text("静かなメール")
    page.get_by_role("link", name=re.compile("^訂正")).click()
    isamu.form().get_by_role("button", name="削除").click()
    expect(page.locator("#history")).to_contain_text("まだアクションはありません")

    person_id = running.by("isamu").get(f"/leads/{lead_id}")["person"]["id"]
    page.goto(f"/persons/{person_id}")
    page.get_by_role("link", name="編集").click()
    isamu.form().get_by_label("役職").fill("主任")
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.message()).to_contain_text("パーソンを更新しました")


def test_a_salesperson(running: Running, desk: Sit, company: Company) -> None:
    eiji = desk("eiji", javascript=False)
    page = eiji.page
    eiji.go("案件")
    page.get_by_role("link", name="新規登録").first.click()
    page.get_by_label("案件名").fill("静かな案件")
    page.get_by_label("案件主担当").select_option(label="江口 英二（営業部）")
    page.get_by_label("取引先を絞り込む").fill("見本00")
    page.get_by_role("button", name="検索").click()
    page.get_by_label("取引先", exact=False).first.select_option(company.account_id)
    page.get_by_label("キャンペーン").select_option(company.campaign_id)
    page.get_by_role("button", name="登録", exact=True).click()
    expect(eiji.message()).to_contain_text("案件を登録しました")
    page.get_by_role("link", name="編集").click()
    page.get_by_label("見込金額（円）").fill("９００，０００")
    page.get_by_role("button", name="更新", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("¥900,000")


def test_a_returned_handover_goes_back_to_nurturing(running: Running, desk: Sit, company: Company) -> None:
    system, lead_id = running.by("isamu"), company.lead_ids[51]
    opportunity = {"name": "再育成の案件", "main_owner_id": running.people["eiji"]["id"]}
    conversion: dict[str, Any] = {"account": {"id": company.account_id}, "opportunity": opportunity, "notify": True}
    made = system.post(f"/leads/{lead_id}/conversion", conversion | {"campaign_id": company.campaign_id})
    path = f"/opportunities/{made['opportunity_id']}"
    version = running.by("eiji").get(f"{path}/handover")["version"]
    running.by("eiji").post(f"{path}/handover/return", {"version": version, "reason": "時期が早い"})
    isamu = desk("isamu", javascript=False)
    isamu.page.goto(path)
    isamu.page.get_by_role("button", name="再育成").click()
    until(lambda: system.get(f"/leads/{lead_id}")["stage"]["label"] == "育成中", what="the stage")


def test_every_form_was_sent_by_a_browser_without_scripts(request: pytest.FixtureRequest) -> None:
    run = {item.path for item in request.session.items}
    needed = set(testing.parts(testing.TESTS)["browser"])  # those who only look at every page send nothing
    if request.config.option.keyword or needed - run:
        pytest.skip("needs all of tests/browser")
    app = create_app(load("gateway"))
    door = app.url_map.bind("house")
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/v1")
    }
    sent = {door.match(path, method="POST")[0] for path in Desk.sent_without_scripts}
    assert forms - sent == ONLY_WITH_SCRIPTS
