"""Plan → 確定 → 取消 of a list of several batches over real HTTP, RabbitMQ and PostgreSQL: the plan is what the commit
does, and after the taking back everything is as it was, in the campaign's results too."""

from pathlib import Path
from typing import Any

from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


def outcomes(system: Any, list_id: str) -> dict[int, tuple[Any, ...]]:
    """Row → its outcome, what it changed, and why it did not go in."""
    found: dict[int, tuple[Any, ...]] = {}
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = system.get(f"/lists/{list_id}/rows", page_size=500, **more)
        for row in page["items"]:
            found[row["row"]] = (row["outcome"], str(row["changes"]), str(row["reasons"]))
        cursor = page["next_cursor"]
        if not cursor:
            return found


def once(system: Any, path: str, where: tuple[str, ...], value: Any) -> Any:
    """What is found at `path` once it has this value there."""

    seen: list[Any] = []

    def look() -> Any:
        found = place = system.get(path)
        for name in where:
            place = place[name]
        seen.append(place)
        return found if place == value else None

    try:
        return until(look, 60, f"{path} {where} {value}")
    except AssertionError as error:
        raise AssertionError(f"{error}; {where} was {seen[-1]}") from error


def test_a_list_is_planned_committed_and_taken_back(running: Running, tmp_path: Path) -> None:
    maki = running.by("maki")
    draft = {
        "name": "計画の道のり",
        "category": "seminar",
        "status": "running",
        "owner_id": running.people["maki"]["id"],
    }
    campaign_id = maki.post("/campaigns", draft | {"start_date": "2026-11-01", "end_date": "2026-12-20"})["id"]
    known = [Someone("既存", f"journey{n}@plan.example.jp", "道のり商会") for n in range(0, 1_000, 100)]
    maki.bring_in(list_workbook(tmp_path / "前の.xlsx", known), "invited", campaign_id)
    once(maki, f"/campaigns/{campaign_id}", ("results", "invited"), 10)
    owner = {"リード担当者": "sara"}
    people = [Someone("道野", f"journey{n}@plan.example.jp", "道のり商会", more=owner) for n in range(1_000)]
    people += [people[3], people[700], Someone("道野", "no address")]  # twice in the file, over its batches

    planned = maki.plan(list_workbook(tmp_path / "計画.xlsx", people), "participants", campaign_id)
    assert planned["status"] == "planned", planned
    told = outcomes(maki, planned["id"])
    assert (planned["outcomes"]["created"], planned["outcomes"]["history_only"]) == (990, 10)
    assert (planned["outcomes"]["unchanged"], planned["outcomes"]["error"]) == (2, 1)
    assert maki.get("/leads", campaign_id=campaign_id)["total"] == 10

    before = running.by("sara").get("/notifications")["total"]
    path = f"/lists/{planned['id']}"
    maki.post(f"{path}/commitment", None)
    assert maki.ask("POST", f"{path}/commitment").status == 409
    done = once(maki, path, ("status",), "finished")
    after = outcomes(maki, planned["id"])
    assert {row: (told[row], after[row]) for row in told if told[row] != after[row]} == {}
    assert maki.get(f"{path}/rows", moved="true")["items"] == []
    assert sum(done["outcomes"].values()) == done["rows_read"] == len(people)
    once(maki, f"/campaigns/{campaign_id}", ("results", "responded"), 1_000)
    until(lambda: running.by("sara").get("/notifications")["total"] == before + 1, what="sara's notice")

    maki.post(f"{path}/undoing", None)
    assert maki.ask("POST", f"{path}/undoing").status == 409
    undone = once(maki, path, ("status",), "undone")
    assert (undone["undoing"]["undone"], undone["undoing"]["kept"]) == (1_000, 0)
    assert maki.get("/leads", campaign_id=campaign_id)["total"] == 10
    results = once(maki, f"/campaigns/{campaign_id}", ("results", "responded"), 0)["results"]
    assert (results["invited"], results["new_leads"]) == (10, 10)
    until(lambda: running.by("sara").get("/notifications")["total"] == before + 2, what="sara hears of it")
