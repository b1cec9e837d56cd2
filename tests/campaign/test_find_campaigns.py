"""Anybody finds campaigns: by keyword, status, category, owner and days; page by page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.events import MemberFact, MembersChanged
from tests.cast import EIJI, ISAMU, MAKI, MANA
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


@pytest.fixture
def found(campaign: Part, create: Create) -> Callable[..., list[str]]:
    """Three campaigns, and a search that answers their names."""
    create(name="春のセミナー", venue="大阪ホール", start_date="2026-04-01", end_date="2026-04-10", status="ended")
    create(name="夏のウェビナー", category="webinar", start_date="2026-07-01", end_date="2026-07-01", status="running")
    create(
        name="秋の展示会 ＤＸ",
        code="FAIR_1",
        category="trade_fair",
        start_date="2026-10-05",
        end_date="2026-10-07",
        owner_id=str(MANA.id),
    )

    def search(person: Any = EIJI, **filters: Any) -> list[str]:
        answer = campaign.by(person).get(f"/campaigns?{urlencode(filters, doseq=True)}")
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        assert page["total"] == len(page["items"])
        return [item["name"] for item in page["items"]]

    return search


SPRING, SUMMER, AUTUMN = "春のセミナー", "夏のウェビナー", "秋の展示会 ＤＸ"


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, [AUTUMN, SUMMER, SPRING]),
        ({"q": "ｾﾐﾅｰ"}, [SPRING]),
        ({"q": "せみなー 大阪"}, [SPRING]),
        ({"q": "dx"}, [AUTUMN]),
        ({"q": "fair_"}, [AUTUMN]),
        ({"q": "%"}, []),
        ({"q": "秋 webinar"}, []),
        ({"status": ["running", "ended"]}, [SUMMER, SPRING]),
        ({"category": "webinar"}, [SUMMER]),
        ({"owner": str(MANA.id)}, [AUTUMN]),
        ({"department": str(MANA.department_id)}, [AUTUMN]),
        ({"open_for_lists": "true"}, [AUTUMN, SUMMER, SPRING]),
        ({"open_for_lists": "false"}, []),
        ({"from_date": "2026-04-10", "to_date": "2026-06-30"}, [SPRING]),
        ({"from_date": "2026-04-11", "to_date": "2026-07-01"}, [SUMMER]),
        ({"sort": "name"}, [SUMMER, SPRING, AUTUMN]),
        ({"sort": "-code"}, [AUTUMN, SUMMER, SPRING]),
    ],
)
def test_filters_and_order(found: Callable[..., list[str]], filters: dict[str, Any], names: list[str]) -> None:
    order = sorted if filters.get("sort") == "name" else list
    assert order(found(**filters)) == order(names)


def test_those_below_another_and_the_most_visited_first(campaign: Part, create: Create) -> None:
    parent = create(name="親")
    visits = {"多い": 3, "少ない": 1, "ない": 0}
    for name, count in visits.items():
        child = create(name=name, parent_id=parent["id"])
        facts = tuple(
            MemberFact(lead_id=lead, invited=False, responded=True, new_lead=False, version=1) for lead in range(count)
        )
        if facts:
            campaign.hear(MembersChanged(campaign_id=int(child["id"]), members=facts))
    names, cursor = [], ""
    while cursor is not None:
        path = f"/campaigns?parent_id={parent['id']}&sort=-responded&page_size=2&cursor={cursor}"
        page = campaign.by(EIJI).get(path).get_json()
        assert page["total"] == 3
        names += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert names == ["多い", "少ない", "ない"]


def test_my_own(found: Callable[..., list[str]]) -> None:
    assert found(MANA, owner="me") == [AUTUMN]
    assert found(ISAMU, owner="me") == []


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-start_date", "end_date", "updated_at", "-updated_at"])
def test_page_by_page_everything_once(campaign: Part, create: Create, sort: str) -> None:
    for number in range(7):
        create(name=f"キャンペーン {number % 3}", start_date=f"2026-05-0{number // 2 + 1}")
    names, cursor, pages = [], "", 0
    while True:
        page = campaign.by(MAKI).get(f"/campaigns?page_size=3&sort={sort}&cursor={cursor}").get_json()
        assert page["total"] == 7
        names += [item["id"] for item in page["items"]]
        pages, cursor = pages + 1, page["next_cursor"]
        if cursor is None:
            break
    assert pages == 3
    everything = campaign.by(MAKI).get(f"/campaigns?sort={sort}").get_json()["items"]
    assert names == [item["id"] for item in everything]
    assert len(set(names)) == 7


@pytest.mark.parametrize("wrong", ["sort=colour", "cursor=xyz", "page_size=501", "owner=somebody", "from_date=soon"])
def test_a_senseless_search_is_refused(campaign: Part, wrong: str) -> None:
    answer = campaign.by(MAKI).get(f"/campaigns?{wrong}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == wrong.partition("=")[0]


def test_a_cursor_of_another_order_is_refused(campaign: Part, create: Create) -> None:
    create(), create()
    cursor = campaign.by(MAKI).get("/campaigns?page_size=1&sort=name").get_json()["next_cursor"]
    assert campaign.by(MAKI).get(f"/campaigns?page_size=1&sort=code&cursor={cursor}").status_code == 422


def test_masters_are_listed_in_order(campaign: Part) -> None:
    statuses = campaign.by(EIJI).get("/masters/campaign-statuses").get_json()["items"]
    assert [(status["label"], status["meaning"]) for status in statuses] == [
        ("企画中", "planned"),
        ("準備中", "preparing"),
        ("実施中", "running"),
        ("終了", "ended"),
        ("中止", "cancelled"),
    ]
    english = campaign.by(EIJI).get("/masters/stakeholder-kinds", headers={"Accept-Language": "en"}).get_json()
    assert english["items"][3]["label"] == "Speaker"
    assert campaign.by(EIJI).get("/masters/colours").status_code == 404


def test_one_that_is_not_there(campaign: Part) -> None:
    assert campaign.by(EIJI).get("/campaigns/12345").status_code == 404
