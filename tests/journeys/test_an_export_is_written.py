"""リスト出力 through the whole house: asked for, written by whichever worker lives, once in the ledger."""

import hashlib
import io
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl

from tests.journeys.system import System
from tests.journeys.test_a_list_travels import campaign
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


def test_a_worker_that_is_killed_leaves_one_export(running: Running, tmp_path: Path) -> None:
    maki, house = running.by("maki"), running.house
    campaign_id = campaign(running, "持ち出しの会")
    unique = uuid4().hex[:6]
    people = [Someone(f"持出{number}", f"{unique}{number}@mochi.example.jp") for number in range(1_500)]
    maki.bring_in(list_workbook(tmp_path / "持出.xlsx", people), "invited", campaign_id)
    exports = [maki.post("/exports", {"kind": "leads", "search": {"campaign_id": [campaign_id]}}) for _ in range(3)]
    for name in ("import-worker", "import-worker-2"):
        house.kill(name)
        house.restart(name)
    for export in exports:
        done = until(partial(ended, maki, export["id"]), 90, "the file")
        assert (done["status"], done["rows"], done["total"]) == ("finished", 1_500, 1_500), done
        content = maki.ask("GET", f"/exports/{export['id']}/file").content
        assert hashlib.sha256(content).hexdigest() == done["sha256"]
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["リスト"]
        names = [row[5].value for row in sheet.iter_rows(min_row=2)]
        assert len(names) == len(set(names)) == 1_500
        lines = [line for line in maki.get("/export-ledger")["items"] if line["export_id"] == export["id"]]
        assert sorted(line["act"] for line in lines) == ["downloaded", "exported"]


def ended(system: System, export_id: str) -> Any:
    found = system.get(f"/exports/{export_id}")
    return found if found["status"] != "running" else None
