"""リスト出力 that failed: the reason is shown, and one click asks for the same again."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import openpyxl
import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_export_that_failed_is_asked_for_again(
    running: Running, desk: Callable[..., Desk], company: Company, tmp_path: Path, javascript: bool
) -> None:
    failed = running.by("maki").post("/exports", {"kind": "leads", "search": {"q": "見本2"}})["id"]
    until(lambda: running.by("maki").get(f"/exports/{failed}")["status"] == "finished", what="the first file")
    with psycopg.connect(running.house.database_url("import")) as connection:
        connection.execute(
            "UPDATE export SET status = 'failed', problem_ja = '時間内に出力できませんでした。' WHERE id = %s", [failed]
        )
    maki = desk("maki", javascript=javascript)
    maki.page.goto(f"/exports/{failed}?search=q%3D見本2")
    expect(maki.page.get_by_role("alert")).to_contain_text("時間内に出力できませんでした。")
    maki.look("export-failed")
    maki.page.get_by_role("button", name="もう一度出力する").click()
    if not javascript:
        until(partial(has_arrived, maki), what="the file")
    with maki.page.expect_download() as download:
        maki.page.get_by_role("link", name=".xlsx").click(timeout=30_000)
    download.value.save_as(tmp_path / "二度目.xlsx")
    assert openpyxl.load_workbook(tmp_path / "二度目.xlsx")["リスト"].max_row == 11


def has_arrived(maki: Desk) -> bool:
    if maki.page.get_by_role("link", name=".xlsx").count():
        return True
    maki.page.get_by_role("link", name="進み具合を確認").click()
    return False


def test_the_ledger_names_files_of_lists_too(running: Running, desk: Callable[..., Desk], company: Company) -> None:
    maki, mana = desk("maki"), desk("mana")
    maki.page.goto(f"/lists/{company.list_id}")
    with maki.page.expect_download():
        maki.page.get_by_role("link", name="元のファイル").click()
    mana.page.goto("/lists/exports")
    line = mana.page.get_by_role("row").filter(has_text="牧野 真紀").filter(has_text="元のファイル").first
    expect(line).to_contain_text("ダウンロード")
    mana.look("exports")
    line.get_by_role("link", name="リスト「招待.xlsx」を開く").click()
    expect(mana.page).to_have_url(f"{running.house.gateway_url}/lists/{company.list_id}")
