"""一括変更: ticked leads or a whole search, with a preview; one notice for each new owner."""

from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, MANA, SARA, Person
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, hanako, row, taro
from tests.parts import Part


@pytest.fixture
def three(lists: Lists) -> list[str]:
    """Taro, Hanako and Ichiro, nobody's leads."""
    ichiro = row("田中", "一郎", email="ichiro@tanaka.example.jp")
    return [str(outcome.lead_id) for outcome in lists.send(taro(), hanako(), ichiro)]


def assign(lead: Part, by: Person = MAKI, **wanted: Any) -> dict[str, Any]:
    answer = lead.by(by).post("/leads/assignments", json=wanted)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.get_json()
    return result


def numbers(result: dict[str, Any]) -> tuple[int, int, int]:
    return result["changed"], result["unchanged"], result["refused"]


def owners(lead: Part) -> dict[str, str | None]:
    items = lead.by(MAKI).get("/leads").get_json()["items"]
    return {item["id"]: item["owner"] and item["owner"]["login"] for item in items}


def test_ticked_leads_get_an_owner_who_hears_of_it_once(lead: Part, three: list[str]) -> None:
    result = assign(lead, lead_ids=three[:2], owner_id=str(ISAMU.id))
    assert numbers(result) == (2, 0, 0)
    assert result["id"]
    assert owners(lead) == {three[0]: "isamu", three[1]: "isamu", three[2]: None}
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.owner_id, told.count, told.act) == (ISAMU.id, 2, "bulk")
    assert [named.person_name for named in told.leads] == ["山田 太郎", "鈴木 花子"]
    history = lead.by(MAKI).get(f"/leads/{three[0]}/changes").get_json()["items"]
    assert (history[0]["field"], history[0]["cause_id"], history[0]["cause_label"]) == (
        "owner_id",
        result["id"],
        "一括変更",
    )


def test_everything_a_search_finds_but_the_unticked(lead: Part, lists: Lists, three: list[str]) -> None:
    lists.send(row("別", "催事", email="other@webinar.example.jp"), campaign_id=WEBINAR)
    search = {"owner": "unassigned", "campaign_id": [str(SEMINAR)], "responded": True}
    result = assign(lead, search=search, except_ids=[three[1]], owner_id=str(SARA.id))
    assert numbers(result) == (2, 0, 0)
    assert {lead_id for lead_id, owner in owners(lead).items() if owner == "sara"} == {three[0], three[2]}


def test_a_preview_counts_and_changes_nothing(lead: Part, three: list[str]) -> None:
    assign(lead, lead_ids=three[:1], owner_id=str(ISAMU.id))
    lead.forget_said()
    result = assign(lead, search={}, owner_id=str(ISAMU.id), preview=True)
    assert (result["id"], numbers(result)) == (None, (2, 1, 0))
    assert list(owners(lead).values()).count("isamu") == 1
    assert lead.said(events.LeadsAssigned) == []


def test_what_is_so_already_and_what_may_not_change(lead: Part, three: list[str], convert: Any) -> None:
    convert(int(three[0]))
    assign(lead, lead_ids=[three[1]], owner_id=str(ISAMU.id), stage="approaching")
    result = assign(lead, lead_ids=[*three, "999"], owner_id=str(ISAMU.id), stage="approaching")
    assert numbers(result) == (1, 1, 2)


def test_nobody_is_told_of_their_own_act_nor_where_nothing_changed(lead: Part, three: list[str]) -> None:
    assign(lead, by=ISAMU, lead_ids=three, owner_id=str(ISAMU.id))
    assert lead.said(events.LeadsAssigned) == []
    assign(lead, by=MAKI, lead_ids=three, owner_id=str(ISAMU.id))
    assert lead.said(events.LeadsAssigned) == []


def test_the_owner_is_taken_off_and_the_stage_alone_is_changed(lead: Part, three: list[str]) -> None:
    assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    lead.forget_said()
    assert numbers(assign(lead, lead_ids=three[:1], owner_id=None)) == (1, 0, 0)
    assert numbers(assign(lead, lead_ids=three, stage="approaching")) == (3, 0, 0)
    details = lead.by(MAKI).get(f"/leads/{three[0]}").get_json()
    assert (details["owner"], details["assigned_at"], details["stage"]["code"]) == (None, None, "approaching")
    assert owners(lead)[three[1]] == "isamu"
    assert lead.said(events.LeadsAssigned) == []


def test_stage_rules_hold_for_many_as_for_one(lead: Part, three: list[str]) -> None:
    for stage, code in (("converted", "stage_by_conversion"), ("passed", "drop_reason"), ("nowhere", "unknown_choice")):
        answer = lead.by(MAKI).post("/leads/assignments", json={"lead_ids": three, "stage": stage})
        assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, code)
    assign(lead, lead_ids=three[:1], stage="passed", drop_reason="競合")
    assert lead.by(MAKI).get(f"/leads/{three[0]}").get_json()["drop_reason"] == "競合"


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"lead_ids": ["1"]}, "owner_id"),
        ({"owner_id": "3"}, "lead_ids"),
        ({"lead_ids": ["1"], "search": {}, "owner_id": "3"}, "lead_ids"),
        ({"lead_ids": ["1"], "owner_id": "99"}, "owner_id"),
        ({"search": {"owner": ["somebody"]}, "owner_id": "3"}, "search.owner"),
    ],
)
def test_an_unclear_wish_is_refused(lead: Part, wanted: dict[str, Any], field: str) -> None:
    answer = lead.by(MAKI).post("/leads/assignments", json=wanted)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == field


def test_who_may_assign(lead: Part, three: list[str]) -> None:
    for person, status in ((MANA, 200), (SARA, 200), (EIJI, 403), (GAKU, 403)):
        answer = lead.by(person).post("/leads/assignments", json={"lead_ids": three, "owner_id": str(ISAMU.id)})
        assert answer.status_code == status


def test_a_double_click_has_one_effect(lead: Part, three: list[str]) -> None:
    wanted = {"lead_ids": three, "owner_id": str(ISAMU.id)}
    answers = [
        lead.by(MAKI).post("/leads/assignments", json=wanted, headers={"Idempotency-Key": "form-1"}).get_json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len(lead.said(events.LeadsAssigned)) == 1


def test_a_thousand_at_once_are_one_notice_and_one_event(lead: Part, lists: Lists) -> None:
    for list_id in (1, 2):
        people = [row("社員", f"{number}号", email=f"p{list_id}-{number}@many.example.jp") for number in range(500)]
        lists.batch(list_id, 0, *people)
    lead.forget_said()
    assert numbers(assign(lead, search={"q": "many.example"}, owner_id=str(SARA.id))) == (1000, 0, 0)
    assert [len(said.leads) for said in lead.said(events.LeadsChanged)] == [1000]
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.count, len(told.leads)) == (1000, 20)


def test_a_filter_that_does_not_exist_never_means_everything(lead: Part, three: list[str]) -> None:
    wanted = {"search": {"campain_id": str(SEMINAR), "q": "山田"}, "owner_id": str(ISAMU.id)}
    answer = lead.by(MAKI).post("/leads/assignments", json=wanted)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["search.campain_id"]
    assert set(owners(lead).values()) == {None}
    ordered: dict[str, Any] = {"search": {"q": "山田", "sort": "name", "page_size": 50}, "owner_id": str(ISAMU.id)}
    assert numbers(assign(lead, **ordered)) == (1, 0, 0)


def test_who_had_the_leads_hears_that_they_are_gone(lead: Part, three: list[str]) -> None:
    assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    lead.forget_said()
    assign(lead, MANA, lead_ids=three[:2], owner_id=str(SARA.id))
    (told,) = lead.said(events.LeadsTakenBack)
    assert (told.owner_id, told.count, told.act) == (ISAMU.id, 2, "bulk")
    lead.forget_said()
    version = lead.by(MANA).get(f"/leads/{three[2]}").get_json()["version"]
    lead.by(MANA).patch(f"/leads/{three[2]}", json={"version": version, "owner_id": str(SARA.id)})
    (told,) = lead.said(events.LeadsTakenBack)
    assert (told.owner_id, told.act, told.leads[0].person_name) == (ISAMU.id, "edit", "田中 一郎")


def test_who_gives_the_own_leads_away_is_not_told(lead: Part, three: list[str]) -> None:
    assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    lead.forget_said()
    assign(lead, ISAMU, lead_ids=three, owner_id=str(SARA.id))
    assert lead.said(events.LeadsTakenBack) == []
