"""A file that does not arrive: changed since it was chosen, with another one, beside its place, after the sign-in."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk
from tests.browser.test_drop_a_list import DROP
from tests.running import Running
from tests.workbooks import Someone, list_workbook

Sit = Callable[..., Desk]


@pytest.fixture(scope="module")
def campaign_id(running: Running) -> str:
    draft = {"name": "届かない会", "category": "seminar", "status": "running"}
    draft |= {"start_date": "2026-11-01", "end_date": "2026-12-20"}
    return str(running.by("maki").post("/campaigns", draft)["id"])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return list_workbook(tmp_path / "届かない.xlsx", [Someone("不達", "missed@example.jp", "株式会社不達")])


def fill_in(desk: Desk, file: Path, campaign_id: str) -> Any:
    desk.page.goto("/lists")
    desk.page.wait_for_load_state()
    desk.page.get_by_role("link", name="リスト登録").first.click()
    form = desk.form()
    form.locator("#campaign_id").select_option(campaign_id)
    form.get_by_label("招待リスト取込").check()
    form.get_by_label("リストファイル").set_input_files(file)
    expect(form.locator("[data-chosen]")).to_contain_text(file.name)
    return form


def test_a_file_that_went_after_it_was_chosen_is_named(desk: Sit, file: Path, campaign_id: str) -> None:
    maki = desk("maki")
    form = fill_in(maki, file, campaign_id)
    content = file.read_bytes()
    file.unlink()
    form.get_by_role("button", name="決定").click()
    told = form.get_by_role("alert").filter(has_text="送信できませんでした")
    expect(told).to_contain_text("「届かない.xlsx」は、選んだ後に変更されたか、移動または削除されています。")
    expect(form.locator("#campaign_id")).to_have_value(campaign_id)
    expect(form.get_by_role("button", name="決定")).to_be_enabled()
    assert not maki.look_in_every_way("list-file-gone")
    assert any("ERR_FILE_NOT_FOUND" in one or "ERR_UPLOAD" in one for one in maki.complaints)
    maki.complaints.clear()  # the browser's own word about it
    file.write_bytes(content)
    form.get_by_role("button", name="ファイルを外す").click()
    form.get_by_label("リストファイル").set_input_files(file)
    form.get_by_role("button", name="決定").click()
    expect(maki.page.get_by_text("完了日時")).to_be_visible(timeout=30_000)


def test_without_a_network_every_form_says_so_and_keeps_what_was_typed(desk: Sit, file: Path, campaign_id: str) -> None:
    maki = desk("maki")
    form = fill_in(maki, file, campaign_id)
    maki.context.set_offline(True)
    form.get_by_role("button", name="決定").click()
    told = form.get_by_role("alert").filter(has_text="送信できませんでした。通信が切れています。")
    expect(told).to_be_visible()
    expect(form.locator("[data-chosen]")).to_contain_text(file.name)
    form.get_by_role("button", name="決定").click()
    expect(told).to_have_count(1)
    maki.page.once("dialog", lambda asked: asked.accept())
    form.get_by_role("link", name="キャンセル").click()
    maki.page.get_by_role("link", name="リスト更新").first.click()
    expect(maki.message()).to_contain_text("通信が切れています。接続を確認して、もう一度お試しください。")
    maki.context.set_offline(False)
    maki.complaints.clear()


def drop(page: Page, file: Path, names: str | list[str], place: str) -> None:
    page.evaluate(DROP, [b64encode(file.read_bytes()).decode(), names, place])
    assert page.evaluate("window.caught") == [True, True], "the browser would open the file"


def test_of_several_files_none_is_taken_and_that_is_said(desk: Sit, file: Path) -> None:
    maki = desk("maki")
    maki.page.goto("/lists")
    maki.page.wait_for_load_state()
    drop(maki.page, file, ["春.xlsx", "夏.xlsx"], "main")
    form = maki.form()
    told = form.locator("#file-error")
    expect(told).to_contain_text("リストは1つずつ登録します。2個のファイルがドロップされたため、どれも選んでいません。")
    assert form.get_by_label("リストファイル").input_value() == ""
    assert not maki.look_in_every_way("list-dropped-two")
    drop(maki.page, file, "春.xlsx", "#file")
    expect(form.locator("[data-chosen]")).to_contain_text("春.xlsx")
    expect(told).to_be_hidden()
    drop(maki.page, file, ["夏.xlsx", "秋.xlsx"], "#file")
    expect(told).to_contain_text("2個のファイル")
    expect(form.locator("[data-chosen]")).to_contain_text("春.xlsx")


def test_a_file_beside_its_field_is_taken_by_the_open_form_and_elsewhere_leaves_the_page(desk: Sit, file: Path) -> None:
    maki = desk("maki")
    page = maki.page
    page.goto("/lists")
    page.wait_for_load_state()
    page.get_by_role("link", name="リスト登録").first.click()
    form = maki.form()
    drop(page, file, "春.xlsx", "#dialog-title")
    expect(form.locator("[data-chosen]")).to_contain_text("春.xlsx")
    page.goto("/lists/new")
    page.wait_for_load_state()
    drop(page, file, "夏.xlsx", "h1")
    expect(page.locator("[data-chosen]")).to_contain_text("夏.xlsx")
    page.goto("/campaigns")
    page.wait_for_load_state()
    drop(page, file, "秋.xlsx", "main")
    expect(page.get_by_role("heading", level=1, name="キャンペーン")).to_be_visible()


def test_what_cannot_be_read_is_told_as_such(desk: Sit, file: Path) -> None:
    """A folder comes as a file that cannot be read."""
    maki = desk("maki")
    maki.page.goto("/lists")
    maki.page.wait_for_load_state()
    maki.page.evaluate("""() => {
        Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotFoundError"));
    }""")
    drop(maki.page, file, "名刺フォルダー", "main")
    expect(maki.form().locator("#file-error")).to_contain_text("「名刺フォルダー」: 読み取れませんでした。")


def test_a_list_sent_without_a_sign_in_comes_back_to_its_form(desk: Sit, file: Path, campaign_id: str) -> None:
    for javascript in (True, False):
        maki = desk("maki", javascript=javascript)
        page = maki.page
        page.goto("/lists/new")
        page.locator("#campaign_id").select_option(campaign_id)
        page.get_by_label("招待リスト取込").check()
        page.get_by_label("リストファイル").set_input_files(file)
        maki.context.clear_cookies(name=re.compile("tsunagi$"))
        page.get_by_role("button", name="決定").click()
        expect(page.get_by_role("alert")).to_contain_text(
            "サインインの有効期限が切れたため、送信した内容は登録していません。"
        )
        maki.look("sign-in-again")
        page.get_by_label("ログイン ID").fill("maki")
        page.get_by_label("パスワード").fill("tsunagi-demo")
        page.get_by_role("button", name="サインイン").click()
        expect(page.get_by_label("リストファイル")).to_be_visible()
