"""How fast a list goes, and how long it will still take, as its page tells it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import render_template

from gateway.pages import list_words
from tests.parts import Part

NOW = datetime(2026, 4, 8, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_words, "datetime", SimpleNamespace(now=lambda zone: NOW.astimezone(zone)))


@pytest.mark.parametrize(
    ("settled", "read", "seconds", "rate", "remaining"),
    [(500, 1_000, 10, 50, "残り 約10秒"), (100, 100_000, 10, 10, "残り 約167分"), (1_000, 1_000, 10, 100, "")],
)
def test_a_running_list_tells_its_pace(
    gateway: Part, settled: int, read: int, seconds: int, rate: int, remaining: str
) -> None:
    began = (NOW - timedelta(seconds=seconds)).isoformat()
    uploaded: dict[str, Any] = {"status": "committing", "rows_settled": settled, "rows_read": read}
    uploaded |= {"at_work_since": began, "settled_before": 0, "reading": False}
    with gateway.app.test_request_context("/lists/1"):
        found = list_words.pace(uploaded)
        assert found and (found.rate, found.remaining) == (rate, remaining)
        longer = list_words.pace(uploaded | {"reading": True})
        assert longer and (longer.rate, longer.remaining) == (rate, "")
        assert (
            list_words.pace(uploaded | {"rows_settled": 0})
            is list_words.pace(uploaded | {"status": "finished"})
            is None
        )


def test_there_is_no_pace_of_a_moment_or_of_a_pause(gateway: Part) -> None:
    for settled, seconds in ((8, 0.8), (6, 600)):
        began = (NOW - timedelta(seconds=seconds)).isoformat()
        uploaded: dict[str, Any] = {"status": "committing", "rows_settled": settled, "rows_read": 8_000}
        with gateway.app.test_request_context("/lists/1"):
            assert list_words.pace(uploaded | {"at_work_since": began, "settled_before": 0, "reading": True}) is None


def test_what_was_settled_before_is_no_pace(gateway: Part) -> None:
    """Rows come again to a long list; leads of a list are taken back."""
    began = (NOW - timedelta(seconds=10)).isoformat()
    uploaded: dict[str, Any] = {"status": "committing", "rows_settled": 99_200, "rows_read": 100_000, "id": "1"}
    uploaded |= {"at_work_since": began, "settled_before": 99_000, "reading": False}
    undoing = {"at": began, "leads": 3_000, "undone": 1_900, "kept": 100, "by": {"name": "牧野 真紀"}}
    taken_back = uploaded | {"status": "undoing", "settled_before": 1_000, "undoing": undoing, "rows_read": 0}
    with gateway.app.test_request_context("/lists/1"):
        found = list_words.pace(uploaded)
        assert found and (found.rate, found.remaining) == (20, "残り 約40秒")
        assert list_words.pace(uploaded | {"settled_before": 99_200}) is None
        undone = list_words.pace(taken_back)
        assert undone and (undone.rate, undone.remaining) == (100, "残り 約10秒")
        page = render_template("lists/_progress.html", list=taken_back, running=True, pace=undone, **list_words.words())
    assert "2,000 / 3,000件のリード" in page and "100 件/秒 ・ 残り 約10秒" in page


def test_between_batches_the_rest_only_falls(gateway: Part) -> None:
    """The rate is that of the last batch that was settled: while the next one is at work, only time goes by."""
    uploaded: dict[str, Any] = {"status": "committing", "rows_settled": 4_000, "rows_read": 8_000, "reading": False}
    uploaded |= {"at_work_since": (NOW - timedelta(seconds=20)).isoformat(), "settled_before": 0}
    told = []
    with gateway.app.test_request_context("/lists/1"):
        for waited in (0, 5, 9):
            settled = NOW - timedelta(seconds=waited)
            began = settled - timedelta(seconds=20)
            found = list_words.pace(uploaded | {"settled_at": settled.isoformat(), "at_work_since": began.isoformat()})
            assert found and found.rate == 200
            told.append(found.remaining)
        assert told == ["残り 約20秒", "残り 約15秒", "残り 約11秒"]
        settled, began = NOW - timedelta(seconds=40), NOW - timedelta(seconds=60)
        late = list_words.pace(uploaded | {"settled_at": settled.isoformat(), "at_work_since": began.isoformat()})
        assert late and late.remaining == "", "nobody knows how long what stands still takes"
