"""リスト出力 at speed: about 10,000 and 100,000 leads, from the click to the file, with the whole house running.

    python -m bench.exporting [LEADS]

The leads of two campaigns are taken out of 300,000 (unless told otherwise), three times each: seconds until 202 and
until the file is there, its size, and each process's peak memory.
"""

import contextlib
import importlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from deploy.local.house import House
from tests.journeys.system import System
from tests.mailbox import Mailbox

from .crowd import fill

SIZES, RUNS = (10_000, 100_000), 3


def campaign_of(url: str, size: int) -> str:
    """The campaign whose history is nearest to this many leads."""
    with psycopg.connect(url) as connection:
        sizes = connection.execute("SELECT campaign_id, count(*) FROM campaign_member GROUP BY campaign_id").fetchall()
    return str(min(sizes, key=lambda each: abs(each[1] - size))[0])


def taken_out(system: System, campaign_id: str) -> tuple[float, float, Any]:
    """Seconds until the answer, seconds until the file is there, and the finished export."""
    began = time.perf_counter()
    export = system.post("/exports", {"kind": "leads", "search": {"campaign_id": [campaign_id]}})
    answered = time.perf_counter() - began
    while (done := system.get(f"/exports/{export['id']}"))["status"] == "running":
        time.sleep(0.1)
    assert done["status"] == "finished", done
    return answered, time.perf_counter() - began, done


def rows_in(content: bytes) -> int:
    """How many rows the sheet has, by the reader of the import service, below its header."""
    spreadsheet = importlib.import_module("services.import.spreadsheet")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        return sum(1 for _ in spreadsheet.rows(Path(file.name), "リスト")) - 1


def main(count: int) -> None:
    with contextlib.ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="tsunagi-bench-")))
        folder.chmod(0o711)
        mailbox = at_end.enter_context(Mailbox())
        house = at_end.enter_context(House(folder / "house", smtp_url=mailbox.url, throwaway=False))
        house.run("gateway", "demo-users")
        system = System(house.gateway_url).sign_in("mana")
        users = system.everybody()
        fill(house.database_url("lead"), count, [int(users[login]["id"]) for login in ("mana", "isamu", "sara")])
        for size in SIZES:
            campaign_id = campaign_of(house.database_url("lead"), size)
            runs = [taken_out(system, campaign_id) for _ in range(RUNS)]
            done = runs[-1][2]
            content = system.ask("GET", f"/exports/{done['id']}/file").content
            assert rows_in(content) == done["rows"]
            seconds = statistics.median(took for _, took, _ in runs)
            print(
                f"{done['rows']:,} rows: answered in {statistics.median(answered for answered, _, _ in runs):.3f} s, "
                f"file in {seconds:.2f} s ({done['rows'] / seconds:,.0f} rows/s), {len(content) / 1e6:.1f} MB"
            )
        for name, megabytes in importlib.import_module("bench.import").peaks(house):
            if name.startswith(("import", "lead")):
                print(f"peak memory {name}: {megabytes:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
