"""リード一覧: keyword in every way of writing, filters, order, pages, neighbours, counts."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import EIJI, GAKU, ISAMU, MAKI
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, row
from tests.parts import Part

Find = Callable[..., list[str]]


pytestmark = pytest.mark.usefixtures("people")

FOUND = {
    "髙橋 一郎": [
        *("高橋", "髙橋", "髙橋一郎", "橋一", "髙橋　一郎", "たかはし", "ﾀｶﾊｼ", "タカハシ"),
        *("ヤマダ", "ﾔﾏﾀﾞ電機", "株式会社ヤマダ", "㈱ヤマダ電機", "やまだ 高橋"),
        *("03-1234-5678", "0312345678", "０３１２３４", "1234-5678", "ICHIRO.takahashi@"),
        *(
            "03−1234−5678",
            "０３－１２３４－５６７８",
            "(03)1234-5678",
            "+81-3-1234-5678",
            "yamada.example",
            "高橋 0312 yamada",
        ),
    ],
    "佐藤 花子": ["佐藤商店", "有限会社佐藤", "09099990000", "9999-0"],
    "伊藤 健": ["x-tech", "Ｘ－ＴＥＣＨ", "合同会社x-tech", "健"],
    "森": ["森", "森林", "0155"],
}
NOBODY = ["橋郎", "佐藤 森", "ヤマタ", "03-1234-9999", "%", "L-999999"]


def test_a_keyword_finds_every_way_of_writing(find: Find) -> None:
    for name, queries in FOUND.items():
        assert {query: find(q=query) for query in queries} == {key: [name] for key in queries}
    assert {query: find(q=query) for query in NOBODY} == {key: [] for key in NOBODY}


def test_a_lead_number_finds_its_lead(find: Find, people: dict[str, int]) -> None:
    assert find(q=f"L-{people['ito']:06d}") == ["伊藤 健"]
    assert find(q=f"ｌ-{people['ito']}") == ["伊藤 健"]
    assert find(q=f"伊藤 L-{people['ito']}") == ["伊藤 健"]
    assert find(q=f"佐藤 L-{people['ito']}") == []


def test_owners(find: Find) -> None:
    assert find(owner="unassigned") == ["伊藤 健", "森"]
    assert find(owner="me", by=ISAMU) == ["髙橋 一郎"]
    assert find(owner="others", by=ISAMU) == ["佐藤 花子"]
    assert find(owner=["unassigned", "me"], by=ISAMU) == ["伊藤 健", "森", "髙橋 一郎"]
    assert find(owner=str(GAKU.id)) == ["佐藤 花子"]


def test_campaign_invitation_and_response(find: Find) -> None:
    assert find(campaign_id=WEBINAR) == ["伊藤 健", "森"]
    assert find(campaign_id=[SEMINAR, WEBINAR], invited="true") == ["伊藤 健", "森", "髙橋 一郎"]
    assert find(campaign_id=SEMINAR, invited="false") == ["佐藤 花子"]
    assert find(responded="true") == ["佐藤 花子", "髙橋 一郎"]
    assert find(responded="false", invited="true") == ["伊藤 健", "森"]
    assert find(invited="false") == ["佐藤 花子"]
    assert find(campaign_id=SEMINAR, new_lead="true") == ["佐藤 花子", "髙橋 一郎"]


def test_other_filters(find: Find) -> None:
    assert find(stage="approaching") == ["伊藤 健"]
    assert find(stage=["approaching", "new"], source="trade_fair") == ["髙橋 一郎"]
    assert find(department=str(ISAMU.department_id)) == ["髙橋 一郎"]
    assert find(updated_since="2999-01-01") == []
    assert len(find(updated_since="2020-01-01T00:00:00Z")) == 4


def test_the_next_action_until_a_day(lead: Part, find: Find, people: dict[str, int]) -> None:
    edited = {"version": 1, "next_action_at": "2026-12-01T14:00:00Z"}  # 23:00 in Japan
    assert lead.by(MAKI).patch(f"/leads/{people['mori']}", json=edited).status_code == 200
    assert find(next_action_until="2026-12-01") == ["森"]
    assert find(next_action_until="2026-11-30") == []


SORTS = [
    *("name", "company", "number", "updated_at", "created_at", "next_action_at", "last_contact_at"),
    *("stage", "owner"),
]


def test_pages_follow_each_other_in_every_order(lead: Part, people: dict[str, int]) -> None:
    for sort in [*SORTS, *(f"-{sort}" for sort in SORTS)]:
        whole = lead.by(MAKI).get("/leads", query_string={"sort": sort}).get_json()["items"]
        assert list(pages(lead, sort)) == whole, sort
        ids = [item["id"] for item in whole]
        assert sorted(ids) == sorted(str(lead_id) for lead_id in people.values())
        beside = lead.by(MAKI).get(f"/leads/{ids[1]}/neighbours", query_string={"sort": sort}).get_json()
        place = beside.pop("place")
        assert beside == {"previous_id": ids[0], "next_id": ids[2], "position": 2, "total": 4}, sort
        stood = lead.by(MAKI).get(f"/leads/{ids[3]}/neighbours", query_string={"sort": sort, "cursor": place})
        assert stood.get_json()["previous_id"] == ids[0], sort
        last = lead.by(MAKI).get(f"/leads/{ids[3]}/neighbours", query_string={"sort": sort}).get_json()
        assert (last["previous_id"], last["next_id"], last["position"]) == (ids[2], None, 4), sort


def pages(lead: Part, sort: str) -> Iterator[dict[str, Any]]:
    """Every lead, from pages of one."""
    cursor: str | None = ""
    while cursor is not None:
        query = {"sort": sort, "page_size": 1} | ({"cursor": cursor} if cursor else {})
        page = lead.by(MAKI).get("/leads", query_string=query).get_json()
        assert (page["total"], len(page["items"])) == (4, 1)
        yield page["items"][0]
        cursor = page["next_cursor"]


def test_a_row_shows_what_the_list_needs(lead: Part) -> None:
    (item,) = lead.by(MAKI).get("/leads", query_string={"q": "高橋"}).get_json()["items"]
    assert (item["name"], item["kana"], item["company"]) == ("髙橋 一郎", "タカハシ イチロウ", "株式会社ヤマダ電機")
    assert (item["owner"]["login"], item["source_label"], item["stage"]["label"]) == ("isamu", "展示会", "未対応")
    assert item["latest_campaign"] == {"id": str(SEMINAR), "name": "製造業DXセミナー"}


def test_labels_in_english(lead: Part) -> None:
    answer = lead.by(MAKI).get("/leads", query_string={"q": "高橋"}, headers={"Accept-Language": "en"})
    (item,) = answer.get_json()["items"]
    assert (item["source_label"], item["stage"]["label"]) == ("Trade fair", "New")


def test_counts_tell_what_choosing_would_find(lead: Part) -> None:
    counts = lead.by(ISAMU).get("/leads/counts", query_string={"owner": "me"}).get_json()
    assert counts["owners"] == {"all": 4, "unassigned": 2, "me": 1, "others": 1}
    assert {stage["code"]: stage["count"] for stage in counts["stages"] if stage["count"]} == {"new": 1}


def test_a_search_that_makes_no_sense_is_refused(lead: Part) -> None:
    senseless = (
        *({"sort": "colour"}, {"owner": "nobody"}, {"page_size": 501}, {"cursor": "%%"}, {"campaign_id": "x"}),
        {"next_action_until": "9999-12-31"},
    )
    for query in senseless:
        assert lead.by(MAKI).get("/leads", query_string=query).status_code == 422, query


def test_persons_are_found_like_their_leads(lead: Part) -> None:
    page = lead.by(EIJI).get("/persons", query_string={"q": "たかはし"}).get_json()
    assert [(item["name"], item["email"]) for item in page["items"]] == [
        ("髙橋 一郎", "ichiro.takahashi@yamada.example.jp")
    ]
    first = lead.by(EIJI).get("/persons", query_string={"page_size": 3}).get_json()
    rest = lead.by(EIJI).get("/persons", query_string={"page_size": 3, "cursor": first["next_cursor"]}).get_json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 1, None)


def test_nobody_without_a_sign_in(lead: Part) -> None:
    assert lead.by(None).get("/leads").status_code == 401


def test_days_of_the_next_action_and_the_last_change(find: Find, lead: Part, people: dict[str, int]) -> None:
    today = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=23, minute=30)
    when = {"takahashi": today - timedelta(days=1), "sato": today, "ito": today + timedelta(days=30)}
    for name, moment in when.items():
        edit = {"version": 1, "next_action_at": moment.isoformat()}
        edit["version"] = lead.by(MAKI).get(f"/leads/{people[name]}").get_json()["version"]
        assert lead.by(MAKI).patch(f"/leads/{people[name]}", json=edit).status_code == 200
    assert find(next_action_due="overdue") == ["髙橋 一郎"]
    assert find(next_action_due="today") == ["佐藤 花子", "髙橋 一郎"]
    assert "佐藤 花子" in find(next_action_due="this_week") and "伊藤 健" not in find(next_action_due="this_week")
    day = {name: moment.date().isoformat() for name, moment in when.items()}
    assert find(next_action_from=day["sato"]) == ["伊藤 健", "佐藤 花子"]
    assert find(next_action_from=day["takahashi"], next_action_until=day["sato"]) == ["佐藤 花子", "髙橋 一郎"]
    assert len(find(updated_since=day["sato"], updated_until=day["sato"])) == 4
    assert find(updated_until=day["takahashi"]) == []


def test_temperature_and_department_of_the_owner(find: Find, lead: Part, people: dict[str, int]) -> None:
    version = lead.by(MAKI).get(f"/leads/{people['mori']}").get_json()["version"]
    lead.by(MAKI).patch(f"/leads/{people['mori']}", json={"version": version, "temperature": "A"})
    assert find(temperature=["A", "B"]) == ["森"]
    assert find(temperature="C") == []
    assert find(department=str(ISAMU.department_id)) == ["髙橋 一郎"]


def test_the_leads_of_an_account(
    lead: Part, people: dict[str, int | None], find: Find, convert: Callable[..., None]
) -> None:
    convert(people["takahashi"])
    assert find(account_id=700) == find(has_account="true") == ["髙橋 一郎"]
    assert find(account_id=701) == []
    assert len(find(has_account="false")) == len(people) - 1


def test_what_a_list_made_or_changed(find: Find, lists: Lists, people: dict[str, int]) -> None:
    lists.send(row("髙橋", "一郎", lead_id=str(people["takahashi"]), title="部長"), kind="update")  # the fourth list
    assert find(list_id="104") == ["髙橋 一郎"]
    assert find(list_id=["103", "104"]) == ["伊藤 健", "森", "髙橋 一郎"]
    assert find(list_id="105") == []
