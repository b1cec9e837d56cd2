"""A list is stopped while it runs, and goes on later from where it was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.faults.moments import held
from tests.running import Running
from tests.workbooks import Someone, list_workbook

ROWS = 12_000  # six batches, more than are on their way at once


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_the_rest_is_taken_in_after_a_stop(
    running: Running, desk: Callable[..., Desk], tmp_path: Path, javascript: bool
) -> None:
    system, mark = running.by("maki"), "htmx" if javascript else "plain"
    draft: dict[str, Any] = {"name": f"中止と再開の会 {mark}", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    guests = [Someone("再開", f"goes-on{n}-{mark}@example.jp", f"株式会社再開{n:05}") for n in range(ROWS)]
    file = list_workbook(tmp_path / "長い名簿.xlsx", guests)
    maki = desk("maki", javascript=javascript)
    page = maki.page
    with held(running.house, "lead", "settled_batch") as lock:
        list_id = system.upload(file, "invited", campaign_id).json["id"]
        lock.until_somebody_waits("INSERT INTO settled_batch")
        page.goto(f"/lists/{list_id}")
        page.get_by_role("link", name="取り込みを中止").click()
        expect(maki.form()).to_contain_text("あとから「続きを取り込む」で再開できます。")
        maki.look(f"list-stopping-while-it-runs-{mark}")
        maki.form().get_by_role("button", name="中止する").click()
        expect(page.get_by_text("取り込みを中止しました。")).to_be_visible()
    if not javascript:  # with scripts the page looks by itself
        system.finished(list_id)
        page.reload()
    go_on = page.get_by_role("button", name="続きを取り込む")
    expect(go_on).to_be_visible(timeout=30_000)
    stopped = system.get(f"/lists/{list_id}")
    assert 0 < stopped["outcomes"]["created"] < ROWS
    assert stopped["outcomes"]["created"] + stopped["outcomes"]["cancelled"] == stopped["rows_read"]
    expect(page.locator(".tile", has_text="取り込み中止")).to_contain_text(f"{stopped['outcomes']['cancelled']:,}")
    maki.look(f"list-stopped-while-it-ran-{mark}")
    go_on.click()
    if not javascript:
        system.finished(list_id)
        page.reload()
    expect(page.locator(".tile", has_text="新規")).to_contain_text(f"{ROWS:,}", timeout=60_000)
    expect(page.locator("dl", has_text="再開者")).to_contain_text("牧野 真紀")
    expect(go_on).to_have_count(0)
    maki.look(f"list-gone-on-{mark}")
    assert system.get("/leads", campaign_id=campaign_id, page_size=1)["total"] == ROWS
