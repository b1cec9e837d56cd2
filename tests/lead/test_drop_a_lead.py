"""見送り and 対象外, by whichever way: nothing is planned for the lead any longer, until that is taken back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import ISAMU, MAKI
from tests.lead.conftest import Lists, taro
from tests.lead.test_take_a_list_back import take_back
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
PLAN = {"next_action_at": "2026-12-01T01:00:00Z", "next_action_type": "mail"}
NO_PLAN = {"next_action_at": None, "next_action_type": ""}
DROP = {"stage": "passed", "drop_reason": "競合を採用"}


@pytest.fixture
def lead_id(lead: Part, lists: Lists) -> str:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    patch(lead, str(outcome.lead_id), **PLAN)
    return str(outcome.lead_id)


def patch(lead: Part, lead_id: str, **given: Any) -> dict[str, Any]:
    version = lead.by(ISAMU).get(f"/leads/{lead_id}").get_json()["version"]
    answer = lead.by(ISAMU).patch(f"/leads/{lead_id}", json={"version": version} | given)
    assert answer.status_code == 200, answer.text
    return plan(answer.get_json())


def plan(details: dict[str, Any]) -> dict[str, Any]:
    return {field: details[field] for field in PLAN}


def latest_act(lead: Part, lead_id: str) -> tuple[str, set[str]]:
    changes = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"]
    act = changes[0]["cause_id"]
    return act, {change["field"] for change in changes if change["cause_id"] == act}


def test_an_edit_ends_the_plan_and_taking_it_back_brings_it_again(lead: Part, lead_id: str) -> None:
    assert patch(lead, lead_id, **DROP) == NO_PLAN
    act, fields = latest_act(lead, lead_id)
    assert fields == {"stage", "drop_reason", *PLAN}
    assert patch(lead, lead_id, stage="new", takes_back=act) == PLAN


def test_what_is_planned_in_the_same_edit_stays(lead: Part, lead_id: str) -> None:
    later = {"next_action_at": "2027-04-01T00:00:00Z", "next_action_type": "call_out"}
    assert patch(lead, lead_id, **DROP, **later) == later


def test_an_action_that_drops_plans_nothing(lead: Part, lead_id: str, show: Show) -> None:
    call = {"type": "call_out", "result": "absent"} | DROP
    done = lead.by(ISAMU).post(f"/leads/{lead_id}/actions", json=call).get_json()
    assert plan(done) == plan(show(lead_id)) == NO_PLAN


def test_a_bulk_change_ends_the_plans_and_its_undoing_brings_them_again(lead: Part, lead_id: str, show: Show) -> None:
    moved = lead.by(MAKI).post("/leads/assignments", json={"lead_ids": [lead_id], "stage": "approaching"})
    assert (moved.status_code, plan(show(lead_id))) == (200, PLAN)
    act = lead.by(MAKI).post("/leads/assignments", json={"lead_ids": [lead_id]} | DROP).get_json()["id"]
    assert plan(show(lead_id)) == NO_PLAN
    assert latest_act(lead, lead_id) == (act, {"stage", "drop_reason", *PLAN})
    assert lead.by(MAKI).post(f"/leads/assignments/{act}/undoing").status_code == 200
    assert plan(show(lead_id)) == PLAN


def test_a_list_ends_the_plan_and_its_undoing_brings_it_again(lists: Lists, show: Show, lead_id: str) -> None:
    (outcome,) = lists.send(taro(stage="passed", note="競合を採用"), kind="update")
    assert {change.field for change in outcome.changes} == {"stage", "note"}
    assert plan(show(lead_id)) == NO_PLAN
    take_back(lists)
    assert plan(show(lead_id)) == PLAN
