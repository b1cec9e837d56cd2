"""Every page, in every look: axe-core finds nothing, nothing is wider than the screen, nobody complains."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Company
from tests.browser.desk import PASSWORD, Desk
from tests.running import Running

LOOKS = {
    "light": {},
    "dark": {"dark": True},
    "phone": {"phone": True},
}
PAGES = {
    "home": "/",
    "campaigns": "/campaigns",
    "campaigns-none": "/campaigns?q=zzz",
    "campaign": "/campaigns/{campaign_id}",
    "campaign-new": "/campaigns/new",
    "campaign-edit": "/campaigns/{campaign_id}/edit",
    "campaign-copy": "/campaigns/new?copy_of={campaign_id}",
    "campaign-cancellation": "/campaigns/{campaign_id}/cancellation",
    "leads": "/leads?campaign_id={campaign_id}&q=見本1&sort=company",
    "leads-all": "/leads?campaign_id={campaign_id}&q=見本1&select=all",
    "leads-of-account": "/leads?account_id={account_id}",
    "leads-none": "/leads?q=zzz",
    "leads-columns": "/leads/columns",
    "saved-searches": "/saved-searches",
    "saved-search-new": "/saved-searches/new?search=/leads%3Fowner%3Dme",
    "lead": "/leads/{lead}",
    "lead-converted": "/leads/{converted}",
    "lead-changes": "/leads/{lead}?tab=changes",
    "lead-edit": "/leads/{lead}/edit",
    "lead-of-a-search": "/leads/{lead}?from=campaign_id%3D{campaign_id}",
    "lead-drop": "/leads/{lead}/stage",
    "lead-memo-versions": "/leads/{lead}/memo/versions",
    "actions": "/actions?since=2026-11-01",
    "action": "/leads/{lead}/actions/new?campaign_id={campaign_id}",
    "conversion": "/leads/{lead}/conversion",
    "bulk-change": "/leads/bulk-change?lead_id={lead}",
    "lists": "/lists",
    "list": "/lists/{list_id}",
    "list-errors": "/lists/{list_id}?outcome=error",
    "list-correction": "/lists/{list_id}/corrections/new",
    "list-registration": "/lists/new",
    "list-update": "/lists/new?kind=update",
    "persons": "/persons?company=見本1",
    "persons-none": "/persons?q=zzz",
    "person": "/persons/{person_id}",
    "person-new": "/persons/new",
    "person-edit": "/persons/{person_id}/edit",
    "exports": "/lists/exports",
    "accounts": "/accounts",
    "account": "/accounts/{account_id}",
    "account-new": "/accounts/new",
    "opportunities": "/opportunities",
    "opportunity": "/opportunities/{opportunity_id}",
    "opportunity-edit": "/opportunities/{opportunity_id}/edit",
    "opportunity-changes": "/opportunities/{opportunity_id}?tab=changes",
    "opportunity-phase": "/opportunities/{opportunity_id}/phase?phase=lost",
    "opportunities-board": "/opportunities?view=board",
    "opportunities-influenced": "/opportunities?influenced_by={campaign_id}",
    "opportunities-none": "/opportunities?q=zzz",
    "activity-new": "/opportunities/{opportunity_id}/activities/new",
    "handover-new": "/opportunities/{opportunity_id}/handover/new",
    "handover-return": "/opportunities/{opportunity_id}/handover/return",
    "cancellation": "/leads/{converted}/conversion/cancellation",
    "account-edit": "/accounts/{account_id}/edit",
    "account-leads": "/accounts/{account_id}?tab=leads",
    "account-changes": "/accounts/{account_id}?tab=changes",
    "notifications": "/notifications",
    "administration": "/administration?state=all",
    "user-new": "/administration/users/new",
    "user-edit": "/administration/users/3/edit",
    "user-deactivation": "/administration/users/3/deactivation",
    "departments": "/administration/departments",
    "department-edit": "/administration/departments/3/edit",
    "roles": "/administration/roles",
    "masters": "/administration/masters/action-results",
    "choice-new": "/administration/masters/lead-stages/new",
    "choice-edit": "/administration/masters/action-results/connected/edit",
    "personal": "/settings",
    "password": "/settings/password",
    "matching-key": "/administration/settings",
    "tokens": "/administration/tokens",
    "not-found": "/leads/999999",
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_is_clean(desk: Callable[..., Desk], company: Company, look: str) -> None:
    admin = desk("admin", **LOOKS[look])
    places = company.__dict__ | {"lead": company.lead_ids[1], "converted": company.lead_ids[0]}
    for name, path in PAGES.items():
        admin.page.goto(path.format(**places))
        admin.look(name)
        width, screen = admin.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width <= screen, f"{name} is {width} px wide on a screen of {screen}"


def test_pages_without_a_row_say_what_to_do(desk: Callable[..., Desk], running: Running) -> None:
    newcomer = {
        "login": "shin",
        "family_name": "新川",
        "email": "shin@tsunagi.example.jp",
        "roles": ["outsourced_caller"],
    }
    running.by("admin").post("/users", newcomer | {"password": PASSWORD})
    shin = desk("shin")  # of no group: nobody's leads are there to be seen
    for name, path in (("home-empty", "/"), ("leads-empty", "/leads"), ("notifications-empty", "/notifications")):
        shin.page.goto(path)
        expect(shin.page.locator(".empty").first).to_be_visible()
        shin.look(name)


def test_the_sign_in_page_is_clean_and_says_what_is_wrong(desk: Callable[..., Desk]) -> None:
    maki = desk("maki")
    maki.context.clear_cookies()
    maki.page.goto("/sign-in")
    maki.look("sign-in")
    maki.page.get_by_label("ログイン ID").fill("maki")
    maki.page.get_by_label("パスワード").fill("wrong")
    maki.page.get_by_role("button", name="サインイン").click()
    maki.page.get_by_role("alert").wait_for()
    assert maki.page.get_by_label("ログイン ID").input_value() == "maki"
    maki.look("sign-in-refused")


def test_the_pages_speak_english(desk: Callable[..., Desk], company: Company) -> None:
    mana = desk("mana")
    mana.page.locator("[popovertarget=user-panel]").click()
    mana.page.get_by_role("button", name="English").click()
    mana.page.get_by_role("heading", name="Home").wait_for()
    mana.page.goto(f"/leads/{company.lead_ids[1]}")
    assert mana.page.locator(".path [aria-current]").inner_text() == "New"
    mana.look("lead-english")
    mana.page.locator("[popovertarget=user-panel]").click()
    mana.page.get_by_role("button", name="日本語").click()
    mana.page.get_by_role("heading", name="リード情報").wait_for()
