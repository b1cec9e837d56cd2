"""リード詳細: a lead and its history come in one answer, the same as when each is asked for by itself."""

import pytest

from tests.cast import GAKU, ISAMU, SARA
from tests.lead.conftest import SEMINAR, Lists, taro
from tests.parts import Part

CALL = {"type": "call_out", "result": "connected", "campaign_id": str(SEMINAR)}


@pytest.fixture
def lead_id(lists: Lists, lead: Part) -> int:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    assert outcome.lead_id
    for day, caller in (("2026-11-23", ISAMU), ("2026-11-24", SARA), ("2026-11-25", ISAMU)):
        called = CALL | {"occurred_at": f"{day}T03:00:00Z"}
        assert lead.by(caller).post(f"/leads/{outcome.lead_id}/actions", json=called).status_code == 201
    return outcome.lead_id


@pytest.mark.parametrize("history", ["actions", "changes"])
def test_both_come_together(lead: Part, lead_id: int, history: str) -> None:
    alone = lead.by(ISAMU).get(f"/leads/{lead_id}").get_json()
    assert alone.pop("history") is None
    page, first, told = f"/leads/{lead_id}/{history}?page_size=2", f"/leads/{lead_id}?history={history}&page_size=2", []
    cursor = ""
    while True:
        listed = lead.by(ISAMU).get(page + cursor).get_json()
        whole = lead.by(ISAMU).get(first + cursor).get_json()
        assert whole.pop("history") == listed
        assert whole == alone
        assert listed["total"] == alone["counts"][history]
        told += [item["id"] for item in listed["items"]]
        if not listed["next_cursor"]:
            break
        cursor = f"&cursor={listed['next_cursor']}"
    assert len(told) == len(set(told)) == alone["counts"][history] >= 3


def test_who_may_not_see_the_lead_is_told_neither(lead: Part, lead_id: int) -> None:
    assert lead.by(GAKU).get(f"/leads/{lead_id}?history=actions").status_code == 404


def test_only_a_history_that_there_is_can_be_asked_for(lead: Part, lead_id: int) -> None:
    answer = lead.by(ISAMU).get(f"/leads/{lead_id}?history=everything")
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "history")
