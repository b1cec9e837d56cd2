"""営業引継ぎ from the stage path: one click asks for the salesperson; owner and stage change in one save, and back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook


@pytest.fixture(scope="module")
def lead_ids(running: Running, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two leads of isamu's."""
    maki, draft = running.by("maki"), {"name": "渡す会", "category": "seminar", "status": "running"}
    made = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    people = [Someone("渡辺", f"pass{n}@example.jp", f"株式会社渡す{n}", "03-1234-5670") for n in range(2)]
    file = list_workbook(tmp_path_factory.mktemp("pass") / "渡す.xlsx", people)
    maki.bring_in(file, "invited", made["id"])
    ids = [one["id"] for one in maki.get("/leads", campaign_id=made["id"], sort="number")["items"]]
    maki.post("/leads/assignments", {"lead_ids": ids, "owner_id": running.people["isamu"]["id"]})
    return ids


@pytest.mark.parametrize("javascript", [True, False])
def test_a_click_asks_for_the_salesperson(
    running: Running, desk: Callable[..., Desk], lead_ids: list[str], javascript: bool
) -> None:
    lead_id = lead_ids[0 if javascript else 1]
    isamu = desk("isamu", javascript=javascript)

    def state() -> tuple[Any, Any]:
        lead = running.by("isamu").get(f"/leads/{lead_id}")
        return lead["stage"]["label"], lead["owner"]["login"]

    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.locator(".path").get_by_role("link", name="営業引継ぎ").click()
    form = isamu.form()
    form.get_by_label("引き継ぐ営業担当").select_option(label="江口 英二（営業部）")
    isamu.look("lead-stage-hand-over")
    form.get_by_role("button", name="引き継ぐ").click()
    expect(isamu.message()).to_contain_text("リードステージを「営業引継ぎ」に変更しました")
    assert state() == ("営業引継ぎ", "eiji")
    isamu.message().get_by_role("button", name="元に戻す").click()
    expect(isamu.message()).to_contain_text("リードステージを「未対応」に変更しました")
    assert state() == ("未対応", "isamu")
