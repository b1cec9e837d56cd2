"""取消 of a list: whoever was told what the list gave is told that it is taken back, once; nobody else is."""

import threading
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, hanako, row, taro
from tests.lead.test_take_a_list_back import everything, take_back
from tests.parts import Part
from tests.waiting import until


def finished(list_id: int, status: str = "finished", round: int = 0) -> events.ListFinished:
    return events.ListFinished(
        list_id=list_id,
        kind="participants",
        file_name="list.xlsx",
        status=status,
        rows_read=1,
        outcomes={},
        round=round,
    )


def undoing(lead: Part, list_id: int) -> Cause:
    """The list is cut into parts, by the act that is answered; what was said before is forgotten."""
    cause = Cause.new("list_undoing", MAKI.id)
    lead.forget_said()
    assert lead.hear(events.ListUndoing(list_id=list_id), cause=cause) == "done"
    return cause


def test_owners_hear_of_it_once_also_of_leads_that_are_gone(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=SARA.id, title="課長", note="古いメモ"), hanako())
    lead.forget_said()
    ichiro = row("田中", "一郎", email="ichiro@tanaka.example.jp", owner_id=ISAMU.id)
    lists.send(ichiro, row("森", email="mori@example.jp", owner_id=MAKI.id))
    take_back(lists)
    (told,) = lead.said(events.LeadsTakenBack)
    assert (told.owner_id, told.count, told.act) == (ISAMU.id, 1, "list_undoing")
    assert (told.leads[0].person_name, lead.said(events.LeadsAssigned)) == ("田中 一郎", [])
    lists.send(taro(owner_id=EIJI.id), kind="update")
    take_back(lists)
    (told,), (again,) = lead.said(events.LeadsTakenBack), lead.said(events.LeadsAssigned)
    assert (told.owner_id, again.owner_id, again.act) == (EIJI.id, SARA.id, "list_undoing")


def test_owners_who_never_heard_of_a_list_do_not_hear_that_it_is_taken_back(lead: Part, lists: Lists) -> None:
    """One whose file broke while its first rows went in."""
    before = everything(lead)
    lists.batch(1, 0, taro(owner_id=SARA.id), hanako(owner_id=SARA.id))
    (settled,) = take_back(lists, 1)
    assert settled.undone == 2 and everything(lead) == before
    assert lead.said(events.LeadsTakenBack) == lead.said(events.LeadsAssigned) == []


def test_whose_end_is_heard_after_its_undoing_tells_of_what_was_kept(lead: Part, lists: Lists) -> None:
    """Nobody hears that leads came and went; of one that stays its owner is told as ever."""
    cause = Cause.new("list", MAKI.id)
    _, stays = lists.batch(1, 0, taro(owner_id=SARA.id), hanako(owner_id=ISAMU.id), cause=cause)
    edit = {"version": 1, "person": {"title": "部長"}}
    assert lead.by(EIJI).patch(f"/leads/{stays.lead_id}", json=edit).status_code == 200
    take_back(lists, 1)
    assert lead.hear(finished(1), cause=cause) == "done"
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.owner_id, told.count, lead.said(events.LeadsTakenBack)) == (ISAMU.id, 1, [])


def test_whose_end_is_heard_while_it_is_undone_is_told_of_both(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The owners are being told of a list, and at this moment the last part of it is undone."""
    cause = Cause.new("list", MAKI.id)
    lists.batch(1, 0, taro(owner_id=SARA.id), cause=cause)
    act = undoing(lead, 1)
    (cut,) = lead.said(events.UndoingCut)
    heard: list[str] = []
    last_part = threading.Thread(target=lambda: heard.append(lead.hear(cut, cause=act)))
    module = import_module("services.lead.commands.lists")
    say_assigned = module.say_assigned

    def undone_meanwhile(*facts: Any) -> None:
        say_assigned(*facts)
        last_part.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")

        def somebody_waits() -> bool:
            with lead.transaction() as session:
                return bool(session.scalar(waiting))

        until(lambda: heard or somebody_waits())

    monkeypatch.setattr(module, "say_assigned", undone_meanwhile)
    assert lead.hear(finished(1), cause=cause) == "done", lead.why_set_aside()
    last_part.join(20)
    assert heard == ["done"]
    (assigned,), (back,) = lead.said(events.LeadsAssigned), lead.said(events.LeadsTakenBack)
    assert (assigned.owner_id, back.owner_id) == (SARA.id, SARA.id)


def test_the_end_of_a_try_that_failed_told_nobody(lead: Part, lists: Lists) -> None:
    """The list was tried again, its first rows went in, and the rest of its file could not be read."""
    assert lead.hear(finished(1, "failed")) == "done"
    lists.batch(1, 0, taro(owner_id=SARA.id), cause=Cause.new("list", MAKI.id))
    take_back(lists, 1)
    assert lead.said(events.LeadsTakenBack) == lead.said(events.LeadsAssigned) == []
