"""Rows of a list change by what its leads are known, and the batches after them are planned as if that were so."""

from itertools import chain
from typing import Any

import pytest

from contracts import events
from tests.lead.conftest import Lists, all_outcomes, prepared, row

TARO, HANAKO, JIRO = (f"{name}@yamada.example.jp" for name in ("taro", "hanako", "jiro"))


@pytest.fixture
def known(lists: Lists) -> list[int]:
    people = [("太郎", TARO, ""), ("花子", HANAKO, ""), ("次郎", "", "山田商事")]
    made = lists.send(*[row("山田", name, email=email, company=company) for name, email, company in people])
    return [outcome.lead_id or 0 for outcome in made]


def planned_and_done(lists: Lists, *batches: list[dict[str, Any]], **options: Any) -> list[str]:
    """The outcomes of the rows, which are the same in the plan and in the commit."""
    outcomes = {}
    for plan in (True, False):
        for at, rows in enumerate(batches):
            event = prepared(900, at, *rows, plan=plan, ordered=True, **options)
            assert lists.lead.hear(event) == "done", lists.lead.why_set_aside()
        said = [all_outcomes(settled) for settled in lists.lead.said(events.RowsSettled) if settled.list_id == 900]
        outcomes[plan] = [outcome.outcome for outcome in chain(*said[-len(batches) :])]
    assert outcomes[True] == outcomes[False]
    return outcomes[True]


def test_an_address_that_another_lead_gives_up(lists: Lists, known: list[int]) -> None:
    moves = [row("山田", "太郎", lead_id=known[0], email="new@yamada.example.jp")]
    takes = [row("山田", "花子", lead_id=known[1], email=TARO)]
    assert planned_and_done(lists, moves, takes, kind="update") == ["updated", "updated"]


def test_an_address_that_is_given_up_only_after_it_was_wanted(lists: Lists, known: list[int]) -> None:
    moves = [row("山田", "太郎", lead_id=known[0], email="new@yamada.example.jp")]
    takes = [row("山田", "花子", lead_id=known[1], email=TARO)]
    assert planned_and_done(lists, takes, moves, kind="update") == ["review", "updated"]


def test_who_is_found_by_an_address_that_was_handed_on(lists: Lists, known: list[int]) -> None:
    moves = [row("山田", "太郎", lead_id=known[0], email="new@yamada.example.jp")]
    takes = [row("山田", "花子", lead_id=known[1], email=TARO)]
    found = [row("山田", "花子", email=TARO, title="部長")]
    assert planned_and_done(lists, moves, takes, found, kind="update") == ["updated"] * 3


def test_who_is_found_by_what_a_row_and_the_lead_say_together(lists: Lists, known: list[int]) -> None:
    phone = [row("山田", "次郎", lead_id=known[2], phone="0312345678")]
    found = [row("山田", "次郎", company="山田商事", phone="0312345678", title="部長")]
    assert planned_and_done(lists, phone, found, kind="update") == ["updated", "updated"]


def test_what_a_registration_writes_into_leads(lists: Lists, known: list[int]) -> None:
    moves = [row("山田", "太郎", lead_id=known[0], email="new@yamada.example.jp")]
    comes = [row("鈴木", "一郎", email=TARO)]
    assert planned_and_done(lists, moves, comes, overwrite={"email": "file"}) == ["updated", "created"]
