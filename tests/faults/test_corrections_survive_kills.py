"""SIGKILL while an error workbook that came back is put in its place, and while its rows go in: all of it is right."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.faults.moments import IMPORT_WORKERS, figure, held, kill
from tests.faults.test_lists_survive_kills import KNOWN, NEW, ROWS, TWICE, WRONG, List
from tests.running import Running
from tests.waiting import until

STAGES = {
    "reading": (("import", "uploaded_row"), "UPDATE uploaded_row", IMPORT_WORKERS),
    "checking": (("lead", "settled_batch"), "INSERT INTO settled_batch", ("lead-worker", *IMPORT_WORKERS)),
}


def put_right(content: bytes, path: Path, mark: str) -> Path:
    """The error workbook with an address and a name where they are missing."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["リスト"]
    header = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(sheet.iter_rows(min_row=2)):
        if row[0].value is not None:
            sheet.cell(row[0].row, header["メールアドレス"], f"{mark}right{number}@kill.example.jp")
            sheet.cell(row[0].row, header["姓"], f"直{number}")
    book.save(path)
    return path


@pytest.mark.parametrize("name", STAGES)
def test_rows_put_right_go_in_once(running: Running, tmp_path: Path, name: str) -> None:
    uploaded = List(running, tmp_path, f"直して倒れる {name}")
    maki, house = uploaded.maki, running.house
    path = f"/lists/{uploaded.upload()}"
    maki.finished(path.rpartition("/")[2])
    file = put_right(maki.ask("GET", f"{path}/errors.xlsx").content, tmp_path / "直した.xlsx", uploaded.mark)
    table, statement, killed = STAGES[name]
    with held(house, *table) as lock:
        fields = {"file": (file.name, file.read_bytes())}
        answer = maki.pool.request(
            "POST", f"{maki.url}{path}/corrections", fields=fields, headers={"Authorization": f"Bearer {maki.token}"}
        )
        assert answer.status == 202, answer.data.decode()
        lock.until_somebody_waits(statement)
        kill(house, *killed)
    done = until(lambda: finished_again(uploaded, path), 60, "the corrected rows")
    assert sum(done["outcomes"].values()) == done["rows_read"] == ROWS
    assert {code: count for code, count in done["outcomes"].items() if count} == {
        "created": NEW + WRONG, "history_only": KNOWN, "unchanged": TWICE,
    }  # fmt: skip
    assert figure(house, "import", "SELECT count(*) FROM row_outcome WHERE list_id = %s", int(done["id"])) == ROWS
    assert uploaded.addresses() == KNOWN + NEW + WRONG
    uploaded.nothing_is_left()


def finished_again(uploaded: List, path: str) -> Any:
    state = uploaded.maki.get(path)
    return state if state["status"] == "finished" and not state["outcomes"]["error"] else None
