"""取消 of a list and 元に戻す of a bulk change: what was itself taken back is nobody's work, in either direction."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import ISAMU, SARA
from tests.lead.conftest import Lists, hanako, taro
from tests.lead.test_take_a_list_back import everything, kept, last_list, take_back
from tests.lead.test_undo_bulk_change import assign, undo
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def known(lists: Lists) -> list[str]:
    """Taro, who is sara's, and Hanako."""
    return [str(outcome.lead_id) for outcome in lists.send(taro(owner_id=SARA.id, title="課長"), hanako())]


def test_a_bulk_change_that_was_taken_back_keeps_no_lead(lead: Part, lists: Lists, known: list[str]) -> None:
    assert undo(lead, assign(lead, lead_ids=known[:1], owner_id=str(ISAMU.id), stage="approaching"))["reversed"] == 1
    (settled,) = take_back(lists)
    assert (settled.undone, settled.kept) == (2, ())
    assert everything(lead)["lead"] == {}


def test_where_somebody_worked_on_it_since_the_bulk_change_counts(lead: Part, lists: Lists, known: list[str]) -> None:
    act = assign(lead, lead_ids=known, owner_id=str(ISAMU.id))
    assert lead.by(SARA).patch(f"/leads/{known[0]}", json={"version": 2, "interest": "高い"}).status_code == 200
    undoing = undo(lead, act)
    assert (undoing["reversed"], undoing["kept_count"]) == (1, 1)
    assert kept(take_back(lists)) == [(int(known[0]), SARA.id)]


def test_a_list_that_was_taken_back_keeps_no_bulk_change(
    lead: Part, lists: Lists, known: list[str], show: Show
) -> None:
    before = everything(lead)
    act = assign(lead, lead_ids=known, owner_id=str(ISAMU.id))
    lists.send(taro(title="部長"), kind="update")
    take_back(lists)
    undoing = undo(lead, act)
    assert (undoing["reversed"], undoing["kept_count"], undoing["kept"]) == (2, 0, [])
    assert everything(lead)["person"] == before["person"]
    assert show(known[0])["owner"]["login"] == "sara"


def test_a_list_that_had_kept_a_lead_of_a_bulk_change_is_told_for_good(
    lead: Part, lists: Lists, known: list[str]
) -> None:
    act = assign(lead, lead_ids=known, owner_id=str(ISAMU.id))
    lists.send(taro(title="部長"), kind="update", by=SARA)
    told = undo(lead, act)
    assert (told["reversed"], told["kept_count"]) == (1, 1)
    take_back(lists)
    assert lead.by(SARA).get(f"/leads/assignments/{act}").get_json()["undoing"] == told


def test_what_a_list_wrote_between_the_two_does_not_come_back(
    lead: Part, lists: Lists, known: list[str], show: Show
) -> None:
    act = assign(lead, lead_ids=known[:1], stage="approaching", owner_id=str(ISAMU.id))
    lists.send(taro(owner_id=ISAMU.id, stage="nurturing"), kind="update")
    take_back(lists)
    assert undo(lead, act)["reversed"] == 1
    was = show(known[0])
    lists.send(taro(title="部長"), kind="update")
    take_back(lists, last_list(lists))
    now = show(known[0])
    assert (now["owner"], now["stage"], now["person"]) == (was["owner"], was["stage"], was["person"])
    first = last_list(lists) - 2
    assert kept(take_back(lists, first)) == []
    assert everything(lead)["lead"] == {}
