"""A list is looked at before it holds: tiles and rows tell what would happen; then 確定, or 破棄."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_a_list_is_planned_committed_and_taken_back(
    desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool
) -> None:
    system, name = running.by("maki"), f"計画の会 {javascript}"
    draft = {"name": name, "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    old = Someone("計画", f"plan0-{javascript}@example.jp", "計画商会", more={"役職": "課長"})
    system.bring_in(list_workbook(tmp_path / "前の.xlsx", [old]), "invited", campaign_id)
    new = [Someone("計画", f"plan{n}-{javascript}@example.jp", "計画商会", more={"役職": "部長"}) for n in range(4)]
    new.append(Someone("計画", "not an address", "計画商会"))

    maki = desk("maki", javascript=javascript)
    page = maki.page

    def register(file: str, waits: bool = False) -> None:
        maki.go("リスト")
        page.get_by_role("link", name="リスト登録").first.click()
        form = maki.form()
        form.get_by_label("キャンペーン名").select_option(campaign_id)
        form.get_by_text("参加者リスト取込").click()
        form.get_by_label("リストファイル").set_input_files(tmp_path / file)
        form.get_by_text("登録済みの人の情報を更新する（任意）").click()
        form.get_by_label("すべての項目").select_option("file")
        form.get_by_label("登録する前に結果を確認する").check()
        form.get_by_role("button", name="決定").click()
        if waits:
            return
        expect(page.get_by_role("heading", name="この結果で確定しますか")).to_be_visible(timeout=30_000)

    list_workbook(tmp_path / "計画.xlsx", new)
    register("計画.xlsx")
    for tile, count in (("新規", "3"), ("更新", "1"), ("エラー", "1")):
        expect(page.locator(".tile", has_text=tile)).to_contain_text(count)
    page.locator(".tile", has_text="更新").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("課長 → 部長")
    expect(page.locator("#rows")).to_contain_text("メンバー状況: 招待")  # the campaign history is told, too
    page.locator("#list").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    page.go_back()
    expect(page.locator("#menu")).to_be_visible()  # the page, and not the fragment that the tile had fetched
    expect(page.locator("#rows")).to_contain_text("課長 → 部長")
    maki.look("list-planned")
    planned = page.url.partition("?")[0]
    register("計画.xlsx", waits=True)
    expect(maki.form().get_by_role("alert")).to_contain_text("「確定」か「破棄」")
    maki.look("list-planned-already")
    maki.form().get_by_role("link", name="そのリストを開く").click()
    expect(page).to_have_url(planned)
    assert system.get("/leads", campaign_id=campaign_id)["total"] == 1
    page.get_by_role("button", name="破棄").click()
    expect(page.locator("main")).to_contain_text("この確認は破棄されました。")

    register("計画.xlsx")
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("完了日時")).to_be_visible(timeout=30_000)
    for tile, count in (("新規", "3"), ("更新", "1"), ("エラー", "1")):
        expect(page.locator(".tile", has_text=tile)).to_contain_text(count)
    assert system.get("/leads", campaign_id=campaign_id)["total"] == 4
    page.get_by_role("link", name="取消", exact=True).click()
    maki.form().get_by_role("button", name="取り消す").click()
    told = "4件のリードを取り込む前の状態に戻しました（新しく登録したリードは削除）"
    expect(page.locator("#progress .notice")).to_contain_text(told, timeout=30_000)
    (left,) = system.get("/leads", campaign_id=campaign_id)["items"]
    assert system.get(f"/leads/{left['id']}")["person"]["title"] == "課長"


def test_what_moved_between_plan_and_commit_is_shown(
    desk: Callable[..., Desk], running: Running, tmp_path: Path
) -> None:
    system = running.by("maki")
    draft = {"name": "動いた会", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    people = [Someone("移動", f"moved{n}@example.jp", "移動商会") for n in range(2)]
    file = list_workbook(tmp_path / "動く.xlsx", people)
    planned = system.plan(file, "participants", campaign_id)
    assert (planned["status"], planned["outcomes"]["created"]) == ("planned", 2), planned
    system.bring_in(list_workbook(tmp_path / "先に.xlsx", people[:1]), "invited", campaign_id)

    maki = desk("maki")
    page = maki.page
    page.goto(f"/lists/{planned['id']}")
    page.get_by_role("button", name="確定").click()
    expect(page.locator("main")).to_contain_text("1行の結果が確認時と異なります。", timeout=30_000)
    page.get_by_role("link", name="異なる行を見る").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("確認時の結果: 新規")
    maki.look("list-moved")
