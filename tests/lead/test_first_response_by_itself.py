"""初回対応期限 that nobody set: some hours of working days after a lead was given, as administrators say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from chassis.database import transaction
from chassis.events import Cause
from contracts import events
from tests.cast import ADMIN, GAKU, ISAMU, MAKI, MANA
from tests.lead.conftest import Lists, hanako, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
JAPAN = ZoneInfo("Asia/Tokyo")


def set_hours(lead: Part, hours: int) -> None:
    answer = lead.by(ADMIN).patch("/settings/first-response", json={"hours": hours})
    assert answer.status_code == 200 and answer.get_json()["hours"] == hours, answer.text


def given(lead: Part, lead_id: int | None, **ago: float) -> None:
    """Moves the moment at which the lead was given, and that of the setting before it."""
    with lead.transaction() as session:
        values = {"id": lead_id, "at": datetime.now(UTC) - timedelta(**ago)}
        session.execute(text("UPDATE lead SET assigned_at = :at WHERE id = :id"), values)
        since = text('UPDATE setting SET value = value || \'{"since": "2020-01-01T00:00:00Z"}\' WHERE name = :name')
        session.execute(since, {"name": "first_response"})


def found(lead: Part, kind: str) -> set[str]:
    items = lead.by(MANA).get("/leads", query_string={"first_response": kind}).get_json()["items"]
    return {item["id"] for item in items}


def minute(lead: Part) -> list[int]:
    lead.forget_said()
    assert lead.service.every_minute
    with transaction(Cause.new("clock")) as session:
        lead.service.every_minute(session)
    return [said.count for said in lead.said(events.FirstResponsesOverdue)]


def test_a_lead_that_is_given_has_a_due_moment_and_one_of_nobody_has_none(lead: Part, lists: Lists, show: Show) -> None:
    mine, nobodys = lists.send(taro(owner_id=ISAMU.id), hanako())
    assert lead.by(ADMIN).get("/settings/first-response").get_json()["hours"] == 48
    details = show(mine.lead_id)
    assert details["first_response"] == "waiting"
    left = datetime.fromisoformat(details["first_response_due"]) - datetime.now(UTC)
    assert timedelta(hours=47) < left < timedelta(hours=48 + 6 * 24)  # the longest row of days off is six
    assert (show(nobodys.lead_id)["first_response"], show(nobodys.lead_id)["first_response_due"]) == ("", None)
    lead.by(MAKI).post("/leads/assignments", json={"lead_ids": [str(nobodys.lead_id)], "owner_id": str(ISAMU.id)})
    assert show(nobodys.lead_id)["first_response"] == "waiting"


def test_what_ran_out_is_found_shown_and_told_of_once(lead: Part, lists: Lists, show: Show) -> None:
    late, _ = lists.send(taro(owner_id=ISAMU.id), hanako(owner_id=ISAMU.id))
    given(lead, late.lead_id, days=9)
    assert found(lead, "overdue") == {str(late.lead_id)}
    assert show(late.lead_id)["first_response"] == "overdue"
    assert minute(lead) == [1] and minute(lead) == []
    given(lead, late.lead_id, days=10)  # to somebody else, and again nothing was done in time
    assert minute(lead) == [1]
    called = {"type": "call_out", "result": "no_answer"}
    assert lead.by(ISAMU).post(f"/leads/{late.lead_id}/actions", json=called).status_code == 201
    assert found(lead, "overdue") == set() and show(late.lead_id)["first_response"] == ""


def test_a_due_moment_that_somebody_set_wins(lead: Part, lists: Lists, show: Show) -> None:
    (late,) = lists.send(taro(owner_id=ISAMU.id))
    given(lead, late.lead_id, days=9)
    due = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    version = show(late.lead_id)["version"]
    assert (
        lead.by(MAKI).patch(f"/leads/{late.lead_id}", json={"version": version, "first_response_due": due}).status_code
        == 200
    )
    assert found(lead, "due") == set() and show(late.lead_id)["first_response"] == "waiting"


def test_administrators_say_how_long(lead: Part, lists: Lists, show: Show) -> None:
    (mine,) = lists.send(taro(owner_id=ISAMU.id))
    set_hours(lead, 500)
    given(lead, mine.lead_id, days=9)
    assert show(mine.lead_id)["first_response"] == "waiting"
    set_hours(lead, 0)
    assert show(mine.lead_id)["first_response"] == "" and found(lead, "due") == set()
    set_hours(lead, 1)
    assert show(mine.lead_id)["first_response"] == ""  # it was given before a clock ran
    for person in (MAKI, MANA, GAKU):
        assert lead.by(person).patch("/settings/first-response", json={"hours": 5}).status_code == 403
    assert lead.by(ADMIN).patch("/settings/first-response", json={"hours": -1}).status_code == 422


@pytest.mark.parametrize(
    ("given_at", "hours", "due"),
    [
        ("2026-11-24T10:00", 24, "2026-11-25T10:00"),  # Tuesday
        ("2026-11-27T10:00", 24, "2026-11-30T10:00"),  # from a Friday to the Monday
        ("2026-11-28T10:00", 8, "2026-11-30T08:00"),  # on a Saturday: from Monday 0:00 on
        ("2026-11-27T10:00", 240, "2026-12-11T10:00"),  # two working weeks
        ("2026-05-01T10:00", 24, "2026-05-07T10:00"),  # over a weekend and three holidays
        ("2026-11-23T10:00", 8, "2026-11-24T08:00"),  # on a holiday: from the next day on
        ("2026-09-18T12:00", 24, "2026-09-24T12:00"),  # over the day between two holidays
        ("2026-11-02T10:00", 48, "2026-11-05T10:00"),
        ("2023-01-06T23:00", 2, "2023-01-09T01:00"),  # before the Monday that is counted from
    ],
)  # fmt: skip
def test_hours_of_weekends_and_holidays_do_not_count(given_at: str, hours: int, due: str) -> None:
    rule = import_module("services.lead.first_response")

    class Given:
        first_response_due, assigned_at = None, datetime.fromisoformat(given_at).replace(tzinfo=JAPAN)

    found = rule.Clock(hours, datetime(2020, 1, 1, tzinfo=UTC)).due(Given)
    assert found.astimezone(JAPAN).replace(tzinfo=None).isoformat(timespec="minutes") == due


@pytest.mark.parametrize(
    "now", ["2026-05-01T10:00", "2026-05-04T12:00", "2026-05-07T12:00", "2026-11-24T09:00", "2026-11-28T09:00"]
)
def test_what_is_found_is_what_is_shown(lead: Part, lists: Lists, now: str) -> None:
    """The database finds by one moment what Python says of each lead, around weekends and holidays."""
    rule = import_module("services.lead.first_response")
    (mine,) = lists.send(taro(owner_id=ISAMU.id))
    until = datetime.fromisoformat(now).replace(tzinfo=JAPAN)
    for hours in (1, 24, 48, 500):
        set_hours(lead, hours)
        for before in range(0, 24 * 30, 11):
            at = until - timedelta(hours=before, minutes=30)

            class Given:
                first_response_due, assigned_at = None, at

            with lead.transaction() as session:
                session.execute(text("UPDATE lead SET assigned_at = :at"), {"at": at})
                since = text(
                    'UPDATE setting SET value = value || \'{"since": "2020-01-01T00:00:00Z"}\' WHERE name = :name'
                )
                session.execute(since, {"name": "first_response"})
                found = session.scalar(select(func.count()).select_from(rule.Lead).where(rule.ended(until)))
            due = rule.Clock(hours, datetime(2020, 1, 1, tzinfo=UTC)).due(Given)
            assert bool(found) == (due < until), (hours, at, due)
    assert mine.lead_id
