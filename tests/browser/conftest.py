"""The whole house with a browser in front of it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.desk import Desk
from tests.browser.list_states import list_states
from tests.running import Running
from tests.workbooks import Someone, list_workbook

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks back at all browser tests comes after them."""
    items.sort(key=lambda item: item.path.name == "test_without_scripts.py")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or another that is installed."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    assert program, "no browser: install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def desk(browser: Browser, running: Running) -> Iterator[Callable[..., Desk]]:
    """`desk("maki", javascript=False)`: somebody signed in. At the end nothing may have been complained about."""
    desks: list[Desk] = []

    def sit_down(login: str, **how: bool) -> Desk:
        desks.append(Desk(browser, running.house.gateway_url, **how))
        return desks[-1].sign_in(login)

    yield sit_down
    complaints = [complaint for desk in desks for complaint in desk.complaints]
    for desk in desks:
        desk.context.close()
    assert not complaints


@dataclass
class Company:
    """A campaign with a list (some of its rows in error) whose leads are isamu's, one of them converted."""

    campaign_id: str
    list_id: str
    lead_ids: list[str]
    person_id: str
    account_id: str
    opportunity_id: str


@pytest.fixture(scope="session")
def company(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Company:
    maki, isamu, people = running.by("maki"), running.by("isamu"), running.people
    draft: dict[str, Any] = {"name": "秋のセミナー", "category": "seminar", "status": "running"}
    draft |= {"start_date": "2026-11-01", "end_date": "2026-12-20", "goals": {"invited": 100, "response_rate": 0.25}}
    campaign_id = maki.post("/campaigns", draft)["id"]
    guests = [Someone("山田", f"guest{n}@example.jp", f"株式会社見本{n:02}", "03-1234-5678") for n in range(60)]
    guests += [Someone("", "nobody@example.jp"), Someone("加藤", "not an address")]
    file = list_workbook(tmp_path_factory.mktemp("lists") / "招待.xlsx", guests)
    state = maki.bring_in(file, "invited", campaign_id)
    assert state["outcomes"]["created"] == 60, state
    found = maki.get("/leads", campaign_id=campaign_id, page_size=100, sort="number")["items"]
    lead_ids = [lead["id"] for lead in found]
    maki.post("/leads/assignments", {"lead_ids": lead_ids, "owner_id": people["isamu"]["id"]})
    opportunity = {"name": "見本の案件", "main_owner_id": people["eiji"]["id"]}
    draft = {
        "campaign_id": campaign_id,
        "account": {"name": "株式会社見本00"},
        "opportunity": opportunity,
        "notify": True,
    }
    done = isamu.post(f"/leads/{lead_ids[0]}/conversion", draft)
    return Company(
        campaign_id, state["id"], lead_ids, found[1]["person_id"], done["account_id"], done["opportunity_id"]
    )


@pytest.fixture(scope="session")
def places(running: Running, company: Company, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands in the addresses of tests/browser/pages.py: one of everything that admin may open."""
    admin = running.by("admin")
    lead, offered = f"/leads/{company.lead_ids[1]}", f"/opportunities/{company.opportunity_id}"
    call = {
        "type": "call_out",
        "result": "no_answer",
        "text": "不在。夕方にかけ直す。",
        "campaign_id": company.campaign_id,
    }
    visit = {"type": "visit", "text": "工場を見学。見積を依頼された。"}
    act = {"lead_ids": company.lead_ids[56:59], "owner_id": running.people["sara"]["id"]}
    states = list_states(admin, tmp_path_factory.mktemp("states"))
    search = {"name": "秋のセミナー", "filters": {"campaign_id": [company.campaign_id], "responded": ["true"]}}
    return {
        "campaign_id": company.campaign_id,
        "list_id": company.list_id,
        **states,
        "lead": company.lead_ids[1],
        "converted": company.lead_ids[0],
        "person_id": company.person_id,
        "account_id": company.account_id,
        "opportunity_id": company.opportunity_id,
        "action_id": admin.post(f"{lead}/actions", call)["id"],
        "activity_id": admin.post(f"{offered}/activities", visit)["id"],
        "act": admin.post("/leads/assignments", act)["id"],
        "export_id": admin.post("/exports", {"kind": "leads", "search": {"q": "見本1"}})["id"],
        "errors_export_id": admin.post(f"/lists/{states['planned_id']}/errors", {})["id"],
        "search_id": admin.post("/saved-searches", search)["id"],
    }


@pytest.fixture(scope="session")
def campaign(running: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A campaign of its own with 55 invited leads of nobody; `campaign["leads"]` are their ids."""
    maki = running.by("maki")
    draft = {"name": "担当割当の会", "category": "seminar", "status": "running"}
    draft |= {"start_date": "2026-11-01", "end_date": "2026-12-20"}
    made = maki.post("/campaigns", draft)
    people = [
        Someone(
            "割当",
            f"assign{n}@example.jp",
            f"株式会社割当{n:02}",
            "03-1234-5678",
            {"役職": "係長", "温度感": "A" if n < 3 else ""},
        )
        for n in range(55)
    ]
    file = list_workbook(tmp_path_factory.mktemp("assign") / "割当.xlsx", people)
    state = maki.bring_in(file, "invited", made["id"])
    assert state["outcomes"]["created"] == 55, state
    found = maki.get("/leads", campaign_id=made["id"], page_size=100, sort="number")["items"]
    return {"id": made["id"], "leads": [lead["id"] for lead in found]}
