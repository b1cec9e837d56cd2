"""案件 as salespeople work them: list and board, moving by hand and by key, 受注 and 失注, 活動, two editors."""

import contextlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running


@pytest.fixture
def deal(running: Running, company: Company) -> Callable[..., dict[str, Any]]:
    """`deal("name")`: an opportunity of eiji's."""

    def create(name: str, **values: Any) -> dict[str, Any]:
        eiji = running.people["eiji"]["id"]
        draft = {"name": name, "account_id": company.account_id, "campaign_id": company.campaign_id}
        made: dict[str, Any] = running.by("eiji").post("/opportunities", draft | {"main_owner_id": eiji} | values)
        return made

    return create


def test_list_and_board_are_one_search(
    running: Running, desk: Callable[..., Desk], deal: Callable[..., dict[str, Any]]
) -> None:
    for number in range(25):
        deal(f"板の案件{number:02}", amount=1_000_000, expected_on=f"2027-01-{number + 1:02}")
    deal("板の提案", phase="proposal", amount=5_000_000)
    eiji = desk("eiji")
    eiji.go("案件")
    page = eiji.page
    page.get_by_label("キーワード").fill("板の")
    page.get_by_label("自担当", exact=True).check()
    expect(page.locator(".foot-row")).to_contain_text("¥30,000,000")
    eiji.look("opportunities-list")
    page.get_by_role("link", name="ボード").click()
    first, proposal = page.get_by_role("region", name="初回訪問"), page.get_by_role("region", name="提案")
    expect(first.locator(".deal")).to_have_count(20)
    expect(first.locator("header")).to_contain_text("¥25,000,000")
    eiji.look("opportunities-board")
    first.get_by_role("link", name="さらに表示").click()
    expect(first.locator(".deal")).to_have_count(25)
    proposal.locator("header").scroll_into_view_if_needed()
    page.locator(".deal", has_text="板の案件03").drag_to(proposal.locator("header"))
    expect(eiji.message()).to_have_text(re.compile("「板の案件03」を「提案」にしました"))
    expect(proposal.locator("header")).to_contain_text("¥6,000,000")
    expect(proposal.locator(".deal")).to_have_count(2)
    eiji.message().get_by_role("button", name="元に戻す").click()
    expect(eiji.message()).to_have_text(re.compile("「板の案件03」を「初回訪問」に戻しました"))
    expect(page).to_have_url(re.compile("view=board"))
    expect(proposal.locator(".deal")).to_have_count(1)

    for phase in ("first_visit", "lost"):
        page.locator(f'input[name="phase"][value="{phase}"]').check()
    expect(page.locator(".lane")).to_have_count(2)
    page.locator(".deal", has_text="板の案件04").drag_to(page.get_by_role("region", name="失注").locator("header"))
    form = eiji.form()
    form.get_by_role("button", name="変更").click()
    expect(form.get_by_role("alert")).to_be_visible()
    form.get_by_label("失注理由").fill("価格が合わない")
    eiji.look("phase-lost")
    form.get_by_role("button", name="変更").click()
    expect(eiji.message()).to_have_text(re.compile("「板の案件04」を「失注」にしました"))
    expect(page.get_by_role("region", name="失注").locator(".deal")).to_have_count(1)


def test_the_board_works_without_javascript(
    desk: Callable[..., Desk], running: Running, deal: Callable[..., dict[str, Any]]
) -> None:
    made = deal("静かな板", amount=700_000)
    eiji = desk("eiji", javascript=False)
    eiji.page.goto("/opportunities?view=board&q=静かな板")
    eiji.page.get_by_role("link", name="静かな板のフェーズを変更").click()
    form = eiji.form()
    form.get_by_label("受注", exact=True).check()
    form.get_by_label("受注日").fill("2026-12-01")
    form.get_by_label("受注金額（円）").fill("650,000")
    form.get_by_role("button", name="変更").click()
    expect(eiji.page.get_by_role("region", name="受注").locator(".deal")).to_have_count(1)
    won = running.by("eiji").get(f"/opportunities/{made['id']}")
    assert (won["phase"], won["won_on"], won["amount"], won["probability"]) == ("won", "2026-12-01", 650_000, 100)
    eiji.page.goto(f"/opportunities/{made['id']}")
    eiji.page.get_by_role("link", name="再開").click()
    eiji.form().get_by_role("button", name="変更").click()
    expect(eiji.page.locator(".path [aria-current]")).to_have_text("初回訪問")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_a_step_of_the_path_moves_and_is_taken_back(
    running: Running, desk: Callable[..., Desk], deal: Callable[..., dict[str, Any]], javascript: bool
) -> None:
    made = deal("一歩ずつの案件", amount=700_000, probability=35)
    eiji = desk("eiji", javascript=javascript)
    page, step, undo = eiji.page, eiji.page.locator(".path [aria-current]"), eiji.message().get_by_role("button")
    page.goto(f"/opportunities/{made['id']}")
    page.locator(".path").get_by_role("button", name="提案").click()
    expect(eiji.message()).to_contain_text("「一歩ずつの案件」を「提案」にしました")
    eiji.look("opportunity-moved")
    undo.click()
    expect(eiji.message()).to_contain_text("「初回訪問」に戻しました")
    expect(step).to_have_text("初回訪問")
    expect(undo).to_have_count(0)
    page.locator(".path").get_by_role("link", name="受注").click()
    eiji.form().get_by_label("受注金額（円）").fill("650,000")
    eiji.form().get_by_role("button", name="変更").click()
    expect(step).to_have_text("受注")
    undo.click()
    expect(step).to_have_text("初回訪問")
    now = running.by("eiji").get(f"/opportunities/{made['id']}")
    assert (now["probability"], now["amount"], now["won_on"]) == (35, 700_000, None)
    page.locator(".path").get_by_role("button", name="見積").click()
    expect(step).to_have_text("見積")
    since = running.by("rin").get(f"/opportunities/{made['id']}")
    changed = {"version": since["version"], "handover_memo": "林のメモ"}
    assert running.by("rin").ask("PATCH", f"/opportunities/{made['id']}", changed).status == 200
    undo.click()
    expect(eiji.message()).to_contain_text("元に戻せませんでした")
    expect(step).to_have_text("見積")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_activity_with_the_next_action(
    desk: Callable[..., Desk], deal: Callable[..., dict[str, Any]], javascript: bool
) -> None:
    made = deal("活動の案件")
    eiji = desk("eiji", javascript=javascript)
    eiji.page.goto(f"/opportunities/{made['id']}")
    eiji.page.get_by_role("link", name="活動を登録").click()
    form = eiji.form()
    form.get_by_label("訪問").check()
    form.get_by_label("内容").fill("工場を見学")
    form.get_by_label("次回アクション", exact=True).fill("見積を送る")
    form.get_by_label("次回アクション日時").fill("2027-02-01T10:00")
    eiji.look("activity-form")
    form.get_by_role("button", name="登録").click()
    expect(eiji.page.locator("#history")).to_contain_text("工場を見学")
    expect(eiji.page.locator("main")).to_contain_text("見積を送る")
    eiji.page.get_by_role("link", name=re.compile("の活動を編集")).click()
    eiji.form().get_by_label("内容").fill("工場と倉庫を見学")
    eiji.form().get_by_role("button", name="更新").click()
    expect(eiji.page.locator("#history")).to_contain_text("工場と倉庫を見学")
    eiji.look("opportunity-activities")
    eiji.page.get_by_role("link", name="変更履歴").click()
    expect(eiji.page.locator("#history ins", has_text="工場と倉庫を見学")).to_be_visible()


def test_two_editors_choose_field_by_field(
    running: Running, desk: Callable[..., Desk], deal: Callable[..., dict[str, Any]]
) -> None:
    made = deal("二人の案件", amount=100)
    eiji, other = desk("eiji"), running.by("rin")
    path = f"/opportunities/{made['id']}"
    eiji.page.goto(f"{path}/edit")
    eiji.page.get_by_label("案件名").fill("江口の案件")
    eiji.page.get_by_label("見込金額（円）").fill("300")
    changed = {"version": made["version"], "name": "林の案件", "amount": 200, "handover_memo": "林のメモ"}
    assert other.ask("PATCH", path, changed).status == 200
    eiji.page.get_by_role("button", name="更新").click()
    told = eiji.page.locator(".versus")
    for text in ("江口の案件", "林の案件", "¥300", "¥200"):
        expect(told).to_contain_text(text)
    eiji.look("opportunity-conflict")
    told.get_by_label("案件名 相手の値 林の案件").check()
    eiji.page.get_by_role("button", name="更新").click()
    expect(eiji.message()).to_have_text(re.compile("案件を更新しました"))
    now = other.get(path)
    assert (now["name"], now["amount"], now["handover_memo"]) == ("林の案件", 300, "林のメモ")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_possible_duplicates_are_told(running: Running, desk: Callable[..., Desk], javascript: bool) -> None:
    name = f"株式会社重複{'動' if javascript else '静'}"
    known = running.by("eiji").post("/accounts", {"name": name, "phone": f"052-1{int(javascript)}0-0001"})
    eiji = desk("eiji", javascript=javascript)
    page = eiji.page
    eiji.go("取引先")
    page.get_by_role("link", name="新規登録").first.click()
    expect(page.get_by_role("heading", level=1, name="取引先登録")).to_be_visible()
    page.wait_for_load_state()  # htmx listens by then
    page.get_by_label("取引先名").fill(f"（株）{name[4:]}")
    if javascript:
        expect(page.locator("#duplicates")).to_contain_text("名前が同じ")
        expect(page.locator("#duplicates").get_by_role("link", name=name)).to_have_attribute(
            "href", f"/accounts/{known['id']}"
        )
    page.get_by_label("法人番号").fill("7000012050003")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="同じ会社")).to_contain_text("名前が同じ")
    eiji.look("account-duplicates")
    expect(page.locator("#corporate_number-error")).to_contain_text("検査用数字")
    with contextlib.ExitStack() as until_asked:  # typing on does not make it warn a second time
        if javascript:
            until_asked.enter_context(page.expect_response(re.compile("/accounts/duplicates")))
        page.get_by_label("法人番号").fill("")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(eiji.message()).to_have_text(re.compile("取引先を登録しました"))
    expect(page.locator("main")).to_contain_text("株式会社（前）")
    eiji.look("account-new-shown")
    page.get_by_role("link", name="編集").click()
    page.get_by_label("アプローチ禁止", exact=True).check()
    page.get_by_label("アプローチ禁止の理由").fill("先方からの申し出")
    page.get_by_role("button", name="更新").click()
    expect(page.locator("main")).to_contain_text("アプローチ禁止の取引先です。 先方からの申し出")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_what_cannot_be_saved_is_said_at_once_and_once(
    running: Running, desk: Callable[..., Desk], javascript: bool
) -> None:
    number = "7000012050002"
    if not running.by("eiji").get("/accounts", q="番号のある商会")["total"]:
        running.by("eiji").post("/accounts", {"name": "番号のある商会", "corporate_number": number})
    eiji = desk("eiji", javascript=javascript)
    page = eiji.page
    page.goto("/accounts/new")
    page.wait_for_load_state()
    page.get_by_label("取引先名").fill("番号の違う商会")
    page.get_by_label("法人番号").fill(number)
    page.get_by_label("ドメイン").fill("not a domain @@")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(page.get_by_text("ドメインは example.co.jp の形で入力してください。")).to_have_count(1)
    expect(page.get_by_label("ドメイン")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#duplicates")).to_contain_text("この法人番号では登録できません")
    expect(page.get_by_text("もう一度ボタンを押すと保存します")).to_have_count(0)


def test_accounts_and_opportunities_are_found_by_who_has_them(
    running: Running, desk: Callable[..., Desk], deal: Callable[..., dict[str, Any]]
) -> None:
    rin, eiji = running.people["rin"]["id"], desk("eiji")
    running.by("eiji").post("/accounts", {"name": "担当別商会", "sales_owner_id": rin, "prefecture": "香川県"})
    deal("担当別の案件", main_owner_id=rin)
    page = eiji.page
    eiji.go("取引先")
    page.get_by_label("営業担当", exact=True).select_option(rin)
    expect(page).to_have_url(re.compile(f"owner={rin}"))
    page.get_by_label("都道府県", exact=True).select_option("香川県")
    expect(page.locator("tbody th a")).to_have_text(["担当別商会"])
    eiji.go("案件")
    page.get_by_label("キーワード").fill("担当別")
    page.get_by_label("案件主担当", exact=True).select_option(rin)
    expect(page.locator("tbody th a")).to_have_text(["担当別の案件"])
    page.get_by_label("案件主担当", exact=True).select_option(running.people["eiji"]["id"])
    expect(page.locator("tbody tr")).to_have_count(0)


def test_what_was_planned_for_a_closed_opportunity_is_not_overdue(
    desk: Callable[..., Desk], deal: Callable[..., dict[str, Any]]
) -> None:
    plan = {"next_action": "見積提出", "next_action_at": "2026-01-05T10:00:00+09:00"}
    deal("予定が過ぎた案件", **plan)
    lost = deal("予定が残る失注", phase="lost", lost_reason="予算", **plan)
    eiji = desk("eiji")
    eiji.page.goto("/opportunities?q=予定が")
    expect(eiji.page.get_by_role("row", name=re.compile("過ぎた")).locator(".overdue")).to_have_count(1)
    expect(eiji.page.get_by_role("row", name=re.compile("残る")).locator(".overdue")).to_have_count(0)
    eiji.page.goto(f"/opportunities/{lost['id']}")
    expect(eiji.page.get_by_text("見積提出")).to_be_visible()
    expect(eiji.page.locator(".overdue")).to_have_count(0)
