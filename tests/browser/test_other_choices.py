"""What the flow leaves to the user: an account and an opportunity that exist, handing over, settings, tokens."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until


def test_an_existing_account_and_opportunity_are_chosen(
    running: Running, desk: Callable[..., Desk], company: Company
) -> None:
    isamu, lead_id = desk("isamu"), company.lead_ids[10]
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="案件作成").click()
    form = isamu.form()
    form.get_by_role("group", name="取引先の選択").get_by_label("既存の取引先から選ぶ").check()
    form.get_by_role("searchbox", name="取引先を検索").fill("見本00")
    form.locator("#accounts").get_by_label("株式会社見本00").check()
    form.get_by_role("group", name="案件の選択").get_by_label("既存の案件から選ぶ").check()
    form.get_by_label(re.compile("見本の案件")).check()
    form.get_by_label("通知しない").check()
    isamu.look("conversion-existing")
    form.get_by_role("button", name="確定").click()
    expect(isamu.message()).to_have_text(re.compile("リードを案件化しました"))
    isamu.message().get_by_role("link", name="案件を開く").click()
    expect(isamu.page).to_have_url(re.compile(f"/opportunities/{company.opportunity_id}$"))


def test_a_lead_is_handed_over_by_editing(running: Running, desk: Callable[..., Desk], company: Company) -> None:
    isamu, lead_id = desk("isamu"), company.lead_ids[11]
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="編集").click()
    isamu.form().get_by_label("リード担当者").select_option(label="林 凛（営業部）")
    isamu.form().get_by_label("リードステージ").select_option(label="営業引継ぎ")
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.message()).to_have_text(re.compile("リードを更新しました"))
    rin = desk("rin")
    rin.page.locator("#portlet").get_by_role("link", name=re.compile("見本11）」の担当になりました")).click()
    expect(rin.page).to_have_url(re.compile(f"/leads/{lead_id}$"))
    expect(rin.page.locator(".path [aria-current]")).to_have_text("営業引継ぎ")
    expect(rin.page.get_by_role("link", name="案件作成")).to_be_visible()


def test_a_dropped_stage_asks_for_the_reason(desk: Callable[..., Desk], company: Company) -> None:
    isamu = desk("isamu")
    isamu.page.goto(f"/leads/{company.lead_ids[12]}")
    isamu.page.get_by_role("link", name="編集").click()
    form = isamu.form()
    expect(form.get_by_label("見送り・対象外の理由")).to_be_hidden()
    form.get_by_label("リードステージ").select_option(label="見送り")
    expect(form.get_by_label("見送り・対象外の理由")).to_be_visible()
    form.get_by_role("button", name="更新").click()
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_label("見送り・対象外の理由").fill("予算の見込みなし")
    form.get_by_role("button", name="更新").click()
    expect(isamu.page.get_by_text("理由: 予算の見込みなし")).to_be_visible()


def test_the_matching_key_is_the_administrators(desk: Callable[..., Desk], running: Running) -> None:
    admin = desk("admin")
    admin.go("管理")
    admin.page.get_by_role("link", name="基本設定").click()
    for name in ("メールアドレスと氏名", "メールアドレス"):
        admin.page.wait_for_load_state()  # a click before that waits, and is not seen to tick anything
        admin.page.get_by_label(name, exact=True).check()
        admin.page.get_by_role("button", name="更新").first.click()
        expect(admin.message()).to_have_text(re.compile("名寄せキーを変更しました"))
        expect(admin.page.get_by_label(name, exact=True)).to_be_checked()
    maki = desk("maki")
    maki.page.goto("/administration/settings")
    expect(maki.page.get_by_role("heading", level=1)).to_have_text("この画面を開く権限がありません")


def test_a_token_is_shown_once_and_revoked(desk: Callable[..., Desk]) -> None:
    isamu = desk("isamu")
    isamu.page.goto("/administration/tokens")
    isamu.page.get_by_label("名前").fill("夜間の連携")
    isamu.page.get_by_role("button", name="作成").click()
    secret = isamu.page.get_by_label("作成した API トークン").input_value()
    isamu.context.grant_permissions(["clipboard-read", "clipboard-write"])
    isamu.page.get_by_role("button", name="コピー").click()
    expect(isamu.page.get_by_text("コピーしました")).to_be_visible()
    assert isamu.page.evaluate("navigator.clipboard.readText()") == secret
    isamu.look("token-made")
    answer = isamu.context.request.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status == 200 and answer.json()["login"] == "isamu"
    isamu.page.goto("/administration/tokens")
    expect(isamu.page.get_by_text(secret)).to_have_count(0)
    isamu.page.get_by_role("button", name="夜間の連携を無効にする").click()
    expect(isamu.message()).to_have_text(re.compile("無効にしました"))
    answer = isamu.context.request.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status == 401


def test_an_outsourced_caller_sees_no_more_than_the_own_leads(
    running: Running, desk: Callable[..., Desk], company: Company
) -> None:
    mana, gaku_id = running.by("mana"), running.people["gaku"]["id"]
    mana.post("/leads/assignments", {"lead_ids": company.lead_ids[20:22], "owner_id": gaku_id})
    gaku, admin = desk("gaku"), desk("admin")
    assert gaku.page.locator("#menu li a").all_inner_texts() == ["ホーム", "リード", "管理"]
    gaku.go("リード")
    expect(gaku.page.get_by_text("担当のリードはまだありません")).to_be_visible()  # no campaign was given yet
    admin.page.goto(f"/administration/users/{gaku_id}/edit")
    admin.form().get_by_label("秋のセミナー", exact=True).check()
    admin.look("user-of-outside")
    admin.form().get_by_role("button", name="更新").click()
    expect(admin.message()).to_have_text(re.compile("ユーザーを更新しました"))
    until(lambda: running.by("gaku").get("/leads")["total"] == 2, what="the lead service to hear of it")
    gaku.go("リード")
    expect(gaku.page.locator("tbody tr")).to_have_count(2)
    expect(gaku.page.get_by_role("button", name="リスト出力")).to_have_count(0)
    gaku.page.locator("tbody th a").first.click()
    expect(gaku.page.locator("main")).not_to_contain_text("guest20@example.jp")
    expect(gaku.page.get_by_role("link", name="（リード担当者を変更）")).to_have_count(0)
    gaku.page.get_by_role("link", name="編集").click()
    expect(gaku.form().get_by_label("リード担当者")).to_have_count(0)
    gaku.form().get_by_label("役職").fill("主任")
    gaku.form().get_by_role("button", name="更新").click()
    expect(gaku.message()).to_have_text(re.compile("リードを更新しました"))
    person = mana.get(f"/leads/{gaku.page.url.rsplit('/', 1)[1]}")["person"]
    assert person["title"] == "主任" and person["email"].startswith("guest")
    gaku.page.goto("/actions")
    expect(gaku.page.get_by_label("担当者")).not_to_contain_text("石田 勇")
