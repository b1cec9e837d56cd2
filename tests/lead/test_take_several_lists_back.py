"""Several lists, taken back in whatever order: what they did to the same cells goes as if it had never been."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.events import Cause
from contracts import events
from tests.cast import ISAMU, MAKI, SARA
from tests.lead.chance import HURRIED, Desk, files, people
from tests.lead.conftest import WEBINAR, Lists, hanako, taro
from tests.lead.expecting import differences
from tests.lead.screens import acts, perform
from tests.lead.test_take_a_list_back import everything, kept, last_list, take_back
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def desk(lists: Lists) -> Desk:
    return Desk(lists)


@pytest.fixture
def known(lists: Lists) -> int:
    """Taro, whom an older list brought."""
    (outcome,) = lists.send(taro(title="主任", department="総務部"))
    assert outcome.lead_id
    return outcome.lead_id


@pytest.fixture
def titled(lists: Lists, known: int) -> tuple[int, int]:
    """Two lists that gave Taro a title, one after the other: by maki and by sara."""
    lists.send(taro(title="課長"), kind="update")
    lists.send(taro(title="部長"), kind="update", by=SARA)
    return last_list(lists) - 1, last_list(lists)


@given(known=people, content=st.lists(files(), min_size=2, max_size=3), data=st.data())
@HURRIED
def test_all_of_them_taken_back_leave_what_was_before(
    desk: Desk, known: Any, content: Any, data: st.DataObject
) -> None:
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    before, list_ids = everything(desk.lead), []
    for file in content:
        list_ids.append(desk.number())
        desk.send(list_ids[-1], desk.naming_only_leads_that_are_there(file))
    for list_id in data.draw(st.permutations(list_ids)):
        take_back(desk.lists, list_id)
    assert everything(desk.lead) == before


class Words:
    """Who gave every field its last value, and whom people worked on."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.now = desk, everything(desk.lead)
        self.before, self.worked_on = self.now, set[int]()
        self.of_people: dict[tuple[str, int, str], Any] = {}  # (table, row, field) → what a person wrote there

    def look(self, by_a_person: bool = False) -> None:
        was, self.now = self.now, everything(self.desk.lead)
        if by_a_person:
            self.worked_on |= {piece[2] for piece, _ in differences(was, self.now)}
        for table, rows in self.now.items():
            for key, row in rows.items():
                earlier = was[table].get(key, {})
                for field in (name for name in row if row[name] != earlier.get(name)):
                    self.of_people.pop((table, key, field), None)
                    if by_a_person:
                        self.of_people[table, key, field] = row[field]

    def take_back(self, list_id: int) -> None:
        take_back(self.desk.lists, list_id)
        now = everything(self.desk.lead)
        assert {place: now[place[0]].get(place[1], {}).get(place[2]) for place in self.of_people} == self.of_people
        self.look()


@given(
    known=people,
    steps=st.lists(st.one_of(files(), files(), acts, st.integers(0, 3)), min_size=3, max_size=7),
    data=st.data(),
)
@HURRIED
def test_with_people_at_work_between_them(desk: Desk, known: Any, steps: Any, data: st.DataObject) -> None:
    """A step is a list, work of a person, or the taking back of a list. In the end all lists are taken back: whom
    nobody worked on is as before, and no field to which a person gave its last value has lost that."""
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    words, there = Words(desk), list[int]()
    for step in steps:
        if isinstance(step, int):
            if there:
                words.take_back(there.pop(step % len(there)))
        elif isinstance(step[1], int):
            perform(desk.lead, step, words.now["lead"].keys())
            words.look(by_a_person=True)
        else:
            there.append(desk.number())
            desk.send(there[-1], desk.naming_only_leads_that_are_there(step))
            words.look()
    for list_id in data.draw(st.permutations(there)):
        words.take_back(list_id)
    assert {piece[2] for piece, _ in differences(words.before, words.now)} <= words.worked_on


def test_the_later_one_first_and_then_the_earlier_one(
    lead: Part, lists: Lists, titled: tuple[int, int], show: Show
) -> None:
    assert kept(take_back(lists, titled[1])) == []
    assert show(1)["person"]["title"] == "課長"
    assert kept(take_back(lists, titled[0])) == []
    assert show(1)["person"]["title"] == "主任"


def test_the_earlier_one_first_is_kept_until_the_later_one_goes(
    lists: Lists, titled: tuple[int, int], known: int, show: Show
) -> None:
    assert kept(take_back(lists, titled[0])) == [(known, SARA.id)]
    assert show(known)["person"]["title"] == "部長"
    (settled,) = take_back(lists, titled[1])
    assert show(known)["person"]["title"] == "主任"
    assert (settled.undone, settled.kept) == (1, ())
    (told,) = lists.lead.said(events.KeptLeadsUndone)
    assert (told.list_id, told.lead_ids) == (titled[0], (known,))


def test_what_somebody_edited_after_the_first_stays_as_it_was_then(
    lead: Part, lists: Lists, known: int, show: Show
) -> None:
    lists.send(taro(title="課長"), kind="update")
    edit = {"version": show(known)["version"], "person": {"title": "主査"}}
    assert lead.by(ISAMU).patch(f"/leads/{known}", json=edit).status_code == 200
    lists.send(taro(title="部長"), kind="update", by=SARA)
    first, second = last_list(lists) - 1, last_list(lists)
    assert kept(take_back(lists, first)) == [(known, SARA.id)]
    (settled,) = take_back(lists, second)
    assert (settled.undone, show(known)["person"]["title"]) == (1, "主査")
    assert lead.said(events.KeptLeadsUndone) == []


def test_whom_the_first_made_goes_with_the_second(lead: Part, lists: Lists, known: int) -> None:
    before = everything(lead)
    (made,) = lists.send(hanako(title="課長"))
    lists.send(hanako(title="部長"), kind="update", by=SARA)
    first = last_list(lists) - 1
    assert kept(take_back(lists, first)) == [(made.lead_id, SARA.id)]
    take_back(lists, first + 1)
    assert everything(lead) == before


def test_whom_the_second_only_had_in_it_too_goes_with_it(lead: Part, lists: Lists, known: int) -> None:
    before = everything(lead)
    (made,) = lists.send(hanako())
    lists.send(hanako(), taro(), campaign_id=WEBINAR, by=SARA)
    lists.send(hanako(), taro(title="部長"), by=SARA, overwrite={"title": "file"})
    first = last_list(lists) - 2
    assert kept(take_back(lists, first)) == [(made.lead_id, SARA.id)]
    take_back(lists, first + 1)
    take_back(lists, first + 2)
    assert everything(lead) == before


def test_two_that_are_taken_back_at_once(lead: Part, lists: Lists, known: int) -> None:
    """Both are cut into parts before a part of either is undone."""
    before = everything(lead)
    lists.send(taro(title="課長", department="営業部"), kind="update")
    lists.send(taro(title="部長"), kind="update", by=SARA)
    causes = {}
    for list_id in (last_list(lists) - 1, last_list(lists)):
        causes[list_id] = Cause.new("list_undoing", MAKI.id)
        assert lead.hear(events.ListUndoing(list_id=list_id), cause=causes[list_id]) == "done"
    for cut in lead.said(events.UndoingCut):
        assert lead.hear(cut, cause=causes[cut.list_id]) == "done", lead.why_set_aside()
    assert everything(lead) == before
