"""引継ぎ: a conversion asks the salesperson to take over; 受領, 差戻し with a reason, then somebody else or 再育成."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, MANA, RIN, SARA
from tests.parts import Part

from .test_convert_lead import convert


@pytest.fixture
def asked(opportunity: Part) -> str:
    """An opportunity that isamu converted for eiji, who has not answered."""
    made = convert(opportunity).get_json()
    opportunity.forget_said()
    return str(made["opportunity_id"])


def handover(opportunity: Part, opportunity_id: str, person: Any = ISAMU) -> dict[str, Any]:
    found: dict[str, Any] = opportunity.by(person).get(f"/opportunities/{opportunity_id}/handover").get_json()
    return found


def answer(opportunity: Part, opportunity_id: str, person: Any, what: str, **body: Any) -> Any:
    version = handover(opportunity, opportunity_id)["version"]
    path = f"/opportunities/{opportunity_id}/handover{'/' + what if what else ''}"
    return opportunity.by(person).post(path, json={"version": version} | body)


def test_a_conversion_asks_the_main_owner(opportunity: Part, asked: str) -> None:
    shown = handover(opportunity, asked, EIJI)
    assert (shown["state"], shown["requester_name"], shown["recipient_name"]) == ("requested", ISAMU.name, EIJI.name)
    assert (shown["message"], shown["lead_id"]) == ("来期予算で検討", "1")
    assert (shown["may_answer"], shown["may_decide"]) == (True, False)
    assert handover(opportunity, asked, ISAMU)["may_answer"] is False
    assert opportunity.said(events.HandoverChanged) == []  # lead_converted has told the salesperson
    found = opportunity.by(MANA).get("/opportunities?handover=requested").get_json()
    assert [item["handover"] for item in found["items"]] == ["requested"]


def test_who_converts_for_oneself_asks_nobody(opportunity: Part) -> None:
    made = convert(opportunity, person=EIJI).get_json()
    path = f"/opportunities/{made['opportunity_id']}/handover"
    assert opportunity.by(EIJI).get(path).status_code == 404
    assert opportunity.by(EIJI).post(f"{path}/acceptance", json={"version": 1}).status_code == 404


def test_who_has_the_opportunity_already_takes_nothing_over(opportunity: Part, deal: Callable[..., Any]) -> None:
    """Else giving it back would make the caller main owner of what was the salesperson's all along."""
    known = deal(main_owner_id=str(EIJI.id))
    assert convert(opportunity, account=None, opportunity={"id": known["id"]}).status_code == 201
    assert opportunity.by(EIJI).get(f"/opportunities/{known['id']}/handover").status_code == 404
    assert opportunity.by(EIJI).get(f"/opportunities/{known['id']}").get_json()["main_owner_name"] == EIJI.name


def test_without_a_lead_nothing_goes_back_to_nurturing(opportunity: Part, deal: Callable[..., Any]) -> None:
    made = deal()["id"]
    path = f"/opportunities/{made}/handover"
    assert opportunity.by(ISAMU).post(path, json={"recipient_id": str(RIN.id)}).status_code == 201
    answer(opportunity, made, RIN, "return", reason="担当外")
    shown = handover(opportunity, made)
    assert (shown["may_decide"], shown["may_nurture"]) == (True, False)
    refused = answer(opportunity, made, ISAMU, "nurturing")
    assert (refused.status_code, refused.get_json()["title"]) == (409, "not_converted")
    assert handover(opportunity, made)["state"] == "returned"


def test_accepting(opportunity: Part, asked: str) -> None:
    done = answer(opportunity, asked, EIJI, "acceptance").get_json()
    assert (done["state"], done["may_answer"]) == ("accepted", False)
    (said,) = opportunity.said(events.HandoverChanged)
    assert (said.state, said.requester_id, said.recipient_id) == ("accepted", ISAMU.id, EIJI.id)
    assert answer(opportunity, asked, EIJI, "acceptance").status_code == 200  # a double click
    assert len(opportunity.said(events.HandoverChanged)) == 1
    assert answer(opportunity, asked, EIJI, "return", reason="遅い").status_code == 409
    changes = opportunity.by(EIJI).get(f"/opportunities/{asked}/changes").get_json()["items"]
    moves = [(one["before"], one["after"], one["actor_name"]) for one in changes if one["field"] == "handover"]
    assert moves == [("requested", "accepted", EIJI.name), (None, "requested", ISAMU.name)]


def test_returning_takes_a_reason_and_gives_it_back_to_who_asked(opportunity: Part, asked: str) -> None:
    refused = answer(opportunity, asked, EIJI, "return", reason=" ")
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "reason")
    assert answer(opportunity, asked, EIJI, "return", reason="決裁者が不明").status_code == 200
    shown = handover(opportunity, asked)
    assert (shown["state"], shown["reason"], shown["may_decide"]) == ("returned", "決裁者が不明", True)
    assert opportunity.by(EIJI).get(f"/opportunities/{asked}").get_json()["main_owner_name"] == ISAMU.name
    (said,) = opportunity.said(events.HandoverChanged)
    assert (said.state, said.reason) == ("returned", "決裁者が不明")


def test_a_return_takes_nothing_from_somebody_else(opportunity: Part, asked: str) -> None:
    patch = {"version": 1, "main_owner_id": str(RIN.id)}
    assert opportunity.by(MANA).patch(f"/opportunities/{asked}", json=patch).status_code == 200
    assert answer(opportunity, asked, EIJI, "return", reason="担当外").status_code == 200
    assert opportunity.by(EIJI).get(f"/opportunities/{asked}").get_json()["main_owner_name"] == RIN.name


def test_after_a_return_somebody_else_is_asked(opportunity: Part, asked: str) -> None:
    answer(opportunity, asked, EIJI, "return", reason="担当地域外")
    opportunity.forget_said()
    draft = {"recipient_id": str(RIN.id), "message": "関西の案件です", "notify": False}
    assert answer(opportunity, asked, SARA, "", **draft).status_code == 403
    assert answer(opportunity, asked, ISAMU, "", recipient_id=str(ISAMU.id)).status_code == 422
    shown = answer(opportunity, asked, ISAMU, "", **draft).get_json()
    assert (shown["state"], shown["recipient_name"], shown["reason"]) == ("requested", RIN.name, "")
    assert opportunity.by(RIN).get(f"/opportunities/{asked}").get_json()["main_owner_name"] == RIN.name
    (said,) = opportunity.said(events.HandoverChanged)
    assert (said.state, said.recipient_id, said.notify) == ("requested", RIN.id, False)
    assert answer(opportunity, asked, ISAMU, "", **draft).status_code == 201  # again: nothing more happens
    assert len(opportunity.said(events.HandoverChanged)) == 1
    assert answer(opportunity, asked, ISAMU, "", recipient_id=str(SARA.id)).status_code == 409
    assert answer(opportunity, asked, RIN, "acceptance").get_json()["state"] == "accepted"


def test_after_a_return_it_goes_back_to_nurturing(opportunity: Part, asked: str) -> None:
    assert answer(opportunity, asked, ISAMU, "nurturing").status_code == 409  # not returned yet
    answer(opportunity, asked, EIJI, "return", reason="時期尚早")
    assert answer(opportunity, asked, EIJI, "nurturing").status_code == 403
    assert handover(opportunity, asked)["may_nurture"] is True
    assert answer(opportunity, asked, ISAMU, "nurturing").get_json()["state"] == "nurturing"
    (said,) = opportunity.said(events.ConversionCancelled)
    assert (said.lead_id, said.nurturing) == (1, True)
    assert opportunity.said(events.OpportunitySaved)[-1].cancelled is True
    assert opportunity.by(EIJI).get("/opportunities").get_json()["total"] == 0
    assert convert(opportunity).status_code == 201  # when the time has come


@pytest.mark.parametrize("person", [ISAMU, RIN, MAKI, GAKU])
def test_only_who_was_asked_or_a_manager_answers(opportunity: Part, asked: str, person: Any) -> None:
    for what in ("acceptance", "return"):
        assert answer(opportunity, asked, person, what, reason="x").status_code == 403
    assert answer(opportunity, asked, MANA, "acceptance").status_code == 200


def test_what_was_read_before_somebody_else_acted_is_refused(opportunity: Part, asked: str) -> None:
    refused = answer(opportunity, asked, EIJI, "acceptance", version=99)
    assert (refused.status_code, refused.get_json()["current"]["state"]) == (409, "requested")


def test_an_accepted_opportunity_may_be_handed_on(opportunity: Part, asked: str) -> None:
    answer(opportunity, asked, EIJI, "acceptance")
    shown = answer(opportunity, asked, EIJI, "", recipient_id=str(RIN.id)).get_json()
    assert (shown["state"], shown["requester_name"], shown["recipient_name"]) == ("requested", EIJI.name, RIN.name)


def test_what_was_won_does_not_go_back_to_nurturing(opportunity: Part, asked: str) -> None:
    answer(opportunity, asked, EIJI, "return", reason="時期尚早")
    path = f"/opportunities/{asked}"

    def move(phase: str) -> None:
        version = opportunity.by(EIJI).get(path).get_json()["version"]
        assert opportunity.by(EIJI).patch(path, json={"version": version, "phase": phase}).status_code == 200

    phases = {
        phase["meaning"]: phase["code"]
        for phase in opportunity.by(EIJI).get("/masters/opportunity-phases").get_json()["items"][::-1]
    }
    move(phases["won"])
    assert handover(opportunity, asked)["may_nurture"] is False
    refused = answer(opportunity, asked, ISAMU, "nurturing")
    assert (refused.status_code, refused.get_json()["title"]) == (409, "won")
    move(phases["open"])
    assert answer(opportunity, asked, ISAMU, "nurturing").status_code == 200
