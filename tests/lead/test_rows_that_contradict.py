"""The same lead in several rows of a list: cell by cell the last one holds, and the rows before it say so."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from chassis.database import engine
from contracts import events
from tests.cast import ISAMU, SARA
from tests.lead.conftest import Lists, all_outcomes, prepared, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def known(lists: Lists) -> int | None:
    (outcome,) = lists.send(taro(title="主任"))
    return outcome.lead_id


def later(outcome: events.RowOutcome) -> dict[str, str]:
    """Cell → what is said of it."""
    assert {reason["code"] for reason in outcome.reasons} <= {"later_row"}
    return {reason["field"]: reason["ja"] for reason in outcome.reasons}


def written(outcome: events.RowOutcome) -> dict[str, Any]:
    return {change.field: change.after for change in outcome.changes}


def test_what_they_say_alike_or_alone_is_written(lists: Lists, show: Show, known: int) -> None:
    first, second, third = lists.send(
        taro(title="課長", mobile="090-1111-2222", owner_id=ISAMU.id, department="営業部"),
        taro(title="部長", mobile="09011112222", owner_id=SARA.id),
        taro(title="課長", stage="approaching"),
        kind="update",
    )
    assert (first.outcome, second.outcome, third.outcome) == ("updated", "updated", "updated")
    assert written(first) == {"title": "課長", "mobile": "09011112222", "department": "営業部"}
    assert (written(second), written(third)) == ({"owner_id": SARA.id}, {"stage": "approaching"})
    assert later(first) == {"owner_id": "3行目も同じリードで値が違うため、後の3行目の値を使います。"}
    assert later(second) == {"title": "4行目も同じリードで値が違うため、後の4行目の値を使います。"}
    assert later(third) == {}
    assert (show(known)["person"]["title"], show(known)["owner"]["name"]) == ("課長", SARA.name)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("update", {}), ("update", {"erase_blanks": True}), ("participants", {"overwrite": {"title": "file"}})],
)
def test_the_same_file_again_changes_nothing(lists: Lists, known: int, kind: str, options: Any) -> None:
    rows = taro(title="課長", industry="製造業"), taro(title="部長"), row("田中", email="i@example.jp", title="係長")
    lists.send(*rows[:2], kind=kind, **options)
    for _ in range(2):
        again = lists.send(*rows[:2], kind=kind, **options)
        assert [outcome.outcome for outcome in again] == ["unchanged", "unchanged"]
        assert later(again[0])["title"] and not again[0].changes
        assert later(again[1]) == {}


def test_an_exported_list_that_comes_again_is_in_no_conflict_with_itself(lists: Lists, known: int) -> None:
    exported = taro(lead_id=known, version=1)
    rows = exported | {"title": "課長", "owner_id": ISAMU.id}, exported | {"title": "部長", "owner_id": SARA.id}
    lists.send(*rows, kind="update")
    again = lists.send(*rows, kind="update")
    assert [outcome.outcome for outcome in again] == ["unchanged", "unchanged"]
    assert later(again[0]).keys() == {"title", "owner_id"}


def test_what_the_screen_changed_meanwhile_is_a_conflict_for_each_row(lead: Part, lists: Lists, known: int) -> None:
    edit = {"version": 1, "person": {"title": "主査"}}
    assert lead.by(SARA).patch(f"/leads/{known}", json=edit).status_code == 200
    exported = taro(lead_id=known, version=1)
    outcomes = lists.send(exported | {"title": "課長"}, exported | {"title": "部長"}, kind="update")
    assert [outcome.outcome for outcome in outcomes] == ["conflict", "conflict"]


def test_a_reason_for_passing_on_stays_with_its_stage(lists: Lists, show: Show, known: int) -> None:
    rows = taro(stage="passed", note="競合を採用"), taro(note="来期に再提案")
    lists.send(*rows, kind="update")
    assert (show(known)["drop_reason"], show(known)["shared_memo"]) == ("競合を採用", "来期に再提案")
    assert [outcome.outcome for outcome in lists.send(*rows, kind="update")] == ["unchanged", "unchanged"]


def test_what_is_only_filled_in_comes_from_the_first(lists: Lists, show: Show, known: int) -> None:
    first, second = lists.send(
        taro(department="営業部"), taro(department="総務部"), overwrite={"department": "fill", "title": "fill"}
    )
    assert (later(first), later(second)) == ({}, {})
    assert show(known)["person"]["department"] == "営業部"


def test_a_row_that_is_refused_takes_nothing_from_the_others(lists: Lists, show: Show, known: int) -> None:
    first, second = lists.send(taro(title="課長"), taro(title="部長", stage="passed"), kind="update")
    assert (first.outcome, second.outcome) == ("updated", "error")
    assert (later(first), show(known)["person"]["title"]) == ({}, "課長")


def test_a_name_in_one_cell_contradicts_nothing(lists: Lists, show: Show, known: int) -> None:
    one_cell = taro(family_name="山田太郎", title="部長") | {"given_name": None}
    first, second = lists.send(taro(), one_cell, kind="update")
    assert (later(first), written(second)) == ({}, {"title": "部長"})


def test_a_plan_says_the_same(lead: Part, lists: Lists, known: int) -> None:
    rows = taro(title="課長"), taro(title="部長")
    assert lead.hear(prepared(900, 0, *rows, kind="update", plan=True, ordered=True)) == "done"
    (planned,) = [all_outcomes(settled) for settled in lead.said(events.RowsSettled) if settled.plan]
    assert list(planned) == lists.batch(900, 0, *rows, kind="update", ordered=True)
    assert [outcome.outcome for outcome in planned] == ["unchanged", "updated"]


def test_rows_without_anything_left_to_write_take_no_turn(lists: Lists, show: Show, known: int) -> None:
    """A batch with a hundred rows about one lead has as many statements as one with two."""
    said: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *call: said.append(call[2]))
    counts = []
    for count in (2, 100):
        said.clear()
        rows = lists.send(*(taro(title=f"係長{number}") for number in range(count)), kind="update")
        counts.append(len(said))
        assert [outcome.outcome for outcome in rows] == ["unchanged"] * (count - 1) + ["updated"]
        assert written(rows[-1]) == {"title": f"係長{count - 1}"} and all(map(later, rows[:-1]))
    assert counts[0] == counts[1]
    assert show(known)["person"]["title"] == "係長99"
