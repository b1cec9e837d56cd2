"""Lists at speed: 10,000 rows, two thirds of them new, from upload to finished, with the whole house running.

    python -m bench.import [ROWS]

Prints rows/s, the ratio to merely reading the same file with openpyxl (this machine's yardstick, in this run), each
process's peak memory, and what assigning 1,000 leads in one act takes and mails.
"""

import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from deploy.local.house import House
from tests.journeys.system import System
from tests.mailbox import Mailbox
from tests.waiting import until
from tests.workbooks import Someone, list_workbook

RUNS = 3


def people(count: int, mark: str) -> list[Someone]:
    """Rows as lists have them: mostly with an address, every column of a trade fair's list filled now and then."""
    draw = random.Random(mark)
    return [
        Someone(
            family_name=f"速見{number}",
            email=f"{mark}{number}@hayami{number % 700}.example.jp" if number % 10 else "",
            company=f"株式会社速見製作所{number % 700}",
            phone=f"03{number:08d}",
            more={
                "名": f"計{number}",
                "セイ": "ハヤミ",
                "メイ": "ケイ",
                "部署": draw.choice(("営業部", "開発部", "総務部")),
                "役職": draw.choice(("部長", "課長", "")),
                "郵便番号": f"{100 + number % 900:03d}-{number % 10_000:04d}",
                "都道府県": draw.choice(("東京都", "大阪府", "北海道")),
                "住所": f"中央区{number % 30}丁目{number % 9}-1",
                "業種": draw.choice(("製造業", "小売業", "")),
                "アンケート": draw.choice(("資料希望", "価格を知りたい", "")),
                "温度感": draw.choice(("A", "B", "C", "")),
                "備考": "ブースで説明した。" if number % 3 else "",
            },
        )
        for number in range(count)
    ]


def campaign(system: System, name: str, owner_id: str) -> str:
    days = {"start_date": "2026-11-01", "end_date": "2026-12-28"}
    draft = {"name": name, "category": "seminar", "status": "running", "owner_id": owner_id, **days}
    made = until(lambda: accepted(system, draft), 20, "the campaign service to have heard of the users")
    return str(made["id"])


def accepted(system: System, draft: Any) -> Any:
    answer = system.ask("POST", "/campaigns", draft)
    return answer.json if answer.status == 201 else None


def timed_import(system: System, file: Path, campaign_id: str) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = system.upload(file, "participants", campaign_id)
    assert answer.status == 202, answer.content
    state = until(lambda: finished(system, answer.json["id"]), 300)
    return time.perf_counter() - began, state


def finished(system: System, list_id: str) -> Any:
    state = system.get(f"/lists/{list_id}")
    return state if state["status"] in ("finished", "failed") else None


def reading(file: Path) -> float:
    """Seconds that openpyxl takes to merely read the file."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(file, read_only=True)
    for _ in book.active.iter_rows(values_only=True):  # type: ignore[union-attr]
        pass
    return time.perf_counter() - began


def peaks(house: House) -> Iterator[tuple[str, float]]:
    """(process, peak resident memory in MB)."""
    for name, role in sorted(house.roles.items()):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{role.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM"):
                    yield name, int(line.split()[1]) / 1024


def main(rows: int) -> None:
    with contextlib.ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="tsunagi-bench-")))
        folder.chmod(0o711)
        mailbox = at_end.enter_context(Mailbox())
        house = at_end.enter_context(House(folder / "house", smtp_url=mailbox.url, throwaway=False))
        house.run("gateway", "demo-users")
        system = System(house.gateway_url).sign_in("mana")
        users = system.everybody()
        seconds, yardsticks = [], []
        for run in range(RUNS):
            everybody = people(rows, f"r{run}x")
            known = list_workbook(folder / "known.xlsx", everybody[::3])
            whole = list_workbook(folder / "whole.xlsx", everybody)
            campaign_id = campaign(system, f"計測 {run}", users["mana"]["id"])
            timed_import(system, known, campaign(system, f"既知 {run}", users["mana"]["id"]))
            yardsticks.append(reading(whole))
            took, state = timed_import(system, whole, campaign_id)
            assert state["status"] == "finished" and state["rows_read"] == rows, state
            seconds.append(took)
            print(f"run {run + 1}: {took:.2f} s, outcomes {state['outcomes']}")
        median = statistics.median(seconds)
        spread = f"min {min(seconds):.2f}, max {max(seconds):.2f}"
        print(f"{rows} rows: median {median:.2f} s, {rows / median:,.0f} rows/s ({spread})")
        print(f"ratio to merely reading the file with openpyxl: {median / statistics.median(yardsticks):.2f}")
        bulk(system, mailbox, users, campaign_id)
        for name, megabytes in peaks(house):
            print(f"peak memory {name}: {megabytes:.0f} MB")


def bulk(system: System, mailbox: Mailbox, users: dict[str, Any], campaign_id: str) -> None:
    """1,000 leads to one owner in one act: seconds to the answer, mails that follow."""
    page = [system.get("/leads", campaign_id=campaign_id, page_size=500)]
    page.append(system.get("/leads", campaign_id=campaign_id, page_size=500, cursor=page[0]["next_cursor"]))
    ids = [lead["id"] for part in page for lead in part["items"]]
    took = []
    for login in ("isamu", "sara", "eiji"):
        mailbox.forget()
        began = time.perf_counter()
        result = system.post("/leads/assignments", {"lead_ids": ids, "owner_id": users[login]["id"]})
        took.append(time.perf_counter() - began)
        assert result["changed"] == len(ids), result
        until(lambda: mailbox.received, 20)
    system.post("/leads/assignments", {"lead_ids": ids[:1], "owner_id": users["rin"]["id"]})
    until(lambda: mailbox.to("rin@tsunagi.example.jp"), 20)  # all that came before has been sent
    mails = len(mailbox.to("eiji@tsunagi.example.jp"))
    print(f"bulk assignment of {len(ids)} leads: median {statistics.median(took):.2f} s to the answer, {mails} mail")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
