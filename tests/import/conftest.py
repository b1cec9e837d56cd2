"""The import service as the tests of this folder meet it."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.parts import Part

from .exporting import Leads
from .making import module
from .registering import CAMPAIGN, CLOSED, campaign


@pytest.fixture
def importing(part: Callable[[str], Part]) -> Part:
    """The import service, which has heard of the cast, two campaigns and the masters."""
    service = part("import")
    service.knows_the_cast()
    for campaign_id, is_open in ((CAMPAIGN, True), (CLOSED, False)):
        service.hear(campaign(campaign_id, is_open))
    masters = {
        "lead-stages": [("open", "未対応", "open"), ("converted", "案件化", "converted")],
        "member-statuses": [("attended", "参加", "response")],
        "lead-sources": [("seminar", "セミナー", "")],
        "temperatures": [("A", "A", ""), ("B", "B", "")],
    }
    for master, values in masters.items():
        choices = tuple(
            events.Choice(code=code, label=label, meaning=meaning, position=at)
            for at, (code, label, meaning) in enumerate(values)
        )
        service.hear(events.MastersChanged(master=master, choices=choices, version=1))
    assert service.why_set_aside() == []
    return service


@pytest.fixture
def campaigns(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the campaign service answers, by path."""
    answers: dict[str, Any] = {f"/campaigns/{CLOSED}": {"name": "春のセミナー", "open_for_lists": False}}

    class Campaigns:
        def get(self, path: str) -> Any:
            return answers[path]

    monkeypatch.setattr(module("commands.registering"), "call", lambda service, token: Campaigns())
    return answers


@pytest.fixture
def leads(monkeypatch: pytest.MonkeyPatch) -> Leads:
    """The lead service with 2,500 leads."""
    found = Leads(2_500)
    monkeypatch.setattr(module("commands.exporting"), "call", lambda service, token: found)
    return found
