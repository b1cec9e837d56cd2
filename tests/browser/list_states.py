"""A list in every state in which a page shows one: asking, planned, in conflict, taken back, stopped, failed."""

from pathlib import Path
from typing import Any

import openpyxl

from tests.journeys.system import System
from tests.waiting import until
from tests.workbooks import HEADERS, Someone, list_workbook

QUESTION = "ご来場の目的と関心のある製品"


def list_states(system: System, folder: Path) -> dict[str, str]:
    """The id of one list by the name of its state, as tests/browser/pages.py calls it."""
    draft = {"name": "リストの状態の会", "category": "seminar", "status": "running"}
    campaign_id = system.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    people = [
        Someone("状態", f"state{n}@example.jp", f"株式会社状態ホールディングス第{n}事業所", more={"役職": "課長"})
        for n in range(6)
    ]
    first = system.bring_in(list_workbook(folder / "招待状.xlsx", people), "invited", campaign_id)
    new = [Someone("計画", f"new{n}@example.jp", "計画商会") for n in range(3)]
    wrong = Someone("計画", "not an address", "計画商会")
    planned = system.plan(
        list_workbook(folder / "状態の計画.xlsx", [*people, *new, wrong]), "participants", campaign_id
    )
    return {
        "asking_id": asking(system, campaign_id, folder),
        "planned_id": planned["id"],
        "clash_id": in_conflict(system, campaign_id, folder),
        "stopped_id": stopped(system, campaign_id, folder),
        "failed_id": system.bring_in(list_workbook(folder / "見出しだけ.xlsx", []), "invited", campaign_id)["id"],
        "undone_id": taken_back(system, first["id"]),
    }


def asking(system: System, campaign_id: str, folder: Path, name: str = "要確認.xlsx") -> str:
    """A list of two sheets and many columns, of which nobody said yet what one of them is."""
    guests = [Someone("要", f"asking{n}@example.jp", more={QUESTION: "見積"}) for n in range(3)]
    file = list_workbook(folder / name, guests, [*HEADERS, QUESTION])
    book = openpyxl.load_workbook(file)
    book.copy_worksheet(book["リスト"]).title = "二日目"
    book.save(file)
    list_id: str = system.upload(file, "invited", campaign_id, ask=True).json["id"]
    until(lambda: system.get(f"/lists/{list_id}")["status"] == "asking", what="the question about a list")
    return list_id


def in_conflict(system: System, campaign_id: str, folder: Path) -> str:
    """Taken out, changed on the screen, changed in the file, and brought back."""
    state: Any = system.bring_in(clashing(system, campaign_id, folder), "update")
    assert state["outcomes"]["conflict"] == 2, state
    return str(state["id"])


def planned_conflicts(system: System, campaign_id: str, folder: Path, company: str) -> Any:
    """The plan of an update of which both rows are conflicts."""
    people = [Someone("選択", f"choice{n}-{campaign_id}@example.jp", company) for n in (1, 2)]
    system.bring_in(list_workbook(folder / "二人.xlsx", people), "invited", campaign_id)
    return system.plan(clashing(system, campaign_id, folder, "衝突の計画.xlsx"), "update")


def clashing(system: System, campaign_id: str, folder: Path, name: str = "往復.xlsx") -> Path:
    """The leads of a campaign, taken out and changed; the first two were changed on the screen since."""
    search = {"campaign_id": [campaign_id]}
    export_id = system.post("/exports", {"kind": "leads", "search": search})["id"]
    until(lambda: system.get(f"/exports/{export_id}")["status"] == "finished", what="the export")
    file = folder / name
    file.write_bytes(system.ask("GET", f"/exports/{export_id}/file").content)
    for lead in system.get("/leads", campaign_id=campaign_id, sort="number")["items"][:2]:
        version = system.get(f"/leads/{lead['id']}")["version"]
        change = {"version": version, "person": {"title": "部長", "department": "経営企画本部"}}
        assert system.ask("PATCH", f"/leads/{lead['id']}", change).status == 200
    book = openpyxl.load_workbook(file)
    sheet = book["リスト"]
    places: dict[Any, Any] = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, places["役職"], "本部長")
        sheet.cell(row, places["部署"], "製造技術統括本部 第二生産技術部")
    book.save(file)
    return file


def stopped(system: System, campaign_id: str, folder: Path) -> str:
    """中止 before a row went in."""
    list_id = asking(system, campaign_id, folder, "中止.xlsx")
    system.post(f"/lists/{list_id}/cancellation", {})
    return list_id


def taken_back(system: System, list_id: str) -> str:
    """取消, where what somebody changed since was kept."""
    system.post(f"/lists/{list_id}/undoing", {})
    until(lambda: system.get(f"/lists/{list_id}")["status"] == "undone", what="the taking back")
    return list_id
