"""獲得済みリードへの企画の招待, then 企画の実行と獲得したリードの登録, as the flow tells them: the list is taken out,
emptied, filled in and registered, first of who was invited, then of who came; the campaign compares the two."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_who_was_invited_and_who_came(
    running: Running, desk: Callable[..., Desk], tmp_path: Path, javascript: bool
) -> None:
    name, letter = ("招待と参加", "a") if javascript else ("招待と参加 静か", "b")
    draft = {"name": name, "category": "seminar", "status": "running"}
    campaign = running.by("maki").post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    invited = [Someone("招待", f"asked{n}{letter}@example.jp", f"株式会社招待{n}{letter}") for n in range(3)]
    came = [invited[0], invited[2], Someone("当日", f"walked{letter}@example.jp", f"株式会社当日{letter}")]
    maki = desk("maki", javascript=javascript)

    # 招待リストの作成, 登録, 確認
    maki.go("リード")
    list_file = maki.take_out(tmp_path / "リードリスト.xlsx")
    filled_in(list_file, invited)
    tiles = registered(maki, name, "招待リスト取込", list_file)
    expect(tiles.filter(has_text="新規")).to_contain_text("3")
    found(maki, name, "キャンペーン招待", "招待: あり", 3)
    maki.look("leads-invited")

    # 獲得したリードリストの作成, 登録, 確認
    maki.go("リード")
    list_file = maki.take_out(tmp_path / "参加者.xlsx")
    filled_in(list_file, came)
    tiles = registered(maki, name, "参加者リスト取込", list_file)
    expect(tiles.filter(has_text="新規")).to_contain_text("1")
    expect(tiles.filter(has_text="履歴のみ")).to_contain_text("2")
    found(maki, name, "キャンペーン反応", "反応: あり", 3)
    found(maki, name, "キャンペーン招待", "招待: なし", 1)
    maki.page.get_by_role("link", name="リスト登録").click()  # for the campaign that is looked at
    expect(maki.form().get_by_label("キャンペーン名").locator("option:checked")).to_contain_text(name)

    # 招待者と参加者の管理: 参加率 = 参加 ÷ 招待
    path = f"/campaigns/{campaign['id']}"
    until(lambda: running.by("maki").get(path)["results"]["responded"] == 3, what="the results")
    maki.page.goto(path)
    for goal, figure in (("招待数", "3"), ("参加数", "3"), ("参加率", "100%"), ("新規リード", "4")):
        expect(maki.page.locator(".goal", has_text=goal).first.locator(".figure")).to_have_text(figure)


def filled_in(file: Path, people: Iterable[Someone]) -> None:
    """シート内のデータを空にし、フォーマットに従って入力する."""
    book = openpyxl.load_workbook(file)
    sheet = book["リスト"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.value = None
    for number, someone in enumerate(people, start=2):
        for header, value in someone.cells().items():
            sheet.cell(number, columns[header], str(value) or None)
    book.save(file)


def registered(desk: Desk, campaign: str, kind: str, file: Path) -> Locator:
    """「リスト登録」を押下し、キャンペーン名、取込の種別を選択し、リストファイルを追加し、「決定」を押下する."""
    desk.go("リード")
    desk.page.locator(".list-buttons").get_by_role("link", name="リスト登録", exact=True).click()
    form = desk.form()
    expect(form.get_by_role("heading", name="リスト登録")).to_be_visible()
    offered = form.get_by_label("キャンペーン名").locator("option").all_inner_texts()
    (label,) = (text for text in offered if text.startswith(f"{campaign}（"))
    form.get_by_label("キャンペーン名").select_option(label=label)
    form.get_by_label(kind).check()
    form.get_by_label("リストファイル").set_input_files(file)
    form.get_by_role("button", name="決定").click()
    expect(desk.page).to_have_url(re.compile(r"/lists/\d+"))
    expect(desk.page.get_by_text("完了日時")).to_be_visible(timeout=60_000)
    return desk.page.locator(".tile")


def found(desk: Desk, campaign: str, label: str, option: str, count: int) -> None:
    """キャンペーン招待（反応）「あり」として検索する."""
    page = desk.page
    desk.go("リード")
    desk.until_offered(campaign)
    page.get_by_label("キャンペーン", exact=True).select_option(label=campaign)
    page.get_by_label(label, exact=True).select_option(label=option)
    page.get_by_role("button", name="検索", exact=True).click()
    expect(page.get_by_role("list", name="検索条件").get_by_role("listitem")).to_have_count(2)
    expect(page.locator("tbody tr")).to_have_count(count)
