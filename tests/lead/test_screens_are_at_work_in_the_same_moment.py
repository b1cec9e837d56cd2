"""Somebody is saving on the screen just when a list comes to the same lead: the list waits, and sees what was saved."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, SARA
from tests.lead.conftest import SEMINAR, Lists, all_outcomes, prepared, taro
from tests.parts import Part
from tests.waiting import until

editing = import_module("services.lead.commands.editing")
mark_converted = import_module("services.lead.commands.converting").mark_converted
LeadPatch = import_module("services.lead.schemas.writing").LeadPatch
Show = Callable[..., dict[str, Any]]
WAITING = """
SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
"""


def while_saving(lead: Part, save: Callable[[Session], Any], rows: events.RowsPrepared) -> events.RowOutcome:
    """The list comes when something is saved and not yet committed. What became of its row."""

    def waits() -> bool:
        with lead.transaction() as session:
            return bool(session.scalar(text(WAITING)))

    with ThreadPoolExecutor() as worker:
        with lead.transaction(ISAMU) as session:
            save(session)
            session.flush()
            heard = worker.submit(lead.hear, rows, cause=Cause.new("list", MAKI.id))
            until(lambda: heard.done() or waits(), what="the list at the lead")
            assert not heard.done(), lead.why_set_aside()
        assert heard.result() == "done", lead.why_set_aside()
    (outcome,) = all_outcomes(lead.said(events.RowsSettled)[-1])
    return outcome


@pytest.fixture
def known(lists: Lists) -> int:
    """Taro, a 課長 whom Sara has."""
    (made,) = lists.send(taro(title="課長", owner_id=SARA.id))
    return made.lead_id or 0


def edited(lead: Part, lead_id: int, **patch: Any) -> Callable[[Session], Any]:
    version = lead.by(MAKI).get(f"/leads/{lead_id}").get_json()["version"]
    actor = Actor(ISAMU.id, ISAMU.login, ISAMU.name, frozenset(ISAMU.roles), ISAMU.department_id, "ja", "")
    return lambda session: editing.edit_lead(
        session, actor, lead_id, LeadPatch.model_validate({"version": version} | patch)
    )


def returned(lead_id: int, **cells: Any) -> events.RowsPrepared:
    """The row as it was taken out, but for what the user has changed in it."""
    file = taro(title="課長", owner_id=SARA.id) | {"lead_id": lead_id, "version": 1} | cells
    return prepared(77, 0, file, kind="update")


def test_what_the_file_has_as_it_was_taken_out_changes_nothing(lead: Part, known: int, show: Show) -> None:
    save = edited(lead, known, owner_id=str(ISAMU.id))
    outcome = while_saving(lead, save, returned(known, mobile="09011112222"))
    assert (outcome.outcome, [change.field for change in outcome.changes]) == ("updated", ["mobile"])
    assert show(known)["owner"]["login"] == "isamu"


def test_what_both_change_is_a_conflict(lead: Part, known: int, show: Show) -> None:
    save = edited(lead, known, person={"title": "部長"})
    outcome = while_saving(lead, save, returned(known, title="本部長"))
    assert (outcome.outcome, [(change.field, change.before, change.after) for change in outcome.changes]) == (
        "conflict",
        [("title", "部長", "本部長")],
    )
    assert show(known)["person"]["title"] == "部長"


@pytest.mark.parametrize(
    ("kind", "options"), [("update", {}), ("participants", {"overwrite": {"stage": "file", "title": "file"}})]
)
def test_a_lead_that_is_just_converted_keeps_its_stage(
    lead: Part, known: int, show: Show, kind: str, options: dict[str, Any]
) -> None:
    converted = events.LeadConverted(
        lead_id=known, opportunity_id=5, opportunity_name="案件", account_id=1, account_name="山田商事",
        campaign_id=SEMINAR, main_owner_id=EIJI.id, notify=False, converted_at=datetime(2026, 12, 1, tzinfo=UTC),
    )  # fmt: skip
    rows = prepared(78, 0, taro(title="部長", stage="approaching"), kind=kind, **options)
    outcome = while_saving(lead, lambda session: mark_converted(session, converted), rows)
    assert (outcome.outcome, [reason["code"] for reason in outcome.reasons]) == ("error", ["already_converted"])
    assert show(known)["stage"]["code"] == "converted"
