"""外注: the own group's leads in the campaigns given to the caller, and nothing else, whatever is asked."""

from typing import Any

import pytest

from contracts import events
from tests.cast import GAKU, ISAMU, MAKI
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, hanako, row, taro
from tests.parts import Part

CALL = {"type": "call_out", "result": "no_answer"}


def give(lead: Part, *campaign_ids: int, version: int) -> None:
    """An administrator gives gaku these campaigns."""
    fact = events.UserFact(
        user_id=GAKU.id,
        login=GAKU.login,
        name=GAKU.name,
        email=GAKU.email,
        department_id=GAKU.department_id,
        department=GAKU.department,
        roles=GAKU.roles,
        campaign_ids=campaign_ids,
        version=version,
    )
    assert lead.hear(events.UsersChanged(users=(fact,))) == "done"


@pytest.fixture
def ids(lead: Part, lists: Lists) -> dict[str, int | None]:
    """gaku's group owns one lead of the seminar, one of the webinar, one of both; isamu owns another of the seminar."""
    mine: dict[str, Any] = {"owner_id": GAKU.id}
    (seminar, both, other) = lists.send(
        taro(**mine), hanako(**mine), row("石井", email="i@ishii.example.jp", owner_id=3)
    )
    (webinar, _) = lists.send(
        row("森", email="mori@mori.example.jp", **mine), hanako(), kind="invited", campaign_id=WEBINAR
    )
    give(lead, SEMINAR, version=2)
    return {
        "seminar": seminar.lead_id, "both": both.lead_id, "other": other.lead_id, "webinar": webinar.lead_id,
    }  # fmt: skip


def found(lead: Part, **query: Any) -> set[str]:
    items = lead.by(GAKU).get("/leads", query_string=query).get_json()["items"]
    return {item["person_id"] and item["name"].split()[0] for item in items}


def test_only_leads_of_the_given_campaigns_are_there(lead: Part, ids: dict[str, int]) -> None:
    assert found(lead) == {"山田", "鈴木"}
    assert found(lead, q="森") == found(lead, campaign_id=WEBINAR) == set()
    for tried in ("taro@yamada.example.jp", "taro@", "taro", "example", "@", "o@y"):
        assert found(lead, q=tried) == set(), tried  # who sees addresses masked cannot try them out
    assert found(lead, q="山田商事") == {"山田"}
    assert lead.by(GAKU).get("/leads/counts").get_json()["owners"]["all"] == 2
    assert lead.by(GAKU).get("/leads").get_json()["total"] == 2
    give(lead, WEBINAR, version=3)
    assert found(lead) == {"森", "鈴木"}
    give(lead, version=4)
    assert found(lead) == set()


@pytest.mark.parametrize("hidden", ["webinar", "other"])
def test_no_door_opens_for_other_leads(lead: Part, ids: dict[str, int], hidden: str) -> None:
    path, gaku = f"/leads/{ids[hidden]}", lead.by(GAKU)
    for part in ("", "/actions", "/changes", "/memo-versions", "/neighbours"):
        assert gaku.get(path + part).status_code == 404, part
    assert gaku.patch(path, json={"version": 1, "industry": "x"}).status_code == 404
    assert gaku.post(f"{path}/actions", json=CALL).status_code == 404
    done = lead.by(MAKI).post(f"{path}/actions", json=CALL).get_json()["id"]
    assert gaku.get(f"{path}/actions/{done}").status_code == 404
    assert gaku.patch(f"{path}/actions/{done}", json={"version": 1, "text": "x"}).status_code == 404
    assert gaku.delete(f"{path}/actions/{done}").status_code == 404
    assert gaku.get("/actions").get_json()["total"] == 0
    assert gaku.get("/actions/counts").get_json()["items"] == []


def test_of_a_lead_in_several_campaigns_only_the_given_ones_are_told(lead: Part, ids: dict[str, int]) -> None:
    path = f"/leads/{ids['both']}"
    lead.by(MAKI).post(f"{path}/actions", json=CALL | {"campaign_id": str(WEBINAR), "text": "別件"})
    details = lead.by(GAKU).get(path).get_json()
    assert [member["campaign_id"] for member in details["members"]] == [str(SEMINAR)]
    assert details["latest_campaign"]["id"] == details["first_campaign"]["id"] == str(SEMINAR)
    (item,) = [each for each in lead.by(GAKU).get("/leads").get_json()["items"] if each["name"] == "鈴木 花子"]
    assert item["latest_campaign"] is None
    assert lead.by(GAKU).get(f"{path}/actions").get_json()["total"] == details["counts"]["actions"] == 0
    history = lead.by(GAKU).get(f"{path}/changes")
    told = {(change["record"], change["after_text"]) for change in history.get_json()["items"]}
    assert ("member", "製造業DXセミナー 参加") in told and "action" not in {record for record, _ in told}
    assert "物流ウェビナー" not in history.text and "別件" not in history.text
    assert (
        details["counts"]["changes"]
        == history.get_json()["total"]
        < lead.by(MAKI).get(path).get_json()["counts"]["changes"]
    )
    assert lead.by(GAKU).get("/leads", query_string={"invited": "true"}).get_json()["total"] == 0
    refused = lead.by(GAKU).post(f"{path}/actions", json=CALL | {"campaign_id": str(WEBINAR)})
    assert refused.status_code == 422
    assert lead.by(GAKU).post(f"{path}/actions", json=CALL | {"campaign_id": str(SEMINAR)}).status_code == 201
    assert len(lead.by(MAKI).get(path).get_json()["members"]) == 2


def test_addresses_are_masked_and_nothing_goes_out(lead: Part, ids: dict[str, int]) -> None:
    path, gaku = f"/leads/{ids['seminar']}", lead.by(GAKU)
    version = lead.by(ISAMU).get(path).get_json()["version"]
    edit = {"version": version, "person": {"email": "new@yamada.example.jp", "second_email": "two@yamada.example.jp"}}
    assert lead.by(ISAMU).patch(path, json=edit).status_code == 200
    told = [gaku.get(address).text for address in (path, "/leads", f"{path}/changes", f"{path}/actions")]
    assert "n***@yamada.example.jp" in told[0]
    for text in told:
        assert "new@yamada" not in text and "two@yamada" not in text and "taro@yamada" not in text
    stale = gaku.patch(path, json={"version": 1, "industry": "x"})
    assert stale.status_code == 409 and "new@yamada" not in stale.text
    assert gaku.post("/export-tickets", json={"kind": "leads"}).status_code == 403
    assert gaku.get("/persons").status_code == 403
