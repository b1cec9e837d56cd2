"""元に戻す: a bulk change is taken back, except for the leads that somebody touched since."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, MANA, SARA, Person
from tests.lead.conftest import Lists, hanako, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
KEPT = ("id", "owner", "stage", "drop_reason", "assigned_at", "assigned_by", "stage_since", "stage_by", "department_id")


@pytest.fixture
def three(lists: Lists) -> list[str]:
    """Taro is sara's, Hanako and Ichiro are nobody's."""
    ichiro = row("田中", "一郎", email="ichiro@tanaka.example.jp")
    outcomes = lists.send(taro(owner_id=SARA.id), hanako(), ichiro)
    lists.lead.forget_said()
    return [str(outcome.lead_id) for outcome in outcomes]


def assign(lead: Part, by: Person = MAKI, **wanted: Any) -> str:
    answer = lead.by(by).post("/leads/assignments", json=wanted)
    assert answer.status_code == 200, answer.text
    act: str = answer.get_json()["id"]
    lead.forget_said()
    return act


def undo(lead: Part, act: str, by: Person = MAKI) -> dict[str, Any]:
    answer = lead.by(by).post(f"/leads/assignments/{act}/undoing")
    assert answer.status_code == 200, answer.text
    undoing: dict[str, Any] = answer.get_json()["undoing"]
    return undoing


def as_kept(details: dict[str, Any]) -> dict[str, Any]:
    return {field: details[field] for field in KEPT}


def test_owner_stage_and_reason_are_as_they_were(lead: Part, three: list[str], show: Show) -> None:
    assign(lead, lead_ids=three[1:2], stage="passed", drop_reason="競合")
    before = [as_kept(show(lead_id)) for lead_id in three]
    act = assign(lead, search={}, owner_id=str(ISAMU.id), stage="approaching")
    assert {show(lead_id)["owner"]["login"] for lead_id in three} == {"isamu"}
    undoing = undo(lead, act)
    assert (undoing["reversed"], undoing["kept_count"], undoing["kept"]) == (3, 0, [])
    assert [as_kept(show(lead_id)) for lead_id in three] == before
    history = lead.by(MAKI).get(f"/leads/{three[1]}/changes").get_json()["items"]
    assert {change["field"] for change in history if change["cause"] == "undoing"} == {
        "owner_id",
        "stage",
        "drop_reason",
    }


def test_a_lead_that_somebody_touched_since_is_kept_and_told(lead: Part, three: list[str], show: Show) -> None:
    act = assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    version = show(three[0])["version"]
    edit = {"version": version, "person": {"title": "部長"}}
    assert lead.by(ISAMU).patch(f"/leads/{three[0]}", json=edit).status_code == 200
    call = {"type": "call_out", "result": "material_sent", "occurred_at": "2026-11-20T01:00:00Z"}
    answer = lead.by(SARA).post(f"/leads/{three[1]}/actions", json=call)
    assert answer.status_code == 201, answer.text
    undoing = undo(lead, act)
    assert (undoing["reversed"], undoing["kept_count"]) == (1, 2)
    assert [(kept["lead_id"], kept["changed_by"]["login"]) for kept in undoing["kept"]] == [
        (three[0], "isamu"),
        (three[1], "sara"),
    ]
    assert [(show(lead_id)["owner"] or {}).get("login") for lead_id in three] == ["isamu", "isamu", None]
    assert show(three[0])["person"]["title"] == "部長"
    told = lead.by(MAKI).get(f"/leads/assignments/{act}").get_json()
    assert told["undoing"] == undoing and told["may_undo"] is False


def test_only_what_the_act_did_is_taken_back(lead: Part, three: list[str], show: Show) -> None:
    assign(lead, lead_ids=three[:1], owner_id=str(ISAMU.id))
    act = assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    assert undo(lead, act)["reversed"] == 2
    assert [(show(lead_id)["owner"] or {}).get("login") for lead_id in three] == ["isamu", None, None]


def test_a_later_bulk_change_is_kept_and_can_be_taken_back_by_itself(lead: Part, three: list[str], show: Show) -> None:
    first = assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    second = assign(lead, lead_ids=three[:1], owner_id=str(EIJI.id))
    assert undo(lead, second)["reversed"] == 1
    undoing = undo(lead, first)
    assert (undoing["reversed"], undoing["kept_count"]) == (2, 1)
    assert show(three[0])["owner"]["login"] == "isamu"


def test_it_is_refused_the_second_time(lead: Part, three: list[str]) -> None:
    act = assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    undo(lead, act)
    answer = lead.by(MAKI).post(f"/leads/assignments/{act}/undoing")
    assert (answer.status_code, answer.get_json()["type"].rpartition(":")[2]) == (409, "undone_already")
    nobodys = "00000000-0000-0000-0000-000000000000"
    assert lead.by(MAKI).post(f"/leads/assignments/{nobodys}/undoing").status_code == 404


def test_who_did_it_may_and_a_manager(lead: Part, three: list[str]) -> None:
    act = assign(lead, by=ISAMU, lead_ids=three, owner_id=str(SARA.id))
    for person in (SARA, EIJI, MAKI):
        assert lead.by(person).post(f"/leads/assignments/{act}/undoing").status_code == 403
    assert lead.by(ISAMU).get(f"/leads/assignments/{act}").get_json()["may_undo"] is True
    assert lead.by(SARA).get(f"/leads/assignments/{act}").get_json()["may_undo"] is False
    undo(lead, act, by=MANA)


def test_the_owners_hear_of_it_once_each_and_nobody_of_the_own_act(lead: Part, three: list[str]) -> None:
    act = assign(lead, lead_ids=three, owner_id=str(ISAMU.id))
    undo(lead, act)
    (told,) = lead.said(events.LeadsTakenBack)
    assert (told.owner_id, told.count, len(told.leads)) == (ISAMU.id, 3, 3)
    (told_again,) = lead.said(events.LeadsAssigned)
    assert (told_again.owner_id, told_again.count, told_again.act) == (SARA.id, 1, "undoing")
    act = assign(lead, by=MANA, lead_ids=three, owner_id=str(MANA.id))
    undo(lead, act, by=MANA)
    assert lead.said(events.LeadsTakenBack) == []
    assert [said.owner_id for said in lead.said(events.LeadsAssigned)] == [SARA.id]


def test_where_nothing_changes_nobody_hears(lead: Part, three: list[str], show: Show) -> None:
    act = assign(lead, lead_ids=three, stage="approaching")
    undo(lead, act)
    assert lead.said(events.LeadsTakenBack) == lead.said(events.LeadsAssigned) == []
    (changed,) = lead.said(events.LeadsChanged)
    assert len(changed.leads) == 3
    nothing = assign(lead, lead_ids=three, stage=show(three[0])["stage"]["code"])
    assert undo(lead, nothing)["reversed"] == 0
    assert lead.said(events.LeadsChanged) == []


def test_many_thousand_are_given_and_taken_back(lead: Part, lists: Lists, show: Show) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(2_500)]
    for batch in range(5):
        lists.batch(1, batch, *people[batch * 500 : (batch + 1) * 500])
    lead.forget_said()
    act = assign(lead, search={"q": "many.example"}, owner_id=str(SARA.id), stage="approaching")
    started = time.monotonic()
    assert undo(lead, act)["reversed"] == 2_500
    assert time.monotonic() - started < 10  # half a second, when measured; by single statements it would be more
    assert [len(said.leads) for said in lead.said(events.LeadsChanged)] == [1000, 1000, 500]
    assert [said.count for said in lead.said(events.LeadsTakenBack)] == [2_500]
