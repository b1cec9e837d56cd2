"""An action that was wrong is corrected or taken back by who registered it; the history keeps what it was."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import ISAMU, MANA, SARA
from tests.lead.conftest import SEMINAR, Lists, taro
from tests.lead.test_register_action import MONDAY, register
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def lead_id(lists: Lists) -> int:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    assert outcome.lead_id
    return outcome.lead_id


def test_a_correction_counts_again_and_stays_in_the_history(lead: Part, lead_id: int, show: Show) -> None:
    action = register(lead, lead_id, campaign_id=str(SEMINAR), text="来月", next_action_at="2026-12-01T01:00:00Z")
    path = f"/leads/{lead_id}/actions/{action['id']}"
    fixed = {"result": "no_answer", "text": "来月以降", "version": action["version"]}
    answer = lead.by(ISAMU).patch(path, json=fixed).get_json()
    assert (answer["result_label"], answer["text"], answer["version"]) == (
        "不通・留守電",
        "来月以降",
        action["version"] + 1,
    )
    details = show(lead_id)
    assert (details["last_contact_at"], details["first_response_at"]) == (None, MONDAY)
    assert details["members"][0]["result_label"] == "不通・留守電"
    assert details["next_action_at"] == "2026-12-01T01:00:00Z"
    history = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"]
    told = {(one["field_label"], one["before_text"], one["after_text"]) for one in history if one["record"] == "action"}
    assert {("内容", "来月", "来月以降"), ("結果", "本人接続", "不通・留守電")} <= told
    assert lead.by(ISAMU).patch(path, json=fixed).status_code == 409


def test_taken_back_it_is_gone_but_not_forgotten(lead: Part, lead_id: int, show: Show) -> None:
    register(lead, lead_id, campaign_id=str(SEMINAR), result="absent")
    wrong = register(lead, lead_id, campaign_id=str(SEMINAR), occurred_at="2026-11-24T03:00:00Z")
    assert show(lead_id)["last_contact_at"] == "2026-11-24T03:00:00Z"
    assert lead.by(ISAMU).delete(f"/leads/{lead_id}/actions/{wrong['id']}").status_code == 204
    details = show(lead_id)
    assert (details["counts"]["actions"], details["last_contact_at"]) == (1, MONDAY)
    assert details["members"][0]["result_label"] == "担当者不在"
    (gone,) = [
        one for one in lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"] if one["field"] == "deleted"
    ]
    assert (gone["cause_label"], gone["before_text"]) == ("アクションの削除", "電話発信 本人接続")


def test_only_who_did_it_and_managers_correct_it(lead: Part, lead_id: int) -> None:
    action = register(lead, lead_id)
    path = f"/leads/{lead_id}/actions/{action['id']}"
    assert action["may_edit"]
    assert not lead.by(SARA).get(f"/leads/{lead_id}/actions").get_json()["items"][0]["may_edit"]
    assert lead.by(SARA).patch(path, json={"text": "x", "version": action["version"]}).status_code == 403
    assert lead.by(SARA).delete(path).status_code == 403
    assert lead.by(MANA).patch(path, json={"text": "x", "version": action["version"]}).status_code == 200
    assert lead.by(ISAMU).delete(f"/leads/{lead_id}/actions/999").status_code == 404
    assert lead.by(ISAMU).patch(path, json={"result": "nothing"}).status_code == 422
