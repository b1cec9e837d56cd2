"""取消 of a list of which another one says the same: what that one has in it stays, until it is taken back, too."""

import time
from typing import Any

import pytest
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import ISAMU, MAKI, SARA
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, hanako, row, taro
from tests.lead.test_take_a_list_back import everything, kept, last_list, take_back
from tests.parts import Part


@pytest.fixture
def known(lists: Lists) -> int:
    """Taro, whom an older list brought into another campaign."""
    (outcome,) = lists.send(taro(), campaign_id=WEBINAR)
    assert outcome.lead_id
    return outcome.lead_id


def in_seminar(lead: Part, lead_id: int) -> tuple[Any, ...] | None:
    """(invited, responded, status) in the seminar."""
    with lead.transaction() as session:
        found = session.execute(
            text(
                "SELECT invited, responded, status FROM campaign_member WHERE campaign_id = :id AND lead_id = :lead_id"
            ),
            {"id": SEMINAR, "lead_id": lead_id},
        ).first()
    return tuple(found) if found else None


def test_who_is_in_the_right_file_too_stays_when_the_wrong_one_goes(lead: Part, lists: Lists, known: int) -> None:
    before = everything(lead)
    lists.send(taro())
    wrong = last_list(lists)
    assert [outcome.outcome for outcome in lists.send(taro(), by=ISAMU)] == ["unchanged"]
    right = last_list(lists)
    (settled,) = take_back(lists, wrong)
    assert [(each.lead_id, each.changed_by, each.other_list) for each in settled.kept] == [(known, ISAMU.id, right)]
    assert in_seminar(lead, known) == (False, True, "attended")
    (settled,) = take_back(lists, right)
    assert (settled.leads, settled.undone, settled.kept) == (1, 1, ())
    (told,) = lead.said(events.KeptLeadsUndone)
    assert (told.list_id, told.lead_ids) == (wrong, (known,))
    assert everything(lead) == before


def test_the_same_where_the_lead_was_entered_by_hand(lead: Part, lists: Lists, known: int) -> None:
    with lead.transaction() as session:
        session.execute(text("UPDATE lead SET list_id = NULL"))
    lists.send(taro())
    lists.send(taro(), by=ISAMU)
    assert kept(take_back(lists, last_list(lists) - 1)) == [(known, ISAMU.id)]
    assert in_seminar(lead, known) == (False, True, "attended")


def test_a_status_that_another_list_says_too_stays(lead: Part, lists: Lists, known: int) -> None:
    lists.send(taro(), kind="invited", campaign_id=SEMINAR)
    before = everything(lead)
    lists.send(taro(responded_on="2026-11-02"))
    lists.send(taro(responded_on="2026-11-02"), by=ISAMU)
    first, second = last_list(lists) - 1, last_list(lists)
    assert kept(take_back(lists, first)) == [(known, ISAMU.id)]
    assert in_seminar(lead, known) == (True, True, "attended")
    take_back(lists, second)
    assert everything(lead) == before


def test_what_was_said_before_or_in_another_campaign_keeps_nothing(lead: Part, lists: Lists, known: int) -> None:
    lists.send(taro(), kind="invited", campaign_id=SEMINAR)
    lists.send(taro(), kind="invited", campaign_id=SEMINAR, by=ISAMU)
    before = everything(lead)
    lists.send(taro())
    raising = last_list(lists)
    lists.send(taro(), campaign_id=WEBINAR, by=ISAMU)
    assert kept(take_back(lists, raising)) == []
    assert everything(lead) == before


def test_all_that_say_it_must_go(lead: Part, lists: Lists, known: int) -> None:
    before = everything(lead)
    for person in (MAKI, ISAMU, SARA):
        lists.send(taro(), by=person)
    third = last_list(lists)
    assert kept(take_back(lists, third - 2)) == [(known, SARA.id)]
    take_back(lists, third)
    assert in_seminar(lead, known) == (False, True, "attended")
    assert lead.said(events.KeptLeadsUndone) == []
    take_back(lists, third - 1)
    assert everything(lead) == before


def test_a_list_that_goes_first_gives_way(lead: Part, lists: Lists, known: int) -> None:
    before = everything(lead)
    lists.send(taro())
    lists.send(taro(), by=ISAMU)
    (settled,) = take_back(lists, last_list(lists))
    assert (settled.leads, settled.undone) == (0, 0)
    assert in_seminar(lead, known) is not None
    assert kept(take_back(lists, last_list(lists) - 1)) == []
    assert everything(lead) == before


def test_somebody_who_worked_on_it_is_told_before_a_list(lead: Part, lists: Lists) -> None:
    (made,) = lists.send(taro())
    assert lead.by(SARA).patch(f"/leads/{made.lead_id}", json={"version": 1, "interest": "高い"}).status_code == 200
    lists.send(taro(), by=ISAMU)
    (settled,) = take_back(lists, last_list(lists) - 1)
    assert [(each.changed_by, each.other_list) for each in settled.kept] == [(SARA.id, None)]


def test_mentions_from_before_campaigns_were_noted_keep_leads_alone(lead: Part, lists: Lists, known: int) -> None:
    lists.send(taro(), hanako())
    lists.send(taro(), hanako(), by=ISAMU)
    with lead.transaction() as session:
        session.execute(text("UPDATE mention SET campaign_id = NULL, place = NULL"))
    (settled,) = take_back(lists, last_list(lists) - 1)
    assert [(each.lead_id, each.other_list) for each in settled.kept] == [(known + 1, last_list(lists))]
    assert in_seminar(lead, known) is None


def test_many_thousand_that_stay_are_found_quickly(lead: Part, lists: Lists) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(2_000)]
    for list_id, campaign_id in ((1, WEBINAR), (2, SEMINAR), (3, SEMINAR)):
        cause = Cause.new("list", MAKI.id)
        for batch in range(4):
            some = people[batch * 500 : (batch + 1) * 500]
            lists.batch(list_id, batch, *some, cause=cause, campaign_id=campaign_id)
        lists.finish(list_id, "participants", cause)
    started = time.monotonic()
    settled = take_back(lists, 2)
    assert sum(len(part.kept) for part in settled) == 2_000
    settled = take_back(lists, 3)
    assert time.monotonic() - started < 10
    assert (sum(part.undone for part in settled), sum(len(part.kept) for part in settled)) == (2_000, 0)
