"""What was typed is not lost by a slip: a changed dialog, and a changed page, ask before they close."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk

ASKED = "入力した内容は保存されていません。破棄して閉じますか？"


class Answers:
    """Answers what the browser asks, and keeps it."""

    def __init__(self, desk: Desk) -> None:
        self.asked: list[tuple[str, str]] = []
        self.leave = False
        desk.page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        self.asked.append((dialog.type, dialog.message if dialog.type == "confirm" else ""))
        dialog.accept() if self.leave else dialog.dismiss()


@pytest.mark.parametrize(
    ("opened", "field"), [("アクションを登録|登録", "内容"), ("編集", "役職")], ids=["action", "lead"]
)
def test_a_changed_dialog_asks(desk: Callable[..., Desk], company: Company, opened: str, field: str) -> None:
    isamu = desk("isamu")
    page, answers = isamu.page, Answers(isamu)
    page.goto(f"/leads/{company.lead_ids[20]}")
    page.wait_for_load_state()
    button = page.locator("[data-key=a]") if "登録" in opened else page.get_by_role("link", name=opened, exact=True)
    button.click()
    isamu.form()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert answers.asked == [], "nothing was typed"
    for leave in (False, True):
        answers.leave = leave
        if not leave:
            button.click()
            isamu.form().get_by_label(field, exact=True).fill("途中の文")
        page.keyboard.press("Escape")
        expect(page.locator("#dialog")).to_be_visible(visible=not leave)
        if not leave:
            expect(isamu.form().get_by_label(field, exact=True)).to_have_value("途中の文")
            isamu.form().get_by_role("link", name="キャンセル").click()
            expect(page.locator("#dialog")).to_be_visible()
    assert answers.asked == [("confirm", ASKED)] * 3
    page.goto("/leads")
    assert len(answers.asked) == 3, "what was given up does not ask again"


def test_a_changed_page_asks_and_a_saved_one_does_not(desk: Callable[..., Desk]) -> None:
    maki = desk("maki")
    page, answers = maki.page, Answers(maki)
    page.goto("/campaigns/new")
    page.wait_for_load_state()
    page.get_by_label("キャンペーン名").fill("途中のキャンペーン")
    with page.expect_event("dialog"):
        page.locator("#menu").get_by_role("link", name="リード", exact=True).click(no_wait_after=True)
    expect(page.get_by_label("キャンペーン名")).to_have_value("途中のキャンペーン")
    assert answers.asked == [("beforeunload", "")]
    page.get_by_label("分類").select_option(label="自社イベント")
    page.get_by_label("開始日").fill("2026-12-01")
    page.get_by_label("終了日").fill("2026-12-02")
    page.get_by_role("button", name="登録", exact=True).click()
    expect(maki.message()).to_contain_text("登録しました")
    assert len(answers.asked) == 1
