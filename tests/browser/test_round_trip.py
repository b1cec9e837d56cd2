"""パターン① of the assignment: リスト出力, choose owners in Excel, リスト更新."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_owners_chosen_in_the_exported_file(
    running: Running, desk: Callable[..., Desk], company: Company, tmp_path: Path, javascript: bool
) -> None:
    """検索条件の担当から「未割当」→「検索」→「リスト出力」→「リード担当者」列→「リスト更新」→ファイル追加→「決定」."""
    system, name = running.by("maki"), "往復商会" if javascript else "復路商会"
    people = [Someone("往復", f"round{n}{javascript}@example.jp", name) for n in range(3)]
    system.bring_in(list_workbook(tmp_path / "三人.xlsx", people), "invited", company.campaign_id)
    mails = len(running.mailbox.to(running.people["sara"]["email"]))

    maki = desk("maki", javascript=javascript)
    page = maki.page
    maki.go("リード")
    page.get_by_label("未割当", exact=True).check()
    page.get_by_label("キーワード").fill(name)
    page.get_by_role("button", name="検索", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(3)
    file = maki.take_out(tmp_path / "出力.xlsx")

    book = openpyxl.load_workbook(file)
    rows = book["リスト"]
    column = next(cell.column for cell in rows[1] if cell.value == "リード担当者")
    for row in range(2, rows.max_row + 1):
        rows.cell(row, column, "佐々木 沙羅 <sara>")
    assert rows.max_row == 4
    book.save(file)

    page.get_by_role("link", name="リスト更新").click()
    form = maki.form()
    expect(form.get_by_role("heading", name="リスト更新")).to_be_visible()
    form.get_by_label("リストファイル").set_input_files(file)
    maki.look("list-update")
    form.get_by_role("button", name="決定").click()
    expect(page.get_by_text("完了日時")).to_be_visible(timeout=30_000)
    expect(page.locator(".tile", has_text="更新")).to_contain_text("3")
    its_list = page.url
    page.get_by_role("link", name="リード一覧で見る").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.get_by_label("検索条件", exact=True)).to_contain_text("出力.xlsx")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="変更履歴").click()
    newest = page.locator("#history li").first
    expect(newest).to_contain_text("佐々木 沙羅")
    newest.get_by_role("link", name="リスト取込").click()
    assert page.url == its_list
    found = system.get("/leads", q=name)["items"]
    assert {lead["owner"]["login"] for lead in found} == {"sara"}
    until(lambda: "3件" in system_title(running), what="sara's notice")
    until(lambda: len(running.mailbox.to(running.people["sara"]["email"])) == mails + 1, what="sara's mail")


def system_title(running: Running) -> str:
    """What sara was told last."""
    return str(running.by("sara").get("/notifications")["items"][0]["title"])
