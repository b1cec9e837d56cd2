"""SIGKILL while a long list is read further, and while an update's batches have their turn: every row goes in once."""

import io
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest

from tests.faults.moments import IMPORT_WORKERS, figure, kill
from tests.faults.test_lists_survive_kills import AT_LEAD, ENDS, Stage, catch, ended
from tests.journeys.test_a_list_travels import campaign, leads_of
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook

LONG, UPDATED = 12_000, 1_500  # rows: over two portions; over several batches, with MEMO
MEMO = "長い話" * 500
UPDATING = {
    "gathering": Stage((("import", "uploaded_row", "COPY uploaded_row"),), IMPORT_WORKERS),
    "merging": Stage((AT_LEAD,), ("lead-worker",)),
    "telling outcomes": Stage((AT_LEAD, ("lead", "outbox_event", "INSERT INTO outbox_event")), ("lead-worker",)),
    "settling": Stage((AT_LEAD, ("import", "row_outcome", "COPY row_outcome")), IMPORT_WORKERS),
}


def test_a_long_list_is_read_further(running: Running, tmp_path: Path) -> None:
    maki, mark, campaign_id = running.by("maki"), uuid4().hex[:6], campaign(running, "続きで倒れる")
    people = [Someone("続", f"{mark}{number}@kill.example.jp") for number in range(LONG)]
    file = list_workbook(tmp_path / "続き.xlsx", people)
    list_id = maki.upload(file, "participants", campaign_id).json["id"]
    until(lambda: maki.get(f"/lists/{list_id}")["rows_read"], what="the first portion")
    kill(running.house, *IMPORT_WORKERS)
    state = maki.finished(list_id, 90)
    assert (state["status"], state["rows_read"], state["outcomes"]["created"]) == ("finished", LONG, LONG), state
    said = "SELECT count(*) FROM person WHERE email LIKE %s"
    assert figure(running.house, "lead", said, f"{mark}%@kill.example.jp") == LONG


@pytest.fixture
def taken_out(running: Running, tmp_path: Path) -> tuple[str, Path]:
    """The campaign, and its leads as they were taken out, each with another 役職 and a long 備考."""
    maki, mark, campaign_id = running.by("maki"), uuid4().hex[:6], campaign(running, "更新で倒れる")
    people = [Someone("更", f"{mark}{number}@kill.example.jp") for number in range(UPDATED)]
    maki.bring_in(list_workbook(tmp_path / "前.xlsx", people), "participants", campaign_id)
    wish = {"kind": "leads", "search": {"campaign_id": [campaign_id]}}
    export_id = maki.post("/exports", wish)["id"]
    until(lambda: ended(maki, export_id), 90, "the export")
    book = openpyxl.load_workbook(io.BytesIO(maki.ask("GET", f"/exports/{export_id}/file").content))
    columns = {cell.value: cell.column for cell in book["リスト"][1]}
    for row in range(2, UPDATED + 2):
        book["リスト"].cell(row, columns["役職"], "部長")
        book["リスト"].cell(row, columns["備考"], MEMO)
    book.save(tmp_path / "更新.xlsx")
    return campaign_id, tmp_path / "更新.xlsx"


@pytest.mark.parametrize("name", UPDATING)
def test_an_update_goes_in_once(running: Running, taken_out: tuple[str, Path], name: str) -> None:
    maki, (campaign_id, file), stage = running.by("maki"), taken_out, UPDATING[name]
    with ExitStack() as at_end:
        list_id, lock = catch(running, at_end, stage, lambda: maki.upload(file, "update").json["id"])
        kill(running.house, *stage.killed)
        lock.release()
        state = maki.finished(list_id, 90)
    assert (state["status"], state["rows_read"], state["outcomes"]["updated"]) == ("finished", UPDATED, UPDATED), state
    ids = [int(lead["id"]) for lead in leads_of(running, campaign_id)]
    assert len(ids) == UPDATED
    changed = "SELECT count(*) FROM change WHERE lead_id = ANY(%s) AND field = 'title' AND after #>> '{}' = '部長'"
    assert figure(running.house, "lead", changed, ids) == UPDATED
    batches = "SELECT count(*) FROM batch WHERE list_id = %s"
    assert figure(running.house, "import", batches, int(list_id)) > 2
    assert figure(running.house, "import", f"SELECT count(*) FROM outbox_event WHERE {ENDS}", list_id) == 1
    assert figure(running.house, "lead", "SELECT count(*) FROM early_batch WHERE list_id = %s", int(list_id)) == 0
