"""One list all the way through the pages, as the standard flow tells it; with JavaScript and by plain forms."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import EXAMPLE_LISTS, Someone, list_workbook

MADE_FOR_US = EXAMPLE_LISTS / "02-seminar-participants-300.xlsx"


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def workbook(tmp_path: Path, javascript: bool) -> Path:
    """The list that was made for trying this where it lies beside the repository, else one made here."""
    if javascript and MADE_FOR_US.exists():
        return MADE_FOR_US
    mark = "動" if javascript else "静"
    own = [(f"plain{n}@list-{javascript}.example", f"株式会社平文{n:02}{mark}") for n in range(70)]
    people = [Someone("佐藤", email, company) for email, company in own]
    return list_workbook(tmp_path / "参加者.xlsx", people)


def test_a_list_goes_all_the_way(running: Running, desk: Callable[..., Desk], javascript: bool, workbook: Path) -> None:
    name = f"展示会 {'動く' if javascript else '静か'}"
    maki = desk("maki", javascript=javascript)
    register_campaign(maki, name)
    register_list(maki, name, workbook)
    running.mailbox.forget()
    count = assign_all_but_one(maki, name)

    isamu = desk("isamu", javascript=javascript)
    expect(isamu.page.locator("#portlet")).to_contain_text(f"リード {count}件の担当になりました")
    address = running.people["isamu"]["email"]
    until(lambda: len(running.mailbox.to(address)) == 1, what="one mail")
    lead = open_own_lead(isamu, name)
    register_action(isamu)
    create_opportunity(isamu)
    until(lambda: running.by("isamu").get(f"/leads/{lead}")["stage"]["meaning"] == "converted", what="the stage")
    isamu.page.reload()
    expect(isamu.page.locator(".path [aria-current]")).to_have_text("案件化")
    isamu.shoot("lead-converted")

    eiji = desk("eiji", javascript=javascript)
    eiji.page.locator("#portlet").get_by_role("link", name=re.compile("主担当になりました")).first.click()
    expect(eiji.page.locator("main")).to_contain_text("¥2,500,000")
    eiji.shoot("opportunity")
    assert len(running.mailbox.to(address)) == 1


def register_campaign(desk: Desk, name: str) -> None:
    page = desk.page
    desk.go("キャンペーン")
    desk.shoot("campaigns")
    page.get_by_role("link", name="新規登録").first.click()
    page.get_by_label("キャンペーン名").fill(name)
    page.get_by_label("分類").select_option(label="展示会")
    page.get_by_label("ステータス").select_option(label="実施中")
    page.get_by_label("開始日").fill("2026-11-01")
    page.get_by_label("終了日").fill("2026-12-20")
    page.get_by_label("招待数（件）").fill("１，０００")
    page.get_by_label("参加率（%）").fill("25")
    page.get_by_role("button", name="関係者を追加").click()
    speaker = page.get_by_role("group", name="関係者 2")
    speaker.get_by_label("区分").select_option(label="講師")
    speaker.get_by_label("氏名").fill("田所 一郎")
    desk.shoot("campaign-new")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(desk.message()).to_have_text(re.compile("キャンペーンを登録しました"))
    expect(page.get_by_text("目標 1,000")).to_be_visible()
    expect(page.get_by_text("田所 一郎")).to_be_visible()
    desk.shoot("campaign")


def register_list(desk: Desk, campaign: str, workbook: Path) -> None:
    page = desk.page
    desk.go("リード")
    page.get_by_role("link", name="リスト登録", exact=True).first.click()
    form = desk.form()
    form.get_by_label("キャンペーン名").select_option(label=re_option(form, campaign))
    form.get_by_label("参加者リスト取込").check()
    form.get_by_label("リストファイル").set_input_files(workbook)
    desk.look("list-registration")
    form.get_by_role("button", name="決定").click()
    expect(page).to_have_url(re.compile(r"/lists/\d+"))
    expect(page.get_by_text("完了日時")).to_be_visible(timeout=60_000)
    expect(page.locator("#rows")).to_be_visible()
    desk.shoot("list")
    page.get_by_role("link", name="リード一覧で見る").click()
    expect(page.get_by_label("キャンペーン反応", exact=True)).to_have_value("true")


def re_option(form: object, campaign: str) -> str:
    """The text of the campaign's option, which ends in its code."""
    options = form.get_by_label("キャンペーン名").locator("option").all_inner_texts()  # type: ignore[attr-defined]
    return next(str(text) for text in options if text.startswith(campaign))


def assign_all_but_one(desk: Desk, campaign: str) -> int:
    """一括変更 of everything found, over all pages, minus one unticked row; how many got the owner."""
    page = desk.page
    desk.go("リード")
    desk.until_offered(campaign)
    page.get_by_label("未割当", exact=True).check()
    page.get_by_label("キャンペーン", exact=True).select_option(label=campaign)
    page.get_by_role("button", name="検索").click()
    expect(page).to_have_url(re.compile("owner=unassigned.*campaign_id="))
    page.get_by_role("link", name=re.compile("検索結果.*すべてを選択")).click()
    expect(page.locator("input.tick:checked")).to_have_count(50)
    page.locator("input.tick").nth(1).uncheck()
    desk.shoot("leads-ticked")
    page.locator(".list-buttons").get_by_role("button", name="一括変更").click()
    form = desk.form()
    form.get_by_label("リード担当者").select_option(label="石田 勇（インサイドセールス部）")
    if not desk.javascript:
        form.get_by_role("button", name="件数を確認").click()
    expect(form.locator(".preview")).to_be_visible()
    count = int(re.sub(r"\D", "", form.locator(".preview .figure").first.inner_text()))
    desk.look("bulk-change")
    form.get_by_role("button", name="更新").click()
    expect(desk.message()).to_have_text(re.compile(f"{count:,}件を変更しました。"))
    expect(page.locator("tbody tr")).to_have_count(1)
    return count


def open_own_lead(desk: Desk, campaign: str) -> str:
    page = desk.page
    desk.go("リード")
    desk.until_offered(campaign)
    page.get_by_label("自担当", exact=True).check()
    page.get_by_label("キャンペーン", exact=True).select_option(label=campaign)
    page.get_by_role("button", name="検索").click()
    expect(page).to_have_url(re.compile("owner=me.*campaign_id="))
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("heading", name="キャンペーン情報")).to_be_visible()
    desk.shoot("lead")
    return page.url.rsplit("/", 1)[1].partition("?")[0]


def register_action(desk: Desk) -> None:
    desk.page.get_by_role("link", name=re.compile("のアクションを登録")).click()
    form = desk.form()
    form.get_by_label("本人接続").check()
    form.get_by_label("内容").fill("来期の予算で検討。資料を送る。")
    form.get_by_label("次回アクション日時").fill("2027-01-12T10:00")
    desk.look("action")
    form.get_by_role("button", name="登録").click()
    expect(desk.message()).to_have_text(re.compile("アクションを登録しました"))
    expect(desk.page.locator("#history")).to_contain_text("来期の予算で検討。資料を送る。")
    expect(desk.page.locator(".path [aria-current]")).to_have_text("接続済")


def create_opportunity(desk: Desk) -> None:
    desk.page.get_by_role("link", name="案件作成").click()
    form = desk.form()
    form.get_by_role("group", name="取引先の選択").get_by_label("新規作成").check()
    form.get_by_label("案件主担当").select_option(label="江口 英二（営業部）")
    form.get_by_label("見込金額（円）").fill("2,500,000")
    form.get_by_label("通知する").check()
    desk.look("conversion")
    form.get_by_role("button", name="確定").click()
    expect(desk.message()).to_have_text(re.compile("リードを案件化しました"))
