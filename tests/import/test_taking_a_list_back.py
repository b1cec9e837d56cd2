"""取消 of a finished list: who may, when it is refused, how far it is, and which rows were kept."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from chassis.consumers import Permanent
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
        **{"leads": 4, "undone": 1, "kept": 1, "failed": 0},
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
        "other_list": None,
    }


def test_who_is_kept_on_account_of_another_list_is_told_so(importing: Part, list_id: str) -> None:
    undo(importing, list_id)
    there_too = events.KeptLead(lead_id=1004, changed_at=SINCE, changed_by=ISAMU.id, other_list=77)
    importing.hear(settled(list_id, 0, 3).model_copy(update={"kept": (there_too,)}))
    page = importing.by(MAKI).get(f"/lists/{list_id}/rows?kept=true").get_json()
    assert [(row["kept"]["by"]["name"], row["kept"]["other_list"]) for row in page["items"]] == [(ISAMU.name, "77")]


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


def test_so_is_one_that_is_heard_to_be_gone_before_it_is_heard_to_be_kept(importing: Part, list_id: str) -> None:
    """The two stand in queues of their own. Nothing of that is left when the list is taken back as a whole."""
    undo(importing, list_id)
    for _ in range(2):
        importing.hear(events.KeptLeadsUndone(list_id=int(list_id), lead_ids=(1003, 1004)))
    importing.hear(settled(list_id, 0, 0, 1002, 1003))
    assert counts(importing, list_id) == ("undoing", 4, 1, 1, 0)
    importing.hear(failed(list_id, 1, 1, 1004, parts=2))
    assert counts(importing, list_id) == ("undone", 4, 3, 1, 0)
    with importing.transaction() as session:
        assert session.execute(text("SELECT lead_id FROM kept_lead")).scalars().all() == [1002]
        assert session.execute(text("SELECT count(*) FROM released_lead")).scalar_one() == 0
    assert importing.why_set_aside() == []


def failed(list_id: str, part: int, undone: int, *left: int, parts: int, leads: int = 4) -> events.UndoingSettled:
    facts = {"failed": left, "parts": parts}
    return settled(list_id, part, undone, leads=leads).model_copy(update=facts)


def counts(service: Part, list_id: str) -> tuple[str, int, int, int, int]:
    state = details(service, list_id)
    undoing = state["undoing"]
    return (state["status"], *(undoing[name] for name in ("leads", "undone", "kept", "failed")))


def test_what_a_fault_left_is_told_and_may_be_tried_again(importing: Part, list_id: str) -> None:
    undo(importing, list_id)
    importing.hear(settled(list_id, 0, 1, 1003).model_copy(update={"parts": 2}))
    importing.hear(failed(list_id, 1, 0, 1004, 1005, parts=2))
    assert counts(importing, list_id) == ("undone", 4, 1, 3, 2)
    page = importing.by(MAKI).get(f"/lists/{list_id}/rows?kept=true").get_json()
    nobody = {"at": None, "by": {"id": "0", "name": ""}, "other_list": None}
    assert [row["kept"] for row in page["items"]][1:] == [nobody, nobody]
    assert page["items"][0]["kept"]["by"]["name"] == ISAMU.name
    assert details(importing, list_id)["may_undo"] is True
    assert undo(importing, list_id, ISAMU).status_code == 403
    importing.forget_said()
    assert undo(importing, list_id).status_code == 202
    assert undo(importing, list_id).status_code == 409
    assert counts(importing, list_id) == ("undoing", 4, 1, 1, 0)
    assert len(importing.said(events.ListUndoing)) == 1
    importing.hear(failed(list_id, 3, 0, 1005, parts=4, leads=2))
    for _ in range(2):  # said twice: nothing changes
        importing.hear(failed(list_id, 2, 1, parts=4, leads=2))
    assert counts(importing, list_id) == ("undone", 4, 2, 2, 1)
    undo(importing, list_id)
    importing.hear(failed(list_id, 4, 1, parts=5, leads=1))
    assert counts(importing, list_id) == ("undone", 4, 3, 1, 0)
    assert details(importing, list_id)["may_undo"] is False
    assert undo(importing, list_id).status_code == 409
    assert importing.why_set_aside() == []


def test_what_a_fault_left_may_go_with_another_list(importing: Part, list_id: str) -> None:
    """Also while it is being asked for: then it is in none of the parts."""
    undo(importing, list_id)
    importing.hear(failed(list_id, 0, 1, 1003, 1004, 1005, parts=1))
    importing.hear(events.KeptLeadsUndone(list_id=int(list_id), lead_ids=(1003,)))
    assert counts(importing, list_id) == ("undone", 4, 2, 2, 2)
    undo(importing, list_id)
    importing.hear(events.KeptLeadsUndone(list_id=int(list_id), lead_ids=(1004,)))
    importing.hear(failed(list_id, 1, 1, parts=2, leads=1))
    assert counts(importing, list_id) == ("undone", 4, 4, 0, 0)


def test_a_part_that_cannot_be_noted_is_counted(importing: Part, list_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise Permanent("whatever is done, this fails")

    undo(importing, list_id)
    with monkeypatch.context() as for_a_while:
        for_a_while.setattr(import_module("services.import.commands"), "settle_undoing", fails)
        parked = failed(list_id, 0, 1, 1004, parts=2)
        assert importing.hear(parked.model_copy(update={"kept": settled(list_id, 0, 0, 1003).kept})) == "parked"
    assert counts(importing, list_id) == ("undoing", 4, 1, 2, 1)
    assert importing.hear(parked) == "done"  # as a replay would: too late
    importing.hear(failed(list_id, 1, 1, parts=2))
    assert counts(importing, list_id) == ("undone", 4, 2, 2, 1)
    undo(importing, list_id)
    importing.hear(failed(list_id, 2, 1, parts=3, leads=1))
    assert counts(importing, list_id) == ("undone", 4, 3, 1, 0)


def test_what_a_fault_left_of_a_list_that_failed_may_be_tried_again(importing: Part, list_id: str) -> None:
    with importing.transaction() as session:
        broken = "problem_code = 'damaged', problem_ja = '破損', problem_en = 'damaged'"
        taken_back = f"UPDATE uploaded_list SET status = 'undoing', undone_at = now(), {broken}, finished_at = NULL"
        session.execute(text(taken_back))
    importing.hear(failed(list_id, 0, 3, 1004, parts=1))
    assert counts(importing, list_id) == ("failed", 4, 3, 1, 1)
    assert details(importing, list_id)["may_undo"] is True
    assert undo(importing, list_id).status_code == 202
    importing.hear(failed(list_id, 1, 1, parts=2, leads=1))
    state = details(importing, list_id)
    assert (state["status"], state["undoing"], state["rows_read"], state["may_undo"]) == ("failed", None, 0, False)
    assert importing.why_set_aside() == []


def test_it_is_refused_the_second_time_and_to_others(importing: Part, list_id: str) -> None:
    assert undo(importing, list_id, ISAMU).status_code == 403
    assert undo(importing, list_id, EIJI).status_code == 403
    assert undo(importing, "999").status_code == 404
    assert undo(importing, list_id, MANA).status_code == 202
    again = undo(importing, list_id)
    assert (again.status_code, again.get_json()["type"].rpartition(":")[2]) == (409, "undone_already")
    assert len(importing.said(events.ListUndoing)) == 1


def test_a_registration_that_found_all_as_it_says_is_taken_back(importing: Part) -> None:
    """Until then its people stay, whatever other list is taken back."""
    again = str(upload(importing, people(3)).get_json()["id"])
    for prepared in read_and_check(importing):
        settle(importing, prepared, "unchanged")
    assert details(importing, again)["may_undo"] is True
    assert undo(importing, again).status_code == 202
    assert [asked.list_id for asked in importing.said(events.ListUndoing)] == [int(again)]
    importing.hear(settled(again, 0, 0, leads=0))
    assert counts(importing, again) == ("undone", 0, 0, 0, 0)


@pytest.mark.parametrize(("form", "outcome"), [({"kind": "update", "campaign_id": ""}, "unchanged"), ({}, "review")])
def test_a_list_at_work_or_without_effect_has_nothing_to_undo(
    importing: Part, form: dict[str, Any], outcome: str
) -> None:
    running = upload(importing, people(3), **form).get_json()["id"]
    refused = undo(importing, running)
    assert (refused.status_code, refused.get_json()["type"].rpartition(":")[2]) == (409, "list_at_work")
    for prepared in read_and_check(importing):
        settle(importing, prepared, outcome)
    assert details(importing, running)["may_undo"] is False
    refused = undo(importing, running)
    assert refused.get_json()["type"].rpartition(":")[2] == "nothing_to_undo"


def test_the_same_file_may_come_again(importing: Part, list_id: str) -> None:
    undo(importing, list_id)
    importing.hear(settled(list_id, 0, 4))
    assert upload(importing, people(4)).status_code == 202
