"""What is not clear about a file is asked before it is read, and remembered; 中止; another try."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running

Sit = Callable[..., Desk]


def book(path: Path, sheets: dict[str, Sequence[Sequence[str]]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
    return path


def register(maki: Desk, file: Path, campaign: dict[str, Any]) -> None:
    maki.page.goto("/lists/new")
    form = maki.form()
    form.locator("#campaign_id").select_option(campaign["id"])
    form.get_by_label("招待リスト取込").check()
    form.get_by_label("リストファイル").set_input_files(file)
    form.get_by_role("button", name="決定").click()


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_sheet_and_columns_are_chosen_once(running: Running, desk: Sit, tmp_path: Path, javascript: bool) -> None:
    mark = "htmx" if javascript else "plain"
    draft: dict[str, Any] = {"name": f"確認の会 {mark}", "category": "seminar", "status": "running"}
    campaign = running.by("mana").post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    names = [f"御社{mark}", "姓", "名", "メール", f"区分{mark}"]
    first = [[f"{mark}の名簿"], names, ["株式会社確認", "確", "一", f"ask1-{mark}@example.jp", "松"]]
    second = [names, ["株式会社確認", "確", "二", f"ask2-{mark}@example.jp", "竹"]]
    file = book(tmp_path / "二日分.xlsx", {"1日目": first, "2日目": second})

    mana = desk("mana", javascript=javascript)
    page = mana.page
    register(mana, file, campaign)
    expect(page.get_by_role("heading", name="読み取る前に確認してください")).to_be_visible(timeout=30_000)
    mana.look(f"list-question-{mark}")
    page.get_by_role("link", name="2日目").click()
    expect(page.get_by_text("見出し（1行目）")).to_be_visible()
    company, kind = (page.get_by_label(f"「{name}」の項目") for name in (names[0], names[4]))
    expect(company).to_have_value("")
    expect(page.get_by_label("「メール」の項目")).to_have_value("email")
    asked = page.locator("#question tbody tr").filter(has=page.locator(".badge", has_text="要確認"))
    expect(asked.locator("th")).to_contain_text([names[0], names[4]])
    expect(page.locator("#question tbody tr").first).to_contain_text(names[0])
    expect(page.locator("#question")).to_contain_text("項目がわからない列が2列あります。")
    company.select_option(label="メールアドレス")
    page.get_by_role("button", name="この内容で取り込む").click()
    expect(page.get_by_text("「メールアドレス」を2つの列に選んでいます。")).to_be_visible()
    expect(kind).to_have_value("")
    company.select_option(label="会社名")
    page.get_by_role("button", name="この内容で取り込む").click()
    expect(page.locator(".tile", has_text="新規")).to_contain_text("1", timeout=30_000)
    expect(page.get_by_role("link", name="株式会社確認 確 二")).to_be_visible()

    third = [names, ["株式会社確認", "確", "三", f"ask3-{mark}@example.jp", "梅"]]
    register(mana, book(tmp_path / "三日目.xlsx", {"3日目": third}), campaign)
    expect(page.get_by_role("link", name="株式会社確認 確 三")).to_be_visible(timeout=30_000)
    read = page.url

    fourth = [[*names, f"謎{mark}"], ["株式会社確認", "確", "四", f"ask4-{mark}@example.jp", "梅", "?"]]
    register(mana, book(tmp_path / "四日目.xlsx", {"4日目": fourth}), campaign)
    expect(page.get_by_label(f"「{names[0]}」の項目")).to_have_value("company", timeout=30_000)
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(page.url)
    expect(isamu.page.get_by_text("シートや見出しの確認は、登録した人とマネージャーができます。")).to_be_visible()
    expect(isamu.page.get_by_role("button", name="この内容で取り込む")).to_have_count(0)
    page.get_by_role("link", name="取り込みを中止").click()
    expect(mana.form()).to_contain_text("まだ何も取り込んでいません。リードは変更されません。")
    expect(mana.form()).to_contain_text("続けるときは、中止した後に「同じファイルでやり直す」を選んでください。")
    mana.look(f"list-stopping-{mark}")
    mana.form().get_by_role("link", name="やめる").click()
    page.get_by_role("link", name="取り込みを中止").click()
    mana.form().get_by_role("button", name="中止する").click()
    expect(page.get_by_text("取り込んだ行はありません。リードは変更されていません。")).to_be_visible()
    mana.look(f"list-stopped-{mark}")
    page.get_by_role("button", name="同じファイルでやり直す").click()
    expect(page.get_by_label(f"「{names[0]}」の項目")).to_have_value("company", timeout=30_000)
    page.get_by_role("link", name="取り込みを中止").click()
    mana.form().get_by_role("button", name="中止する").click()
    expect(page.get_by_text("取り込んだ行はありません。リードは変更されていません。")).to_be_visible()

    page.goto(read)
    page.get_by_text("見出しの対応").click()
    expect(page.locator(".columns-read tr", has_text=names[0])).to_contain_text("会社名 記憶した対応")
    expect(page.locator(".columns-read tr", has_text=names[4])).to_contain_text("取り込まない 記憶した対応")
    mana.look(f"list-columns-{mark}")
    page.get_by_role("button", name="記憶した対応を忘れる").click()
    expect(mana.message()).to_contain_text("見出しの対応を忘れました。")
    register(mana, book(tmp_path / "五日目.xlsx", {"5日目": third}), campaign)
    expect(page.get_by_label(f"「{names[0]}」の項目")).to_have_value("", timeout=30_000)
    page.get_by_role("link", name="取り込みを中止").click()
    mana.form().get_by_role("button", name="中止する").click()
    expect(page.get_by_text("取り込んだ行はありません。リードは変更されていません。")).to_be_visible()

    register(mana, book(tmp_path / "見出しだけ.xlsx", {"リスト": [names[1:4]]}), campaign)
    expect(page.get_by_text("このリストは取り込めませんでした。")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="同じファイルでやり直す").click()
    expect(page.get_by_role("button", name="同じファイルでやり直す")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_another_row_is_chosen_as_the_header(running: Running, desk: Sit, tmp_path: Path, javascript: bool) -> None:
    mark = "htmx" if javascript else "plain"
    draft: dict[str, Any] = {"name": f"見出しの会 {mark}", "category": "seminar", "status": "running"}
    campaign = running.by("mana").post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    above = [["会社名", "姓"], ["株式会社見本", "（記入例）"]]
    names = ["貴社名", "お名前", "メール", f"区分{mark}"]
    people = [[f"株式会社見出{n}", f"見出 {n}郎", f"header{n}-{mark}@example.jp", "松"] for n in range(3)]
    mana = desk("mana", javascript=javascript)
    page = mana.page
    register(mana, book(tmp_path / f"見出し{mark}.xlsx", {"名簿": [*above, names, *people]}), campaign)
    chooser = page.get_by_label("見出しの行")
    expect(chooser).to_have_value("1", timeout=30_000)
    chooser.select_option(label=f"3行目：{' / '.join(names)}")
    if not javascript:
        page.get_by_role("button", name="この行を見出しにする").click()
    expect(page.get_by_text("見出し（3行目）")).to_be_visible()
    expect(page.get_by_label("「お名前」の項目")).to_have_value("full_name")
    assert not javascript or mana.look_in_every_way("list-header-row") == []
    page.get_by_role("button", name="この内容で取り込む").click()
    expect(page.locator(".tile", has_text="新規")).to_contain_text("3", timeout=30_000)
