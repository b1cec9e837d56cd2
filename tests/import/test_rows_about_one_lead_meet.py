"""Rows about the same lead go in together where the list writes into known leads: the last one holds, and the same
file again changes nothing, however far apart they stand."""

from collections import defaultdict
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import events
from tests.cast import MAKI
from tests.parts import Part
from tests.trying import tried

from .making import module, workbook
from .registering import OUTCOMES, details, read_and_check, settle, upload

HEADER = ["リードID", "会社名", "姓", "名", "メールアドレス", "役職"]
UPDATE: dict[str, Any] = {"kind": "update", "campaign_id": ""}
numbers = st.sampled_from(["", "", "L-000001", "2"])
files = count()
addresses = st.sampled_from(["", "a@example.jp", "Ａ@EXAMPLE.jp ", "b@example.jp"])


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("commands.reading"), "BATCH_ROWS", 2)


def content(*rows: tuple[str, str], unique: str = "") -> bytes:
    """Rows with these numbers and addresses of leads, from row 2 on."""
    lines = {
        row: [lead, f"株式会社{row}", "山田", "太郎", email, "部長"] for row, (lead, email) in enumerate(rows, start=2)
    }
    return workbook({1: [*HEADER, unique], **lines})


def batches(prepared: list[events.RowsPrepared]) -> list[list[int]]:
    return [list(each.rows) for each in prepared]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (UPDATE, [[3], [4, 5], [2, 6]]),
        (UPDATE | {"mode": "plan"}, [[3], [4, 5], [2, 6]]),
        ({"overwrite": '{"title": "file"}'}, [[3], [4, 5], [2, 6]]),
        ({}, [[2, 3], [4, 5], [6]]),
        ({"mode": "plan"}, [[2, 3], [4, 5], [6]]),
    ],
)
def test_a_row_joins_the_last_one_of_the_same_address(
    importing: Part, form: dict[str, Any], expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if expected[0] == [3]:  # those behind the first portion of other lists, too
        monkeypatch.setattr(module("commands.reading"), "FIRST_ROWS", 2)
    people = [("", email) for email in ("x@example.jp", "b@y.jp", "c@y.jp", "d@y.jp", "Ｘ@Example.jp")]
    assert upload(importing, content(*people), **form).status_code == 202
    assert batches(read_and_check(importing)) == expected


def test_a_number_says_more_than_an_address(importing: Part) -> None:
    people = [("L-000007", "x@y.jp"), ("", "b@y.jp"), ("8", "x@y.jp"), ("", "c@y.jp"), ("7", "z@y.jp"), ("", "x@y.jp")]
    upload(importing, content(*people), **UPDATE)
    assert batches(read_and_check(importing)) == [[3], [4, 5], [2, 6, 7]]


def test_where_there_is_no_room_the_later_rows_go_together(importing: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module("commands.reading"), "BATCH_BYTES", 4 * 1_300)
    upload(importing, content(*[("", "x@y.jp")] * 7), **UPDATE)
    assert batches(read_and_check(importing)) == [[2, 3], [4, 5], [], [6, 7, 8]]


def test_batches_that_lose_all_rows_are_settled_too(importing: Part) -> None:
    list_id = upload(importing, content(*[("1", "")] * 5), mode="plan", **UPDATE).get_json()["id"]
    for mode in ("plan", "commit"):
        prepared = read_and_check(importing)
        assert [len(each.rows) + len(each.as_planned) for each in prepared] == [0, 0, 5]
        for each in prepared:
            told = tuple(events.RowOutcome(row=row, outcome="unchanged", lead_id=1) for row in range(2, 7))
            done = events.RowsSettled(
                list_id=each.list_id, batch=each.batch, plan=each.plan, outcomes=told if each.batch == 2 else ()
            )
            assert importing.hear(done) == "done", importing.why_set_aside()
        state = details(importing, list_id)
        assert (state["rows_read"], state["rows_settled"], state["outcomes"]["unchanged"]) == (5, 5, 5)
        if mode == "plan":
            assert state["status"] == "planned"
            importing.forget_said()
            assert importing.by(MAKI).post(f"/lists/{list_id}/commitment").status_code == 202
    assert state["status"] == "finished"


def test_and_so_they_are_when_the_list_is_stopped(importing: Part) -> None:
    list_id = upload(importing, content(*[("1", "")] * 5), **UPDATE).get_json()["id"]
    importing.hear(importing.said(events.ListUploaded)[0])
    assert importing.by(MAKI).post(f"/lists/{list_id}/cancellation").status_code == 202
    for each in read_and_check(importing):
        settle(importing, each)
    state = details(importing, list_id)
    assert (state["status"], state["outcomes"]["cancelled"], state["rows_settled"]) == ("finished", 5, 5)


@given(rows=st.lists(st.tuples(numbers, addresses), min_size=1, max_size=8))
@tried(30)
def test_no_row_passes_a_later_one_of_its_lead_and_all_are_there_once(importing: Part, rows: Any) -> None:
    importing.forget_said()
    list_id = upload(importing, content(*rows, unique=f"{next(files)}番目"), **UPDATE).get_json()["id"]
    found = batches(read_and_check(importing))
    batch_of = {row: at for at, batch in enumerate(found) for row in batch}
    refused = details(importing, list_id)["outcomes"]["error"]
    assert len(batch_of) + refused == len(rows) == sum(map(len, found)) + refused
    assert all(batch == sorted(batch) for batch in found)
    same: dict[str, list[int]] = defaultdict(list)
    for row, (lead, email) in enumerate(rows, start=2):
        if row in batch_of:
            same[lead.lstrip("L-0") or email.strip().casefold().replace("ａ", "a")].append(row)
    same.pop("", None)  # known by neither
    for alike in same.values():
        assert {batch_of[row] for row in alike} == {batch_of[alike[-1]]}
        assert batch_of[alike[-1]] == (alike[-1] - 2) // 2
    for each in importing.said(events.RowsPrepared):
        settle(importing, each, "unchanged")
    state = details(importing, list_id)
    assert sum(state["outcomes"][name] for name in OUTCOMES) == state["rows_settled"] == len(rows)
