"""キャンペーン履歴 by hand: a lead joins a campaign without a list, and where it stands is put right."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, SARA
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, taro
from tests.parts import Part


@pytest.fixture
def lead_id(lists: Lists) -> int:
    """Somebody whom a list of the seminar invited."""
    (row,) = lists.send(taro(member_status=""), kind="invited")
    assert row.lead_id
    return row.lead_id


def member_of(details: dict[str, Any], campaign_id: int) -> dict[str, Any]:
    return next(member for member in details["members"] if member["campaign_id"] == str(campaign_id))


def facts(lead: Part) -> list[tuple[int, bool, bool]]:
    said = lead.said(events.MembersChanged)
    return [(each.campaign_id, fact.invited, fact.responded) for each in said for fact in each.members]


def test_a_lead_joins_a_campaign(lead: Part, lead_id: int) -> None:
    lead.forget_said()
    draft = {"campaign_id": str(WEBINAR), "status": "applied", "note": "電話で申込", "channel": "電話", "invited": True}
    answer = lead.by(ISAMU).post(f"/leads/{lead_id}/members", json=draft)
    assert answer.status_code == 201, answer.text
    joined = member_of(answer.get_json(), WEBINAR)
    assert (joined["invited"], joined["responded"], joined["status_label"]) == (True, True, "申込")
    assert joined["channel"] == "電話" and joined["invited_at"] and joined["first_responded_at"]
    assert not joined["new_lead"] and joined["list_id"] is None
    assert facts(lead) == [(WEBINAR, True, True)]
    changes = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"]
    assert "物流ウェビナー 申込" in [change["after_text"] for change in changes if change["record"] == "member"]
    again = lead.by(MAKI).post(f"/leads/{lead_id}/members", json=draft)
    assert (again.status_code, again.get_json()["errors"][0]["field"]) == (422, "campaign_id")
    unknown = lead.by(MAKI).post(f"/leads/{lead_id}/members", json=draft | {"campaign_id": "999"})
    assert (unknown.status_code, unknown.get_json()["errors"][0]["field"]) == (422, "campaign_id")


def test_where_somebody_stands_is_put_right_and_taken_back(lead: Part, lead_id: int) -> None:
    path = f"/leads/{lead_id}/members/{SEMINAR}"
    version = member_of(lead.by(MAKI).get(f"/leads/{lead_id}").get_json(), SEMINAR)["version"]
    came = datetime(2026, 11, 20, 5, tzinfo=UTC).isoformat()
    lead.forget_said()
    patch = {"version": version, "status": "attended", "responded_at": came, "survey": "来期に検討"}
    details = lead.by(MAKI).patch(path, json=patch).get_json()
    attended = member_of(details, SEMINAR)
    assert (attended["responded"], attended["invited"], attended["survey"]) == (True, True, "来期に検討")
    assert datetime.fromisoformat(attended["last_responded_at"]) == datetime(2026, 11, 20, 5, tzinfo=UTC)
    wrong = {"version": attended["version"], "status": "cancelled"}
    cancelled = member_of(lead.by(MAKI).patch(path, json=wrong).get_json(), SEMINAR)
    assert (cancelled["responded"], cancelled["last_responded_at"], cancelled["survey"]) == (False, None, "来期に検討")
    assert facts(lead) == [(SEMINAR, True, True), (SEMINAR, True, False)]
    note = {"version": cancelled["version"], "note": "次回は参加したい"}
    assert lead.by(MAKI).patch(path, json=note).status_code == 200
    assert len(facts(lead)) == 2  # nothing that a campaign counts


def test_who_comes_back_by_hand_is_newer_news_than_the_leaving(lead: Part, lists: Lists, lead_id: int) -> None:
    cause = Cause.new("list", MAKI.id)
    lists.batch(900, 0, taro(), kind="participants", campaign_id=WEBINAR, cause=cause)
    lists.finish(900, "participants", cause)
    lead.hear(events.ListUndoing(list_id=900), cause=(undoing := Cause.new("list_undoing", MAKI.id)))
    for cut in lead.said(events.UndoingCut):
        assert lead.hear(cut, cause=undoing) == "done"
    left = lead.said(events.MembersChanged)[-1]
    draft = {"campaign_id": str(WEBINAR), "status": "applied"}
    assert lead.by(MAKI).post(f"/leads/{lead_id}/members", json=draft).status_code == 201
    back = lead.said(events.MembersChanged)[-1]
    assert (left.campaign_id, left.members[0].responded) == (WEBINAR, False)
    assert back.members[0].responded and back.members[0].version > left.members[0].version


def test_who_joins_changes_nothing_of_the_lead(lead: Part, lists: Lists) -> None:
    """The first campaign is the one that made the lead, for a hand as for a list."""
    person = {"family_name": "山田", "company": "山田商事株式会社", "email": "taro@yamada.example.jp"}
    before = lead.by(MAKI).post("/leads", json={"person": person}).get_json()
    lists.send(taro(), kind="invited")
    draft = {"campaign_id": str(WEBINAR), "status": "applied"}
    after = lead.by(MAKI).post(f"/leads/{before['id']}/members", json=draft).get_json()
    assert [member["campaign_id"] for member in after["members"]] == [str(WEBINAR), str(SEMINAR)]
    assert (after["first_campaign"], after["version"]) == (None, before["version"])


def test_a_note_says_nothing_about_the_response(lead: Part, lists: Lists, lead_id: int) -> None:
    """Who applied and cancelled later has responded, as lists have it."""
    lists.send(taro(member_status="applied", responded_on="2026-11-02"))
    lists.send(taro(member_status="cancelled"))
    before = member_of(lead.by(MAKI).get(f"/leads/{lead_id}").get_json(), SEMINAR)
    assert (before["status"], before["responded"]) == ("cancelled", True)
    path = f"/leads/{lead_id}/members/{SEMINAR}"
    patch = {"version": before["version"], "note": "次回は参加したい"}
    after = member_of(lead.by(MAKI).patch(path, json=patch).get_json(), SEMINAR)
    assert after == before | {"note": "次回は参加したい", "version": before["version"] + 1}


def test_the_second_of_two_corrections_is_refused(lead: Part, lead_id: int) -> None:
    path = f"/leads/{lead_id}/members/{SEMINAR}"
    version = member_of(lead.by(MAKI).get(f"/leads/{lead_id}").get_json(), SEMINAR)["version"]
    assert lead.by(MAKI).patch(path, json={"version": version, "status": "absent"}).status_code == 200
    refused = lead.by(ISAMU).patch(path, json={"version": version, "status": "attended"})
    assert (refused.status_code, refused.get_json()["title"]) == (409, "stale_version")
    assert member_of(refused.get_json()["current"], SEMINAR)["status"] == "absent"
    unknown = lead.by(MAKI).patch(path, json={"version": version + 1, "status": "no such"})
    assert unknown.get_json()["errors"][0]["field"] == "status"
    assert lead.by(MAKI).patch(f"/leads/{lead_id}/members/999", json={"version": 1}).status_code == 404


def test_employees_keep_the_history_and_outsourced_callers_do_not(lead: Part, lead_id: int) -> None:
    draft = {"campaign_id": str(WEBINAR), "status": "invited"}
    for login, status in ((GAKU, 403), (EIJI, 201), (SARA, 422)):
        assert lead.by(login).post(f"/leads/{lead_id}/members", json=draft).status_code == status
