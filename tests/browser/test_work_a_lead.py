"""リードへのアプローチ: a lead found under 自担当, looked at, called, the result registered, and on to the next one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook

Sit = Callable[..., Desk]


@dataclass
class Calls:
    """A campaign of this file's own, with isamu's leads of it in the order of their numbers."""

    campaign_id: str
    lead_ids: list[str]

    @property
    def search(self) -> str:
        return f"owner=me&campaign_id={self.campaign_id}&sort=number"


@pytest.fixture(scope="module")
def calls(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Calls:
    maki, people = running.by("maki"), running.people
    draft: dict[str, Any] = {"name": "架電のセミナー", "category": "seminar", "status": "running"}
    draft |= {"start_date": "2026-11-01", "end_date": "2026-12-20"}
    campaign_id = maki.post("/campaigns", draft)["id"]
    guests = [Someone("架電", f"call{n}@example.jp", f"株式会社架電{n:02}", "03-9876-5432") for n in range(14)]
    file = list_workbook(tmp_path_factory.mktemp("calls") / "参加.xlsx", guests)
    assert maki.bring_in(file, "participants", campaign_id)["outcomes"]["created"] == 14
    found = maki.get("/leads", campaign_id=campaign_id, page_size=100, sort="number")["items"]
    lead_ids = [lead["id"] for lead in found]
    maki.post("/leads/assignments", {"lead_ids": lead_ids, "owner_id": people["isamu"]["id"]})
    return Calls(campaign_id, lead_ids)


def offers(page: Page, campaign: str) -> bool:
    """Whether the list's filter knows the campaign, which it may hear of some seconds late."""
    page.reload()
    return page.get_by_label("キャンペーン", exact=True).locator("option", has_text=campaign).count() > 0


def lead_of(running: Running, lead_id: str) -> dict[str, Any]:
    found: dict[str, Any] = running.by("mana").get(f"/leads/{lead_id}")
    return found


@pytest.mark.parametrize("javascript", [True, False])
def test_a_search_is_worked_from_call_to_call(running: Running, desk: Sit, calls: Calls, javascript: bool) -> None:
    first, second = calls.lead_ids[:2] if javascript else calls.lead_ids[2:4]
    isamu = desk("isamu", javascript=javascript)
    page = isamu.page
    isamu.go("リード")
    until(partial(offers, page, "架電のセミナー"), what="the campaign that was made elsewhere this very moment")
    page.get_by_label("自担当", exact=True).check()
    page.get_by_label("キャンペーン", exact=True).select_option(label="架電のセミナー")
    page.get_by_role("button", name="検索").click()
    expect(page).to_have_url(re.compile("owner=me.*campaign_id="))
    page.goto(f"/leads?{calls.search}")
    page.locator(f'tbody a[href^="/leads/{first}?"]').first.click()
    expect(page.locator(".walk")).to_contain_text("1 / " if javascript else "3 / ")
    isamu.look("lead-of-a-search")

    page.get_by_role("link", name="架電のセミナーのアクションを登録").click()
    form = isamu.form()
    if javascript:
        page.keyboard.press("6")
        expect(form.get_by_label("見込み")).to_be_checked()
        expect(form.locator("[data-proposal]")).to_contain_text("育成中")
    form.get_by_label("見込み").check()
    form.get_by_label("本人", exact=True).check()
    form.get_by_label("所要時間（分）").fill("12")
    form.get_by_label("目的").fill("セミナー後のフォロー")
    form.get_by_label("内容").fill("来期の予算で検討。資料を送る。")
    form.get_by_text("リード情報も更新する").click()
    form.get_by_label("役職").fill("部長")
    form.get_by_label("予算").fill("300万円")
    isamu.look("action-filled")
    form.get_by_role("button", name="登録").click()
    expect(isamu.message()).to_contain_text("アクションを登録しました")
    expect(page.locator("#history")).to_contain_text("来期の予算で検討")
    expect(page.locator("#history")).to_contain_text("12分")
    expect(page.locator(".path [aria-current]")).to_have_text("育成中")
    lead = lead_of(running, first)
    assert (lead["person"]["title"], lead["budget"], lead["stage"]["label"]) == ("部長", "300万円", "育成中")

    isamu.message().get_by_role("link", name="次のリードへ").click()
    expect(page).to_have_url(re.compile(f"/leads/{second}\\b"))
    if javascript:
        page.wait_for_load_state()  # keys are heard once the page's scripts run
        page.keyboard.press("[")
        expect(page).to_have_url(re.compile(f"/leads/{first}\\b"))
        page.wait_for_load_state()
        page.keyboard.press("]")
        expect(page).to_have_url(re.compile(f"/leads/{second}\\b"))
    page.locator(".trail").get_by_role("link", name="リード").click()
    expect(page).to_have_url(re.compile("owner=me.*sort=number"))


@pytest.mark.parametrize("javascript", [True, False])
def test_the_path_moves_the_lead_and_asks_for_a_reason(
    running: Running, desk: Sit, calls: Calls, javascript: bool
) -> None:
    lead_id = calls.lead_ids[4 if javascript else 5]
    isamu = desk("isamu", javascript=javascript)
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    page.locator(".path").get_by_role("button", name="アプローチ中").click()
    expect(isamu.message()).to_contain_text("リードステージを「アプローチ中」に変更しました")
    page.locator(".path").get_by_role("button", name="アポ獲得").click()
    expect(page.locator(".path [aria-current]")).to_have_text("アポ獲得")
    isamu.message().get_by_role("button", name="元に戻す").click()
    expect(page.locator(".path [aria-current]")).to_have_text("アプローチ中")
    expect(isamu.message().get_by_role("button", name="元に戻す")).to_have_count(0)
    assert not lead_of(running, lead_id)["members"][0]["appointment"]
    expect(page.locator(".path").get_by_text("案件化")).to_be_visible()
    expect(page.locator(".path").get_by_role("button", name="案件化")).to_have_count(0)
    page.get_by_role("link", name="見送り・対象外").click()
    isamu.form().get_by_role("radio", name="対象外").check()
    if not javascript:
        isamu.form().get_by_label("見送り・対象外の理由").fill(" ")
        isamu.form().get_by_role("button", name="変更").click()
        expect(isamu.form().locator("#drop_reason-error")).to_be_visible()
    isamu.form().get_by_label("見送り・対象外の理由").fill("競合の製品を導入済み")
    isamu.look("lead-drop")
    isamu.form().get_by_role("button", name="変更").click()
    expect(page.locator(".path [aria-current]")).to_have_text("対象外")
    expect(page.locator(".stage-row")).to_contain_text("競合の製品を導入済み")
    page.locator(".path").get_by_role("button", name="未対応").click()
    expect(page.locator(".path [aria-current]")).to_have_text("未対応")
    assert lead_of(running, lead_id)["drop_reason"] == ""


def test_a_fact_is_written_where_it_stands(running: Running, desk: Sit, calls: Calls) -> None:
    lead_id, isamu = calls.lead_ids[6], desk("isamu")
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name="（会社名を変更）").click()
    page.get_by_label("会社名").fill("架電ホールディングス")
    page.get_by_label("会社名").press("Escape")
    expect(page.get_by_label("会社名", exact=True)).to_have_count(0)
    page.get_by_role("link", name="（会社名を変更）").press("Enter")
    page.get_by_label("会社名").fill("架電ホールディングス")
    isamu.look("lead-fact")
    page.get_by_label("会社名").press("Enter")
    expect(page.locator("#lead-head .title")).to_have_text("架電ホールディングス")
    page.get_by_role("link", name="変更履歴").click()
    expect(page.locator("#history ins").first).to_have_text("架電ホールディングス")
    page.locator("summary").filter(has_text="未入力").nth(1).click()
    page.get_by_role("link", name="（直通電話を変更）").click()
    page.get_by_label("直通電話").fill("０３－１１１１－２２２２")
    # Somebody else changes another field: no obstacle. The same field: both values, one click.
    other = running.by("mana")
    other.ask("PATCH", f"/leads/{lead_id}", {"version": lead_of(running, lead_id)["version"], "temperature": "B"})
    page.get_by_role("button", name="保存", exact=True).first.click()
    expect(page.locator("#history ins").first).to_have_text("03-1111-2222")
    page.get_by_role("link", name="（直通電話を変更）").click()
    page.get_by_label("直通電話").fill("03-3333-4444")
    theirs = {"version": lead_of(running, lead_id)["version"], "person": {"direct_phone": "03-5555-6666"}}
    assert other.ask("PATCH", f"/leads/{lead_id}", theirs).status == 200
    page.get_by_role("button", name="保存", exact=True).first.click()
    expect(page.get_by_text("ほかの人が先に変更しました。")).to_be_visible()
    isamu.look("lead-fact-both")
    page.get_by_role("button", name="自分の値にする").click()
    expect(page.locator("#history ins").first).to_have_text("03-3333-4444")
    person = lead_of(running, lead_id)["person"]
    assert (person["direct_phone"], lead_of(running, lead_id)["temperature"]) == ("0333334444", "B")


@pytest.mark.parametrize("javascript", [True, False])
def test_two_edit_at_once_and_choose_field_by_field(
    running: Running, desk: Sit, calls: Calls, javascript: bool
) -> None:
    lead_id = calls.lead_ids[7 if javascript else 8]
    isamu, other = desk("isamu", javascript=javascript), running.by("mana")
    page = isamu.page

    def meanwhile(**changed: Any) -> None:
        version = lead_of(running, lead_id)["version"]
        assert other.ask("PATCH", f"/leads/{lead_id}", {"version": version} | changed).status == 200

    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name="編集", exact=True).click()
    form = isamu.form()
    for label, mine in (("役職", "部長"), ("部署", "営業部"), ("予算", "500万円")):
        form.get_by_label(label, exact=True).fill(mine)
    meanwhile(person={"title": "次長", "department": "総務部", "mobile": "09011112222"}, temperature="A")
    form.get_by_role("button", name="更新").click()
    expect(form.locator(".versus")).to_contain_text("総務部")
    expect(form).to_contain_text("携帯電話: 090-1111-2222")
    form.get_by_role("radio", name=re.compile("部署 相手の値")).check()
    isamu.look("lead-both")
    form.get_by_role("button", name="この内容で更新").click()
    expect(isamu.message()).to_contain_text("リードを更新しました")
    lead = lead_of(running, lead_id)
    person = lead["person"]
    assert (person["title"], person["department"], person["mobile"]) == ("部長", "総務部", "09011112222")
    assert (lead["budget"], lead["temperature"]) == ("500万円", "A")

    page.get_by_role("link", name="編集", exact=True).click()
    isamu.form().get_by_label("予算", exact=True).fill("600万円")
    meanwhile(need="在庫の見える化")
    isamu.form().get_by_role("button", name="更新").click()
    expect(isamu.form()).to_contain_text("あなたの変更とは重なっていません")
    isamu.form().get_by_role("button", name="この内容で更新").click()
    expect(isamu.message()).to_contain_text("リードを更新しました")
    assert lead_of(running, lead_id)["need"] == "在庫の見える化"


@pytest.mark.parametrize("javascript", [True, False])
def test_the_memo_loses_nothing(running: Running, desk: Sit, calls: Calls, javascript: bool) -> None:
    lead_id = calls.lead_ids[9 if javascript else 10]
    isamu, other = desk("isamu", javascript=javascript), running.by("mana")
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    page.locator("#shared_memo").fill("月曜の午前に電話")
    version = lead_of(running, lead_id)["version"]
    theirs = {"version": version, "shared_memo": "決裁者は常務"}
    assert other.ask("PATCH", f"/leads/{lead_id}", theirs).status == 200
    page.locator("#memo").get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("どちらの文も残っています")).to_be_visible()
    isamu.look("lead-memo-both")
    page.get_by_role("button", name="まとめて保存").click()
    expect(page.get_by_text("保存しました").first).to_be_visible()
    expect(page.locator("#shared_memo")).to_have_value("決裁者は常務\n\n月曜の午前に電話")
    page.locator("#memo").get_by_role("link", name="履歴").click()
    expect(isamu.form()).to_contain_text("第2版")
    isamu.look("lead-memo-versions")
    isamu.form().get_by_role("button", name="この版に戻す").click()
    expect(page.locator("#shared_memo")).to_have_value("決裁者は常務")
    assert lead_of(running, lead_id)["shared_memo"] == "決裁者は常務"


def test_an_action_is_corrected_and_taken_back(running: Running, desk: Sit, calls: Calls) -> None:
    lead_id, isamu = calls.lead_ids[11], desk("isamu")
    done = {"type": "call_out", "result": "do_not_call", "text": "二度と電話しないでほしい"}
    running.by("isamu").post(f"/leads/{lead_id}/actions", done | {"campaign_id": calls.campaign_id})
    page = isamu.page
    page.goto(f"/leads/{lead_id}")
    page.get_by_role("link", name="架電のセミナーのアクションを登録").click()
    expect(isamu.form().get_by_role("alert")).to_contain_text("架電禁止です")
    expect(isamu.form().get_by_role("alert")).to_contain_text("二度と電話しないでほしい")
    isamu.look("action-do-not-call")
    page.keyboard.press("Escape")
    page.get_by_role("link", name=re.compile("^訂正")).click()
    isamu.form().get_by_label("内容").fill("メールなら可")
    isamu.look("action-correction")
    isamu.form().get_by_role("button", name="更新").click()
    expect(page.locator("#history")).to_contain_text("メールなら可")
    page.get_by_role("link", name=re.compile("^訂正")).click()
    isamu.form().get_by_role("button", name="削除").click()
    expect(page.locator("#history")).to_contain_text("まだアクションはありません")
    page.get_by_role("link", name="変更履歴").click()
    expect(page.locator("#history")).to_contain_text("アクションを削除")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_lead_is_handed_over_by_editing(running: Running, desk: Sit, calls: Calls, javascript: bool) -> None:
    """営業引継ぎ, pattern ②: 編集, the salesperson as owner, the stage 営業引継ぎ, 更新."""
    lead_id = calls.lead_ids[12 if javascript else 13]
    isamu = desk("isamu", javascript=javascript)
    company, address = lead_of(running, lead_id)["person"]["company"], running.people["eiji"]["email"]
    mails = len(running.mailbox.to(address))
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="編集", exact=True).click()
    form = isamu.form()
    form.get_by_label("リード担当者").select_option(label="江口 英二（営業部）")
    form.get_by_label("リードステージ").select_option(label="営業引継ぎ")
    isamu.look("lead-hand-over")
    form.get_by_role("button", name="更新").click()
    expect(isamu.page.locator(".path [aria-current]")).to_have_text("営業引継ぎ")
    until(lambda: len(running.mailbox.to(address)) > mails, what="the mail")

    eiji = desk("eiji", javascript=javascript)
    expect(eiji.page.locator("#portlet")).to_contain_text("担当になりました")
    eiji.go("リード")
    eiji.page.get_by_label("自担当", exact=True).check()
    eiji.page.get_by_label("キャンペーン", exact=True).select_option(label="架電のセミナー")
    eiji.page.get_by_role("button", name="検索").click()
    eiji.page.get_by_role("link", name=company).first.click()
    expect(eiji.page.locator(".path [aria-current]")).to_have_text("営業引継ぎ")
