"""取消 of a finished list: who may, when it is refused, how far it is, and which rows were kept."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, MANA, Person
from tests.parts import Part

from .making import people
from .registering import details, read_and_check, settle, upload

SINCE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@pytest.fixture
def list_id(importing: Part) -> str:
    """Four rows of a finished list, which made the leads 1002 to 1005."""
    made = str(upload(importing, people(4)).get_json()["id"])
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    importing.forget_said()
    return made


def undo(service: Part, list_id: str, person: Person | None = MAKI) -> Any:
    return service.by(person).post(f"/lists/{list_id}/undoing")


def settled(list_id: str, part: int, undone: int, *kept: int, leads: int = 4) -> events.UndoingSettled:
    stayed = tuple(events.KeptLead(lead_id=lead, changed_at=SINCE, changed_by=ISAMU.id) for lead in kept)
    return events.UndoingSettled(list_id=int(list_id), part=part, leads=leads, undone=undone, kept=stayed)


def test_a_list_is_taken_back_part_by_part(importing: Part, list_id: str) -> None:
    assert details(importing, list_id)["may_undo"] is True
    answer = undo(importing, list_id)
    assert (answer.status_code, answer.get_json()) == (202, {"id": list_id, "status": "undoing"})
    ((asked, cause),) = importing.said_with_cause(events.ListUndoing)
    assert (asked.list_id, cause.kind, cause.actor_id) == (int(list_id), "list_undoing", MAKI.id)
    importing.hear(settled(list_id, 1, 1, 1004))
    state = details(importing, list_id)
    assert (state["status"], state["may_undo"]) == ("undoing", False)
    assert state["undoing"] | {"at": ""} == {
        **{"at": "", "by": {"id": str(MAKI.id), "name": MAKI.name}},
        **{"leads": 4, "undone": 1, "kept": 1},
    }
    for _ in range(2):  # said twice: nothing changes
        importing.hear(settled(list_id, 0, 2))
    state = details(importing, list_id)
    assert (state["status"], state["undoing"]["undone"], state["undoing"]["kept"]) == ("undone", 3, 1)
    assert importing.why_set_aside() == []


def test_what_lead_could_not_begin_is_told_and_may_be_tried_again(importing: Part, list_id: str) -> None:
    undo(importing, list_id)
    given_up = settled(list_id, 0, 0, leads=0).model_copy(update={"given_up": True})
    importing.hear(given_up)
    state = details(importing, list_id)
    assert (state["status"], state["may_undo"], state["undoing"]["undone"]) == ("finished", True, 0)
    assert undo(importing, list_id).status_code == 202
    assert details(importing, list_id)["status"] == "undoing"
    importing.hear(settled(list_id, 0, 4))
    importing.hear(given_up)  # too late
    state = details(importing, list_id)
    assert (state["status"], state["undoing"]["undone"]) == ("undone", 4)


def test_kept_rows_tell_who_and_when_and_rows_of_leads_that_are_gone_lead_nowhere(
    importing: Part, list_id: str
) -> None:
    undo(importing, list_id)
    importing.hear(settled(list_id, 0, 3, 1004))
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["items"]
    assert [row["lead_id"] for row in rows] == [None, None, "1004", None]
    page = importing.by(MAKI).get(f"/lists/{list_id}/rows?kept=true").get_json()
    assert page["total"] == 1
    assert page["items"][0]["kept"] == {
        "at": "2026-11-20T01:00:00Z",
        "by": {"id": str(ISAMU.id), "name": ISAMU.name},
    }


def test_a_kept_lead_that_goes_with_another_list_is_kept_no_longer(importing: Part, list_id: str) -> None:
    undo(importing, list_id)
    importing.hear(settled(list_id, 0, 2, 1003, 1004))
    for _ in range(2):  # said twice: nothing changes
        importing.hear(events.KeptLeadsUndone(list_id=int(list_id), lead_ids=(1004, 1005)))
    state = details(importing, list_id)
    assert (state["status"], state["undoing"]["undone"], state["undoing"]["kept"]) == ("undone", 3, 1)
    rows = importing.by(MAKI).get(f"/lists/{list_id}/rows").get_json()["items"]
    assert [row["lead_id"] for row in rows] == [None, "1003", None, None]
    assert importing.why_set_aside() == []


def test_it_is_refused_the_second_time_and_to_others(importing: Part, list_id: str) -> None:
    assert undo(importing, list_id, ISAMU).status_code == 403
    assert undo(importing, list_id, EIJI).status_code == 403
    assert undo(importing, "999").status_code == 404
    assert undo(importing, list_id, MANA).status_code == 202
    again = undo(importing, list_id)
    assert (again.status_code, again.get_json()["type"].rpartition(":")[2]) == (409, "undone_already")
    assert len(importing.said(events.ListUndoing)) == 1


def test_a_list_at_work_or_without_effect_has_nothing_to_undo(importing: Part) -> None:
    running = upload(importing, people(3)).get_json()["id"]
    refused = undo(importing, running)
    assert (refused.status_code, refused.get_json()["type"].rpartition(":")[2]) == (409, "list_at_work")
    for prepared in read_and_check(importing):
        settle(importing, prepared, "unchanged")
    assert details(importing, running)["may_undo"] is False
    refused = undo(importing, running)
    assert refused.get_json()["type"].rpartition(":")[2] == "nothing_to_undo"


def test_the_same_file_may_come_again(importing: Part, list_id: str) -> None:
    undo(importing, list_id)
    importing.hear(settled(list_id, 0, 4))
    assert upload(importing, people(4)).status_code == 202
