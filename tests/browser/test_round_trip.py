"""パターン① of the assignment: リスト出力, choose owners in Excel, リスト更新."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


def test_owners_chosen_in_the_exported_file(
    running: Running, desk: Callable[..., Desk], company: Company, tmp_path: Path
) -> None:
    maki, system = desk("maki"), running.by("maki")
    people = [Someone("往復", f"round{n}@example.jp", "株式会社往復") for n in range(3)]
    system.bring_in(list_workbook(tmp_path / "三人.xlsx", people), "invited", company.campaign_id)

    page = maki.page
    page.goto(f"/leads?campaign_id={company.campaign_id}")
    page.get_by_label("キーワード").fill("株式会社往復")
    page.get_by_label("未割当", exact=True).check()
    page.get_by_role("button", name="検索").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name="リスト出力").click()
    with page.expect_download() as download:
        maki.form().get_by_role("link", name=re.compile(r"\.xlsx")).click(timeout=30_000)
    maki.look("list-export")
    maki.form().get_by_role("link", name="閉じる").click()

    file = tmp_path / "出力.xlsx"
    download.value.save_as(file)
    book = openpyxl.load_workbook(file)
    rows = book["リスト"]
    column = next(cell.column for cell in rows[1] if cell.value == "リード担当者")
    for row in range(2, rows.max_row + 1):
        rows.cell(row, column, "佐々木 沙羅 <sara>")
    assert rows.max_row == 4
    book.save(file)

    page.get_by_role("link", name="リスト更新").click()
    maki.form().get_by_label("リストファイル").set_input_files(file)
    maki.look("list-update")
    maki.form().get_by_role("button", name="決定").click()
    expect(page.get_by_text("完了日時")).to_be_visible(timeout=30_000)
    expect(page.locator(".tile", has_text="更新")).to_contain_text("3")
    found = system.get("/leads", q="株式会社往復")["items"]
    assert {lead["owner"]["login"] for lead in found} == {"sara"}
    until(lambda: "3件" in system_title(running), what="sara's notice")


def system_title(running: Running) -> str:
    """What sara was told last."""
    return str(running.by("sara").get("/notifications")["items"][0]["title"])
