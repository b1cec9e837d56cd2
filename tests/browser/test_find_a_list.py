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


def test_all_that_became_of_a_list_is_in_sight(desk: Callable[..., Desk], places: dict[str, str]) -> None:
    """Also where there is little room: every row of the file, and who registered it when."""
    admin = desk("admin")
    page = admin.page
    page.set_viewport_size({"width": 1360, "height": 800})
    page.goto("/lists")
    line = page.locator("tbody tr", has_text="状態の計画.xlsx")
    assert line.locator("td.counts a").all_inner_texts() == ["新規 3", "履歴のみ 6", "エラー 1"]
    expect(line).to_contain_text("安藤 理")
    cut = "(frame) => frame.scrollWidth > frame.clientWidth"
    assert not page.locator(".table-frame").evaluate(cut)
    admin.shoot("lists-narrow")
    admin.turn(phone=True)
    assert not page.locator(".table-frame").evaluate(cut)
    expect(line.locator(".under", has_text="エラー 1")).to_be_in_viewport(ratio=1)
    assert admin.faults() == []
    admin.shoot("lists-narrow")
