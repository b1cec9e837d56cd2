"""A list that is stopped in tests, and goes on: what somebody presses, and what the workers and lead do."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl

from contracts import events
from tests.cast import MAKI, Person
from tests.parts import Part

from .registering import settle, upload

Lead = Callable[[Part, events.RowsPrepared], Any]


def act(service: Part, list_id: str, what: str, person: Person = MAKI) -> Any:
    return service.by(person).post(f"/lists/{list_id}/{what}")


def read(service: Part) -> None:
    service.hear(service.said(events.ListUploaded)[-1])


def check(service: Part, *which: int) -> None:
    cuts = service.said(events.BatchCut)
    for each in which:
        assert service.hear(cuts[each]) == "done", service.why_set_aside()


def on(service: Part, heard: int = 0, lead: Lead = settle) -> list[events.RowsPrepared]:
    """Everything that was announced from the `heard`th batch on comes to its end. What went to `lead`, which answers,
    for it."""
    answered = len(service.said(events.RowsPrepared))
    before = answered
    while heard < len(service.said(events.BatchCut)) or answered < len(service.said(events.RowsPrepared)):
        for cut in service.said(events.BatchCut)[heard:]:
            assert service.hear(cut) == "done", service.why_set_aside()
            heard += 1
        for prepared in service.said(events.RowsPrepared)[answered:]:
            lead(service, prepared)
            answered += 1
    return service.said(events.RowsPrepared)[before:]


def stopped_while_read(service: Part, content: bytes, in_first: int = 0) -> str:
    """Four rows were read; `in_first` batches of them are in."""
    list_id = str(upload(service, content).get_json()["id"])
    read(service)
    check(service, *range(in_first))
    act(service, list_id, "cancellation")
    for prepared in service.said(events.RowsPrepared):
        settle(service, prepared)
    read(service)
    on(service, in_first)
    return list_id


def mended(errors: bytes, **values: str) -> bytes:
    """An error workbook with these values in all of its rows, by the names of the columns."""
    book = openpyxl.load_workbook(io.BytesIO(errors))
    sheet = book["リスト"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for name, value in values.items():
            sheet.cell(row, places[name]).value = value
    book.save(written := io.BytesIO())
    return written.getvalue()


def bring_back(service: Part, list_id: str, book: bytes) -> None:
    sent = {"file": (io.BytesIO(book), "直した行.xlsx")}
    assert service.by(MAKI).post(f"/lists/{list_id}/corrections", data=sent).status_code == 202
    service.hear(service.said(events.CorrectionsUploaded)[-1])
