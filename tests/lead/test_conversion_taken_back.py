"""案件化の取消 as the lead hears of it: back to the stage it had, or to nurturing; in whatever order the news come."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import events
from tests.cast import ISAMU, MAKI
from tests.lead.conftest import SEMINAR, Lists, taro
from tests.parts import Part


@pytest.fixture
def lead_id(lists: Lists, lead: Part) -> int:
    (outcome,) = lists.send(taro())
    assert outcome.lead_id
    return outcome.lead_id


def taken_back(lead_id: int, at: datetime | None = None, **changed: Any) -> events.ConversionCancelled:
    now = at or datetime.now(UTC) + timedelta(days=400)
    facts: dict[str, Any] = {"lead_id": lead_id, "opportunity_id": 900, "campaign_id": SEMINAR}
    return events.ConversionCancelled(
        **facts | {"converted_at": now - timedelta(days=1), "cancelled_at": now} | changed
    )


def test_the_lead_has_the_stage_that_it_had(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    before = show(lead_id)
    convert(lead_id)
    assert show(lead_id)["stage"]["meaning"] == "converted"
    lead.forget_said()
    assert lead.hear(taken_back(lead_id), actor=ISAMU) == "done", lead.why_set_aside()
    after = show(lead_id)
    assert (after["stage"], after["conversion"]) == (before["stage"], None)
    assert after["account_id"] == "700"  # kept, so that the next conversion finds it
    (said,) = lead.said(events.LeadsChanged)
    assert said.leads[0].stage_meaning == "open"
    changes = lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["items"]
    assert "stage" in {one["field"] for one in changes if one["cause_id"] == changes[0]["cause_id"]}
    assert lead.by(ISAMU).get(f"/leads/{lead_id}/conversion-check").status_code == 200


def test_the_plan_goes_with_the_conversion_and_comes_back(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    plan = {"next_action_at": "2026-11-25T01:00:00Z", "next_action_type": "call_out"}
    edit = {"version": show(lead_id)["version"]} | plan
    assert lead.by(ISAMU).patch(f"/leads/{lead_id}", json=edit).status_code == 200
    convert(lead_id)
    assert (show(lead_id)["next_action_at"], show(lead_id)["next_action_type"]) == (None, "")
    assert lead.by(ISAMU).get("/leads?next_action_until=2026-12-31").get_json()["total"] == 0
    assert lead.hear(taken_back(lead_id), actor=ISAMU) == "done", lead.why_set_aside()
    assert {name: show(lead_id)[name] for name in plan} == plan


def test_a_plan_made_since_stays(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    for at in ("2026-11-25T01:00:00Z", "2026-12-25T01:00:00Z"):
        edit = {"version": show(lead_id)["version"], "next_action_at": at}
        assert lead.by(ISAMU).patch(f"/leads/{lead_id}", json=edit).status_code == 200
        if at < "2026-12":
            convert(lead_id)
    assert lead.hear(taken_back(lead_id), actor=ISAMU) == "done", lead.why_set_aside()
    assert show(lead_id)["next_action_at"] == "2026-12-25T01:00:00Z"


def test_nurturing_is_the_last_of_the_open_stages(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    convert(lead_id)
    lead.hear(taken_back(lead_id, nurturing=True), actor=ISAMU)
    assert show(lead_id)["stage"]["label"] == "育成中"


def test_converted_again_before_the_first_is_taken_back(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    """Two workers may hear of a second conversion into the same opportunity before the end of the first."""
    convert(lead_id)
    convert(lead_id, converted_at=datetime(2026, 11, 22, tzinfo=UTC))
    assert lead.hear(taken_back(lead_id, datetime(2026, 11, 21, tzinfo=UTC))) == "done"
    assert show(lead_id)["stage"]["meaning"] == "converted"
    assert show(lead_id)["conversion"]["opportunity_id"] == "900"


def test_hearing_it_twice_or_first_changes_nothing_further(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    news = taken_back(lead_id)
    assert lead.hear(news) == "done"  # before the conversion itself
    convert(lead_id)
    assert show(lead_id)["stage"]["meaning"] != "converted"
    total = lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["total"]
    assert lead.hear(news) == "done"
    assert lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["total"] == total
