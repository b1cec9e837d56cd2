"""Who registered a list, who corrected it with which file, and who committed it: told on its page."""

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook


def test_a_manager_corrects_and_commits_the_plan_of_another(
    desk: Callable[..., Desk], running: Running, tmp_path: Path
) -> None:
    system = running.by("maki")
    draft = {"name": "分担の会", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    people = [Someone("分担", address, "分担商会") for address in ("a@shared.example.jp", "b(at)x", "c(at)x")]
    planned = system.plan(
        list_workbook(tmp_path / "秋の製造業DX展示会 来場者名簿.xlsx", people), "invited", campaign_id
    )

    mana = desk("mana")
    page = mana.page
    page.goto(f"/lists/{planned['id']}")
    facts = page.locator("#list .facts")
    expect(facts).not_to_contain_text("確定者")

    def fact(label: str) -> Locator:
        return facts.locator("div", has=page.get_by_text(label, exact=True)).locator("dd")

    for count, name in enumerate(["直したもの.xlsx", "秋の製造業DX展示会 来場者名簿 直したもの 二回目.xlsx"], start=1):
        with page.expect_download() as downloading:
            page.get_by_role("link", name="取り込めない行をExcelで出力").click()
        downloading.value.save_as(tmp_path / name)
        workbook = openpyxl.load_workbook(tmp_path / name)
        sheet = workbook["リスト"]
        places = {cell.value: cell.column for cell in sheet[1]}
        sheet.cell(2, places["メールアドレス"]).value = f"right{count}@shared.example.jp"
        workbook.save(tmp_path / name)
        page.get_by_role("link", name="直したファイルを取り込む").click()
        mana.form().get_by_label("リストファイル").set_input_files(tmp_path / name)
        mana.form().get_by_role("button", name="決定").click()
        expect(page.locator(".tile", has_text="新規")).to_contain_text(str(count + 1), timeout=30_000)
        expect(page.get_by_role("button", name="確定")).to_be_visible()
    expect(fact("直したファイル")).to_have_text(
        [
            re.compile(r"^直したもの\.xlsx 真鍋 愛 · 今日 \d+:\d\d · 2行$"),
            re.compile(r"二回目\.xlsx 真鍋 愛 · .+ · 1行$"),
        ]
    )
    page.get_by_role("button", name="確定").click()
    expect(fact("完了日時")).to_be_visible(timeout=30_000)
    expect(fact("登録者")).to_have_text("牧野 真紀")
    expect(fact("確定者")).to_have_text(re.compile(r"^真鍋 愛 今日 \d+:\d\d$"))
    assert mana.look_in_every_way("list-by-two") == []
    page.goto(f"/lists/{planned['id']}?lang=en")
    expect(fact("Confirmed by")).to_contain_text("真鍋 愛")
    expect(fact("Corrected file").first).to_contain_text("· 2 rows")
    mana.look("list-by-two-english")
    mana.turn(phone=True)
    mana.look("list-by-two-english")
