"""An exported list comes back after somebody edited on the screen: only what the user changed is written, and where
both changed somebody chooses. And a registration fills what is blank, where that was chosen."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.browser.list_states import planned_conflicts
from tests.running import Running
from tests.workbooks import Someone, list_workbook


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_somebody_chooses_between_file_and_screen(
    desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool
) -> None:
    system, company = running.by("maki"), f"衝突商会{javascript}"
    draft = {"name": f"衝突の会 {javascript}", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    people = [Someone("衝突", f"clash{n}-{javascript}@example.jp", company, more={"役職": "課長"}) for n in range(3)]
    system.bring_in(list_workbook(tmp_path / "三人.xlsx", people), "invited", campaign_id)

    maki = desk("maki", javascript=javascript)
    page = maki.page
    maki.go("リード")
    page.get_by_label("キーワード").fill(company)
    page.get_by_role("button", name="検索", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(3)
    file = maki.take_out(tmp_path / "出力.xlsx")
    leads = system.get("/leads", q=company, sort="number")["items"]
    for lead in leads[:2]:
        current = system.get(f"/leads/{lead['id']}")
        system.ask("PATCH", f"/leads/{lead['id']}", {"version": current["version"], "person": {"title": "部長"}})

    book = openpyxl.load_workbook(file)
    rows = book["リスト"]
    places = {cell.value: cell.column for cell in rows[1]}
    for row in range(2, 5):
        rows.cell(row, places["役職"], "本部長")
        rows.cell(row, places["温度感"], "A")
    book.save(file)
    maki.go("リード")
    page.get_by_role("link", name="リスト更新").click()
    form = maki.form()
    form.get_by_label("リストファイル").set_input_files(file)
    maki.look("list-update-blanks")
    form.get_by_role("button", name="決定").click()
    expect(page.locator(".tile", has_text="衝突")).to_contain_text("2", timeout=30_000)
    expect(page.locator(".tile", has_text="更新")).to_contain_text("1")
    expect(page.locator("#rows")).to_contain_text("画面「部長」・ファイル「本部長」（出力時「課長」）")
    expect(page.locator("#rows")).to_contain_text("課長 → 本部長")
    clash = page.get_by_role("row").filter(has=page.get_by_role("button", name="2行目: 画面の値を残す"))
    expect(clash).to_contain_text("どちらを選んでも書き込む項目")
    expect(clash).to_contain_text("温度感: 空白 → A")
    maki.look("list-conflicts")
    isamu = desk("isamu", javascript=javascript)  # who may not decide about the list is told who may
    isamu.page.goto(page.url)
    for told in ("どちらの値にするかは、登録した人と", "直したファイルの取り込みは、登録した人と"):
        expect(isamu.page.get_by_text(told)).to_be_visible()
    expect(isamu.page.get_by_role("button", name="の値")).to_have_count(0)
    expect(isamu.page.get_by_role("link", name="直したファイルを取り込む")).to_have_count(0)
    isamu.look("list-conflicts-of-another")
    page.get_by_role("button", name="2行目: 画面の値を残す").click()
    expect(page.locator(".tile", has_text="衝突")).to_contain_text("1", timeout=30_000)
    expect(page.locator("#rows")).to_contain_text("さんが「画面の値を残す」を選択", timeout=30_000)
    page.get_by_role("button", name="すべてファイルの値にする").click()
    expect(page.locator(".tile", has_text="更新")).to_contain_text("3", timeout=30_000)
    titles = [system.get(f"/leads/{lead['id']}")["person"]["title"] for lead in leads]
    assert titles == ["部長", "本部長", "本部長"]
    assert {system.get(f"/leads/{lead['id']}")["temperature"] for lead in leads} == {"A"}


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_what_was_chosen_in_a_plan_is_chosen_anew(
    desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool
) -> None:
    system, company = running.by("maki"), f"選び直し商会{javascript}"
    draft = {"name": f"選び直す会 {javascript}", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    state = planned_conflicts(system, campaign_id, tmp_path, company)
    assert (state["status"], state["outcomes"]["conflict"]) == ("planned", 2), state

    maki = desk("maki", javascript=javascript)
    page = maki.page
    page.goto(f"/lists/{state['id']}")
    page.get_by_role("button", name="すべてファイルの値にする").click()
    expect(page.locator(".tile", has_text="更新")).to_contain_text("2", timeout=30_000)
    expect(page.get_by_text("どちらの値にするかを選択した行が2行あります。")).to_be_visible()
    maki.look("list-conflicts-decided")
    page.get_by_role("button", name="2行目: 選び直す").click()
    expect(page.locator(".tile", has_text="衝突")).to_contain_text("1", timeout=30_000)
    page.get_by_role("button", name="2行目: 画面の値を残す").click()
    expect(page.get_by_role("row").filter(has_text="さんが「画面の値を残す」を選択")).to_have_count(1, timeout=30_000)
    page.get_by_role("button", name="確定").click()
    expect(page.get_by_text("完了日時")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="選び直す")).to_have_count(0)
    leads = system.get("/leads", q=company, sort="number")["items"]
    assert [system.get(f"/leads/{lead['id']}")["person"]["title"] for lead in leads] == ["部長", "本部長"]


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_a_registration_fills_blanks_where_that_was_chosen(
    desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool
) -> None:
    system, name = running.by("maki"), f"補う会 {javascript}"
    draft = {"name": name, "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    someone = Someone("補足", f"fill-{javascript}@example.jp", "補足商会", more={"役職": "課長"})
    system.bring_in(list_workbook(tmp_path / "一人.xlsx", [someone]), "invited", campaign_id)
    known = system.get("/leads", campaign_id=campaign_id)["items"][0]["id"]

    maki = desk("maki", javascript=javascript)
    page = maki.page
    maki.go("リスト")
    page.get_by_role("link", name="リスト登録").first.click()
    form = maki.form()
    form.get_by_label("キャンペーン名").select_option(campaign_id)
    form.get_by_text("参加者リスト取込").click()
    more = {"役職": "部長", "部署": "営業部", "温度感": "B"}
    again = list_workbook(tmp_path / "もう一度.xlsx", [Someone("補足", someone.email, "補足商会", more=more)])
    form.get_by_label("リストファイル").set_input_files(again)
    form.get_by_text("登録済みの人の情報を更新する（任意）").click()
    form.get_by_label("すべての項目").select_option("fill")
    form.get_by_label("温度感").select_option("keep")
    maki.look("list-registration-known")
    form.get_by_role("button", name="決定").click()
    expect(page.locator(".tile", has_text="更新")).to_contain_text("1", timeout=30_000)
    lead = system.get(f"/leads/{known}")
    assert (lead["person"]["title"], lead["person"]["department"], lead["temperature"]) == ("課長", "営業部", "")
