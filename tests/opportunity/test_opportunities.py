"""案件: register, find, move through the phases to 受注 or 失注; the history of changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, RIN
from tests.parts import Part

from .conftest import FAIR, MAILING, SEMINAR

Create = Callable[..., dict[str, Any]]


def change(opportunity: Part, known: dict[str, Any], **values: Any) -> Any:
    version = values.pop("version", known["version"])
    return opportunity.by(RIN).patch(f"/opportunities/{known['id']}", json={"version": version, **values})


def test_every_field_comes_back(opportunity: Part, deal: Create) -> None:
    made = deal(
        lead_id="1",
        phase="提案",
        probability=45,
        amount=3_000_000,
        expected_on="2027-03-31",
        handover_memo="来期予算",
        next_action="見積提出",
        next_action_at="2026-12-10T10:00:00+09:00",
        influence_campaign_ids=[str(FAIR), str(SEMINAR)],
    )
    assert opportunity.by(MAKI).get(f"/opportunities/{made['id']}").get_json() == made
    year = datetime.now(ZoneInfo("Asia/Tokyo")).year
    assert (made["code"], made["version"]) == (f"O-{year}-0001", 1)
    assert (made["phase"], made["phase_label"], made["phase_meaning"]) == ("proposal", "提案", "open")
    assert (made["lead_number"], made["lead_name"]) == ("L-000001", "山田 太郎")
    assert (made["probability"], made["next_action_at"]) == (45, "2026-12-10T01:00:00Z")
    assert [one["code"] for one in made["influence_campaigns"]] == [f"C-{FAIR}"]
    (said,) = opportunity.said(events.OpportunitySaved)
    assert (said.opportunity_id, said.amount, said.phase_meaning) == (int(made["id"]), 3_000_000, "open")


def test_it_begins_in_the_first_phase(deal: Create) -> None:
    made = deal()
    assert (made["phase"], made["probability"]) == ("first_visit", 10)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"account_id": "999"}, "account_id"),
        ({"main_owner_id": "999"}, "main_owner_id"),
        ({"campaign_id": "999"}, "campaign_id"),
        ({"influence_campaign_ids": ["999"]}, "influence_campaign_ids"),
        ({"lead_id": "999"}, "lead_id"),
        ({"phase": "dream"}, "phase"),
        ({"phase": "lost"}, "lost_reason"),
        ({"probability": 101}, "probability"),
        ({"next_action_at": "2026-12-10T10:00:00"}, "next_action_at"),
    ],
)
def test_a_mistake_is_named(opportunity: Part, account: Create, values: dict[str, Any], field: str) -> None:
    draft = {"name": "x", "account_id": account()["id"], "main_owner_id": str(EIJI.id), "campaign_id": str(SEMINAR)}
    answer = opportunity.by(ISAMU).post("/opportunities", json=draft | values)
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert opportunity.said(events.OpportunitySaved) == []


def test_winning(opportunity: Part, deal: Create) -> None:
    won = change(opportunity, deal(amount=1_000_000), phase="won", amount=1_200_000).get_json()
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat()
    assert (won["phase_meaning"], won["probability"], won["won_on"]) == ("won", 100, today)
    said = opportunity.said(events.OpportunitySaved)[-1]
    assert (said.phase_meaning, said.amount, said.version) == ("won", 1_200_000, 2)
    back = change(opportunity, won, phase="negotiation", probability=70).get_json()
    assert (back["won_on"], back["probability"]) == (None, 70)


def test_losing_takes_a_reason(opportunity: Part, deal: Create) -> None:
    made = deal()
    assert change(opportunity, made, phase="lost").get_json()["errors"][0]["field"] == "lost_reason"
    assert change(opportunity, made, phase="lost", lost_reason="価格").get_json()["probability"] == 0


def test_changes_are_noted_with_their_cause(opportunity: Part, deal: Create) -> None:
    made = deal(expected_on="2027-03-31")
    changed = change(
        opportunity,
        made,
        phase="on_hold",
        expected_on=None,
        main_owner_id=str(RIN.id),
        influence_campaign_ids=[str(MAILING)],
    ).get_json()
    assert changed["version"] == 2
    changes = opportunity.by(EIJI).get(f"/opportunities/{made['id']}/changes").get_json()["items"]
    latest = [one for one in changes if one["cause_id"] == changes[0]["cause_id"]]
    assert {one["field"]: (one["before"], one["after"]) for one in latest} == {
        "phase": ("first_visit", "on_hold"),
        "expected_on": ("2027-03-31", None),
        "main_owner_id": (EIJI.id, RIN.id),
        "influence_campaign_ids": ([], [MAILING]),
    }
    assert {(one["actor_name"], one["cause_kind"]) for one in latest} == {(RIN.name, "opportunity")}
    assert changes[-1]["field"] == "created"


def test_saving_what_is_already_so_changes_nothing(opportunity: Part, deal: Create) -> None:
    made = deal(influence_campaign_ids=[str(FAIR)])
    opportunity.forget_said()
    same = change(opportunity, made, name=made["name"], phase=made["phase"], influence_campaign_ids=[str(FAIR)])
    assert same.get_json() == made
    assert opportunity.said(events.OpportunitySaved) == []


def test_influences_alone_count_as_a_save(opportunity: Part, deal: Create) -> None:
    changed = change(opportunity, deal(), influence_campaign_ids=[str(FAIR)]).get_json()
    assert (changed["version"], [one["name"] for one in changed["influence_campaigns"]]) == (2, ["秋の展示会"])


def test_the_second_of_two_editors_is_told_what_is_there_now(opportunity: Part, deal: Create) -> None:
    made = deal()
    change(opportunity, made, name="変更後")
    answer = change(opportunity, made, name="別の名前")
    assert (answer.status_code, answer.get_json()["current"]["name"]) == (409, "変更後")


def test_a_code_that_is_taken_is_refused(opportunity: Part, deal: Create) -> None:
    deal(code="X")
    answer = change(opportunity, deal(), code="X", campaign_id=str(FAIR), main_owner_id=str(RIN.id))
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (409, "code")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, ["在庫管理", "生産管理システム"]),
        ({"lead_id": "1"}, ["生産管理システム"]),
        ({"campaign_id": str(FAIR)}, ["在庫管理"]),
        ({"campaign_id": [str(FAIR), str(SEMINAR)]}, ["在庫管理", "生産管理システム"]),
        ({"influenced_by": str(MAILING)}, ["在庫管理"]),
        ({"influenced_by": str(FAIR)}, ["在庫管理"]),
        ({"expected_month": "2027-01"}, ["在庫管理"]),
        ({"expected_month": "2026-12"}, []),
        ({"owner": "others"}, ["生産管理システム"]),
        ({"owner": ["me", "others"]}, ["在庫管理", "生産管理システム"]),
        ({"cancelled": "true"}, []),
        ({"handover": "requested"}, []),
        ({"owner": "me"}, ["在庫管理"]),
        ({"owner": ["me", str(EIJI.id)]}, ["在庫管理", "生産管理システム"]),
        ({"phase": ["proposal", "won"]}, ["在庫管理"]),
        ({"phase_meaning": "open"}, ["生産管理システム", "在庫管理"]),
        ({"phase_meaning": "lost"}, []),
        ({"q": "ｼｽﾃﾑ"}, ["生産管理システム"]),
        ({"q": "南十字 在庫"}, ["在庫管理"]),
        ({"sort": "amount"}, ["生産管理システム", "在庫管理"]),
        ({"sort": "-expected_on"}, ["生産管理システム", "在庫管理"]),
        ({"sort": "expected_on"}, ["在庫管理", "生産管理システム"]),
    ],
)
def test_they_are_found(
    opportunity: Part, account: Create, deal: Create, filters: dict[str, Any], names: list[str]
) -> None:
    deal(lead_id="1")
    south = account(name="南十字工業")
    deal(
        name="在庫管理",
        account_id=south["id"],
        main_owner_id=str(RIN.id),
        campaign_id=str(FAIR),
        phase="proposal",
        amount=100,
        expected_on="2027-01-31",
        influence_campaign_ids=[str(MAILING)],
    )
    page = opportunity.by(RIN).get(f"/opportunities?{urlencode(filters, doseq=True)}").get_json()
    found = [item["name"] for item in page["items"]]
    assert (found if "sort" in filters else sorted(found)) == (names if "sort" in filters else sorted(names))
    assert page["total"] == len(names)
    mine = opportunity.by(RIN).get(f"/opportunities?account_id={south['id']}").get_json()["items"]
    assert [item["name"] for item in mine] == ["在庫管理"]


@pytest.mark.parametrize("sort", ["amount", "-amount", "expected_on", "-expected_on", "-updated_at", "name"])
def test_page_by_page_everything_once(opportunity: Part, account: Create, deal: Create, sort: str) -> None:
    known = account()
    for number in range(5):
        values = {"amount": number // 2, "expected_on": f"2027-01-0{number + 1}"} if number % 2 else {}
        deal(name=f"案件 {number}", account_id=known["id"], **values)
    found, cursor = [], ""
    while cursor is not None:
        page = opportunity.by(EIJI).get(f"/opportunities?page_size=2&sort={sort}&cursor={cursor}").get_json()
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert len(found) == len(set(found)) == 5


def test_marketing_reads_but_does_not_write(opportunity: Part, deal: Create) -> None:
    made = deal()
    assert opportunity.by(MAKI).patch(f"/opportunities/{made['id']}", json={"version": 1}).status_code == 403
    assert opportunity.by(MAKI).post("/opportunities", json={}).status_code == 403


def test_phases_are_listed_with_meaning_and_probability(opportunity: Part) -> None:
    phases = opportunity.by(EIJI).get("/masters/opportunity-phases").get_json()["items"]
    assert [phase["label"] for phase in phases] == [
        "初回訪問",
        "ヒアリング",
        "提案",
        "見積",
        "交渉",
        "受注",
        "失注",
        "保留",
    ]
    assert [phase["meaning"] for phase in phases][-4:] == ["open", "won", "lost", "on_hold"]
    assert phases[2]["probability"] == 40


def test_a_renamed_or_retired_phase_breaks_nothing(opportunity: Part, deal: Create) -> None:
    made = deal(phase="proposal")
    choice = opportunity.service.metadata.tables["choice"]
    phase = update(choice).where(choice.c.master == "opportunity-phases")
    with opportunity.transaction() as session:
        session.execute(phase.where(choice.c.code == "won").values(label_ja="ご成約"))
        session.execute(phase.where(choice.c.code == "proposal").values(active=False))
    changed = change(opportunity, made, phase="proposal", amount=5).get_json()
    assert changed["phase"] == "proposal"
    won = change(opportunity, changed, phase="ご成約").get_json()
    assert (won["phase_label"], won["phase_meaning"]) == ("ご成約", "won")
    assert change(opportunity, won, phase="proposal").status_code == 422


def test_old_news_of_names_is_ignored(opportunity: Part, deal: Create) -> None:
    made = deal(lead_id="1")

    def lead(name: str, version: int) -> events.LeadsChanged:
        fact = events.LeadFact(
            lead_id=1, number="L-000001", person_name=name, company="", stage="", stage_meaning="open", version=version
        )
        return events.LeadsChanged(leads=(fact, fact))

    for name, version in (("山田 花子", 3), ("山田 次郎", 2), ("山田 花子", 3)):
        assert opportunity.hear(lead(name, version)) == "done"
    shown = opportunity.by(EIJI).get(f"/opportunities/{made['id']}").get_json()
    assert shown["lead_name"] == "山田 花子"


def test_a_lost_one_is_taken_up_where_it_stood(opportunity: Part, deal: Create) -> None:
    made = deal(phase="proposal")
    lost = change(opportunity, made, phase="lost", lost_reason="価格").get_json()
    assert lost["phase_before"] == "proposal"
    again = change(opportunity, lost, phase=lost["phase_before"]).get_json()
    assert (again["phase"], again["probability"], again["lost_reason"]) == ("proposal", 40, "")


def test_probability_is_the_phases_unless_it_is_set(opportunity: Part, deal: Create) -> None:
    made = deal(probability=55)
    assert change(opportunity, made, phase="hearing").get_json()["probability"] == 20
    set_by_hand = change(opportunity, made, version=2, phase="proposal", probability=70).get_json()
    assert set_by_hand["probability"] == 70
    assert change(opportunity, set_by_hand, probability=None).get_json()["probability"] == 40


def test_the_account_that_must_not_be_approached_is_told(account: Create, deal: Create) -> None:
    known = account(do_not_approach=True, do_not_approach_reason="係争中")
    made = deal(account_id=known["id"])
    assert (made["account_do_not_approach"], made["account_do_not_approach_reason"]) == (True, "係争中")


def test_another_campaign_is_credited(opportunity: Part, deal: Create) -> None:
    made = deal(influence_campaign_ids=[str(FAIR), str(MAILING)])
    path = f"/opportunities/{made['id']}"

    def credit(campaign_id: int) -> tuple[str, list[str]]:
        version = opportunity.by(EIJI).get(path).get_json()["version"]
        now = opportunity.by(EIJI).patch(path, json={"version": version, "campaign_id": str(campaign_id)}).get_json()
        return now["campaign_id"], [one["campaign_id"] for one in now["influence_campaigns"]]

    assert credit(FAIR) == (str(FAIR), [str(SEMINAR), str(MAILING)])
    assert credit(SEMINAR) == (str(SEMINAR), [str(FAIR), str(MAILING)])


def test_everything_that_is_wrong_is_said_at_once(opportunity: Part, deal: Create) -> None:
    made = deal()
    wrong = {"amount": "多額", "phase": "lost", "main_owner_id": "999"}
    draft = {name: made[name] for name in ("name", "account_id", "campaign_id")} | wrong
    for answer in (opportunity.by(RIN).post("/opportunities", json=draft), change(opportunity, made, **wrong)):
        assert answer.status_code == 422
        fields = {each["field"] for each in answer.get_json()["errors"]}
        assert fields == {"amount", "lost_reason", "main_owner_id"}
    assert opportunity.by(RIN).get(f"/opportunities/{made['id']}").get_json() == made
