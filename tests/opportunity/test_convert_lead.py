"""案件化: a lead becomes an opportunity. One campaign is credited, all or nothing, and never twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from sqlalchemy import func, select

from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, RIN
from tests.parts import Part

from .conftest import FAIR, MAILING, SEMINAR
from .lead_service import LeadService

Create = Callable[..., dict[str, Any]]

DRAFT: dict[str, Any] = {
    "campaign_id": str(SEMINAR),
    "account": {"name": "株式会社北斗電機", "phone": "03-1000-0015"},
    "opportunity": {
        "name": "生産管理システム",
        "main_owner_id": str(EIJI.id),
        "amount": 5_000_000,
        "expected_on": "2027-03-31",
        "phase": "hearing",
        "handover_memo": "来期予算で検討",
    },
    "notify": True,
}


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return found


def convert(service: Part, lead_id: int = 1, person: Any = ISAMU, key: str = "", **changed: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return service.by(person).post(f"/leads/{lead_id}/conversion", json=DRAFT | changed, headers=headers)


def rows(opportunity: Part) -> dict[str, int]:
    """How many records there are; for seeing that nothing was half done."""
    names = ("account", "opportunity", "conversion", "opportunity_influence", "change")
    tables = opportunity.service.metadata.tables
    with opportunity.transaction() as session:
        return {name: session.scalar(select(func.count()).select_from(tables[name])) or 0 for name in names}


NOTHING = {"account": 0, "opportunity": 0, "conversion": 0, "opportunity_influence": 0, "change": 0}


def test_new_account_and_new_opportunity(opportunity: Part, lead: LeadService) -> None:
    answer = convert(opportunity)
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    assert (made["new_account"], made["new_opportunity"], made["similar"]) == (True, True, [])
    shown = opportunity.by(EIJI).get(f"/opportunities/{made['opportunity_id']}").get_json()
    assert (shown["name"], shown["account_name"], shown["account_id"]) == (
        "生産管理システム",
        "株式会社北斗電機",
        made["account_id"],
    )
    assert (shown["main_owner_name"], shown["created_by_name"]) == (EIJI.name, ISAMU.name)
    assert (shown["campaign_name"], shown["lead_id"], shown["lead_number"]) == ("製造業DXセミナー", "1", "L-000001")
    assert (shown["phase_label"], shown["probability"], shown["amount"]) == ("ヒアリング", 20, 5_000_000)
    assert [one["name"] for one in shown["influence_campaigns"]] == ["秋の展示会"]
    ((path, signed_by),) = lead.asked
    assert path == "/leads/1/conversion-check"
    assert claims(signed_by.removeprefix("Bearer "))["login"] == ISAMU.login


def test_it_is_said_with_what_the_others_need(opportunity: Part) -> None:
    made = convert(opportunity).get_json()
    ((said, cause),) = opportunity.said_with_cause(events.LeadConverted)
    assert (said.lead_id, said.campaign_id, said.main_owner_id, said.notify) == (1, SEMINAR, EIJI.id, True)
    assert (said.opportunity_id, said.account_id) == (int(made["opportunity_id"]), int(made["account_id"]))
    assert (said.opportunity_name, said.account_name) == ("生産管理システム", "株式会社北斗電機")
    assert (said.amount, said.new_opportunity) == (5_000_000, True)
    assert (cause.kind, cause.actor_id) == ("conversion", ISAMU.id)
    (saved,) = opportunity.said(events.OpportunitySaved)
    assert (saved.phase_meaning, saved.campaign_id, saved.lead_id, saved.version) == ("open", SEMINAR, 1, 1)


def test_an_account_that_exists(opportunity: Part, account: Create) -> None:
    known = account()
    made = convert(opportunity, account={"id": known["id"]}, notify=False).get_json()
    assert (made["account_id"], made["new_account"]) == (known["id"], False)
    assert opportunity.said(events.LeadConverted)[0].notify is False
    assert opportunity.by(EIJI).get(f"/accounts/{known['id']}").get_json()["opportunities"] == 1


def test_the_leads_own_account_is_taken_where_none_is_chosen(
    opportunity: Part, account: Create, lead: LeadService
) -> None:
    known = account()
    lead.accounts[1] = int(known["id"])
    assert convert(opportunity, account=None).get_json()["account_id"] == known["id"]


def test_an_opportunity_that_exists(opportunity: Part, deal: Create) -> None:
    known = deal(campaign_id=str(MAILING))
    opportunity.forget_said()
    made = convert(opportunity, account=None, opportunity={"id": known["id"]}).get_json()
    assert (made["opportunity_id"], made["account_id"]) == (known["id"], known["account_id"])
    assert (made["new_opportunity"], made["new_account"]) == (False, False)
    shown = opportunity.by(EIJI).get(f"/opportunities/{known['id']}").get_json()
    assert (shown["lead_id"], shown["version"], shown["name"]) == ("1", 2, known["name"])
    assert shown["campaign_name"] == "年末メール"
    assert [one["name"] for one in shown["influence_campaigns"]] == ["製造業DXセミナー", "秋の展示会"]
    assert opportunity.said(events.LeadConverted)[0].new_opportunity is False
    assert opportunity.said(events.OpportunitySaved)[0].version == 2


def test_two_leads_may_lead_to_one_opportunity(opportunity: Part) -> None:
    first = convert(opportunity, 1).get_json()
    second = convert(opportunity, 2, account=None, opportunity={"id": first["opportunity_id"]})
    assert second.status_code == 201, second.text
    shown = opportunity.by(EIJI).get(f"/opportunities/{first['opportunity_id']}").get_json()
    assert shown["lead_id"] == "1"
    assert [said.lead_id for said in opportunity.said(events.LeadConverted)] == [1, 2]


def test_a_lead_is_converted_once(opportunity: Part) -> None:
    made = convert(opportunity).get_json()
    again = convert(opportunity, person=RIN, opportunity={"name": "別の案件", "main_owner_id": str(RIN.id)})
    assert again.status_code == 409
    assert again.get_json()["current"]["id"] == made["opportunity_id"]
    assert "生産管理システム" in again.get_json()["detail"]
    assert rows(opportunity)["opportunity"] == 1


def test_a_double_click_makes_one_opportunity(opportunity: Part) -> None:
    first, second = convert(opportunity, key="form-1"), convert(opportunity, key="form-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert rows(opportunity)["opportunity"] == rows(opportunity)["account"] == 1


@pytest.mark.parametrize("key", ["", "form-1"])
def test_requests_at_the_same_moment_make_one_opportunity(opportunity: Part, lead: LeadService, key: str) -> None:
    lead.delay = 0.05
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: convert(opportunity, key=key), range(4)))
    assert sorted({answer.status_code for answer in answers}) in ([201], [201, 409])
    made = {answer.get_json()["opportunity_id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert rows(opportunity) == {
        "account": 1,
        "opportunity": 1,
        "conversion": 1,
        "opportunity_influence": 1,
        "change": 3,
    }
    assert len(opportunity.said(events.LeadConverted)) == 1


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"campaign_id": str(MAILING)}, "campaign_id", "履歴にない"),
        ({"campaign_id": None}, "campaign_id", ""),
        ({"account": None}, "account", "取引先を選ぶか"),
        ({"account": {}}, "account", "取引先を選ぶか"),
        ({"account": {"id": "999"}}, "account.id", "この取引先はありません"),
        ({"account": {"name": "北斗", "corporate_number": "123"}}, "account.corporate_number", "13桁"),
        ({"account": {"name": "北斗", "sales_owner_id": "999"}}, "account.sales_owner_id", "有効なユーザー"),
        ({"opportunity": {"id": "999"}}, "opportunity.id", "この案件はありません"),
        ({"opportunity": {"main_owner_id": str(EIJI.id)}}, "opportunity.name", "案件名"),
        ({"opportunity": {"name": "x"}}, "opportunity.main_owner_id", "主担当"),
        ({"opportunity": {"name": "x", "main_owner_id": "999"}}, "opportunity.main_owner_id", "有効なユーザー"),
        (
            {"opportunity": {"name": "x", "main_owner_id": "5", "phase": "dream"}},
            "opportunity.phase",
            "「dream」は選択肢",
        ),
        (
            {"opportunity": {"name": "x", "main_owner_id": "5", "phase": "lost"}},
            "opportunity.lost_reason",
            "失注の理由",
        ),
        ({"opportunity": {"name": "x", "main_owner_id": "5", "amount": -1}}, "opportunity.amount", "0以上"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_half_done(
    opportunity: Part, changed: dict[str, Any], field: str, message: str
) -> None:
    answer = convert(opportunity, **changed)
    assert answer.status_code == 422, answer.text
    (error,) = answer.get_json()["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert rows(opportunity) == NOTHING
    assert opportunity.said(events.LeadConverted) == opportunity.said(events.OpportunitySaved) == []


def test_it_may_be_asked_what_would_be_wrong_and_nothing_is_done(opportunity: Part, lead: LeadService) -> None:
    asked = opportunity.by(ISAMU).post("/leads/1/conversion?check=true", json=DRAFT)
    assert (asked.status_code, asked.data) == (204, b"")
    unknown = DRAFT | {"campaign_id": "99", "opportunity": {"name": "x", "main_owner_id": "999"}}
    asked = opportunity.by(ISAMU).post("/leads/1/conversion?check=true", json=unknown)
    assert [wrong["field"] for wrong in asked.get_json(force=True)["errors"]] == [
        "campaign_id",
        "opportunity.main_owner_id",
    ]
    assert rows(opportunity) == NOTHING
    assert opportunity.said(events.LeadConverted) == []
    assert convert(opportunity).status_code == 201


def test_a_check_of_what_was_done_already_gets_its_answer(opportunity: Part, lead: LeadService) -> None:
    """The second of two clicks, asked about the account that the first one made, hears what the first heard."""
    isamu, key = opportunity.by(ISAMU), {"Idempotency-Key": "two clicks"}
    paths = ("/leads/1/conversion?check=true", "/leads/1/conversion", "/leads/1/conversion?check=true")
    asked, first, second = (isamu.post(path, json=DRAFT, headers=key) for path in paths)
    assert (asked.status_code, first.status_code, second.status_code) == (204, 201, 201)
    assert second.data == first.data and len(opportunity.said(events.LeadConverted)) == 1


def test_an_opportunity_of_another_account_is_refused(opportunity: Part, account: Create, deal: Create) -> None:
    known, other = deal(), account(name="南十字工業")
    for chosen in ({"id": other["id"]}, {"name": "新しい会社"}):
        answer = convert(opportunity, account=chosen, opportunity={"id": known["id"]})
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["code"] == "other_account"
    assert rows(opportunity)["account"] == 2


def test_a_corporate_number_that_is_taken_makes_nothing(opportunity: Part, account: Create) -> None:
    account(corporate_number="7000012050002")
    before = rows(opportunity)
    answer = convert(opportunity, account={"name": "同じ番号", "corporate_number": "7000012050002"})
    assert answer.status_code == 409
    assert answer.get_json()["errors"][0]["field"] == "account.corporate_number"
    assert rows(opportunity) == before


def test_a_new_account_with_a_known_name_is_told(opportunity: Part, account: Create) -> None:
    known = account(name="北斗電機㈱")
    made = convert(opportunity).get_json()
    assert [(one["id"], one["name"]) for one in made["similar"]] == [(known["id"], "北斗電機㈱")]


@pytest.mark.parametrize("status", [403, 404, 409])
def test_what_lead_says_against_it_is_passed_on(opportunity: Part, lead: LeadService, status: int) -> None:
    lead.refusal = status, {"title": "no", "status": status, "detail": "リードの言い分"}
    answer = convert(opportunity)
    assert (answer.status_code, answer.get_json()["detail"]) == (status, "リードの言い分")
    assert rows(opportunity) == NOTHING


def test_while_lead_is_down_nothing_happens_and_a_later_try_works(opportunity: Part, lead: LeadService) -> None:
    lead.refusal = 500, {}
    answer = convert(opportunity, key="form-1")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert rows(opportunity) == NOTHING
    lead.refusal = None
    assert convert(opportunity, key="form-1").status_code == 201


@pytest.mark.parametrize("person", [MAKI, GAKU])
def test_who_may_not(opportunity: Part, lead: LeadService, person: Any) -> None:
    assert convert(opportunity, person=person).status_code == 403
    assert lead.asked == []


def test_the_credited_campaign_is_no_influence(opportunity: Part, lead: LeadService) -> None:
    lead.histories[1] = [SEMINAR, FAIR, MAILING]
    made = convert(opportunity, campaign_id=str(FAIR)).get_json()
    shown = opportunity.by(EIJI).get(f"/opportunities/{made['opportunity_id']}").get_json()
    assert [one["campaign_id"] for one in shown["influence_campaigns"]] == [str(SEMINAR), str(MAILING)]


def test_a_corrected_campaign_takes_the_conversion_along(opportunity: Part) -> None:
    made = convert(opportunity).get_json()
    path = f"/opportunities/{made['opportunity_id']}"
    shown = opportunity.by(EIJI).get(path).get_json()
    other = next(one for one in (SEMINAR, MAILING, FAIR) if str(one) != shown["campaign_id"])
    patch = {"version": shown["version"], "campaign_id": str(other)}
    assert opportunity.by(EIJI).patch(path, json=patch).status_code == 200
    (said,) = opportunity.said(events.ConversionCorrected)
    assert (said.lead_id, said.opportunity_id, said.campaign_id) == (1, int(made["opportunity_id"]), other)
    assert opportunity.by(ISAMU).get("/leads/1/conversion").get_json()["campaign_id"] == str(other)
    patch = {"version": opportunity.by(EIJI).get(path).get_json()["version"], "amount": 5}
    assert opportunity.by(EIJI).patch(path, json=patch).status_code == 200
    assert len(opportunity.said(events.ConversionCorrected)) == 1


def test_an_account_that_is_not_to_be_approached_is_converted_only_if_that_is_confirmed(opportunity: Part) -> None:
    draft = {"name": "係争商事", "do_not_approach": True, "do_not_approach_reason": "係争中"}
    banned = {"id": opportunity.by(ISAMU).post("/accounts", json=draft).get_json()["id"]}
    refused = convert(opportunity, account=banned)
    (error,) = refused.get_json()["errors"]
    assert (refused.status_code, error["field"], error["code"]) == (422, "approach_confirmed", "do_not_approach")
    assert "係争中" in error["message"] and rows(opportunity)["opportunity"] == 0
    assert convert(opportunity, account=banned, approach_confirmed=True).status_code == 201
