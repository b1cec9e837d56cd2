"""リード案件作成 with what is there: open opportunities of the chosen account, and an account not to be approached."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running
from tests.workbooks import Someone, list_workbook

Sit = Callable[..., Desk]


@pytest.fixture(scope="module")
def leads(running: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A campaign of its own with four leads of isamu's."""
    maki, draft = running.by("maki"), {"name": "既選の会", "category": "seminar", "status": "running"}
    made = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})
    people = [Someone("既選", f"there{n}@example.jp", f"株式会社別選{n}", "03-1234-5679") for n in range(4)]
    file = list_workbook(tmp_path_factory.mktemp("there") / "既選.xlsx", people)
    maki.bring_in(file, "invited", made["id"])
    ids = [one["id"] for one in maki.get("/leads", campaign_id=made["id"], sort="number")["items"]]
    maki.post("/leads/assignments", {"lead_ids": ids, "owner_id": running.people["isamu"]["id"]})
    return {"campaign_id": made["id"], "ids": ids}


@pytest.fixture(scope="module")
def accounts(running: Running, leads: dict[str, Any]) -> dict[str, Any]:
    """Two accounts of almost one name with an opportunity each, and one that is not to be approached."""
    system, made = running.by("eiji"), {}
    for name in ("株式会社既選東", "株式会社既選西"):
        account = system.post("/accounts", {"name": name})
        deal = {"name": f"{name[4:]}の案件", "account_id": account["id"], "campaign_id": leads["campaign_id"]}
        system.post("/opportunities", deal | {"main_owner_id": running.people["eiji"]["id"]})
        made[name[4:]] = account["id"]
    banned = {"name": "係争停止商会", "do_not_approach": True, "do_not_approach_reason": "係争中"}
    return made | {"banned": system.post("/accounts", banned)["id"]}


def link(running: Running, lead_id: str, account_id: str) -> None:
    system = running.by("isamu")
    version = system.get(f"/leads/{lead_id}")["version"]
    assert system.ask("PATCH", f"/leads/{lead_id}", {"version": version, "account_id": account_id}).status == 200


@pytest.mark.parametrize("javascript", [True, False])
def test_only_opportunities_of_the_chosen_account_are_offered(
    running: Running, desk: Sit, leads: dict[str, Any], accounts: dict[str, Any], javascript: bool
) -> None:
    lead_id = leads["ids"][0 if javascript else 3]
    link(running, lead_id, accounts["既選東"])
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{lead_id}")
    isamu.page.get_by_role("link", name="案件作成").click()
    form = isamu.form()
    form.get_by_role("group", name="案件の選択").get_by_label("既存の案件から選ぶ").check()
    offered = form.locator("#opportunities")
    expect(offered).to_contain_text("既選東の案件")
    expect(offered.get_by_role("radio")).to_have_count(1)
    form.get_by_label("案件を検索").fill("ない案件")
    if not javascript:
        form.get_by_role("button", name="この取引先の案件を表示").click()
    expect(offered).to_contain_text("「ない案件」に合う、進行中の案件はありません")
    form.get_by_label("案件を検索").fill("")

    form.get_by_role("group", name="取引先の選択").get_by_label("既存の取引先から選ぶ").check()
    form.get_by_label("取引先を検索").fill("既選")
    if not javascript:
        form.get_by_role("button", name="検索", exact=True).click()
    picks = form.locator("#accounts").get_by_role("radio")
    expect(picks).to_have_count(2)
    expect(form.locator("#accounts :checked")).to_have_count(0)
    expect(offered).to_contain_text("既存の取引先を選ぶと")
    form.locator("#accounts").get_by_label(re.compile("既選西")).check()
    if not javascript:
        form.get_by_role("button", name="この取引先の案件を表示").click()
    expect(offered).to_contain_text("既選西の案件")
    expect(offered.get_by_role("radio")).to_have_count(1)

    form.get_by_label("取引先を検索").fill("既選東")
    if not javascript:
        form.get_by_role("button", name="検索", exact=True).click()
    expect(form.locator("#accounts :checked")).to_have_count(1)
    if not javascript:
        form.get_by_role("button", name="この取引先の案件を表示").click()
    expect(offered).to_contain_text("既選東の案件")
    isamu.look("conversion-existing")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_account_that_is_not_to_be_approached_warns_and_asks(
    running: Running, desk: Sit, leads: dict[str, Any], accounts: dict[str, Any], javascript: bool
) -> None:
    lead_id = leads["ids"][1 if javascript else 2]
    link(running, lead_id, accounts["banned"])
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{lead_id}")
    expect(isamu.page.get_by_role("main")).to_contain_text("アプローチ禁止の取引先です。 係争停止商会 係争中")
    expect(isamu.page.locator("a[href^='tel:']")).to_have_class(re.compile("danger"))
    isamu.look("lead-not-to-be-approached")
    isamu.page.get_by_role("link", name="案件作成").click()
    form = isamu.form()
    expect(form).to_contain_text("係争中")
    form.get_by_label("案件主担当").select_option(label="林 凛（営業部）")
    form.get_by_label("通知しない").check()
    form.get_by_role("button", name="確定").click()
    expect(form.locator("#approach-error")).to_contain_text("アプローチ禁止の取引先です（係争中）")
    isamu.look("conversion-not-to-be-approached")
    form.get_by_label("アプローチ禁止の理由を確認し、この取引先で案件化する").check()
    form.get_by_role("button", name="確定").click()
    expect(isamu.message()).to_have_text(re.compile("リードを案件化しました"))
