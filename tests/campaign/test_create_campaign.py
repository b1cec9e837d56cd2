"""Marketing registers a campaign: the four blocks of the form, its code, and what is said of mistakes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from sqlalchemy import text

from chassis import schema
from chassis.database import engine
from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, MANA
from tests.parts import Part

from .conftest import SEMINAR

Create = Callable[..., dict[str, Any]]


def test_every_field_comes_back(campaign: Part, create: Create) -> None:
    parent = create(name="秋の製造業施策")
    created = create(
        code="DX-2026",
        parent_id=parent["id"],
        venue_type="hybrid",
        venue="東京国際フォーラム",
        url="https://seminar.example.jp/dx",
        objective="新規リードの獲得",
        target="従業員300名以上の製造業",
        description="二日間の開催",
        goals={"invited": 1200, "responded": 300, "response_rate": 0.25, "won_amount": 5_000_000},
        budget_lines=[{"kind": "venue", "budget": 300_000, "actual": 280_000, "note": "ホールB7"}],
        stakeholders=[
            {"kind": "own_staff", "user_id": str(ISAMU.id), "role": "受付"},
            {"kind": "speaker", "name": "山田 太郎", "company": "北斗電機", "email": "yamada@hokuto.example.jp"},
        ],
    )
    shown = campaign.by(EIJI).get(f"/campaigns/{created['id']}").get_json()
    assert shown == created
    assert isinstance(shown["id"], str)
    assert (shown["code"], shown["parent_name"], shown["version"]) == ("DX-2026", "秋の製造業施策", 1)
    assert (shown["category_label"], shown["status_label"], shown["venue_type_label"]) == (
        "セミナー",
        "準備中",
        "ハイブリッド",
    )
    assert (shown["owner_id"], shown["owner_name"], shown["created_by"]) == (str(MAKI.id), MAKI.name, str(MAKI.id))
    assert (shown["department_id"], shown["department"]) == (str(MAKI.department_id), MAKI.department)
    assert shown["goals"]["response_rate"] == 0.25
    assert shown["goals"]["converted"] is None
    assert shown["budget_lines"][0]["kind_label"] == "会場費"
    assert [person["name"] for person in shown["stakeholders"]] == [ISAMU.name, "山田 太郎"]
    assert shown["results"] == {
        "invited": 0,
        "responded": 0,
        "walk_ins": 0,
        "response_rate": None,
        "new_leads": 0,
        "contacted": 0,
        "appointments": 0,
        "handed_over": 0,
        "converted": 0,
        "won": 0,
        "opportunity_amount": 0,
        "won_amount": 0,
    }


def test_codes_number_themselves_and_step_over_taken_ones(create: Create) -> None:
    year = datetime.now(ZoneInfo("Asia/Tokyo")).year
    assert create()["code"] == f"C-{year}-0001"
    create(code=f"C-{year}-0002")
    assert create()["code"] == f"C-{year}-0003"


def test_campaigns_made_at_once_get_different_codes(campaign: Part, create: Create) -> None:
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda number: create(name=f"同時 {number}")["code"], range(8)))
    assert len(set(codes)) == 8


def test_what_is_left_out_is_filled_in(campaign: Part) -> None:
    draft = {name: SEMINAR[name] for name in ("name", "category", "start_date", "end_date")}
    created = campaign.by(MANA).post("/campaigns", json=draft).get_json()
    assert (created["owner_name"], created["status"], created["department"]) == (MANA.name, "planned", MANA.department)


def test_a_master_value_may_be_named_by_its_label(create: Create) -> None:
    assert create(category="展示会", status="実施中")["category"] == "trade_fair"


def test_creating_says_so_once(campaign: Part, create: Create) -> None:
    created = create(status="ended")
    (said,) = campaign.said(events.CampaignSaved)
    assert (said.campaign_id, said.code, said.version) == (int(created["id"]), created["code"], 1)
    assert (said.owner_id, said.department_id, said.open_for_lists) == (MAKI.id, MAKI.department_id, True)


def test_the_same_request_twice_makes_one_campaign(campaign: Part) -> None:
    first, second = (
        campaign.by(MAKI).post("/campaigns", json=SEMINAR, headers={"Idempotency-Key": "form-1"}) for _ in range(2)
    )
    assert first.get_json() == second.get_json()
    assert campaign.by(MAKI).get("/campaigns").get_json()["total"] == 1
    assert len(campaign.said(events.CampaignSaved)) == 1


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"name": " "}, "name", "入力してください"),
        ({"name": None}, "name", ""),
        ({"start_date": "2026/13/01"}, "start_date", "2026-01-31"),
        ({"end_date": "2026-11-30"}, "end_date", "終了日は開始日以降"),
        ({"category": "party"}, "category", "「party」は選択肢にありません"),
        ({"owner_id": "999"}, "owner_id", "数秒おいて"),
        ({"parent_id": "999"}, "parent_id", "親キャンペーンがありません"),
        ({"url": "javascript:alert(1)"}, "url", "http://"),
        ({"goals": {"invited": -1}}, "goals.invited", "0以上"),
        ({"budget_lines": [{"kind": "gold"}]}, "budget_lines.0.kind", "「gold」"),
        ({"stakeholders": [{"kind": "speaker"}]}, "stakeholders.0.name", "氏名または会社名"),
        (
            {"stakeholders": [{"kind": "speaker", "name": "山", "email": "a b@c"}]},
            "stakeholders.0.email",
            "メールアドレス",
        ),
        ({"stakeholders": [{"kind": "own_staff", "user_id": "999"}]}, "stakeholders.0.user_id", "有効なユーザー"),
    ],
)
def test_a_mistake_is_named(campaign: Part, changed: dict[str, Any], field: str, message: str) -> None:
    answer = campaign.by(MAKI).post("/campaigns", json=SEMINAR | changed)
    assert answer.status_code == 422, answer.text
    (error,) = answer.get_json()["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert campaign.by(MAKI).get("/campaigns").get_json()["total"] == 0
    assert campaign.said(events.CampaignSaved) == []


def test_all_mistakes_are_named_at_once_and_in_english_too(campaign: Part) -> None:
    wrong = SEMINAR | {"end_date": "2026-11-30", "owner_id": "999", "category": "party"}
    answer = campaign.by(MAKI).post("/campaigns", json=wrong, headers={"Accept-Language": "en"})
    assert {error["field"]: error["message"] for error in answer.get_json()["errors"]} == {
        "category": "“party” is not one of the choices.",
        "owner_id": "Choose a user who exists and is active. If made just now, try again in a few seconds.",
        "end_date": "The end date must not be before the start date.",
    }


def test_a_code_that_is_taken_is_refused(campaign: Part, create: Create) -> None:
    create(code="DX")
    answer = campaign.by(MAKI).post("/campaigns", json=SEMINAR | {"code": "DX"})
    assert answer.status_code == 409
    assert answer.get_json()["errors"][0]["field"] == "code"


def test_somebody_who_left_cannot_be_owner(campaign: Part) -> None:
    gone = events.UserFact(user_id=2, login="maki", name=MAKI.name, email="", active=False, version=2)
    campaign.hear(events.UsersChanged(users=(gone,)))
    assert campaign.by(MANA).post("/campaigns", json=SEMINAR).status_code == 422


@pytest.mark.parametrize("person", [ISAMU, EIJI, GAKU])
def test_only_planners_create(campaign: Part, person: Any) -> None:
    assert campaign.by(person).post("/campaigns", json=SEMINAR).status_code == 403


def test_nobody_without_a_token(campaign: Part) -> None:
    assert campaign.by(None).get("/campaigns").status_code == 401
    assert campaign.by(GAKU).get("/campaigns").status_code == 403


def test_a_code_is_the_same_in_any_width_and_case(campaign: Part, create: Create) -> None:
    named = create(code="Ｃ-\ufa19戸")  # as Windows writes it there; the usual 神 is the same code
    assert named["code"] == "C-\ufa19戸"
    known = create(code="Ｃ-ＤＸ-０００２")
    assert known["code"] == "C-DX-0002"
    for same in ("c-dx-0002", "ｃ-ｄｘ-０００２", "c-神戸"):
        answer = campaign.by(MAKI).post("/campaigns", json=SEMINAR | {"code": same})
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (409, "code")
    other = create(code="C-DX-0003")
    path = f"/campaigns/{other['id']}"
    assert campaign.by(MAKI).patch(path, json={"version": other["version"], "code": "C-dx-0002"}).status_code == 409
    assert campaign.by(MAKI).patch(path, json={"version": other["version"], "code": "c-dx-0003"}).status_code == 200


def test_codes_that_were_two_before_stay_two(campaign: Part, create: Create) -> None:
    first, second = create(code="Old-1"), create(code="Old-2")
    with engine().connect() as connection:
        config = schema._configs(campaign.service, connection)["service"]
        command.downgrade(config, "campaign_0005")
        connection.execute(text("UPDATE campaign SET code = 'ｏld-1' WHERE id = :id"), {"id": second["id"]})
        connection.commit()
        command.upgrade(config, "head")
        connection.commit()
    for each in (first, second):
        answer = campaign.by(MAKI).patch(f"/campaigns/{each['id']}", json={"version": 1, "venue": "大阪"})
        assert answer.status_code == 200, answer.text
    assert campaign.by(MAKI).post("/campaigns", json=SEMINAR | {"code": "OLD-1"}).status_code == 409


def test_everything_that_is_wrong_is_said_at_once(campaign: Part, create: Create) -> None:
    create(code="DX")
    wrong: dict[str, Any] = {
        "code": "dx",
        "end_date": "2026-01-01",
        "goals": {"invited": "abc"},
        "url": "例",
        "category": "円盤",
    }
    wrong |= {"stakeholders": [{"kind": "speaker", "name": "山", "email": "a b@c"}, {"kind": "speaker"}]}
    fields = {"goals.invited", "url", "stakeholders.0.email", "stakeholders.1.name", "end_date", "code", "category"}
    answer = campaign.by(MAKI).post("/campaigns", json=SEMINAR | wrong)
    assert (answer.status_code, {each["field"] for each in answer.get_json()["errors"]}) == (422, fields)
    kept = create()
    patch = {"version": kept["version"], "code": "dx", "end_date": "2026-01-01", "goals": {"invited": "abc"}}
    answer = campaign.by(MAKI).patch(f"/campaigns/{kept['id']}", json=patch)
    assert {each["field"] for each in answer.get_json()["errors"]} == {"code", "end_date", "goals.invited"}
    assert campaign.by(MAKI).get(f"/campaigns/{kept['id']}").get_json() == kept
