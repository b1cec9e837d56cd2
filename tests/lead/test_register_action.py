"""アクション登録: result, next action and stage in one save; the result's master row fills in what was not said."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, SARA, Person
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
MONDAY = "2026-11-23T03:00:00Z"


@pytest.fixture
def lead_id(lists: Lists, lead: Part) -> int:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    lead.forget_said()
    assert outcome.lead_id
    return outcome.lead_id


def register(lead: Part, lead_id: int, /, by: Person = ISAMU, status: int = 201, **given: Any) -> dict[str, Any]:
    call = {"type": "call_out", "occurred_at": MONDAY, "result": "connected"}
    answer = lead.by(by).post(f"/leads/{lead_id}/actions", json=call | given)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def test_a_call_with_everything_in_one_save(lead: Part, lead_id: int, show: Show) -> None:
    action = register(
        lead,
        lead_id,
        campaign_id=str(SEMINAR),
        reached="person",
        text="来期の予算で検討",
        next_action_at="2026-12-01T01:00:00Z",
        next_action_type="visit",
        stage="nurturing",
        lead={"temperature": "A", "person": {"title": "部長"}},
    )
    assert (action["campaign_name"], action["by"]["name"]) == ("製造業DXセミナー", ISAMU.name)
    assert (action["type_label"], action["result_label"], action["reached_label"]) == ("電話発信", "本人接続", "本人")
    details = show(lead_id)
    assert (details["stage"]["code"], details["temperature"], details["person"]["title"]) == ("nurturing", "A", "部長")
    assert (details["next_action_at"], details["next_action_type"]) == ("2026-12-01T01:00:00Z", "visit")
    assert (details["last_contact_at"], details["first_response_at"]) == (MONDAY, MONDAY)
    assert details["version"] == 2
    (member,) = details["members"]
    assert (member["result_label"], member["actions"]) == ("本人接続", 1)
    listed = lead.by(ISAMU).get(f"/leads/{lead_id}/actions").get_json()
    assert (listed["total"], listed["items"][0]["text"]) == (1, "来期の予算で検討")
    assert [fact.stage for said in lead.said(events.LeadsChanged) for fact in said.leads] == ["nurturing"]


def test_the_result_decides_what_was_not_said(lead: Part, lead_id: int, show: Show) -> None:
    register(lead, lead_id, result="absent", occurred_at="2026-11-20T03:00:00Z")  # a Friday before a long weekend
    details = show(lead_id)
    assert (details["stage"]["code"], details["next_action_at"]) == ("approaching", "2026-11-24T00:00:00Z")
    register(lead, lead_id, result="prospect", occurred_at="2026-11-21T03:00:00Z")  # two weeks on is a Saturday
    details = show(lead_id)
    assert (details["stage"]["code"], details["next_action_at"]) == ("nurturing", "2026-12-07T00:00:00Z")


def test_a_result_never_moves_a_lead_back(lead: Part, lead_id: int, show: Show) -> None:
    register(lead, lead_id, result="appointment")
    register(lead, lead_id, result="connected", next_action_at=None)
    details = show(lead_id)
    assert (details["stage"]["code"], details["next_action_at"]) == ("appointment", None)


def test_no_means_no(lead: Part, lead_id: int, show: Show) -> None:
    register(lead, lead_id, result="do_not_call", text="二度と電話しないでほしい")
    details = show(lead_id)
    assert (details["do_not_call"], details["do_not_call_reason"]) == (True, "二度と電話しないでほしい")
    register(lead, lead_id, result="refused")
    details = show(lead_id)
    assert (details["stage"]["label"], details["drop_reason"], details["next_action_at"]) == ("見送り", "お断り", None)


def test_a_failed_call_is_a_response_of_ours_but_no_contact(lead: Part, lead_id: int, show: Show) -> None:
    register(lead, lead_id, result="no_answer")
    details = show(lead_id)
    assert (details["first_response_at"], details["last_contact_at"]) == (MONDAY, None)


def test_handing_over_in_the_same_save_tells_the_new_owner(lead: Part, lead_id: int) -> None:
    register(lead, lead_id, result="appointment", lead={"owner_id": str(EIJI.id), "stage": "handed_over"})
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.owner_id, told.act) == (EIJI.id, "edit")
    history = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"]
    assert {item["cause_label"] for item in history if item["actor"]["login"] == "isamu"} == {"アクション登録"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"campaign_id": str(WEBINAR)}, "campaign_id"),
        ({"result": "nothing"}, "result"),
        ({"type": "telepathy"}, "type"),
        ({"reached": "nobody"}, "reached"),
        ({"stage": "converted"}, "stage"),
        ({"lead": {"owner_id": "99"}}, "owner_id"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
    ],
)
def test_what_cannot_be_leaves_nothing_behind(
    lead: Part, lead_id: int, show: Show, given: dict[str, Any], field: str
) -> None:
    before = show(lead_id)
    problem = register(lead, lead_id, status=422, **given)
    assert problem["errors"][0]["field"] == field
    assert show(lead_id) == before


def test_a_stale_form_is_refused(lead: Part, lead_id: int) -> None:
    register(lead, lead_id, by=SARA, version=1)
    assert register(lead, lead_id, status=409, version=1)["current"]["version"] == 2


def test_an_outsourced_caller_works_the_own_groups_leads_only(lead: Part, lead_id: int) -> None:
    register(lead, lead_id, by=GAKU, status=404)
    lead.by(SARA).post("/leads/assignments", json={"lead_ids": [str(lead_id)], "owner_id": str(GAKU.id)})
    register(lead, lead_id, by=GAKU, result="absent")


def test_a_plan_that_is_kept_keeps_its_kind(lead: Part, lead_id: int, show: Show) -> None:
    plan = {"next_action_at": "2026-12-01T01:00:00Z", "next_action_type": "visit"}
    register(lead, lead_id, lead=plan)
    register(lead, lead_id, result="mail_bounced")
    details = show(lead_id)
    assert {name: details[name] for name in plan} == plan
    register(lead, lead_id, next_action_at="2026-12-03T01:00:00Z")
    assert show(lead_id)["next_action_type"] == ""


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+09:00", "9999-12-31T23:00:00Z"])
@pytest.mark.parametrize("field", ["occurred_at", "next_action_at"])
def test_a_time_out_of_every_calendar_is_refused(lead: Part, lead_id: int, field: str, moment: str) -> None:
    given: dict[str, Any] = {field: moment}
    problem = register(lead, lead_id, status=422, **given)
    assert problem["errors"][0]["field"] == field


def test_what_is_registered_afterwards_leaves_a_later_plan_and_result(lead: Part, lead_id: int, show: Show) -> None:
    later: dict[str, Any] = {"occurred_at": "2026-11-25T03:00:00Z", "campaign_id": str(SEMINAR)}
    register(lead, lead_id, result="prospect", next_action_at="2026-12-10T01:00:00Z", **later)
    register(lead, lead_id, result="absent", campaign_id=str(SEMINAR))  # two days before
    register(lead, lead_id, result="refused", campaign_id=str(SEMINAR))
    details = show(lead_id)
    assert (details["next_action_at"], details["stage"]["code"]) == ("2026-12-10T01:00:00Z", "nurturing")
    assert details["members"][0]["result_label"] == "見込み"
    assert (details["last_contact_at"], details["first_response_at"]) == (later["occurred_at"], MONDAY)
    register(lead, lead_id, result="absent", next_action_at="2026-12-03T01:00:00Z")  # said, so it is meant
    assert show(lead_id)["next_action_at"] == "2026-12-03T01:00:00Z"


def test_yesterdays_call_leaves_the_plan_that_was_made_since(lead: Part, lead_id: int, show: Show) -> None:
    planned = (datetime.now(UTC) + timedelta(days=9)).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    version = show(lead_id)["version"]
    lead.by(ISAMU).patch(f"/leads/{lead_id}", json={"next_action_at": planned, "version": version})
    register(lead, lead_id, result="absent", occurred_at=(datetime.now(UTC) - timedelta(days=1)).isoformat())
    details = show(lead_id)
    assert (details["next_action_at"], details["stage"]["code"]) == (planned, "approaching")


@pytest.mark.parametrize(("way", "said"), [("call_in", "電話"), ("mail", "メール")])
def test_who_may_not_be_called_again_said_so(lead: Part, lead_id: int, show: Show, way: str, said: str) -> None:
    register(lead, lead_id, result="do_not_call", type=way, occurred_at="2026-10-25T03:00:00Z")
    assert show(lead_id)["do_not_call_reason"] == f"{said}で申し出（10/25）"


def test_what_is_yet_to_come_was_not_done(lead: Part, lead_id: int, show: Show) -> None:
    ahead = (datetime.now(UTC) + timedelta(minutes=30)).isoformat()
    nearly = (datetime.now(UTC) + timedelta(minutes=2)).isoformat()
    refused = register(lead, lead_id, occurred_at=ahead, status=422)["errors"]
    assert [(error["field"], "次回アクション" in error["message"]) for error in refused] == [("occurred_at", True)]
    assert show(lead_id)["last_contact_at"] is None
    done = register(lead, lead_id, occurred_at=nearly)
    path = f"/leads/{lead_id}/actions/{done['id']}"
    answer = lead.by(ISAMU).patch(path, json={"version": done["version"], "occurred_at": ahead})
    assert answer.status_code == 422
