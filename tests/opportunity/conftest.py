"""The opportunity service with the cast and two campaigns known to it, and lead beside it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI
from tests.parts import Part

from .lead_service import LeadService

SEMINAR, FAIR, MAILING = 11, 12, 13


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Iterator[LeadService]:
    """Leads 1 to 5 have the seminar and the fair in their history."""
    service = LeadService()
    service.histories = {lead_id: [SEMINAR, FAIR] for lead_id in range(1, 6)}
    monkeypatch.setenv("TSUNAGI_LEAD_URL", service.url)
    yield service
    service.stop()


@pytest.fixture
def opportunity(lead: LeadService, part: Callable[[str], Part]) -> Part:
    service = part("opportunity")
    service.knows_the_cast()
    for campaign_id, name in ((SEMINAR, "製造業DXセミナー"), (FAIR, "秋の展示会"), (MAILING, "年末メール")):
        saved = events.CampaignSaved(
            campaign_id=campaign_id,
            code=f"C-{campaign_id}",
            campaign_name=name,
            category="seminar",
            status="running",
            owner_id=MAKI.id,
            version=1,
        )
        assert service.hear(saved) == "done", service.why_set_aside()
    fact = events.LeadFact(
        lead_id=1,
        number="L-000001",
        person_name="山田 太郎",
        company="株式会社北斗電機",
        stage="appointment",
        stage_meaning="appointment",
        version=1,
    )
    assert service.hear(events.LeadsChanged(leads=(fact,))) == "done", service.why_set_aside()
    return service


@pytest.fixture
def account(opportunity: Part) -> Callable[..., dict[str, Any]]:
    """`account(name="…")`: a new account."""

    def create(**values: Any) -> dict[str, Any]:
        answer = opportunity.by(EIJI).post("/accounts", json={"name": "株式会社北斗電機"} | values)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.get_json()
        return created

    return create


@pytest.fixture
def deal(opportunity: Part, account: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """`deal(name="…")`: a new opportunity, of a new account unless one is named."""

    def create(**values: Any) -> dict[str, Any]:
        draft = {"name": "生産管理システム", "main_owner_id": str(EIJI.id), "campaign_id": str(SEMINAR)} | values
        draft.setdefault("account_id", account()["id"] if "account_id" not in values else "")
        answer = opportunity.by(ISAMU).post("/opportunities", json=draft)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.get_json()
        return created

    return create
