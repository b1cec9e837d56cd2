"""What was done today and this week: lists and counts by person, in Japanese days."""

from datetime import UTC, datetime

import pytest

from tests.cast import GAKU, ISAMU, MANA, SARA, Person
from tests.lead.conftest import Lists, hanako, taro
from tests.lead.test_register_action import register
from tests.parts import Part


@pytest.fixture
def leads(lists: Lists) -> list[int]:
    return [one.lead_id or 0 for one in lists.send(taro(owner_id=ISAMU.id), hanako(owner_id=GAKU.id))]


def found(lead: Part, actor: Person = ISAMU, /, **search: str) -> list[tuple[str, str]]:
    answer = lead.by(actor).get("/actions", query_string=search)
    assert answer.status_code == 200, answer.text
    page = answer.get_json()
    assert page["total"] == len(page["items"])
    return [(item["lead_name"], item["result"]) for item in page["items"]]


def test_each_number_opens_the_list_that_it_counts(lead: Part, leads: list[int]) -> None:
    register(lead, leads[0], occurred_at="2026-11-23T14:59:00Z", result="absent")  # still the 23rd in Japan
    register(lead, leads[0], occurred_at="2026-11-23T15:01:00Z", result="appointment")
    register(lead, leads[1], by=SARA, occurred_at="2026-11-24T03:00:00Z", type="mail", result="mail_answered")
    day = {"since": "2026-11-24", "until": "2026-11-24"}
    assert found(lead, **day) == [("鈴木 花子", "mail_answered"), ("山田 太郎", "appointment")]
    assert found(lead, **day | {"by": "me", "kind": "phone"}) == [("山田 太郎", "appointment")]
    week = {"since": "2026-11-23", "until": "2026-11-29"}
    assert found(lead, **week | {"outcome": "appointment"}) == [("山田 太郎", "appointment")]
    counts = lead.by(MANA).get("/actions/counts", query_string=week).get_json()["items"]
    assert [(one["by"]["login"], one["calls"], one["reached"], one["appointments"]) for one in counts] == [
        ("isamu", 2, 1, 1),
        ("sara", 0, 0, 0),
    ]


def test_without_days_it_is_today(lead: Part, leads: list[int]) -> None:
    register(lead, leads[0], occurred_at="2026-11-01T03:00:00Z", result="absent")
    register(lead, leads[0], occurred_at=datetime.now(UTC).isoformat())
    assert found(lead) == [("山田 太郎", "connected")]


def test_an_outsourced_caller_counts_the_own_groups_leads(lead: Part, leads: list[int]) -> None:
    for lead_id in leads:
        register(lead, lead_id, occurred_at="2026-11-24T03:00:00Z")
    assert found(lead, since="2026-11-24", until="2026-11-24") == [
        ("鈴木 花子", "connected"),
        ("山田 太郎", "connected"),
    ]
    assert found(lead, GAKU, since="2026-11-24", until="2026-11-24") == [("鈴木 花子", "connected")]
    assert lead.by(ISAMU).get("/actions?by=somebody").status_code == 422
