"""A lead that a list had made, and that went when the list was taken back."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI
from tests.parts import Part

THERE = events.LeadFact(
    lead_id=1, number="L-000001", person_name="山田 太郎", company="", stage="", stage_meaning="open", version=8
)
GONE = THERE.model_copy(update={"removed": True, "version": 9})


@pytest.mark.parametrize("told", [[(GONE,), (THERE,)], [(GONE, THERE)], [(THERE, GONE)]])
def test_a_lead_that_is_gone_gets_no_opportunity(
    opportunity: Part, deal: Callable[..., dict[str, Any]], told: list[tuple[events.LeadFact, ...]]
) -> None:
    """The newest news of it holds, whether it comes in several events or in one, and in whatever order."""
    for leads in told:
        assert opportunity.hear(events.LeadsChanged(leads=leads)) == "done"
    made = deal()
    draft = {"name": "x", "account_id": made["account_id"], "campaign_id": made["campaign_id"], "lead_id": "1"}
    refused = opportunity.by(EIJI).post("/opportunities", json=draft | {"main_owner_id": str(EIJI.id)})
    assert [error["field"] for error in refused.get_json()["errors"]] == ["lead_id"], refused.text
