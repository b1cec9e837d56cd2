"""活動: what was done for an opportunity, registered with the next action, corrected by who did it."""

from collections.abc import Callable
from typing import Any

from tests.cast import EIJI, GAKU, ISAMU, MAKI, RIN
from tests.opportunity.test_convert_lead import convert
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


def test_activities(opportunity: Part, deal: Create) -> None:
    made = deal()
    path = f"/opportunities/{made['id']}/activities"
    first = opportunity.by(EIJI).post(path, json={"type": "visit", "occurred_at": "2026-11-01T10:00:00+09:00"})
    assert first.status_code == 201, first.text
    second = opportunity.by(RIN).post(path, json={"type": "電話", "text": "日程調整", "result": "来週訪問"}).get_json()
    assert (second["type_label"], second["by_name"], second["result"]) == ("電話", RIN.name, "来週訪問")
    listed = opportunity.by(MAKI).get(path).get_json()
    assert [(one["type"], one["by_name"]) for one in listed["items"]] == [("call", RIN.name), ("visit", EIJI.name)]
    assert opportunity.by(MAKI).get(f"/opportunities/{made['id']}").get_json()["activities"] == 2
    assert opportunity.by(EIJI).post(path, json={"type": "dream"}).status_code == 422
    assert opportunity.by(MAKI).post(path, json={"type": "call"}).status_code == 403
    assert opportunity.by(EIJI).post("/opportunities/999/activities", json={"type": "call"}).status_code == 404
    assert opportunity.by(EIJI).get("/opportunities/999/activities").status_code == 404


def test_an_activity_is_corrected_by_who_did_it(opportunity: Part, deal: Create) -> None:
    made = deal()
    path = f"/opportunities/{made['id']}/activities"
    draft = {"type": "visit", "text": "工場", "next_action": "見積", "next_action_at": "2027-01-10T10:00:00+09:00"}
    done = opportunity.by(EIJI).post(path, json=draft).get_json()
    after = opportunity.by(EIJI).get(f"/opportunities/{made['id']}").get_json()
    assert (after["next_action"], after["next_action_at"], after["version"]) == ("見積", "2027-01-10T01:00:00Z", 2)
    own = f"{path}/{done['id']}"
    assert opportunity.by(RIN).get(own).get_json()["may_edit"] is False
    assert opportunity.by(RIN).patch(own, json={"version": 1, "text": "x"}).status_code == 403
    changed = opportunity.by(EIJI).patch(own, json={"version": 1, "text": "工場と倉庫"}).get_json()
    assert (changed["text"], changed["type"], changed["version"]) == ("工場と倉庫", "visit", 2)
    stale = opportunity.by(EIJI).patch(own, json={"version": 1, "text": "倉庫"})
    assert (stale.status_code, stale.get_json()["current"]["text"]) == (409, "工場と倉庫")
    changes = opportunity.by(EIJI).get(f"/opportunities/{made['id']}/changes").get_json()["items"]
    assert (changes[0]["field"], changes[0]["before"], changes[0]["after"]) == ("text", "工場", "工場と倉庫")
    assert opportunity.by(EIJI).patch(f"{path}/999", json={"version": 1}).status_code == 404
    opportunity.by(EIJI).post(path, json={"type": "call"})
    unchanged = opportunity.by(EIJI).get(f"/opportunities/{made['id']}").get_json()
    assert (unchanged["next_action"], unchanged["version"]) == ("見積", 2)


def test_the_activities_of_a_lead_are_those_of_its_opportunities(opportunity: Part, deal: Create) -> None:
    shared, own, others = deal(), deal(name="保守", lead_id="1"), deal(name="別件")
    for lead_id in (1, 2):
        answer = convert(opportunity, lead_id, opportunity={"id": shared["id"]}, account={"id": shared["account_id"]})
        assert answer.status_code == 201, answer.text
    for made, day in ((shared, "01"), (own, "02"), (others, "03"), (shared, "04")):
        act = {"type": "visit", "occurred_at": f"2026-11-{day}T10:00:00+09:00"}
        assert opportunity.by(EIJI).post(f"/opportunities/{made['id']}/activities", json=act).status_code == 201
    found = {
        lead_id: opportunity.by(MAKI).get(f"/leads/{lead_id}/activities?page_size=2").get_json()
        for lead_id in (1, 2, 3)
    }
    assert [(page["total"], len(page["items"])) for page in found.values()] == [(3, 2), (2, 2), (0, 0)]
    assert [one["opportunity_name"] for one in found[1]["items"]] == [shared["name"], "保守"]
    rest = opportunity.by(MAKI).get("/leads/1/activities", query_string={"cursor": found[1]["next_cursor"]}).get_json()
    assert [one["opportunity_id"] for one in rest["items"]] == [shared["id"]]
    assert opportunity.by(GAKU).get("/leads/1/activities").status_code == 403
    # A lead that joined another's opportunity finds it, until the conversion is taken back.
    of_second = {"lead_id": "2"}
    assert opportunity.by(MAKI).get("/opportunities", query_string=of_second).get_json()["total"] == 1
    assert opportunity.by(ISAMU).post("/leads/2/conversion/cancellation", json={"reason": "重複"}).status_code == 200
    assert opportunity.by(MAKI).get("/opportunities", query_string=of_second).get_json()["total"] == 0
