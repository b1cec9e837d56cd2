"""リスト: the history is searched by kind, state, campaign and who registered it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_a_list_is_found_by_what_one_knows_of_it(
    running: Running, desk: Callable[..., Desk], places: dict[str, str], javascript: bool
) -> None:
    name = running.by("admin").get(f"/lists/{places['planned_id']}")["campaign"]
    admin = desk("admin", javascript=javascript)
    page = admin.page

    def choose(label: str, option: str) -> None:
        page.get_by_label(label, exact=True).select_option(label=option)
        if not javascript:
            page.get_by_role("button", name="検索", exact=True).click()

    admin.go("リスト")
    choose("キャンペーン", name)
    expect(page.locator("tbody tr", has_text="状態の計画.xlsx")).to_contain_text("確認待ち")
    choose("状態", "失敗・中止")
    expect(page.locator("tbody th a")).to_have_text(["見出しだけ.xlsx", "中止.xlsx"])
    choose("種類", "リスト更新")
    expect(page.locator(".empty")).to_contain_text("条件に合うリストはありません")
    page.get_by_role("link", name="条件をクリア").click()
    expect(page.locator("tbody tr", has_text="往復.xlsx")).to_be_visible()

    page.goto(f"/campaigns/{places['campaign_id']}")
    page.get_by_role("link", name="リストの履歴").click()
    expect(page.locator("tbody th a", has_text="招待.xlsx")).to_be_visible()
    page.get_by_label("自分が登録したもの").check()
    if not javascript:
        page.get_by_role("button", name="検索", exact=True).click()
    expect(page.locator(".empty")).to_be_visible()
