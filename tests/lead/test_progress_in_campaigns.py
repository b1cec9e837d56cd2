"""How far leads came in a campaign: what an act counts for, said once, and found again by the same numbers."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, ISAMU, MANA
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, hanako, taro
from tests.parts import Part

STEPS = ("contacted", "appointment", "handed_over")


@pytest.fixture
def lead_id(lists: Lists, lead: Part) -> int:
    """taro, first in the seminar, then in the webinar."""
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    lists.send(taro(), campaign_id=WEBINAR)
    lead.forget_said()
    assert outcome.lead_id
    return outcome.lead_id


def act(lead: Part, lead_id: int, result: str, campaign_id: int | None, **given: Any) -> dict[str, Any]:
    call = {"type": "call_out", "occurred_at": "2026-11-23T03:00:00Z", "result": result, **given}
    call |= {"campaign_id": str(campaign_id)} if campaign_id else {}
    answer = lead.by(ISAMU).post(f"/leads/{lead_id}/actions", json=call)
    assert answer.status_code == 201, answer.text
    action: dict[str, Any] = answer.get_json()
    return action


def correct(lead: Part, action: dict[str, Any], result: str) -> None:
    path = f"/leads/{action['lead_id']}/actions/{action['id']}"
    version = lead.by(ISAMU).get(path).get_json()["version"]
    assert lead.by(ISAMU).patch(path, json={"version": version, "result": result}).status_code == 200


def edit(lead: Part, lead_id: int, **given: Any) -> None:
    version = lead.by(ISAMU).get(f"/leads/{lead_id}").get_json()["version"]
    assert lead.by(ISAMU).patch(f"/leads/{lead_id}", json={"version": version, **given}).status_code == 200


def steps(lead: Part, lead_id: int) -> dict[int, list[str]]:
    """Campaign → the steps reached in it."""
    members = lead.by(ISAMU).get(f"/leads/{lead_id}").get_json()["members"]
    return {int(row["campaign_id"]): [step for step in STEPS if row[step]] for row in members}


def found(lead: Part, **filters: Any) -> int:
    answer = lead.by(MANA).get("/leads", query_string=filters).get_json()
    assert len(answer["items"]) == answer["total"]
    return int(answer["total"])


def test_an_action_counts_for_its_campaign(lead: Part, lead_id: int) -> None:
    act(lead, lead_id, "no_answer", SEMINAR)
    assert steps(lead, lead_id) == {SEMINAR: [], WEBINAR: []}
    assert lead.said(events.MembersChanged) == []
    act(lead, lead_id, "connected", SEMINAR)
    assert steps(lead, lead_id) == {SEMINAR: ["contacted"], WEBINAR: []}
    act(lead, lead_id, "appointment", SEMINAR)
    assert steps(lead, lead_id) == {SEMINAR: ["contacted", "appointment"], WEBINAR: []}
    said = [(event.campaign_id, fact.contacted, fact.appointment, fact.version)
            for event in lead.said(events.MembersChanged) for fact in event.members]  # fmt: skip
    assert [row[:3] for row in said] == [(SEMINAR, True, False), (SEMINAR, True, True)]
    assert said[0][3] < said[1][3]


def test_a_corrected_result_reached_what_it_says_now(lead: Part, lead_id: int) -> None:
    action = act(lead, lead_id, "no_answer", SEMINAR)
    for result, reached in (
        ("appointment", ["contacted", "appointment"]),
        ("connected", ["contacted"]),
        ("no_answer", []),
        ("connected", ["contacted"]),
    ):
        lead.forget_said()
        correct(lead, action, result)
        assert steps(lead, lead_id) == {SEMINAR: reached, WEBINAR: []}, result
        facts = [fact for event in lead.said(events.MembersChanged) for fact in event.members]
        assert [step for step in STEPS if getattr(facts[-1], step)] == reached, result
    assert lead.by(ISAMU).delete(f"/leads/{lead_id}/actions/{action['id']}").status_code == 204
    assert steps(lead, lead_id) == {SEMINAR: [], WEBINAR: []}
    assert found(lead, contacted="true") == 0


def test_a_corrected_result_takes_nothing_from_others(lead: Part, lead_id: int) -> None:
    wrong = act(lead, lead_id, "connected", SEMINAR)
    act(lead, lead_id, "connected", SEMINAR)
    chosen = act(lead, lead_id, "connected", WEBINAR, stage="appointment")
    correct(lead, wrong, "no_answer")
    correct(lead, chosen, "no_answer")
    assert steps(lead, lead_id) == {SEMINAR: ["contacted"], WEBINAR: ["appointment"]}


def test_a_result_counts_though_the_lead_is_further(lead: Part, lead_id: int) -> None:
    act(lead, lead_id, "appointment", SEMINAR)
    act(lead, lead_id, "appointment", WEBINAR)
    assert steps(lead, lead_id) == {SEMINAR: ["contacted", "appointment"], WEBINAR: ["contacted", "appointment"]}


def test_a_stage_without_a_campaign_counts_for_the_latest(lead: Part, lead_id: int) -> None:
    edit(lead, lead_id, stage="appointment")
    edit(lead, lead_id, stage="handed_over", owner_id=str(EIJI.id))
    edit(lead, lead_id, stage="passed", drop_reason="予算なし")
    assert steps(lead, lead_id) == {SEMINAR: [], WEBINAR: ["appointment", "handed_over"]}
    shown = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"]
    assert {"アポ", "引継ぎ"} <= {change["field_label"] for change in shown}


def test_a_stage_chosen_with_an_action_counts_for_its_campaign(lead: Part, lead_id: int) -> None:
    act(lead, lead_id, "connected", SEMINAR, stage="handed_over")
    assert steps(lead, lead_id) == {SEMINAR: ["contacted", "handed_over"], WEBINAR: []}


def test_bulk_changes_and_lists_count_too(lead: Part, lists: Lists, lead_id: int) -> None:
    (other,) = lists.send(hanako(), kind="invited")
    (made,) = lists.send(taro(email="jiro@yamada.example.jp", given_name="次郎", stage="appointment"))
    lead.forget_said()
    ids = [str(lead_id), str(other.lead_id)]
    assert lead.by(MANA).post("/leads/assignments", json={"lead_ids": ids, "stage": "appointment"}).status_code == 200
    assert {(event.campaign_id, fact.lead_id) for event in lead.said(events.MembersChanged) for fact in event.members} \
        == {(WEBINAR, lead_id), (SEMINAR, other.lead_id)}  # fmt: skip
    lists.send(hanako(lead_id=str(other.lead_id), stage="handed_over"), kind="update")
    assert steps(lead, int(other.lead_id or 0)) == {SEMINAR: ["appointment", "handed_over"]}
    assert steps(lead, int(made.lead_id or 0)) == {SEMINAR: ["appointment"]}
    assert found(lead, campaign_id=SEMINAR, appointment="true") == 2
    assert found(lead, campaign_id=WEBINAR, appointment="true") == 1
    assert found(lead, campaign_id=SEMINAR, handed_over="true") == 1
    assert found(lead, appointment="true") == 3


def test_a_bulk_change_that_is_taken_back_counts_for_nothing(lead: Part, lists: Lists, lead_id: int) -> None:
    (other,) = lists.send(hanako())
    act(lead, lead_id, "appointment", WEBINAR)
    ids = [str(lead_id), str(other.lead_id)]
    done = lead.by(MANA).post("/leads/assignments", json={"lead_ids": ids, "stage": "handed_over"}).get_json()
    assert found(lead, handed_over="true") == 2
    lead.forget_said()
    assert lead.by(MANA).post(f"/leads/assignments/{done['id']}/undoing").status_code == 200
    assert steps(lead, lead_id) == {SEMINAR: [], WEBINAR: ["contacted", "appointment"]}
    assert found(lead, handed_over="true") == 0
    said = {(event.campaign_id, fact.handed_over) for event in lead.said(events.MembersChanged)
            for fact in event.members}  # fmt: skip
    assert said == {(SEMINAR, False), (WEBINAR, False)}


def test_a_conversion_hands_over_and_is_found_by_its_campaign(lead: Part, lead_id: int) -> None:
    converted = events.LeadConverted(
        lead_id=lead_id, opportunity_id=5, opportunity_name="案件", account_id=1, account_name="山田商事",
        campaign_id=SEMINAR, main_owner_id=EIJI.id, notify=False, converted_at=datetime(2026, 12, 1, tzinfo=UTC),
    )  # fmt: skip
    for _ in range(2):
        assert lead.hear(converted) == "done", lead.why_set_aside()
    assert steps(lead, lead_id) == {SEMINAR: ["handed_over"], WEBINAR: []}
    assert len(lead.said(events.MembersChanged)) == 1
    assert found(lead, converted_campaign_id=SEMINAR) == 1
    assert found(lead, converted_campaign_id=WEBINAR) == 0
    cancelled = events.ConversionCancelled(
        lead_id=lead_id, opportunity_id=5, campaign_id=SEMINAR, converted_at=datetime(2026, 12, 1, tzinfo=UTC),
        cancelled_at=datetime(2026, 12, 2, tzinfo=UTC),
    )  # fmt: skip
    assert lead.hear(cancelled) == "done", lead.why_set_aside()
    assert steps(lead, lead_id) == {SEMINAR: [], WEBINAR: []}
    assert found(lead, converted_campaign_id=SEMINAR) == 0


@pytest.mark.parametrize(("nurturing", "kept"), [(True, []), (False, ["handed_over"])])
def test_what_sales_gave_back_is_not_handed_over(lead: Part, lead_id: int, nurturing: bool, kept: list[str]) -> None:
    """再育成 takes 引継ぎ back in every campaign, whatever counted it; 案件化の取消 goes back to what was before. An
    appointment that took place stays."""
    act(lead, lead_id, "appointment", SEMINAR)
    edit(lead, lead_id, stage="handed_over", owner_id=str(EIJI.id))
    assert steps(lead, lead_id) == {SEMINAR: ["contacted", "appointment"], WEBINAR: ["handed_over"]}
    day = datetime(2026, 12, 1, tzinfo=UTC)
    converted = events.LeadConverted(
        lead_id=lead_id, opportunity_id=5, opportunity_name="案件", account_id=1, account_name="山田商事",
        campaign_id=SEMINAR, main_owner_id=EIJI.id, notify=False, converted_at=day,
    )  # fmt: skip
    assert lead.hear(converted) == "done", lead.why_set_aside()
    assert found(lead, handed_over="true", campaign_id=SEMINAR) == 1
    assert found(lead, handed_over="true", campaign_id=WEBINAR) == 0  # one lead, one handover, one campaign
    lead.forget_said()
    cancelled = events.ConversionCancelled(
        lead_id=lead_id, opportunity_id=5, campaign_id=SEMINAR, converted_at=day,
        cancelled_at=day + timedelta(days=1), nurturing=nurturing,
    )  # fmt: skip
    for _ in range(2):
        assert lead.hear(cancelled) == "done", lead.why_set_aside()
    assert steps(lead, lead_id) == {SEMINAR: ["contacted", "appointment"], WEBINAR: kept}
    last = {event.campaign_id: event.members[0] for event in lead.said(events.MembersChanged)}
    assert (last[SEMINAR].handed_over, last[SEMINAR].appointment) == (False, True)
    assert [fact.handed_over for campaign, fact in last.items() if campaign == WEBINAR] == [True][: len(kept)]
    edit(lead, lead_id, stage="approaching")
    edit(lead, lead_id, stage="handed_over")  # when the time has come, it counts again
    assert steps(lead, lead_id)[WEBINAR] == ["handed_over"]


@pytest.mark.parametrize("nurturing", [True, False])
def test_a_conversion_that_is_credited_anew_takes_its_handover_along(lead: Part, lead_id: int, nurturing: bool) -> None:
    edit(lead, lead_id, stage="handed_over", owner_id=str(EIJI.id))
    day = datetime(2026, 12, 1, tzinfo=UTC)
    converted = events.LeadConverted(
        lead_id=lead_id, opportunity_id=5, opportunity_name="案件", account_id=1, account_name="山田商事",
        campaign_id=WEBINAR, main_owner_id=EIJI.id, notify=False, converted_at=day,
    )  # fmt: skip
    corrected = events.ConversionCorrected(
        lead_id=lead_id, opportunity_id=5, campaign_id=SEMINAR, corrected_at=day + timedelta(days=1)
    )
    for news in (converted, corrected, corrected, converted):
        assert lead.hear(news) == "done", lead.why_set_aside()
    assert steps(lead, lead_id) == {SEMINAR: ["handed_over"], WEBINAR: []}
    assert (found(lead, converted_campaign_id=SEMINAR), found(lead, converted_campaign_id=WEBINAR)) == (1, 0)
    cancelled = events.ConversionCancelled(
        lead_id=lead_id, opportunity_id=5, campaign_id=SEMINAR, converted_at=day,
        cancelled_at=day + timedelta(days=2), nurturing=nurturing,
    )  # fmt: skip
    for late in (cancelled, corrected):
        assert lead.hear(late) == "done", lead.why_set_aside()
    assert steps(lead, lead_id) == {SEMINAR: [], WEBINAR: [] if nurturing else ["handed_over"]}
    assert found(lead, converted_campaign_id=SEMINAR) == 0


def test_everything_can_be_said_again(lead: Part, lead_id: int) -> None:
    act(lead, lead_id, "connected", SEMINAR)
    lead.forget_said()
    with lead.transaction() as session:
        lead.service.tools["say-members"](session)
    said = {(event.campaign_id, fact.lead_id, fact.contacted)
            for event in lead.said(events.MembersChanged) for fact in event.members}  # fmt: skip
    assert said == {(SEMINAR, lead_id, True), (WEBINAR, lead_id, False)}


def test_a_long_list_is_not_searched_through_for_each_of_its_batches(lead: Part) -> None:
    """All changes of a list have one cause: what a batch did is found by its leads."""
    facts = {"cause_id": Cause.new("list").id, "lead_ids": [1, 2], "codes": ["appointment"]}
    moved = import_module("services.lead.commands.progress").MOVED
    with lead.transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = " ".join(session.scalars(text(f"EXPLAIN {moved}"), facts))
    assert "change_pkey" in plan
    assert "change_cause" not in plan
