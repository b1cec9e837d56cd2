"""What else a lead's page tells and takes: what is related, the account, the clock of the first response."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import Desk
from tests.running import Running

Sit = Callable[..., Desk]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_activities_of_the_opportunities_are_counted_and_shown(
    running: Running, desk: Sit, company: Company, javascript: bool
) -> None:
    act = {"type": "visit", "text": f"工場を見学 {javascript}"}
    running.by("eiji").post(f"/opportunities/{company.opportunity_id}/activities", act)
    count = running.by("eiji").get(f"/opportunities/{company.opportunity_id}/activities")["total"]
    isamu = desk("isamu", javascript=javascript)
    isamu.page.goto(f"/leads/{company.lead_ids[0]}")
    related = isamu.page.locator("section.card", has=isamu.page.get_by_role("heading", name="関連情報"))
    for name in ("案件", "取引先"):
        expect(related.locator("div", has=isamu.page.get_by_text(name, exact=True))).to_contain_text("1件")
    related.locator("div", has=isamu.page.get_by_text("活動", exact=True)).get_by_role(
        "link", name=f"{count}件"
    ).click()
    expect(isamu.page).to_have_url(re.compile("tab=activities"))
    expect(isamu.page.locator("#history [aria-current]")).to_have_text("活動")
    expect(isamu.page.locator("#history")).to_contain_text(f"工場を見学 {javascript}")
    isamu.page.locator("#history").get_by_role("link", name="見本の案件").first.click()
    expect(isamu.page).to_have_url(re.compile(f"/opportunities/{company.opportunity_id}$"))
