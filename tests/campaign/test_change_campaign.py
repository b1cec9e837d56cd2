"""Marketing changes a campaign: only what is named, never over somebody else's save."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contracts import events
from tests.cast import ADMIN, ISAMU, MAKI, MANA
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


def change(campaign: Part, created: dict[str, Any], person: Any = MAKI, **values: Any) -> Any:
    version = values.pop("version", created["version"])
    return campaign.by(person).patch(f"/campaigns/{created['id']}", json={"version": version, **values})


def test_only_what_is_named_changes(campaign: Part, create: Create) -> None:
    created = create(goals={"invited": 100, "responded": 30}, stakeholders=[{"kind": "speaker", "name": "山田"}])
    campaign.forget_said()
    changed = change(campaign, created, MANA, status="running", goals={"invited": 120}).get_json()
    assert (changed["status_label"], changed["version"], changed["updated_by_name"]) == ("実施中", 2, MANA.name)
    assert (changed["goals"]["invited"], changed["goals"]["responded"]) == (120, 30)
    for kept in ("code", "name", "owner_id", "stakeholders", "created_by", "created_at"):
        assert changed[kept] == created[kept]
    (said,) = campaign.said(events.CampaignSaved)
    assert (said.status, said.version, said.open_for_lists) == ("running", 2, True)


def test_lists_come_after_the_end_but_not_after_a_cancellation(campaign: Part, create: Create) -> None:
    created = create()
    ended = change(campaign, created, status="ended").get_json()
    assert ended["open_for_lists"] is True
    assert change(campaign, ended, status="cancelled").get_json()["open_for_lists"] is False
    assert [said.open_for_lists for said in campaign.said(events.CampaignSaved)] == [True, True, False]


def test_rows_are_replaced_and_count_as_a_save(campaign: Part, create: Create) -> None:
    created = create(stakeholders=[{"kind": "speaker", "name": "山田"}, {"kind": "co_host", "company": "北斗電機"}])
    rows = [{"kind": "agency", "name": "佐藤"}]
    changed = change(campaign, created, stakeholders=rows, budget_lines=[{"kind": "other", "budget": 1}]).get_json()
    assert [row["name"] for row in changed["stakeholders"]] == ["佐藤"]
    assert [row["budget"] for row in changed["budget_lines"]] == [1]
    assert changed["version"] == 2
    assert change(campaign, changed, goals={"won": 3}).get_json()["version"] == 3


def test_saving_what_is_already_so_changes_nothing(campaign: Part, create: Create) -> None:
    created = create(stakeholders=[{"kind": "speaker", "name": "山田"}])
    campaign.forget_said()
    rows = [{"kind": "speaker", "name": "山田"}]
    same = change(campaign, created, name=created["name"], stakeholders=rows, goals={"won": None}).get_json()
    assert same == created
    assert campaign.said(events.CampaignSaved) == []


def test_the_second_of_two_editors_is_told_what_is_there_now(campaign: Part, create: Create) -> None:
    created = create()
    change(campaign, created, MANA, name="変更後の名前")
    answer = change(campaign, created, name="別の名前")
    assert answer.status_code == 409
    assert answer.get_json()["current"]["name"] == "変更後の名前"
    assert answer.get_json()["current"]["version"] == 2
    assert campaign.by(MAKI).get(f"/campaigns/{created['id']}").get_json()["name"] == "変更後の名前"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": None}, "name"),
        ({"end_date": "2026-11-01"}, "end_date"),
        ({"status": "finished"}, "status"),
        ({"owner_id": "999"}, "owner_id"),
        ({"version": None}, "version"),
    ],
)
def test_a_mistake_changes_nothing(campaign: Part, create: Create, values: dict[str, Any], field: str) -> None:
    created = create()
    answer = change(campaign, created, **{"venue": "大阪"} | values)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == field
    assert campaign.by(MAKI).get(f"/campaigns/{created['id']}").get_json() == created


def test_an_owner_who_left_may_stay(campaign: Part, create: Create) -> None:
    created = create()
    gone = events.UserFact(user_id=MAKI.id, login="maki", name=MAKI.name, email="", active=False, version=2)
    campaign.hear(events.UsersChanged(users=(gone,)))
    assert change(campaign, created, MANA, venue="大阪").status_code == 200


def test_no_campaign_is_below_itself(campaign: Part, create: Create) -> None:
    top = create()
    middle = create(parent_id=top["id"])
    bottom = create(parent_id=middle["id"])
    assert change(campaign, top, parent_id=bottom["id"]).get_json()["errors"][0]["code"] == "circle"
    assert change(campaign, top, parent_id=top["id"]).status_code == 422
    assert change(campaign, bottom, parent_id=None).get_json()["parent_id"] is None


def test_only_planners_change(campaign: Part, create: Create) -> None:
    assert change(campaign, create(), ISAMU, name="x").status_code == 403


def test_somebody_who_left_stays_among_the_stakeholders(campaign: Part, create: Create) -> None:
    created = create(stakeholders=[{"kind": "own_staff", "user_id": str(ISAMU.id)}])
    left = events.UserFact(
        user_id=ISAMU.id, login=ISAMU.login, name=ISAMU.name, email=ISAMU.email, active=False, version=2
    )
    assert campaign.hear(events.UsersChanged(users=(left,))) == "done", campaign.why_set_aside()
    (known,) = created["stakeholders"]
    kept = {name: known[name] for name in ("kind", "user_id", "name")}
    answer = change(campaign, created, stakeholders=[kept, {"kind": "speaker", "name": "山田"}])
    assert answer.status_code == 200, answer.text
    assert [one["name"] for one in answer.get_json()["stakeholders"]] == [ISAMU.name, "山田"]
    newly = create(stakeholders=[{"kind": "speaker", "name": "山田"}])
    assert change(campaign, newly, stakeholders=[kept]).status_code == 422


def test_rows_keep_a_kind_that_was_retired_since(campaign: Part, create: Create) -> None:
    created = create(
        stakeholders=[{"kind": "speaker", "name": "山田"}], budget_lines=[{"kind": "venue", "budget": 100}]
    )
    for path in ("/masters/stakeholder-kinds/speaker", "/masters/cost-kinds/venue"):
        assert campaign.by(ADMIN).patch(path, json={"version": 1, "active": False}).status_code == 200
    rows = [{"kind": "speaker", "name": "山田"}, {"kind": "agency", "name": "佐藤"}]
    lines = [{"kind": "venue", "budget": 100, "actual": 90}]
    changed = change(campaign, created, stakeholders=rows, budget_lines=lines)
    assert changed.status_code == 200, changed.text
    other = create()
    refused = change(campaign, other, stakeholders=rows[:1], budget_lines=lines)
    assert {error["field"] for error in refused.get_json()["errors"]} == {"stakeholders.0.kind", "budget_lines.0.kind"}


def test_two_at_once_make_no_circle(campaign: Part, create: Create) -> None:
    """Each would be right alone; a circle would let nobody find its end."""
    for _ in range(5):
        pair = [create(), create()]
        with ThreadPoolExecutor(2) as pool:
            answers = list(
                pool.map(lambda one, pair=pair: change(campaign, pair[one], parent_id=pair[1 - one]["id"]), (0, 1))
            )
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        refused = next(answer for answer in answers if answer.status_code == 422)
        assert refused.get_json()["errors"][0]["code"] == "circle"
