"""Every page, in every look: axe-core finds nothing, nothing is wider than the screen, nobody complains."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import PASSWORD, Desk
from tests.browser.pages import PAGES
from tests.journeys.system import System
from tests.running import Running

# What opens over a page: where, and what one clicks there.
DIALOGS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "menu": ("/", lambda page: page.get_by_role("button", name="メニューを開く").click()),
    "bell": ("/", lambda page: page.get_by_role("button", name="通知").click()),
    "user-menu": ("/", lambda page: page.locator("[popovertarget=user-panel]").click()),
    "keys": ("/leads", lambda page: page.keyboard.press("?")),
    "leads-conditions": ("/leads", lambda page: page.get_by_text("条件を追加").click()),
    "dialog-columns": ("/leads", lambda page: page.get_by_role("link", name="表示項目").click()),
    "dialog-list-registration": ("/leads", lambda page: page.get_by_role("link", name="リスト登録").first.click()),
    "dialog-list-update": ("/leads", lambda page: page.get_by_role("link", name="リスト更新").click()),
    "dialog-list-export": ("/leads", lambda page: page.get_by_role("button", name="リスト出力").click()),
    "dialog-correction": (
        "/lists/{list_id}",
        lambda page: page.get_by_role("link", name="直したファイルを取り込む").click(),
    ),
    "dialog-bulk-change": ("/leads?campaign_id={campaign_id}", lambda page: tick(page)),
    "dialog-action": ("/leads/{lead}", lambda page: page.get_by_role("link", name="アクションを登録").first.click()),
    "dialog-lead-edit": ("/leads/{lead}", lambda page: page.get_by_role("link", name="編集", exact=True).click()),
    "dialog-conversion": ("/leads/{lead}", lambda page: page.get_by_role("link", name="案件作成").click()),
    "dialog-person": ("/persons", lambda page: page.get_by_role("link", name="新規登録").first.click()),
    "dialog-phase": ("/opportunities/{opportunity_id}", lambda page: page.get_by_role("link", name="失注").click()),
}
# Of the hundreds of calls that the API has a dozen are looked at, unfolded.
FEW = "document.querySelectorAll('details').forEach((one, place) => place % 24 ? one.remove() : one.open = true)"


def tick(page: Page) -> None:
    for number in range(3):
        page.locator("input.tick").nth(number).check()
    page.locator("#selection-bar").get_by_role("button", name="一括変更").click()


def test_every_page_is_clean(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    admin, wrong = desk("admin"), []
    for name, path in PAGES.items():
        admin.page.goto(path.format(**places))
        if name == "api-docs":
            admin.page.evaluate(FEW)
        wrong += admin.look_in_every_way(name)
    assert wrong == []


def test_every_dialog_is_clean(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    admin, wrong = desk("admin"), []
    for name, (path, open_it) in DIALOGS.items():
        admin.turn(phone=name == "menu")
        admin.page.goto(path.format(**places))
        admin.page.wait_for_load_state()
        open_it(admin.page)
        if name.startswith("dialog"):
            admin.form()
        if name == "dialog-bulk-change":
            owner = admin.page.locator("#dialog").get_by_label("リード担当者", exact=True)
            owner.select_option(label="佐々木 沙羅（インサイドセールス部）")
            expect(admin.page.locator("#dialog .preview")).to_be_visible()
        if name == "dialog-list-export":
            expect(admin.page.locator("#dialog").get_by_role("link", name=re.compile("xlsx"))).to_be_visible()
        wrong += admin.look_in_every_way(name)
    assert wrong == []


def test_pages_without_a_row_say_what_to_do(desk: Callable[..., Desk], running: Running) -> None:
    newcomer = {"login": "shin", "family_name": "新川", "email": "shin@tsunagi.example.jp"}
    first = "a-first-password"
    running.by("admin").post("/users", newcomer | {"roles": ["outsourced_caller"], "password": first})
    own = {"old_password": first, "password": PASSWORD}
    assert System(running.house.gateway_url).sign_in("shin", first).ask("PUT", "/me/password", own).status == 204
    shin, wrong = desk("shin"), []  # of no group: nobody's leads are there to be seen
    for name, path in (("home-empty", "/"), ("leads-empty", "/leads"), ("notifications-empty", "/notifications")):
        shin.page.goto(path)
        expect(shin.page.locator(".empty").first).to_be_visible()
        wrong += shin.look_in_every_way(name)
    assert wrong == []


def test_what_goes_wrong_is_a_page_that_says_what_helps(desk: Callable[..., Desk]) -> None:
    maki = desk("maki")
    maki.page.goto("/administration/settings")
    expect(maki.page.get_by_role("heading", level=1)).to_have_text("この画面を開く権限がありません")
    expect(maki.page.get_by_role("main")).to_contain_text("管理者に権限の追加を依頼")
    wrong = maki.look_in_every_way("forbidden")
    maki.page.goto("/no-such-page")
    expect(maki.page.get_by_role("main")).to_contain_text("メニューまたは検索から探してください")
    wrong += maki.look_in_every_way("no-such-page")
    maki.context.clear_cookies()
    maki.page.goto("/sign-in")
    wrong += maki.look_in_every_way("sign-in")
    maki.page.get_by_label("ログイン ID").fill("maki")
    maki.page.get_by_label("パスワード").fill("wrong")
    maki.page.get_by_role("button", name="サインイン").click()
    maki.page.get_by_role("alert").wait_for()
    assert maki.page.get_by_label("ログイン ID").input_value() == "maki"
    assert wrong + maki.look_in_every_way("sign-in-refused") == []


def test_one_chooses_the_language(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    mana = desk("mana")
    mana.page.locator("[popovertarget=user-panel]").click()
    mana.page.get_by_role("button", name="English").click()
    mana.page.get_by_role("heading", name="Home").wait_for()
    mana.page.goto(f"/leads/{places['lead']}")
    mana.page.get_by_role("heading", name="Campaign", exact=True).wait_for()
    mana.page.locator("[popovertarget=user-panel]").click()
    mana.page.get_by_role("button", name="日本語").click()
    mana.page.get_by_role("heading", name="リード情報").wait_for()
