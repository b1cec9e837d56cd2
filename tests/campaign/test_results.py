"""Goals against results: what lead and opportunity say is counted once, in whatever order and how often it comes."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from chassis.events import uuid7
from contracts.events import (
    ConversionCancelled,
    ConversionCorrected,
    LeadConverted,
    MemberFact,
    MembersChanged,
    OpportunitySaved,
)
from tests.cast import EIJI, MAKI
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


def members(campaign_id: str, *facts: tuple[int, bool, bool, bool, int]) -> MembersChanged:
    """Facts: lead, invited, responded, new lead, version."""
    members = tuple(
        MemberFact(lead_id=lead_id, invited=invited, responded=responded, new_lead=new_lead, version=version)
        for lead_id, invited, responded, new_lead, version in facts
    )
    return MembersChanged(campaign_id=int(campaign_id), members=members)


def converted(campaign_id: str, lead_id: int, day: int = 1) -> LeadConverted:
    return LeadConverted(
        lead_id=lead_id,
        opportunity_id=lead_id,
        opportunity_name="案件",
        account_id=1,
        account_name="北斗電機",
        campaign_id=int(campaign_id),
        main_owner_id=EIJI.id,
        notify=False,
        converted_at=datetime(2026, 12, day, tzinfo=UTC),
    )


def opportunity(campaign_id: str, number: int, meaning: str, amount: int | None, version: int) -> OpportunitySaved:
    return OpportunitySaved(
        opportunity_id=number,
        opportunity_name="案件",
        account_id=1,
        campaign_id=int(campaign_id),
        main_owner_id=EIJI.id,
        phase_meaning=meaning,
        amount=amount,
        version=version,
    )


def results(campaign: Part, created: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = campaign.by(MAKI).get(f"/campaigns/{created['id']}").get_json()["results"]
    listed = campaign.by(MAKI).get("/campaigns").get_json()["items"]
    assert found == next(item["results"] for item in listed if item["id"] == created["id"])
    return found


def test_invitations_then_responses(campaign: Part, create: Create) -> None:
    created, other = create(), create()
    invited = [(lead, True, False, lead > 2, 1) for lead in range(1, 5)]
    campaign.hear(members(created["id"], *invited))
    campaign.hear(members(other["id"], (1, True, True, False, 1)))
    campaign.hear(members(created["id"], (1, True, True, False, 2), (9, False, True, True, 1)))
    found = results(campaign, created)
    assert (found["invited"], found["responded"], found["new_leads"], found["response_rate"]) == (4, 2, 3, 0.5)


def test_the_same_news_twice_counts_once(campaign: Part, create: Create) -> None:
    created = create()
    news = members(created["id"], (1, True, False, True, 1), (2, True, True, True, 1))
    once = uuid7()
    assert campaign.hear(news, event_id=once) == "done"
    assert campaign.hear(news, event_id=once) == "duplicate"
    assert campaign.hear(news) == "done"  # said again under another id, as a rebuild would
    assert results(campaign, created)["invited"] == 2


def test_any_order_ends_the_same(campaign: Part, create: Create) -> None:
    created = create()
    states = [(True, False, False), (True, True, False), (False, True, True), (True, True, True)]
    news = [
        members(created["id"], (lead, *state, version))
        for lead in range(20)
        for version, state in enumerate(states[: lead % 4 + 1], start=1)
    ]
    random.Random(7).shuffle(news)
    for event in news:
        campaign.hear(event)
    last = [states[lead % 4] for lead in range(20)]
    found = results(campaign, created)
    assert found["invited"] == sum(state[0] for state in last)
    assert found["responded"] == sum(state[1] for state in last)
    assert found["new_leads"] == sum(state[2] for state in last)


def test_two_workers_at_once_count_right(campaign: Part, create: Create) -> None:
    created = create()
    news = [
        members(created["id"], *((lead, True, version == 2, True, version) for lead in range(200)))
        for version in (1, 2, 1, 2, 2, 1)
    ]
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(campaign.hear, news)) == {"done"}
    found = results(campaign, created)
    assert (found["invited"], found["responded"], found["new_leads"]) == (200, 200, 200)


def test_a_thousand_members_in_one_event(campaign: Part, create: Create) -> None:
    created = create()
    campaign.hear(members(created["id"], *((lead, True, False, True, 1) for lead in range(1_000))))
    assert results(campaign, created)["invited"] == 1_000


def test_how_far_leads_came(campaign: Part, create: Create) -> None:
    created = create()
    far = {"contacted": True, "appointment": True}
    facts = (
        MemberFact(lead_id=1, invited=True, responded=True, new_lead=False, version=2, **far, handed_over=True),
        MemberFact(lead_id=2, invited=False, responded=True, new_lead=True, version=2, **far),
        MemberFact(lead_id=3, invited=False, responded=True, new_lead=True, version=1),
    )
    for _ in range(2):
        campaign.hear(MembersChanged(campaign_id=int(created["id"]), members=facts))
    campaign.hear(members(created["id"], (2, False, False, True, 1)))  # older news
    found = results(campaign, created)
    assert (found["contacted"], found["appointments"], found["handed_over"]) == (2, 2, 1)
    assert (found["invited"], found["responded"], found["walk_ins"], found["response_rate"]) == (1, 3, 2, 3.0)
    campaign.hear(members(created["id"], (3, True, True, True, 2)))  # invited after all
    assert results(campaign, created)["walk_ins"] == 1


def test_conversions_and_amounts(campaign: Part, create: Create) -> None:
    created, other = create(), create()
    for lead in (1, 2, 2):
        campaign.hear(converted(created["id"], lead))
    campaign.hear(opportunity(created["id"], 1, "won", 700_000, version=2))
    campaign.hear(opportunity(created["id"], 1, "open", 500_000, version=1))
    campaign.hear(opportunity(created["id"], 2, "open", 300_000, version=1))
    campaign.hear(opportunity(created["id"], 3, "lost", 900_000, version=1))
    campaign.hear(opportunity(created["id"], 4, "won", None, version=1))
    found = results(campaign, created)
    assert (found["converted"], found["won"]) == (2, 2)
    assert (found["won_amount"], found["opportunity_amount"]) == (700_000, 1_000_000)
    assert results(campaign, other)["converted"] == 0


def test_a_conversion_credited_anew_moves(campaign: Part, create: Create) -> None:
    first, second = create(), create()
    campaign.hear(converted(second["id"], 1, day=2))
    campaign.hear(converted(first["id"], 1, day=1))
    assert results(campaign, first)["converted"] == 0
    assert results(campaign, second)["converted"] == 1


def test_an_opportunity_with_a_corrected_campaign_takes_its_conversion_along(campaign: Part, create: Create) -> None:
    """案件化 and 受注 move together."""
    first, second = create(), create()
    moved = ConversionCorrected(
        lead_id=1, opportunity_id=1, campaign_id=int(second["id"]), corrected_at=datetime(2026, 12, 5, tzinfo=UTC)
    )
    campaign.hear(opportunity(first["id"], 1, "won", 100, version=1))
    campaign.hear(opportunity(second["id"], 1, "won", 100, version=2))
    for news in (moved, converted(first["id"], 1), moved):
        assert campaign.hear(news) == "done"
    assert [(results(campaign, each)["converted"], results(campaign, each)["won"]) for each in (first, second)] == [
        (0, 0), (1, 1),
    ]  # fmt: skip


def test_a_conversion_that_was_taken_back_counts_no_longer(campaign: Part, create: Create) -> None:
    created = create()
    for lead_id in (1, 2):
        campaign.hear(converted(created["id"], lead_id))
    back = ConversionCancelled(
        lead_id=1,
        opportunity_id=1,
        campaign_id=int(created["id"]),
        converted_at=datetime(2026, 12, 1, tzinfo=UTC),
        cancelled_at=datetime(2026, 12, 2, tzinfo=UTC),
    )
    for _ in range(2):
        assert campaign.hear(back) == "done"
        assert results(campaign, created)["converted"] == 1
    campaign.hear(converted(created["id"], 1))  # older news
    assert results(campaign, created)["converted"] == 1
    campaign.hear(converted(created["id"], 1, day=3))  # converted again
    assert results(campaign, created)["converted"] == 2
