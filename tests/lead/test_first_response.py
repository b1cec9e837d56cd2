"""初回対応期限: what is near or past it is found and shown, and managers hear once of what nobody answered in time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.database import transaction
from chassis.events import Cause
from contracts import events
from tests.cast import GAKU, ISAMU, MAKI, MANA, Person
from tests.lead.conftest import Lists, hanako, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
Leads = dict[str, str]


def due_in(lead: Part, lead_id: str, **span: float) -> None:
    details = lead.by(MAKI).get(f"/leads/{lead_id}").get_json()
    due = (datetime.now(UTC) + timedelta(**span)).isoformat()
    answer = lead.by(MAKI).patch(f"/leads/{lead_id}", json={"version": details["version"], "first_response_due": due})
    assert answer.status_code == 200, answer.text


@pytest.fixture
def leads(lead: Part, lists: Lists) -> Leads:
    """late by two hours (isamu's), soon (nobody's), later (gaku's)."""
    made = lists.send(taro(owner_id=ISAMU.id), hanako(), row("森", "一", company="森林組合", owner_id=GAKU.id))
    found = {name: str(outcome.lead_id) for name, outcome in zip(("late", "soon", "later"), made, strict=True)}
    for name, hours in (("late", -2), ("soon", 5), ("later", 30)):
        due_in(lead, found[name], hours=hours)
    lead.forget_said()
    return found


def minute(lead: Part) -> list[tuple[int, int, list[str]]]:
    """A minute passes: whom it told of how many, and which."""
    lead.forget_said()
    assert lead.service.every_minute
    with transaction(Cause.new("clock")) as session:
        lead.service.every_minute(session)
    return [
        (said.manager_id, said.count, [str(one.lead_id) for one in said.leads])
        for said in lead.said(events.FirstResponsesOverdue)
    ]


def manager(lead: Part, user_id: int, department_id: int | None, active: bool = True) -> None:
    fact = events.UserFact(
        user_id=user_id, login=f"m{user_id}", name=f"管理 {user_id}", email="m@tsunagi.example.jp", version=1,
        department_id=department_id, department="部", roles=("manager",), active=active,
    )  # fmt: skip
    assert lead.hear(events.UsersChanged(users=(fact,))) == "done"


def found(lead: Part, by: Person = MANA, **filters: str) -> set[str]:
    return {item["id"] for item in lead.by(by).get("/leads", query_string=filters).get_json()["items"]}


def test_what_is_near_or_past_is_found_and_shown(lead: Part, leads: Leads, show: Show) -> None:
    assert found(lead, first_response="overdue") == {leads["late"]}
    assert found(lead, first_response="due") == {leads["late"], leads["soon"]}
    assert found(lead, first_response="due", owner="me") == set()
    assert found(lead, GAKU, first_response="due") == set()
    assert [show(leads[name])["first_response"] for name in ("late", "soon", "later")] == ["overdue", "soon", "waiting"]
    assert lead.by(MANA).get("/leads?first_response=never").status_code == 422


def test_the_clock_stops_by_an_action_or_a_last_stage(lead: Part, leads: Leads, show: Show) -> None:
    called = {"type": "call_out", "result": "no_answer"}
    assert lead.by(ISAMU).post(f"/leads/{leads['late']}/actions", json=called).status_code == 201
    dropped = {"version": show(leads["soon"])["version"], "stage": "passed", "drop_reason": "競合"}
    assert lead.by(ISAMU).patch(f"/leads/{leads['soon']}", json=dropped).status_code == 200
    assert found(lead, first_response="due") == set()
    assert [show(leads[name])["first_response"] for name in ("late", "soon")] == ["", ""]
    assert minute(lead) == []


def test_managers_hear_once_of_what_is_overdue(lead: Part, leads: Leads, show: Show) -> None:
    version = show(leads["late"])["version"]
    assert minute(lead) == [(MANA.id, 1, [leads["late"]])]
    assert minute(lead) == []
    assert show(leads["late"])["version"] == version
    # A new due moment counts anew; what is told of together is one notice.
    due_in(lead, leads["late"], minutes=-10)
    due_in(lead, leads["soon"], minutes=-20)
    assert [(manager_id, count) for manager_id, count, _ in minute(lead)] == [(MANA.id, 2)]
    assert minute(lead) == []


def test_the_managers_of_the_department_hear_of_it_and_else_all(lead: Part, leads: Leads) -> None:
    manager(lead, 21, ISAMU.department_id)
    manager(lead, 22, ISAMU.department_id)
    manager(lead, 23, ISAMU.department_id, active=False)
    due_in(lead, leads["soon"], hours=-1)
    due_in(lead, leads["later"], hours=-1)
    told = {manager_id: set(ids) for manager_id, _, ids in minute(lead)}
    of_nobody = {leads["soon"], leads["later"]}
    assert told == {MANA.id: of_nobody, 21: {leads["late"], *of_nobody}, 22: {leads["late"], *of_nobody}}


def test_two_workers_at_once_tell_once(lead: Part, leads: Leads) -> None:
    assert lead.service.every_minute
    with transaction(Cause.new("clock")) as first:
        lead.service.every_minute(first)
        with transaction(Cause.new("clock")) as second:
            lead.service.every_minute(second)
    (said,) = lead.said(events.FirstResponsesOverdue)
    assert [str(one.lead_id) for one in said.leads] == [leads["late"]]
