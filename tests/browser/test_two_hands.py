"""What goes wrong between people: clicking twice, saving second, a refused form, a file that is none."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook


def test_a_double_click_has_one_effect(
    running: Running, desk: Callable[..., Desk], company: Company, tmp_path: Path
) -> None:
    maki = desk("maki")
    before = running.by("maki").get("/lists")["total"]
    file = list_workbook(tmp_path / "二度.xlsx", [Someone("二宮", "twice@example.jp")])
    maki.page.goto(f"/lists/new?campaign_id={company.campaign_id}")
    maki.page.get_by_label("リストファイル").set_input_files(file)
    maki.page.get_by_label("招待リスト取込").check()
    maki.page.get_by_role("button", name="決定").dblclick()
    expect(maki.page.get_by_text("完了日時")).to_be_visible(timeout=30_000)
    assert running.by("maki").get("/lists")["total"] == before + 1


def test_the_second_click_is_not_asked_about_what_the_first_one_made(
    running: Running, desk: Callable[..., Desk]
) -> None:
    isamu = desk("isamu", javascript=False)
    isamu.page.goto("/accounts/new")
    isamu.page.get_by_label("取引先名").fill("二押株式会社")
    with isamu.page.expect_request(lambda request: request.method == "POST") as sent:
        isamu.page.get_by_role("button", name="登録", exact=True).click()
    expect(isamu.message()).to_have_text(re.compile("取引先を登録しました"))
    assert "取引先を登録しました" in isamu.send_again(sent.value)
    assert running.by("isamu").get("/accounts", q="二押")["total"] == 1


def test_the_second_save_shows_both_values(running: Running, desk: Callable[..., Desk], company: Company) -> None:
    lead_id, isamu = company.lead_ids[2], desk("isamu")
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="編集").click()
    isamu.form().get_by_label("役職").fill("部長")

    other = running.by("mana")
    version = other.get(f"/leads/{lead_id}")["version"]
    changed = {"version": version, "person": {"title": "次長", "department": "総務部"}}
    assert other.ask("PATCH", f"/leads/{lead_id}", changed).status == 200

    isamu.form().get_by_role("button", name="更新").click()
    told = isamu.page.locator(".versus")
    expect(told).to_contain_text("部長")
    expect(told).to_contain_text("次長")
    expect(told).not_to_contain_text("総務部")
    expect(isamu.form()).to_contain_text("総務部")
    isamu.look("lead-edit-conflict")
    isamu.form().get_by_role("button", name="この内容で更新").click()
    expect(isamu.message()).to_have_text(re.compile("リードを更新しました"))
    person = other.get(f"/leads/{lead_id}")["person"]
    assert (person["title"], person["department"]) == ("部長", "総務部")


def test_a_refused_form_keeps_what_was_typed(desk: Callable[..., Desk]) -> None:
    maki = desk("maki")
    maki.page.goto("/campaigns/new")
    maki.page.get_by_label("キャンペーン名").fill("終わりが先")
    maki.page.get_by_label("分類").select_option(label="セミナー")
    maki.page.get_by_label("開始日").fill("2026-12-01")
    maki.page.get_by_label("終了日").fill("2026-11-01")
    maki.page.get_by_label("招待数（件）").fill("たくさん")
    maki.page.get_by_role("button", name="登録", exact=True).click()
    expect(maki.page.get_by_role("alert")).to_be_visible()
    expect(maki.page.get_by_label("キャンペーン名")).to_have_value("終わりが先")
    expect(maki.page.locator("[aria-invalid=true]").first).to_be_visible()
    maki.look("campaign-refused")


PASSWORDS = {"old_password": "no", "password": "a-new-password!", "repeated": "another"}


@pytest.mark.parametrize(
    ("path", "typed", "button", "wrong"),
    [
        ("/persons/new", {"family_name": "拒否"}, "登録", "email"),
        ("/accounts/new", {"name": "長" * 201}, "登録", "name"),
        ("/opportunities/new", {"account_q": "長" * 201}, "登録", "name"),
        ("/administration/departments/new", {"name": "営業部"}, "登録", "name"),
        ("/settings/password", PASSWORDS, "変更", "repeated"),
    ],
)
def test_a_form_that_is_a_page_is_refused_in_its_own_place(
    desk: Callable[..., Desk], path: str, typed: dict[str, str], button: str, wrong: str
) -> None:
    page = desk("admin").page
    page.goto(path)
    main = page.get_by_role("main")
    for name, value in typed.items():
        main.locator(f"#{name}").fill(value)
    page.evaluate("document.querySelectorAll('main form').forEach((form) => { form.noValidate = true; })")
    main.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(f"#{wrong}-error")).to_have_count(1)
    expect(main.locator(f"#{wrong}-error")).to_be_visible()
    expect(main.locator(f"#{wrong}")).to_be_focused()
    expect(main.locator(f"#{next(iter(typed))}")).to_have_value(
        "" if "password" in path else next(iter(typed.values()))
    )
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{path}$"))


def test_what_is_wrong_with_the_lead_is_told_where_it_is_written(desk: Callable[..., Desk], company: Company) -> None:
    """アクション登録 saves the lead's data, too."""
    isamu = desk("isamu")
    isamu.page.goto(f"/leads/{company.lead_ids[9]}/actions/new?campaign_id={company.campaign_id}")
    isamu.page.get_by_label("不通").check()
    isamu.page.get_by_text("リード情報も更新する").click()
    isamu.page.get_by_label("メールアドレス").fill("山田")
    isamu.page.get_by_role("button", name="登録", exact=True).click()
    expect(isamu.page.locator("[id='person.email-error']")).to_be_visible()
    expect(isamu.page.get_by_label("メールアドレス")).to_have_value("山田")
    expect(isamu.page.locator(".error")).to_have_count(1)


def test_a_file_that_is_no_list_says_so(desk: Callable[..., Desk], company: Company, tmp_path: Path) -> None:
    maki = desk("maki")
    file = tmp_path / "写真.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    maki.page.goto("/leads")
    maki.page.get_by_role("link", name="リスト登録", exact=True).first.click()
    maki.form().locator("#campaign_id").select_option(company.campaign_id)
    maki.form().get_by_label("招待リスト取込").check()
    maki.form().get_by_label("リストファイル").set_input_files(file)
    maki.form().get_by_role("button", name="決定").click()
    expect(maki.form().get_by_role("alert")).to_be_visible()
    expect(maki.form().locator("#file-error")).to_be_visible()
    maki.look("list-refused")


def test_the_keyboard_goes_through_the_rows(desk: Callable[..., Desk], company: Company) -> None:
    isamu = desk("isamu")
    isamu.page.goto(f"/leads?campaign_id={company.campaign_id}&sort=number")
    isamu.page.keyboard.press("/")
    expect(isamu.page.locator("#q")).to_be_focused()
    isamu.page.locator("#q").blur()
    for key in "jxjjxjjkX":
        isamu.page.keyboard.press(key)
    expect(isamu.page.locator("input.tick:checked")).to_have_count(3)
    expect(isamu.page.locator("#selection-bar")).to_contain_text("3件選択")
    fourth = isamu.page.locator("tbody th a").nth(3).get_attribute("href")
    isamu.page.keyboard.press("Enter")
    expect(isamu.page).to_have_url(re.compile(f"{re.escape(fourth or '')}$"))


def test_ticks_stay_over_pages_and_shift_takes_a_range(desk: Callable[..., Desk], company: Company) -> None:
    isamu = desk("isamu")
    isamu.page.goto(f"/leads?campaign_id={company.campaign_id}&sort=number")
    ticks, bar = isamu.page.locator("input.tick"), isamu.page.locator("#selection-bar")
    ticks.nth(3).check()
    ticks.nth(7).click(modifiers=["Shift"])
    expect(bar).to_contain_text("5件選択")
    isamu.page.get_by_role("link", name="次へ").click()
    expect(isamu.page.locator(".pager")).to_contain_text("51–")
    ticks.nth(0).check()
    expect(bar).to_contain_text("6件選択")
    isamu.page.get_by_role("link", name="前へ").click()
    expect(isamu.page.locator("input.tick:checked")).to_have_count(5)


def test_the_bell_counts_and_is_read(running: Running, desk: Callable[..., Desk], company: Company) -> None:
    sara_id = running.people["sara"]["id"]
    running.by("mana").post("/leads/assignments", {"lead_ids": company.lead_ids[5:8], "owner_id": sara_id})
    sara = desk("sara")
    unread = running.by("sara").get("/notifications", unread="true")["total"]
    expect(sara.page.locator(".dot-count")).to_have_text(str(unread))
    sara.page.locator("[popovertarget=bell-panel]").click()
    panel = sara.page.locator("#bell-panel")
    expect(panel).to_contain_text("リード 3件の担当になりました")
    panel.get_by_role("button", name="すべて既読にする").click()
    expect(sara.page.locator(".dot-count")).to_have_text("")
    panel.get_by_role("link", name="リード 3件の担当になりました").first.click()
    expect(sara.page).to_have_url(re.compile("/leads.owner=me"))
