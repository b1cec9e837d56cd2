"""How events travel: what is left out of a terse one comes back, and one of a former name is still that event."""

import json

import pytest
from sqlalchemy.orm import Session

from chassis.events import Cause, Event, envelope, event_class, opened, uuid7
from chassis.outbox import publish_facts
from contracts import events

SETTLED = events.RowsSettled(
    list_id=1,
    batch=0,
    outcomes=(
        events.RowOutcome(row=2, outcome="unchanged", lead_id=7),
        events.RowOutcome(row=3, outcome="updated", changes=(events.FieldChange(field="title", after="課長"),)),
    ),
)


def body(event: Event) -> bytes:
    return envelope(event, uuid7(), "lead", Cause.new("list"))


def test_a_terse_event_leaves_out_what_goes_without_saying() -> None:
    sent = body(SETTLED)
    assert json.loads(sent)["data"]["outcomes"] == [
        {"row": 2, "outcome": "unchanged", "lead_id": 7},
        {"row": 3, "outcome": "updated", "changes": [{"field": "title", "after": "課長"}]},
    ]
    assert opened(sent)[0] == SETTLED


def test_rows_that_made_a_lead_are_told_by_their_numbers() -> None:
    told = SETTLED.model_copy(update={"created": (1, 4), "created_leads": (8, 9)})
    assert told.made() == {1: 8, 4: 9}
    planned = SETTLED.model_copy(update={"created": (1,), "plan": True})
    assert planned.made() == {1: None}  # no lead yet
    with pytest.raises(ValueError, match="shorter"):
        SETTLED.model_copy(update={"created": (1, 4), "created_leads": (8,)}).made()


def test_facts_of_an_event_with_a_subject_are_said_by_its_model_alone() -> None:
    with Session() as session, pytest.raises(TypeError, match=r"import\.list_finished has a subject"):
        publish_facts(session, events.ListFinished, {})


def test_other_events_say_all_that_they_have() -> None:
    sent = body(events.TurnCome(list_id=1, batch=2))
    assert json.loads(sent)["data"] == {"list_id": 1, "batch": 2, "plan": False}


def test_a_former_name_is_that_of_the_event_and_of_no_other() -> None:
    assert events.RowsPrepared.routing_keys() == ["import.rows_prepared.v2", "import.rows_prepared.v1"]
    assert {event_class(key) for key in events.RowsPrepared.routing_keys()} == {events.RowsPrepared}
    with pytest.raises(TypeError, match=r"Two events are called import\.rows_prepared\."):

        class _Another(Event, name="sample.other", formerly="import.rows_prepared"):
            pass
