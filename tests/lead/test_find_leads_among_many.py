"""リード一覧 with very many leads: what is not counted while somebody waits, and the cheaper way to the same leads."""

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, func

from chassis import keywords
from chassis.database import engine
from tests.cast import ISAMU, MAKI
from tests.lead.conftest import SEMINAR, Lists, row
from tests.lead.test_take_a_list_back import take_back
from tests.parts import Part

Find = Callable[..., list[str]]
pytestmark = pytest.mark.usefixtures("people")


def shared(share: float, *grams: str) -> dict[int, float]:
    return {keywords.hashed(gram): share for gram in grams}


def test_a_page_in_a_hurry_counts_no_further_than_it_has_to(lead: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    totals = sys.modules["services.lead.queries.totals"]
    monkeypatch.setattr(totals, "QUICK", 2)
    page = lead.by(MAKI).get("/leads", query_string={"total": "quick", "page_size": 1}).get_json()
    assert (page["total"], page["total_is_exact"]) == (2, False)
    after = lead.by(MAKI).get("/leads", query_string={"page_size": 1, "cursor": page["next_cursor"]}).get_json()
    assert (after["total"], after["total_is_exact"]) == (2, False)
    few = lead.by(MAKI).get("/leads", query_string={"total": "quick", "page_size": 1, "source": "trade_fair"})
    assert (few.get_json()["total"], few.get_json()["total_is_exact"]) == (1, True)
    exact = lead.by(MAKI).get("/leads", query_string={"page_size": 1}).get_json()
    assert (exact["total"], exact["total_is_exact"]) == (4, True)


def test_a_common_keyword_is_not_counted_while_somebody_waits(lead: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    commonness = sys.modules["services.lead.queries.commonness"]
    known = commonness.Commonness(1_000_000, shared(0.9, "ex", "xa", "am"), noted_at=time.monotonic())
    monkeypatch.setattr(commonness, "_known", known)

    def total(**query: Any) -> tuple[int, bool]:
        page = lead.by(MAKI).get("/leads", query_string={"q": "exam", "page_size": 1} | query).get_json()
        return page["total"], page["total_is_exact"]

    exactly = total()
    assert exactly[0] > 1
    assert (total(total="quick"), total(total="quick", page_size=50)) == ((1, False), exactly)


@pytest.mark.parametrize(
    ("query", "counted_in"), [({"campaign_id": SEMINAR}, "campaign_member"), ({"q": "exam"}, "person")]
)
def test_a_campaign_and_words_alone_are_counted_without_the_leads(
    lead: Part, monkeypatch: pytest.MonkeyPatch, query: dict[str, Any], counted_in: str
) -> None:
    commonness = sys.modules["services.lead.queries.commonness"]
    known = commonness.Commonness(1_000_000, shared(0.9, "ex", "xa", "am"), noted_at=time.monotonic())
    monkeypatch.setattr(commonness, "_known", known)
    said: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *call: said.append(call[2]))
    page = lead.by(MAKI).get("/leads", query_string={"page_size": 1} | query).get_json()
    everybody = lead.by(MAKI).get("/leads", query_string={"page_size": 50} | query).get_json()
    assert page["total"] == len(everybody["items"]) > 1
    counting = [" ".join(statement.split()) for statement in said if "SELECT count(*)" in statement]
    assert [statement.partition(" FROM ")[2].split()[0] for statement in counting] == [counted_in]


def test_a_large_total_may_be_a_minute_old_where_nobody_asks_for_the_exact_one(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    def total(**query: Any) -> int:
        query = {"page_size": 1, "total": "quick"} | query
        found: int = lead.by(MAKI).get("/leads", query_string=query).get_json()["total"]
        return found

    totals = sys.modules["services.lead.queries.totals"]
    monkeypatch.setattr(totals, "LARGE", 2)
    monkeypatch.setattr(totals, "NOTED", 2)  # 4 leads: until 2 have come
    monkeypatch.setattr(totals, "_large", {})
    assert (total(total="exact"), total(), total(campaign_id=SEMINAR)) == (4, 4, 2)
    lists.send(row("新規", email="new@new.example.jp"))
    assert (total(), total(campaign_id=SEMINAR)) == (4, 3)
    assert (total(total="exact"), total()) == (5, 5)
    lists.send(*(row(f"新規{n}", email=f"new{n}@new.example.jp") for n in range(3)))
    assert (total(), total(total="exact")) == (8, 8), "many came"
    lists.send(row("最後", email="last@new.example.jp"))
    assert total() == 8
    monkeypatch.setattr(totals, "REMEMBERED", 0)
    assert total() == 9


def test_a_common_keyword_is_met_on_the_way_and_found_by_the_index_when_that_takes_too_long(
    lead: Part, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("commonness", "leads", "preparing")
    commonness, leads, preparing = (sys.modules[f"services.lead.queries.{name}"] for name in names)
    shares = shared(0.5, "高橋", "森", "ヤマ", "マダ", "ダ電", "電機")
    monkeypatch.setattr(commonness, "_known", commonness.Commonness(10_000, shares, noted_at=time.monotonic()))
    assert {query: find(q=query) for query in ("高橋", "森", "ヤマダ電機 高橋")} == {
        "高橋": ["髙橋 一郎"],
        "森": ["森"],
        "ヤマダ電機 高橋": ["髙橋 一郎"],
    }
    too_late = func.pg_sleep(1).is_(None)  # and nothing is found
    monkeypatch.setattr(leads, "on_the_way", lambda *_: [too_late])
    monkeypatch.setattr(preparing, "PATIENCE", 20)
    assert find(q="高橋") == ["髙橋 一郎"]


def test_on_the_way_a_lead_has_the_words_that_its_person_has_now(
    lead: Part, lists: Lists, find: Find, show: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    commonness, leads = (sys.modules[f"services.lead.queries.{name}"] for name in ("commonness", "leads"))
    shares = shared(0.5, "佐々", "々木", "木下", "木村", "木戸")
    monkeypatch.setattr(commonness, "_known", commonness.Commonness(10_000, shares, noted_at=time.monotonic()))
    monkeypatch.setattr(leads, "keyword", lambda *_: pytest.fail("the index was asked"))

    def save(path: str, version: int, **person: str) -> None:
        body = {"version": version} | ({"person": person} if path.startswith("/leads") else person)
        answer = lead.by(MAKI).patch(path, json=body)
        assert answer.status_code == 200, answer.text

    row_of_list = row("佐々木", "実", email="minoru@sasaki.example.jp")
    (listed,) = lists.send(row_of_list)
    assert find(q="佐々木") == ["佐々木 実"]
    lists.send(row_of_list | {"family_name": "木下", "lead_id": listed.lead_id}, kind="update")
    assert (find(q="木下"), find(q="佐々木")) == (["木下 実"], [])
    take_back(lists)
    assert (find(q="佐々木"), find(q="木下")) == (["佐々木 実"], [])
    save(f"/leads/{listed.lead_id}", show(listed.lead_id)["version"], family_name="木村")
    assert (find(q="木村"), find(q="佐々木")) == (["木村 実"], [])
    person = lead.by(MAKI).get(f"/persons/{show(listed.lead_id)['person']['id']}").get_json()
    save(f"/persons/{person['id']}", person["version"], family_name="木戸")
    assert (find(q="木戸"), find(q="木村")) == (["木戸 実"], [])
    draft = {"person": {"family_name": "佐々木", "given_name": "望", "company": "佐々木商店"}}
    assert lead.by(MAKI).post("/leads", json=draft).status_code == 201
    assert find(q="佐々木") == ["佐々木 望"]


def test_leads_of_a_stage_or_owner_by_name_are_the_same_whether_these_are_listed_first(
    lead: Part, find: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    commonness, leads = (sys.modules[f"services.lead.queries.{name}"] for name in ("commonness", "leads"))
    listed, really_listed = [], leads.listed

    def listing(column: Any, values: list[Any]) -> Any:
        listed.append(values)
        return really_listed(column, values)

    monkeypatch.setattr(leads, "listed", listing)

    def by_name(share: float, **query: Any) -> list[str]:
        shares = {"stages": {"new": share}, "owners": {ISAMU.id: share}}
        known = commonness.Commonness(1_000_000, **shares, noted_at=time.monotonic())
        monkeypatch.setattr(commonness, "_known", known)
        return find(sort="name", **query)

    searches: list[dict[str, Any]] = [
        *({"stage": "new"}, {"owner": ISAMU.id}, {"stage": "new", "owner": ISAMU.id}),
        *({"stage": "new", "owner": "unassigned"}, {"owner": [ISAMU.id, "unassigned"]}, {"owner": "others"}),
    ]
    common = [by_name(0.5, **query) for query in searches]
    assert len(common[0]) > 2 and not listed
    assert [by_name(0.01, **query) for query in searches] == common
    assert listed == [["new"], [ISAMU.id], [ISAMU.id], ["new"]]
    assert ([by_name(0.0, **query) for query in searches], len(listed)) == (common, 4)
