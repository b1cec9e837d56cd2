"""Rows that did not go in: taken out as Excel, put right, brought back; the same list goes on."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_error_rows_are_put_right_in_excel(
    desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool
) -> None:
    name = f"直す展示会 {javascript}"
    draft = {"name": name, "category": "seminar", "status": "running"}
    campaign_id = running.by("maki").post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    owner = {"リード担当者": "sara"}
    people = [
        Someone("江藤", f"eto-{javascript}@example.jp", more=owner),
        Someone("大野", f"ono-{javascript}(at)example.jp", more=owner),
        Someone("木下", f"kinoshita-{javascript}@example.jp", more={"リード担当者": "だれか"}),
    ]
    file = list_workbook(tmp_path / "来場者.xlsx", people)
    running.mailbox.forget()
    state = running.by("maki").bring_in(file, "participants", campaign_id["id"])
    assert (state["outcomes"]["created"], state["outcomes"]["error"]) == (1, 2), state
    until(lambda: running.mailbox.to("sara@tsunagi.example.jp"), what="the mail about the list")
    running.mailbox.forget()

    maki = desk("maki", javascript=javascript)
    maki.page.goto(f"/lists/{state['id']}")
    maki.look("list-to-correct")
    with maki.page.expect_download() as downloading:
        maki.page.get_by_role("link", name="取り込めなかった行をExcelで出力").click()
    downloading.value.save_as(tmp_path / "取り込めなかった行.xlsx")
    workbook = openpyxl.load_workbook(tmp_path / "取り込めなかった行.xlsx")
    sheet = workbook["リスト"]
    places = {cell.value: cell.column for cell in sheet[1]}
    assert downloading.value.suggested_filename == "取り込めなかった行_来場者.xlsx"
    maki.page.get_by_role("link", name="直したファイルを取り込む").click()  # before anything was put right
    maki.form().get_by_label("リストファイル").set_input_files(tmp_path / "取り込めなかった行.xlsx")
    maki.form().get_by_role("button", name="決定").click()
    told = maki.page.get_by_text("まだ取り込めない行が2行あります。")
    maki.until_reloaded(lambda: told.count() > 0, "that nothing was put right")
    sheet.cell(2, places["メールアドレス"]).value = f"ono-{javascript}@example.jp"
    sheet.cell(3, places["リード担当者"]).value = "sara"
    workbook.save(tmp_path / "直したもの.xlsx")

    maki.page.get_by_role("link", name="直したファイルを取り込む").click()
    form = maki.form()
    form.get_by_label("リストファイル").set_input_files(tmp_path / "直したもの.xlsx")
    maki.look("list-correction-form")
    form.get_by_role("button", name="決定").click()
    expect(maki.page.locator(".tile", has_text="新規")).to_contain_text("3", timeout=30_000)
    expect(maki.page.locator(".tile", has_text="エラー")).to_contain_text("0")
    expect(maki.page.get_by_text("直したファイルを取り込む")).to_have_count(0)
    # sara hears of the two that came now, in one mail
    until(lambda: len(running.mailbox.to("sara@tsunagi.example.jp")) == 1, what="the mail about the corrected rows")
    assert "2件" in running.mailbox.to("sara@tsunagi.example.jp")[0]["Subject"]
