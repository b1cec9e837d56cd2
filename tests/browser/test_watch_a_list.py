"""A running list is watched by the outcome that somebody chose: the choice stays while it runs and when it ends."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook


def test_the_chosen_outcome_stays_while_a_list_runs_and_when_it_ends(
    running: Running, desk: Callable[..., Desk], tmp_path: Path
) -> None:
    system = running.by("maki")
    draft = {"name": "見守る会", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    people = [Someone("見守", f"watched{n}@example.jp", "株式会社見守") for n in range(3)]
    people.append(Someone("誤り", "not an address", "株式会社見守"))
    list_id = system.bring_in(list_workbook(tmp_path / "見守る.xlsx", people), "invited", campaign_id)["id"]
    maki = desk("maki")
    page = maki.page

    def is_now(status: str, outcomes: str) -> None:
        with psycopg.connect(running.house.database_url("import")) as connection:
            connection.execute("UPDATE uploaded_list SET status = %s WHERE id = %s", [status, int(list_id)])
            connection.execute("UPDATE batch SET outcomes = %s WHERE list_id = %s", [outcomes, int(list_id)])

    is_now("committing", "{}")
    page.goto(f"/lists/{list_id}?outcome=error")
    chosen = page.locator(".tile[aria-current]")
    expect(chosen).to_contain_text("エラー")
    expect(page.locator("#rows")).to_be_hidden()
    is_now("committing", '{"error": 1}')
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page.locator("#rows")).to_contain_text("誤り")
    expect(chosen).to_contain_text("エラー")
    for _ in range(2):  # as often as the page asks
        page.wait_for_event("requestfinished", lambda asked: f"/lists/{list_id}?" in asked.url)
    expect(chosen).to_contain_text("エラー")
    maki.look("list-watched")
    is_now("finished", '{"created": 3, "error": 1}')
    expect(page.locator(".tile", has_text="新規")).to_contain_text("3")
    expect(chosen).to_contain_text("エラー")
    expect(page.locator("#rows tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("outcome=error"))
