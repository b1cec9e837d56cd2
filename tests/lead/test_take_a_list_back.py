"""取消 of a list: who was untouched is as before, what the list made is gone, what somebody worked on is kept."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, MANA, SARA, Person
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, hanako, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
# What a deletion or a later save cannot bring back: counters and signatures of saving, and the history itself.
BOOKKEEPING = {"version", "updated_at", "updated_by"}
TABLES = ("person", "lead", "campaign_member", "memo_version", "action")


def everything(lead: Part) -> dict[str, dict[int, dict[str, Any]]]:
    """Every row of every table of records, without its bookkeeping."""
    with lead.transaction() as session:
        return {
            table: {
                found["id"]: {name: value for name, value in found.items() if name not in BOOKKEEPING}
                for found in session.execute(text(f"SELECT * FROM {table}")).mappings()
            }
            for table in TABLES
        }


def last_list(lists: Lists) -> int:
    with lists.lead.transaction() as session:
        return int(session.execute(text("SELECT max(list_id) FROM settled_batch")).scalar_one())


def take_back(lists: Lists, list_id: int | None = None, by: Person = MAKI) -> list[events.UndoingSettled]:
    """The list (the last one, unless named) is taken back: all its parts."""
    lead, list_id, cause = lists.lead, list_id or last_list(lists), Cause.new("list_undoing", by.id)
    lead.forget_said()
    assert lead.hear(events.ListUndoing(list_id=list_id), cause=cause) == "done", lead.why_set_aside()
    for cut in cuts(lead):
        assert lead.hear(cut, cause=cause) == "done", lead.why_set_aside()
    return lead.said(events.UndoingSettled)


def cuts(lead: Part) -> Iterator[events.UndoingCut]:
    """The parts that are announced, with those that follow when one was heard."""
    heard = 0
    while heard < len(lead.said(events.UndoingCut)):
        yield lead.said(events.UndoingCut)[heard]
        heard += 1


def kept(settled: list[events.UndoingSettled]) -> list[tuple[int, int | None]]:
    return [(lead.lead_id, lead.changed_by) for part in settled for lead in part.kept]


@pytest.fixture
def known(lists: Lists) -> list[int]:
    """Taro and Hanako, whom an older list brought; Taro is sara's."""
    outcomes = lists.send(taro(owner_id=SARA.id, title="課長", note="古いメモ"), hanako())
    return [outcome.lead_id or 0 for outcome in outcomes]


def test_an_update_gives_every_value_back(lead: Part, lists: Lists, known: list[int]) -> None:
    lists.send(taro(note="前のメモ"), kind="update")
    before = everything(lead)
    changed = taro(
        family_name="山本", title="部長", owner_id=ISAMU.id, stage="passed", note="競合を採用", mobile="09011112222"
    )
    lists.send(changed | {"lead_id": known[0]}, hanako(stage="appointment", do_not_mail=True), kind="update")
    assert everything(lead) != before
    (settled,) = take_back(lists)
    assert (settled.leads, settled.undone, settled.kept) == (2, 2, ())
    assert everything(lead) == before
    (changed_facts,) = lead.said(events.LeadsChanged)
    assert {fact.lead_id for fact in changed_facts.leads} == {*known}
    (members,) = lead.said(events.MembersChanged)
    assert [(fact.lead_id, fact.appointment) for fact in members.members] == [(known[1], False)]


def test_what_a_registration_made_is_gone_and_the_others_keep_what_they_had(
    lead: Part, lists: Lists, known: list[int]
) -> None:
    before = everything(lead)
    ichiro = row("田中", "一郎", email="ichiro@tanaka.example.jp", owner_id=ISAMU.id)
    outcomes = lists.send(taro(), ichiro, campaign_id=WEBINAR)
    made = outcomes[1].lead_id
    (settled,) = take_back(lists)
    assert (settled.leads, settled.undone, settled.kept) == (2, 2, ())
    assert everything(lead) == before
    assert lead.by(MAKI).get(f"/leads/{made}").status_code == 404
    (facts,) = lead.said(events.LeadsChanged)
    assert [(fact.lead_id, fact.removed, fact.version) for fact in facts.leads] == [(made, True, 2)]
    (members,) = lead.said(events.MembersChanged)
    assert members.campaign_id == WEBINAR
    assert [(fact.lead_id, fact.invited, fact.responded, fact.version) for fact in members.members] == [
        (known[0], False, False, 2),
        (made, False, False, 2),
    ]


def test_a_row_of_history_has_its_status_and_dates_before(lead: Part, lists: Lists, known: list[int]) -> None:
    lists.send(taro(member_status="applied", survey="古い", responded_on="2026-10-01"), campaign_id=WEBINAR)
    before = everything(lead)
    lists.send(taro(survey="新しい", responded_on="2026-11-02", note="x"), campaign_id=WEBINAR)
    lists.send(taro(), kind="invited", campaign_id=WEBINAR)
    invited = last_list(lists)
    take_back(lists, invited)
    take_back(lists, invited - 1)
    assert everything(lead) == before


def test_who_joins_again_is_newer_news_than_the_leaving(lead: Part, lists: Lists, known: list[int]) -> None:
    lists.send(taro(), campaign_id=WEBINAR)
    take_back(lists)
    (left,) = lead.said(events.MembersChanged)
    lead.forget_said()
    lists.send(taro(), campaign_id=WEBINAR)
    (again,) = lead.said(events.MembersChanged)
    assert (left.members[0].version, again.members[0].version, again.members[0].responded) == (2, 3, True)


def test_what_somebody_worked_on_since_stays_and_is_told(
    lead: Part, lists: Lists, known: list[int], show: Show, convert: Callable[..., None]
) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@work.example.jp") for number in range(5)]
    edited, called, converted, joined, untouched = (outcome.lead_id for outcome in lists.send(*people))
    list_id = last_list(lists)
    edit = {"version": 1, "person": {"title": "部長"}}
    assert lead.by(ISAMU).patch(f"/leads/{edited}", json=edit).status_code == 200
    call = {"type": "call_out", "result": "no_answer", "occurred_at": "2026-11-20T01:00:00Z"}
    assert lead.by(SARA).post(f"/leads/{called}/actions", json=call).status_code == 201
    convert(converted)
    lists.send(people[3], campaign_id=WEBINAR, by=MANA)
    before = everything(lead)
    settled = take_back(lists, list_id)
    assert kept(settled) == [(edited, ISAMU.id), (called, SARA.id), (converted, ISAMU.id), (joined, MANA.id)]
    after = everything(lead)
    assert set(before["lead"]) - set(after["lead"]) == {untouched}
    assert {lead_id: after["lead"][lead_id] for lead_id in after["lead"]} == {
        lead_id: before["lead"][lead_id] for lead_id in after["lead"]
    }


def test_whom_another_list_has_too_stays_until_that_is_taken_back(lead: Part, lists: Lists) -> None:
    made, _ = lists.send(taro(), hanako())
    first = last_list(lists)
    assert [outcome.outcome for outcome in lists.send(taro(), by=ISAMU)] == ["unchanged"]
    assert kept(take_back(lists, first)) == [(made.lead_id, ISAMU.id)]
    lists.send(hanako())
    third = last_list(lists)
    lists.send(hanako(), by=ISAMU)
    take_back(lists, last_list(lists))
    assert kept(take_back(lists, third)) == []


def test_an_update_that_somebody_edited_since_stays_with_all_it_has(
    lead: Part, lists: Lists, known: list[int], show: Show
) -> None:
    lists.send(taro(title="部長", stage="appointment"), hanako(title="主任"), kind="update")
    version = show(known[0])["version"]
    assert lead.by(ISAMU).patch(f"/leads/{known[0]}", json={"version": version, "interest": "高い"}).status_code == 200
    before = everything(lead)
    assert kept(take_back(lists)) == [(known[0], ISAMU.id)]
    after = everything(lead)
    assert show(known[0])["person"]["title"] == "部長" and show(known[1])["person"]["title"] == ""
    assert after["campaign_member"] == before["campaign_member"]


def test_a_repeated_message_changes_nothing(lead: Part, lists: Lists, known: list[int]) -> None:
    lists.send(taro(title="部長"), kind="update")
    cause = Cause.new("list_undoing", MAKI.id)
    for _ in range(2):
        assert lead.hear(events.ListUndoing(list_id=last_list(lists)), cause=cause) == "done"
    (cut,) = lead.said(events.UndoingCut)
    for _ in range(2):
        assert lead.hear(cut, cause=cause) == "done"
    assert len(lead.said(events.UndoingSettled)) == 1


def test_corrected_rows_are_taken_back_with_their_list(lead: Part, lists: Lists) -> None:
    before = everything(lead)
    for batch, person in enumerate((taro(), hanako())):
        lists.batch(700, batch, person, cause=Cause.new("list", MAKI.id))
    (settled,) = take_back(lists, 700)
    assert (settled.leads, settled.undone) == (2, 2)
    assert everything(lead) == before
    (nothing,) = take_back(lists, 999)
    assert (nothing.leads, nothing.undone) == (0, 0)


def test_many_thousand_are_taken_back_in_parts(lead: Part, lists: Lists, known: list[int]) -> None:
    before = everything(lead)
    people = [
        row("社員", f"{number}号", email=f"p{number}@many.example.jp", owner_id=SARA.id) for number in range(2_500)
    ]
    for batch in range(5):
        lists.batch(1, batch, *people[batch * 500 : (batch + 1) * 500], cause=Cause.new("list", MAKI.id))
    lists.finish(1, "participants", Cause.new("list", MAKI.id))
    started = time.monotonic()
    settled = take_back(lists, 1)
    assert time.monotonic() - started < 10  # half a second, when measured
    assert [part.undone for part in settled] == [1000, 1000, 500]
    assert everything(lead) == before
    (told,) = lead.said(events.LeadsTakenBack)
    assert told.count == 2_500


def test_a_lead_with_an_opportunity_stays(lead: Part, lists: Lists) -> None:
    """One that was entered by hand for the lead, without converting it; not one that was for another, or is void."""
    made = [outcome.lead_id for outcome in lists.send(taro(), hanako(), row("田中", "一郎", email="i@example.jp"))]
    saved = events.OpportunitySaved(
        opportunity_id=900, opportunity_name="山田商事 新規導入", account_id=700, campaign_id=SEMINAR,
        lead_id=made[0], main_owner_id=EIJI.id, phase_meaning="open", version=1,
    )  # fmt: skip
    void = saved.model_copy(update={"opportunity_id": 901, "lead_id": made[1], "cancelled": True, "version": 2})
    moved = saved.model_copy(update={"opportunity_id": 902, "lead_id": None, "version": 2})
    for event in (saved, void, moved, moved.model_copy(update={"lead_id": made[2], "version": 1})):
        assert lead.hear(event, actor=EIJI) == "done", lead.why_set_aside()
    (settled,) = take_back(lists)
    assert ([(each.lead_id, each.changed_by) for each in settled.kept], settled.undone) == ([(made[0], EIJI.id)], 2)


def test_a_campaign_row_that_somebody_put_right_is_kept(lead: Part, lists: Lists, known: list[int]) -> None:
    lists.send(taro(), hanako(), campaign_id=WEBINAR)
    (webinar,) = [
        each
        for each in lead.by(MAKI).get(f"/leads/{known[0]}").get_json()["members"]
        if each["campaign_id"] == str(WEBINAR)
    ]
    wrong = {"version": webinar["version"], "status": "cancelled"}
    assert lead.by(ISAMU).patch(f"/leads/{known[0]}/members/{WEBINAR}", json=wrong).status_code == 200
    assert kept(take_back(lists)) == [(known[0], ISAMU.id)]
    statuses = [
        [member["status"] for member in lead.by(MAKI).get(f"/leads/{each}").get_json()["members"]] for each in known
    ]
    assert statuses == [["cancelled", "attended"], ["attended"]]


def test_rows_of_others_do_not_stand_in_line_behind_its_parts(lead: Part) -> None:
    """All parts of a long list are announced at once; each of the two queues has a thread of its own."""
    handlers = lead.service.consumers.handlers
    assert handlers[events.UndoingCut].queue == handlers[events.ListUndoing].queue
    assert handlers[events.UndoingCut].queue != handlers[events.RowsPrepared].queue
