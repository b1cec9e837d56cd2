"""案件化の取消: by who converted or a manager, while nothing stands upon it; what is kept is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from contracts import events
from tests.cast import EIJI, ISAMU, MANA, RIN, SARA
from tests.parts import Part
from tests.waiting import until

from .conftest import MAILING
from .test_convert_lead import convert, rows
from .test_handover import answer

Create = Callable[..., dict[str, Any]]


def cancel(opportunity: Part, person: Any = ISAMU, lead_id: int = 1, **body: Any) -> Any:
    return opportunity.by(person).post(f"/leads/{lead_id}/conversion/cancellation", json=body)


def test_what_the_conversion_made_counts_no_longer(opportunity: Part) -> None:
    made = convert(opportunity).get_json()
    shown = opportunity.by(ISAMU).get("/leads/1/conversion").get_json()
    assert (shown["may_cancel"], shown["obstacle"], shown["converted_by_name"]) == (True, "", ISAMU.name)
    opportunity.forget_said()
    done = cancel(opportunity, reason="会社を間違えた")
    assert done.status_code == 200, done.text
    assert [one["record"] for one in done.get_json()["kept"]] == ["account", "opportunity"]
    (said,) = opportunity.said(events.ConversionCancelled)
    assert (said.lead_id, said.opportunity_id, said.nurturing) == (1, int(made["opportunity_id"]), False)
    (saved,) = opportunity.said(events.OpportunitySaved)
    assert (saved.cancelled, saved.phase_meaning) == (True, "lost")
    path = f"/opportunities/{made['opportunity_id']}"
    for search in ("/opportunities", f"/opportunities?account_id={made['account_id']}"):
        assert opportunity.by(EIJI).get(search).get_json()["total"] == 0
    assert opportunity.by(EIJI).get("/opportunities?cancelled=true").get_json()["total"] == 1
    kept = opportunity.by(EIJI).get(path).get_json()
    assert (kept["cancelled_at"] is not None, kept["handover"]) == (True, "withdrawn")
    changed = opportunity.by(EIJI).patch(path, json={"version": kept["version"], "name": "x"})
    added = opportunity.by(EIJI).post(f"{path}/activities", json={"type": "call"})
    assert (changed.status_code, added.status_code) == (409, 409)
    fields = {one["field"] for one in opportunity.by(EIJI).get(f"{path}/changes").get_json()["items"]}
    assert {"cancelled_at", "cancellation_reason", "handover"} <= fields


def test_the_lead_may_be_converted_again(opportunity: Part) -> None:
    first = convert(opportunity).get_json()
    cancel(opportunity)
    assert opportunity.by(ISAMU).get("/leads/1/conversion").status_code == 404
    assert cancel(opportunity).status_code == 404
    second = convert(opportunity, account={"id": first["account_id"]}).get_json()
    assert second["opportunity_id"] != first["opportunity_id"]
    assert rows(opportunity)["account"] == 1
    refused = convert(opportunity, 2, account=None, opportunity={"id": first["opportunity_id"]})
    assert refused.get_json()["errors"][0]["field"] == "opportunity.id"


def test_an_opportunity_that_was_there_before_loses_what_was_added(opportunity: Part, deal: Create) -> None:
    known = deal(campaign_id=str(MAILING))
    convert(opportunity, account=None, opportunity={"id": known["id"]})
    (kept,) = cancel(opportunity).get_json()["kept"]
    assert (kept["record"], kept["id"]) == ("opportunity", known["id"])
    shown = opportunity.by(EIJI).get(f"/opportunities/{known['id']}").get_json()
    assert (shown["lead_id"], shown["influence_campaigns"], shown["cancelled_at"]) == (None, [], None)


def test_what_was_built_upon_it_stays(opportunity: Part) -> None:
    made = convert(opportunity).get_json()["opportunity_id"]
    opportunity.by(EIJI).post(f"/opportunities/{made}/activities", json={"type": "visit"})
    refused = cancel(opportunity)
    assert (refused.status_code, "活動が登録" in refused.get_json()["detail"]) == (409, True)
    shown = opportunity.by(ISAMU).get("/leads/1/conversion").get_json()
    assert (shown["may_cancel"], "活動" in shown["obstacle"]) == (False, True)


def test_a_changed_opportunity_stays(opportunity: Part) -> None:
    made = convert(opportunity).get_json()["opportunity_id"]
    opportunity.by(EIJI).patch(f"/opportunities/{made}", json={"version": 1, "amount": 1})
    assert "更新されています" in cancel(opportunity).get_json()["detail"]


def test_an_accepted_handover_stays_and_a_returned_one_does_not_hinder(opportunity: Part) -> None:
    made = convert(opportunity).get_json()["opportunity_id"]
    answer(opportunity, made, EIJI, "acceptance")
    assert "受領" in cancel(opportunity).get_json()["detail"]
    second = convert(opportunity, 2, account={"name": "南十字工業"}).get_json()["opportunity_id"]
    answer(opportunity, second, EIJI, "return", reason="担当外")
    assert cancel(opportunity, lead_id=2).status_code == 200


def test_another_lead_in_the_same_opportunity_hinders(opportunity: Part) -> None:
    made = convert(opportunity).get_json()
    convert(opportunity, 2, account=None, opportunity={"id": made["opportunity_id"]})
    assert "ほかのリード" in cancel(opportunity).get_json()["detail"]
    assert cancel(opportunity, lead_id=2).status_code == 200


def test_an_opportunity_of_several_leads_goes_on_with_the_next(opportunity: Part) -> None:
    made = convert(opportunity).get_json()["opportunity_id"]
    convert(opportunity, 2, account=None, opportunity={"id": made})
    answer(opportunity, made, EIJI, "return", reason="時期尚早")
    assert answer(opportunity, made, ISAMU, "nurturing").status_code == 200
    shown = opportunity.by(EIJI).get(f"/opportunities/{made}").get_json()
    assert (shown["lead_id"], shown["cancelled_at"]) == ("2", None)


def test_two_who_take_it_back_at_once(opportunity: Part) -> None:
    """再育成 locks the opportunity, then its conversion; 取消 in any other order would end both."""
    made = convert(opportunity).get_json()["opportunity_id"]
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )

    def waits() -> bool:
        with opportunity.transaction() as session:
            return bool(session.execute(waiting).all())

    with ThreadPoolExecutor(1) as pool:
        with opportunity.transaction() as other:
            other.execute(text("SELECT FROM opportunity WHERE id = :id FOR UPDATE"), {"id": made})
            cancelled = pool.submit(cancel, opportunity)
            until(waits, what="the cancellation to wait")
            other.execute(text("SELECT FROM conversion WHERE lead_id = 1 FOR UPDATE"))
        assert cancelled.result().status_code == 200
    assert cancel(opportunity).status_code == 404


@pytest.mark.parametrize(("person", "status"), [(ISAMU, 200), (MANA, 200), (SARA, 403), (RIN, 403)])
def test_who_may(opportunity: Part, person: Any, status: int) -> None:
    convert(opportunity)
    assert cancel(opportunity, person).status_code == status


@pytest.mark.parametrize("notify", [True, False])
def test_the_main_owner_is_to_be_told_if_he_was_told_of_the_conversion(opportunity: Part, notify: bool) -> None:
    convert(opportunity, notify=notify)
    opportunity.forget_said()
    cancel(opportunity, reason="会社を間違えた")
    (said,) = opportunity.said(events.ConversionCancelled)
    assert (said.main_owner_id, said.notify, said.reason) == (EIJI.id, notify, "会社を間違えた")
    assert said.opportunity_name and said.account_name and said.new_opportunity


def test_who_converted_is_to_be_told_when_a_manager_takes_it_back(opportunity: Part) -> None:
    made = convert(opportunity, notify=False).get_json()["opportunity_id"]
    answer(opportunity, made, EIJI, "return", reason="担当外")
    opportunity.forget_said()
    cancel(opportunity, MANA)
    (said,) = opportunity.said(events.ConversionCancelled)
    assert (said.main_owner_id, said.notify) == (ISAMU.id, True)
