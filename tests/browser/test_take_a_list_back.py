"""取消 of a list: asked for on its page, done by workers, and what was kept is shown there."""

from collections.abc import Callable
from pathlib import Path

import psycopg
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
    expect(page.locator("#progress .notice")).to_contain_text(
        "2件のリードを取り込む前の状態に戻しました", timeout=30_000
    )
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


# As they are once the part with all leads of a list has failed at every attempt.
LEFT_IN_LEAD = """
WITH acts AS (INSERT INTO undoing (list_id, cause_id, parts_left) VALUES (%(id)s, gen_random_uuid(), 0))
INSERT INTO undone_part (list_id, part, left_leads) VALUES (%(id)s, 0, %(leads)s)
"""
LEFT_IN_IMPORT = """
WITH kept AS (INSERT INTO kept_lead (list_id, lead_id) SELECT %(id)s, unnest(CAST(%(leads)s AS bigint[])))
UPDATE uploaded_list SET status = 'undone', undone_at = now(), undone_by = created_by, undone_parts = '{0}',
    undoing_leads = 3, kept_leads = 3, failed_leads = 3 WHERE id = %(id)s
"""


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_what_a_fault_left_is_taken_back_once_more(
    desk: Callable[..., Desk], running: Running, tmp_path: Path, javascript: bool
) -> None:
    system = running.by("maki")
    people = [Someone("再取消", f"again{n}-{javascript}@example.jp", "再取消商会") for n in range(3)]
    draft = {"name": f"不具合の展示会 {javascript}", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    state = system.bring_in(list_workbook(tmp_path / "来場者.xlsx", people), "participants", campaign_id)
    leads = [int(lead["id"]) for lead in system.get("/leads", campaign_id=campaign_id)["items"]]
    for service, left in (("lead", LEFT_IN_LEAD), ("import", LEFT_IN_IMPORT)):
        with psycopg.connect(running.house.database_url(service)) as connection:
            connection.execute(left, {"id": int(state["id"]), "leads": leads})

    maki = desk("maki", javascript=javascript)
    page = maki.page
    page.goto(f"/lists/{state['id']}")
    notice = page.locator("#progress .notice")
    expect(notice).to_contain_text("システムの不具合のため、3件は取り消せず、そのまま残っています。")
    expect(page.get_by_role("link", name="取消", exact=True)).to_have_count(0)
    expect(page.locator("#rows")).to_contain_text("残した理由: システムの不具合により取り消せなかったため")
    expect(page.locator("#rows")).not_to_contain_text("システムさん")
    maki.look("list-undone-but-for-a-fault")
    page.get_by_role("button", name="もう一度取り消す").click()
    if not javascript:
        until(lambda: system.get(f"/lists/{state['id']}")["status"] == "undone", what="the second undoing")
        page.reload()
    expect(notice).to_contain_text("3件のリードを取り込む前の状態に戻しました", timeout=30_000)
    expect(notice).not_to_contain_text("不具合")
    assert system.get("/leads", campaign_id=campaign_id)["total"] == 0
