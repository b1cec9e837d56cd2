"""案件化: the opportunity service asks whether it may, converts, and says so; the lead reaches its last stage."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from contracts import events
from tests.cast import ISAMU, MAKI
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, taro
from tests.parts import Part


@pytest.fixture
def lead_id(lists: Lists, lead: Part) -> int:
    (outcome,) = lists.send(taro())
    lists.send(taro(), campaign_id=WEBINAR, kind="invited")
    lead.forget_said()
    assert outcome.lead_id
    return outcome.lead_id


def check(lead: Part, lead_id: int) -> Any:
    return lead.by(ISAMU).get(f"/leads/{lead_id}/conversion-check")


def test_the_check_tells_what_a_conversion_needs(lead: Part, lead_id: int) -> None:
    answer = check(lead, lead_id)
    assert answer.status_code == 200
    campaign_ids = [str(SEMINAR), str(WEBINAR)]
    assert answer.get_json() == {"lead_id": str(lead_id), "account_id": None, "campaign_ids": campaign_ids}


def test_the_lead_reaches_its_last_stage(
    lead: Part, lead_id: int, convert: Callable[..., None], show: Callable[..., dict[str, Any]]
) -> None:
    convert(lead_id)
    details = show(lead_id)
    assert (details["stage"]["label"], details["stage_by"]["login"]) == ("案件化", "isamu")
    assert details["conversion"]["opportunity_name"] == "山田商事 新規導入"
    assert (details["account_id"], details["person"]["account_id"]) == ("700", "700")
    assert [step["state"] for step in details["stage_path"]] == ["done"] * 6 + ["current"]
    (said,) = lead.said(events.LeadsChanged)
    assert said.leads[0].stage_meaning == "converted"
    answer = check(lead, lead_id)
    assert (answer.status_code, answer.get_json()["title"]) == (409, "already_converted")


def test_hearing_it_twice_changes_nothing_further(lead: Part, lead_id: int, convert: Callable[..., None]) -> None:
    convert(lead_id)
    changes = lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["total"]
    convert(lead_id)
    assert lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["total"] == changes
    assert len(lead.said(events.LeadsChanged)) == 1


def test_a_renamed_stage_does_not_break_it(lead: Part, lead_id: int, convert: Callable[..., None]) -> None:
    with lead.transaction() as session:
        session.execute(text("UPDATE choice SET label_ja = '商談化', code = 'deal' WHERE meaning = 'converted'"))
    convert(lead_id)
    assert lead.by(MAKI).get(f"/leads/{lead_id}").get_json()["stage"]["label"] == "商談化"
