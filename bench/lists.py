"""Lists at scale: 100,000 rows of 25 columns against 1,000,000 leads, 7 in 10 new, with all processes of the house.

    python -m bench.lists [LEADS] [PART …]

Parts: commit (from upload to finished; peak memory of each process), meanwhile (リード一覧, and 300 rows of others,
while 100,000 run), plan (against the commit), undo (10,000 rows), export (about 10,000 and 100,000 leads, and as many
persons), bulk (1,000 leads to one owner in one act), and, only when told, memory (1,000,000 rows) and workers (what a
second import worker gains, and a second pair of workers: list_workers.py; 200,000 leads will do). Seconds, and their
ratio to merely reading the same file with openpyxl in the same run, which is this machine's yardstick.
"""

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from deploy.local.house import House
from tests.journeys.system import System
from tests.mailbox import Mailbox
from tests.waiting import until

from .crowd import PREFECTURES, fill
from .list_house import PATIENCE, ROWS, Bench, campaign, known, peaks, reading
from .list_workers import SECOND, workers

OUTCOMES = ("created", "updated", "unchanged", "history_only", "review", "conflict", "error", "cancelled")


def told(what: str, rows: int, took: float, yardstick: float, done: Any) -> None:
    outcomes = {name: count for name, count in done["outcomes"].items() if count}
    print(
        f"{what}: {took:.1f} s, {rows / took:,.0f} rows/s, {took / yardstick:.2f} × openpyxl's reading; {outcomes}",
        flush=True,
    )


def commit(bench: Bench) -> None:
    """Three files of different people; the median counts."""
    files = [bench.file(f"commit{run}", ROWS) for run in range(3)]
    yardstick = reading(files[0])
    print(f"openpyxl reads the file in {yardstick:.1f} s")
    seconds = []
    for run, file in enumerate(files):
        took, done = bench.brought_in(file, f"計測 確定 {run}")
        seconds.append(took)
        told(f"commit {run + 1}", ROWS, took, yardstick, done)
    print(f"commit: median {statistics.median(seconds):.1f} s, {ROWS / statistics.median(seconds):,.0f} rows/s")
    print(f"peak memory in MB: {peaks(bench.house)}", flush=True)


def meanwhile(bench: Bench) -> None:
    """While 100,000 rows run: one person goes through リード一覧, and somebody else brings in 300."""
    large, small = bench.file("large", ROWS), bench.file("small", 300)
    ids, campaigns = (
        [],
        [campaign(bench.system, "計測 大", bench.manager_id), campaign(bench.system, "計測 小", bench.manager_id)],
    )
    ids.append(bench.uploaded(large, campaigns[0]))

    def pages() -> tuple[list[float], list[float]]:
        """Milliseconds of the page, whole, as a browser asks for it, and of the API's answer; in turn."""
        took: tuple[list[float], list[float]] = ([], [])
        url = bench.system.url.removesuffix("/api/v1")
        while bench.system.get(f"/lists/{ids[0]}")["status"] != "finished":
            began = time.perf_counter()
            page = bench.system.pool.request("GET", f"{url}/leads", headers={"Cookie": f"tsunagi={bench.system.token}"})
            took[0].append((time.perf_counter() - began) * 1000)
            assert page.status == 200, page.status
            began = time.perf_counter()
            bench.system.get("/leads", page_size=50, total="quick")
            took[1].append((time.perf_counter() - began) * 1000)
        return took

    with ThreadPoolExecutor() as others:
        listing = others.submit(pages)
        until(lambda: bench.system.get(f"/lists/{ids[0]}")["rows_settled"] > 2_500, PATIENCE)
        began = time.perf_counter()
        bench.until(bench.uploaded(small, campaigns[1]), "finished")
        took = time.perf_counter() - began
        still = bench.system.get(f"/lists/{ids[0]}")["status"]
        listed = listing.result()
    print(f"meanwhile: 300 rows finished in {took:.1f} s, the large list was then {still}")
    for what, found in zip(("page", "API"), listed, strict=True):
        p50, p95 = statistics.median(found), statistics.quantiles(found, n=20)[-1]
        print(f"リード一覧 ({what}) {len(found)} times: p50 {p50:.0f} ms, p95 {p95:.0f} ms", flush=True)


def plan(bench: Bench) -> None:
    file = bench.file("plan", ROWS)
    yardstick = reading(file)
    campaign_id = campaign(bench.system, "計測 計画", bench.manager_id)
    began = time.perf_counter()
    list_id = bench.uploaded(file, campaign_id, mode="plan")
    planned = bench.until(list_id, "planned")
    took = time.perf_counter() - began
    told("plan", ROWS, took, yardstick, planned)
    began = time.perf_counter()
    bench.system.post(f"/lists/{list_id}/commitment", {})
    done = bench.until(list_id, "finished")
    told("its commit", ROWS, time.perf_counter() - began, yardstick, done)
    same = {name: planned["outcomes"].get(name, 0) == done["outcomes"].get(name, 0) for name in OUTCOMES}
    print(f"plan = commit: {all(same.values())}", flush=True)


def undo(bench: Bench) -> None:
    _, done = bench.brought_in(bench.file("undo", 10_000), "計測 取消")
    began = time.perf_counter()
    bench.system.post(f"/lists/{done['id']}/undoing", {})
    bench.until(done["id"], "undone")
    print(f"undo of 10,000 rows: {time.perf_counter() - began:.1f} s", flush=True)


def rows_in(content: bytes) -> int:
    """How many rows the sheet has below its header, by the reader of the import service."""
    spreadsheet = import_module("services.import.spreadsheet")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        return sum(1 for _ in spreadsheet.rows(Path(file.name), "リスト")) - 1


def export(bench: Bench) -> None:
    """Leads of a campaign, and persons of some prefectures (and a trade, for fewer), as nearly as many."""
    with psycopg.connect(bench.house.database_url("lead")) as connection:
        sizes = connection.execute("SELECT campaign_id, count(*) FROM campaign_member GROUP BY campaign_id").fetchall()
        persons = [(search, _persons(connection, search)) for search in _searches()]
    for size in (10_000, 100_000):
        campaign_id, leads = min(sizes, key=lambda each: abs(each[1] - size))
        _exported(bench, "leads", {"campaign_id": [str(campaign_id)]})
        _exported(bench, "persons", min(persons, key=lambda each: abs(each[1] - leads))[0])


def _searches() -> list[dict[str, Any]]:
    prefectures = [{"prefecture": PREFECTURES[:number]} for number in range(1, len(PREFECTURES) + 1)]
    return [each | trade for each in prefectures for trade in ({}, {"company": "電機"})]


def _persons(connection: psycopg.Connection, search: dict[str, Any]) -> int:
    count = "SELECT count(*) FROM person WHERE prefecture = ANY(%s) AND company LIKE %s"
    found = connection.execute(count, [search["prefecture"], f"%{search.get('company', '')}%"]).fetchone()
    return int(found[0]) if found else 0


def _exported(bench: Bench, kind: str, search: dict[str, Any]) -> None:
    runs = []
    for _ in range(3):
        began = time.perf_counter()
        started = bench.system.post("/exports", {"kind": kind, "search": search})

        def state(export_id: str = started["id"]) -> Any:
            found = bench.system.get(f"/exports/{export_id}")
            return found if found["status"] != "running" else None

        done = until(state, PATIENCE)
        assert done["status"] == "finished", done
        runs.append(time.perf_counter() - began)
    rows = rows_in(bench.system.ask("GET", f"/exports/{done['id']}/file").content)
    assert rows == done["rows"]
    spread = f"min {min(runs):.1f}, max {max(runs):.1f}"
    print(f"export of {rows:,} {kind}: median {statistics.median(runs):.1f} s ({spread})", flush=True)


def bulk(bench: Bench) -> None:
    """1,000 leads to one owner in one act: seconds to the answer, mails that follow."""
    found = [bench.system.get("/leads", owner="unassigned", page_size=500)]
    found.append(bench.system.get("/leads", owner="unassigned", page_size=500, cursor=found[0]["next_cursor"]))
    ids = [lead["id"] for page in found for lead in page["items"]]
    users, took = bench.system.everybody(), []
    for login in ("isamu", "sara", "eiji"):
        bench.mailbox.forget()
        began = time.perf_counter()
        result = bench.system.post("/leads/assignments", {"lead_ids": ids, "owner_id": users[login]["id"]})
        took.append(time.perf_counter() - began)
        assert result["changed"] == len(ids), result
        until(lambda: bench.mailbox.received, 20)
    bench.system.post("/leads/assignments", {"lead_ids": ids[:1], "owner_id": users["rin"]["id"]})
    until(lambda: bench.mailbox.to("rin@tsunagi.example.jp"), 20)  # all that came before has been sent
    mails = len(bench.mailbox.to("eiji@tsunagi.example.jp"))
    print(f"bulk assignment of {len(ids)} leads: median {statistics.median(took):.2f} s to the answer, {mails} mail")


def memory(bench: Bench) -> None:
    file = bench.file("million", 1_000_000)
    print(f"a file of {file.stat().st_size / 1e6:.0f} MB")
    took, done = bench.brought_in(file, "計測 百万")
    print(f"1,000,000 rows: {took:.0f} s, {1_000_000 / took:,.0f} rows/s; {done['outcomes']}")
    print(f"peak memory in MB: {peaks(bench.house)}", flush=True)


PARTS: dict[str, Callable[[Bench], None]] = {
    "commit": commit, "meanwhile": meanwhile, "plan": plan, "undo": undo, "export": export, "bulk": bulk,
    "memory": memory, "workers": workers,
}  # fmt: skip
USUAL = ("commit", "meanwhile", "plan", "undo", "export", "bulk")


def main(count: int, parts: list[str]) -> None:
    with contextlib.ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="tsunagi-bench-")))
        folder.chmod(0o711)
        mailbox = at_end.enter_context(Mailbox())
        scale = {"import-worker": 2} if "workers" in parts else {}
        house = at_end.enter_context(House(folder / "house", smtp_url=mailbox.url, scale=scale, throwaway=False))
        if scale:
            house.end(SECOND)  # until its turn
        house.run("gateway", "demo-users")
        system = System(house.gateway_url).sign_in("mana")
        users = system.everybody()
        url = house.database_url("lead")
        began = time.perf_counter()
        fill(url, count, [int(users[login]["id"]) for login in ("mana", "isamu", "sara")])
        print(f"{count} leads in {time.perf_counter() - began:.0f} s", flush=True)
        owners = [f"{users[login]['family_name']} <{login}>" for login in ("isamu", "sara")]
        bench = Bench(house, system, mailbox, folder, owners, users["mana"]["id"], known(url, count // 4))
        for part in parts:
            PARTS[part](bench)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2:] or list(USUAL))
