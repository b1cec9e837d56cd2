"""新規登録 by hand: 名寄せ watches here too."""

from typing import Any

from contracts import events
from tests.cast import EIJI, GAKU, MAKI, SARA
from tests.lead.conftest import SEMINAR, Lists, taro
from tests.parts import Part

TARO = {"family_name": "山田", "given_name": "太郎", "email": "taro@yamada.example.jp", "company": "山田商事"}


def enter(lead: Part, status: int = 201, by: Any = SARA, **given: Any) -> dict[str, Any]:
    answer = lead.by(by).post("/leads", json={"person": TARO} | given)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def test_a_new_person_becomes_a_lead(lead: Part) -> None:
    details = enter(lead, owner_id=str(EIJI.id), stage="connected", campaign_id=str(SEMINAR), temperature="B")
    assert (details["person"]["family_name"], details["company"]) == ("山田", "山田商事")
    assert (details["owner"]["login"], details["stage"]["code"], details["temperature"]) == ("eiji", "connected", "B")
    assert [member["status"] for member in details["members"]] == ["attended"]
    assert details["created_by"]["login"] == "sara"
    assert [fact.new_lead for said in lead.said(events.MembersChanged) for fact in said.members] == [True]
    assert [told.owner_id for told in lead.said(events.LeadsAssigned)] == [EIJI.id]
    assert [fact.person_name for said in lead.said(events.LeadsChanged) for fact in said.leads] == ["山田 太郎"]


def test_somebody_known_is_refused_unless_it_is_meant(lead: Part, lists: Lists) -> None:
    (known,) = lists.send(taro())
    problem = enter(lead, status=409)
    assert (problem["title"], problem["lead_id"]) == ("known_person", str(known.lead_id))
    assert enter(lead, register_anyway=True)["id"] != str(known.lead_id)


def test_somebody_without_an_address_is_known_by_company_name_and_phone(lead: Part) -> None:
    person = {"family_name": "森", "company": "森林組合", "phone": "0155-22-3333"}
    enter(lead, person=person)
    enter(lead, status=409, person=person | {"company": "㈱森林組合", "phone": "0155223333"})
    enter(lead, person=person | {"given_name": "進"})


def test_a_person_needs_a_name_and_a_way_to_tell_them_apart(lead: Part) -> None:
    assert enter(lead, status=422, person={"email": "a@b.example.jp"})["errors"][0]["field"] == "person.family_name"
    assert enter(lead, status=422, person={"family_name": "山田"})["errors"][0]["field"] == "person.email"
    assert lead.by(MAKI).get("/leads").get_json()["total"] == 0


def test_outsourced_callers_enter_nobody(lead: Part) -> None:
    enter(lead, status=403, by=GAKU)


def test_a_campaign_that_does_not_exist_is_refused(lead: Part) -> None:
    person = {"family_name": "山田", "email": "yamada@shirazu.example.jp"}
    answer = lead.by(SARA).post("/leads", json={"person": person, "campaign_id": "987654"})
    assert answer.status_code == 422
    assert answer.get_json(force=True)["errors"][0]["field"] == "campaign_id"
