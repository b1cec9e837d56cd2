"""取消 of a list: asked for on its page, done by workers, and what was kept is shown there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_a_list_is_taken_back(desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool) -> None:
    system, isamu, name = running.by("maki"), running.by("isamu"), f"取り消す展示会 {javascript}"
    draft = {"name": name, "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    running.mailbox.forget()
    owner = {"リード担当者": "sara"}
    people = [Someone("取消", f"back{n}-{javascript}@example.jp", "取消商会", more=owner) for n in range(3)]
    state = system.bring_in(list_workbook(tmp_path / "来場者.xlsx", people), "participants", campaign_id)
    assert state["outcomes"]["created"] == 3 and state["may_undo"], state
    leads = system.get("/leads", campaign_id=campaign_id, sort="number")["items"]
    call = {"type": "call_out", "result": "no_answer", "campaign_id": campaign_id}
    isamu.post(f"/leads/{leads[0]['id']}/actions", call)
    until(lambda: running.mailbox.to("sara@tsunagi.example.jp"), what="the mail about the list")
    running.mailbox.forget()

    maki = desk("maki", javascript=javascript)
    page = maki.page
    page.goto(f"/lists/{state['id']}")
    page.get_by_role("link", name="取消", exact=True).click()
    form = maki.form()
    expect(form).to_contain_text("新規に登録した3件のうち、その後に更新されていないリードを削除します。")
    maki.look("list-undoing-form")
    form.get_by_role("button", name="取り消す").click()
    expect(page.locator("#progress .notice")).to_contain_text("2件のリードを取り込む前に戻しました", timeout=30_000)
    expect(page.locator(".tile", has_text="新規（取消前）")).to_contain_text("3")
    expect(page.locator("#rows").get_by_text("取消済み")).to_have_count(2)
    expect(page.get_by_role("link", name="リード一覧で見る")).to_have_count(0)
    page.get_by_role("link", name="残したリードを見る").click()
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("残した理由: 石田 勇さんが")
    maki.look("list-undone")
    expect(page.get_by_role("link", name="取消", exact=True)).to_have_count(0)

    left = system.get("/leads", campaign_id=campaign_id)["items"]
    assert [lead["id"] for lead in left] == [leads[0]["id"]]
    counted = f"/campaigns/{campaign_id}"
    until(lambda: system.get(counted)["results"]["responded"] == 1, what="the results")
    until(lambda: running.mailbox.to("sara@tsunagi.example.jp"), what="the mail about the taking back")
    (mail,) = running.mailbox.to("sara@tsunagi.example.jp")
    assert "2件の割り当てが取り消されました" in mail["Subject"]
