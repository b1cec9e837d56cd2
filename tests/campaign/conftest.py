"""The campaign service with the cast known to it, and a campaign to begin with."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import MAKI
from tests.parts import Part

SEMINAR = {
    "name": "製造業DXセミナー",
    "category": "seminar",
    "status": "preparing",
    "start_date": "2026-12-01",
    "end_date": "2026-12-02",
    "owner_id": str(MAKI.id),
}


@pytest.fixture
def campaign(part: Callable[[str], Part]) -> Part:
    service = part("campaign")
    service.knows_the_cast()
    return service


@pytest.fixture
def create(campaign: Part) -> Callable[..., dict[str, Any]]:
    """`create(name="…")`: a seminar, with what is named changed."""

    def create(**changed: Any) -> dict[str, Any]:
        answer = campaign.by(MAKI).post("/campaigns", json=SEMINAR | changed)
        assert answer.status_code == 201, answer.text
        created: dict[str, Any] = answer.get_json()
        return created

    return create
