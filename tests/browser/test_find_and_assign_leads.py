"""リード一覧: find, keep the search, choose columns, assign in bulk (パターン②), take it back; files dropped on it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until

Sit = Callable[..., Desk]


@pytest.fixture(autouse=True)
def nobodys(running: Running, campaign: dict[str, Any]) -> None:
    """Whatever a test before did: the leads are nobody's."""
    running.by("maki").post("/leads/assignments", {"lead_ids": campaign["leads"], "owner_id": None})


def titles(running: Running, login: str) -> list[str]:
    return [item["title"] for item in running.by(login).get("/notifications", page_size=20)["items"]]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_pattern_two_assigns_in_the_list_and_takes_it_back(
    running: Running, desk: Sit, campaign: dict[str, Any], javascript: bool
) -> None:
    """検索条件の担当から「未割当」→「検索」→チェック→「一括変更」→リード担当者→「更新」→「元に戻す」."""
    maki, owner = desk("maki", javascript=javascript), "sara" if javascript else "admin"
    name = running.people[owner]["name"]
    page = maki.page
    maki.go("リード")
    maki.until_offered("担当割当の会")
    page.get_by_label("未割当", exact=True).check()
    page.get_by_label("キャンペーン", exact=True).select_option(campaign["id"])
    page.get_by_role("button", name="検索", exact=True).click()
    expect(page.get_by_role("list", name="検索条件").get_by_role("listitem")).to_have_count(2)
    expect(page.locator(".found")).to_contain_text("55件")
    rows = page.locator("tbody tr")
    ids = [rows.nth(n).locator("input.tick").input_value() for n in (0, 1, 2)]
    for n in (0, 1, 2):
        rows.nth(n).locator("input.tick").check()
    if javascript:
        maki.look("leads-three-ticked")
    page.locator(".list-buttons").get_by_role("button", name="一括変更").click()
    form = maki.form()
    expect(form.get_by_role("heading", name="リード一括変更")).to_be_visible()
    if javascript:
        form.get_by_label("候補を絞り込む").fill(running.people[owner]["family_name"])
    else:
        form.get_by_label("リード担当者", exact=True).select_option(running.people[owner]["id"])
        form.get_by_role("button", name="件数を確認").click()
    expect(form.locator(".preview-line")).to_have_text("3件を変更・0件は変更なし・0件は権限がありません")
    expect(form.get_by_label("リード担当者", exact=True)).to_have_value(running.people[owner]["id"])
    maki.look("bulk-preview")
    form.get_by_role("button", name="更新").click()
    expect(maki.message()).to_contain_text("3件を変更しました。")
    maki.look("bulk-done")
    system = running.by("maki")
    assert {system.get(f"/leads/{lead_id}")["owner"]["name"] for lead_id in ids} == {name}
    until(lambda: "リード 3件の担当になりました" in titles(running, owner), what="the new owner's notice")

    # Somebody goes on working one of them: it is kept.
    version = system.get(f"/leads/{ids[0]}")["version"]
    changed = running.by("mana").ask(
        "PATCH", f"/leads/{ids[0]}", {"version": version, "shared_memo": f"{owner} が訪問済み"}
    )
    assert changed.status == 200, changed.content
    maki.message().get_by_role("button", name="元に戻す").click()
    expect(maki.message()).to_contain_text("2件を元に戻しました。 1件は、その後に変更されたためそのままです。")
    expect(page.get_by_role("list", name="検索条件").get_by_role("listitem")).to_have_count(2)
    maki.message().get_by_role("link", name="内容を確認").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(running.people["mana"]["name"])
    expect(page.get_by_role("button", name="元に戻す")).to_have_count(0)
    maki.look("bulk-undone")
    owners = [(system.get(f"/leads/{lead_id}")["owner"] or {}).get("name") for lead_id in ids]
    assert owners == [name, None, None]
    until(
        lambda: "リード 2件の割り当てが取り消されました" in titles(running, owner), what="the notice of the taking back"
    )


def test_a_selection_over_all_pages_survives_paging_and_unticking(
    running: Running, desk: Sit, campaign: dict[str, Any]
) -> None:
    mana = desk("mana")
    page = mana.page
    page.goto(f"/leads?campaign_id={campaign['id']}&sort=number")
    page.get_by_role("link", name=re.compile("検索結果 55件すべてを選択")).click()
    page.locator("input.tick").nth(1).uncheck()
    page.get_by_role("link", name="次へ").click()
    expect(page.locator(".pager")).to_contain_text("51–55")
    expect(page.locator("input.tick:checked")).to_have_count(5)
    page.locator("input.tick").nth(0).uncheck()
    expect(page.locator("#selection-bar")).to_contain_text("53件選択")
    page.locator("#selection-bar").get_by_role("button", name="一括変更").click()
    mana.form().get_by_label("リード担当者", exact=True).select_option(running.people["isamu"]["id"])
    expect(mana.form().locator(".preview-line")).to_contain_text("53件を変更・")
    mana.form().get_by_role("button", name="更新").click()
    expect(mana.message()).to_contain_text("53件を変更しました。")
    found = running.by("mana").get("/leads", campaign_id=campaign["id"], owner="unassigned", sort="number")["items"]
    assert [lead["id"] for lead in found] == [campaign["leads"][1], campaign["leads"][50]]
    mana.message().get_by_role("button", name="元に戻す").click()
    expect(mana.message()).to_contain_text("53件を元に戻しました。")
    assert running.by("mana").get("/leads", campaign_id=campaign["id"], owner="unassigned")["total"] == 55


def test_conditions_are_added_shown_and_taken_away(running: Running, desk: Sit, campaign: dict[str, Any]) -> None:
    system, today = running.by("maki"), date.today()
    for number, days in ((0, -400), (1, 400)):
        lead = system.get(f"/leads/{campaign['leads'][number]}")
        edit = {"version": lead["version"], "next_action_at": f"{today + timedelta(days=days)}T01:00:00Z"}
        assert system.ask("PATCH", f"/leads/{lead['id']}", edit).status == 200
    maki = desk("maki")
    page = maki.page
    page.goto(f"/leads?campaign_id={campaign['id']}")
    page.get_by_text("条件を追加").click()
    plan = page.get_by_role("group", name="次回アクション", exact=True)
    plan.get_by_label("期限超過").check()
    expect(page.locator(".found")).to_contain_text("1件")
    maki.look("leads-more-conditions")
    plan.get_by_label("指定なし").check()
    page.get_by_label("次回アクション日（開始）").fill((today + timedelta(days=399)).isoformat())
    page.get_by_label("次回アクション日（開始）").blur()
    expect(page.locator("tbody th")).to_have_text([re.compile("株式会社割当01")])
    page.keyboard.press("Escape")
    expect(plan).to_be_hidden()
    chips = page.get_by_role("list", name="検索条件").get_by_role("listitem")
    expect(chips).to_have_count(2)
    chips.nth(0).get_by_role("link", name=re.compile("条件「.*」を外す")).click()
    expect(page).to_have_url(re.compile("campaign_id="))
    expect(page.locator(".found")).to_contain_text("55件")
    page.get_by_text("条件を追加").click()
    page.get_by_label("A", exact=True).check()
    page.get_by_label("更新日（終了）").fill((today - timedelta(days=3)).isoformat())
    page.get_by_label("更新日（終了）").blur()
    expect(page.get_by_text("条件に合うリードはありません")).to_be_visible()
    maki.look("leads-nothing-fits")
    page.get_by_role("link", name="条件をクリア").click()
    expect(page).to_have_url(re.compile("/leads$"))


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_search_is_saved_shared_changed_and_deleted(
    running: Running, desk: Sit, campaign: dict[str, Any], javascript: bool
) -> None:
    maki, name = desk("maki", javascript=javascript), f"割当の会 {'動く' if javascript else '静か'}"
    page = maki.page
    page.goto(f"/leads?campaign_id={campaign['id']}&sort=company")
    page.get_by_role("link", name="検索を保存").click()
    form = maki.form()
    form.get_by_label("名前").fill(name)
    form.get_by_label("全員と共有").check()
    maki.look("search-new")
    form.get_by_role("button", name="保存").click()
    expect(maki.message()).to_contain_text(f"検索「{name}」を保存しました。")
    entry = page.locator("#menu").get_by_role("link", name=name)
    expect(entry).to_have_attribute("aria-current", "page")

    page.get_by_label("未割当", exact=True).check()
    if not javascript:
        page.get_by_role("button", name="検索", exact=True).click()
    expect(page.locator(".found")).to_contain_text("（条件を変更中）")
    if javascript:
        expect(entry.locator(".found-by")).to_have_text("55")
    page.get_by_role("button", name="上書き保存").click()
    expect(maki.message()).to_contain_text(f"検索「{name}」を更新しました。")

    isamu = desk("isamu", javascript=javascript)
    isamu.page.locator("#menu").get_by_role("link", name=name).click()
    expect(isamu.page).to_have_url(re.compile("owner=unassigned"))
    expect(isamu.page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("会社名"))
    isamu.look("leads-saved")
    isamu.page.goto("/saved-searches")
    shared = isamu.page.locator("tbody tr", has_text=name)
    if javascript:
        unassigned = running.by("isamu").get("/leads", campaign_id=campaign["id"], owner="unassigned")["total"]
        expect(shared.locator(".found-by")).to_have_text(f"{unassigned}")
    expect(shared.get_by_role("link", name="編集")).to_have_count(0)

    page.goto("/saved-searches")
    maki.look("saved-searches")
    page.locator("tbody tr", has_text=name).get_by_role("link", name="編集").click()
    maki.form().get_by_label("名前").fill(f"{name} 改")
    maki.form().get_by_role("button", name="更新").click()
    expect(maki.message()).to_contain_text("を更新しました。")
    page.get_by_role("button", name=f"{name} 改を削除").click()
    expect(maki.message()).to_contain_text(f"検索「{name} 改」を削除しました。")
    maki.message().get_by_role("button", name="元に戻す").click()
    expect(maki.message()).to_contain_text(f"検索「{name} 改」を元に戻しました。")
    expect(page.locator("tbody tr", has_text=name)).to_contain_text("全員と共有")
    page.locator("tbody tr", has_text=name).get_by_role("link", name=f"{name} 改").click()
    expect(page.get_by_label("未割当", exact=True)).to_be_checked()
    page.goto("/saved-searches")
    page.get_by_role("button", name=f"{name} 改を削除").click()
    expect(page.locator("#menu").get_by_role("link", name=name)).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_columns_and_page_size_are_remembered(desk: Sit, campaign: dict[str, Any], javascript: bool) -> None:
    eiji = desk("eiji", javascript=javascript)
    page, path = eiji.page, f"/leads?campaign_id={campaign['id']}"
    page.goto(path)
    page.get_by_role("link", name="表示項目").click()
    form = eiji.form()
    eiji.look("columns")
    for label in ("電話番号", "ソース", "最終接触"):
        form.get_by_label(label, exact=True).uncheck()
    form.get_by_label("メール", exact=True).check()
    form.get_by_label("リード番号", exact=True).check()
    form.get_by_role("button", name="氏名を上へ").click()
    form.get_by_role("button", name="決定").click()
    heads = page.locator("thead th")
    expect(heads.nth(0)).to_have_text("氏名")
    expect(heads.nth(1)).to_have_text("会社名")
    expect(page.locator("thead")).to_contain_text("メール")
    expect(page.locator("thead")).not_to_contain_text("電話番号")
    page.wait_for_load_state()
    page.get_by_label("表示件数").select_option("100")
    if not javascript:
        page.get_by_role("button", name="検索", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(55)
    page.goto(path)
    expect(page.locator("tbody tr")).to_have_count(55)
    expect(heads.nth(0)).to_have_text("氏名")
    expect(page.locator("tbody th a").first).to_have_attribute("href", re.compile(r"/leads/\d+"))
    eiji.look("leads-own-columns")
    page.get_by_role("link", name="表示項目").click()
    eiji.form().get_by_role("button", name="標準に戻す").click()
    expect(heads.nth(0)).to_have_text("会社名")
    page.goto(f"{path}&page_size=50")
    expect(page.locator("tbody tr")).to_have_count(50)


def test_the_keys_are_told_and_escape_closes(desk: Sit, campaign: dict[str, Any]) -> None:
    isamu = desk("isamu")
    isamu.page.goto(f"/leads?campaign_id={campaign['id']}")
    isamu.page.keyboard.press("?")
    expect(isamu.page.locator("#keys")).to_be_visible()
    isamu.look("leads-keys")
    isamu.page.keyboard.press("Escape")
    expect(isamu.page.locator("#keys")).to_be_hidden()
    isamu.page.get_by_role("link", name="リスト更新").click()
    isamu.form()
    isamu.page.keyboard.press("Escape")
    expect(isamu.page.locator("#dialog")).to_be_hidden()


def test_the_history_of_a_lead_leads_to_the_bulk_change(running: Running, desk: Sit, campaign: dict[str, Any]) -> None:
    act = {"lead_ids": campaign["leads"][50:52], "owner_id": running.people["sara"]["id"]}
    made = running.by("mana").post("/leads/assignments", act)
    path = f"/leads/{campaign['leads'][50]}?tab=changes"
    isamu, eiji = desk("isamu"), desk("eiji")
    isamu.page.goto(path)
    isamu.page.locator("#history li").first.get_by_role("link", name="一括変更").click()
    expect(isamu.page).to_have_url(re.compile(f"/leads/bulk-change/{made['id']}"))
    eiji.page.goto(path)  # whose role has no part in lists and bulk changes
    expect(eiji.page.locator("#history li").first).to_contain_text("一括変更")
    expect(eiji.page.locator("#history").get_by_role("link", name="一括変更")).to_have_count(0)
