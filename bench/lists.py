"""Lists at scale: 100,000 rows of 25 columns against 1,000,000 leads, 7 in 10 new, with all processes of the house.

    python -m bench.lists [LEADS] [PART …]

Parts: commit (from upload to finished; peak memory of each process), meanwhile (リード一覧 and 300 rows of
somebody else while 100,000 run), plan (against the commit), undo (10,000 rows), export (10,000 and 100,000 rows) and
memory (1,000,000 rows; only when told). Seconds, and their ratio to merely reading the same
file with openpyxl in the same run, which is this machine's yardstick.
"""

import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import xlsxwriter

from deploy.local.house import House
from tests.journeys.system import System
from tests.mailbox import Mailbox
from tests.waiting import until
from tests.workbooks import HEADERS

from .crowd import fill

ROWS, KNOWN = 100_000, 0.3  # the part of the rows that are leads already
HEAD = tuple(header for header in HEADERS if header != "版")
WHO = ("姓", "名", "セイ", "メイ", "メールアドレス", "会社名")
PATIENCE = 1_800  # seconds
OUTCOMES = ("created", "updated", "unchanged", "history_only", "review", "conflict", "error", "cancelled")
Rows = Iterator[dict[str, str]]


@dataclass
class Bench:
    """The house under measurement, asked in the name of a manager. `known`: people who are leads, drawn once."""

    house: House
    system: System
    folder: Path
    owners: list[str]
    manager_id: str
    known: list[tuple[str, ...]] = field(default_factory=list)

    def campaign(self, name: str) -> str:
        days = {"start_date": "2026-11-01", "end_date": "2026-12-28"}
        draft = {"name": name, "category": "seminar", "status": "running", "owner_id": self.manager_id, **days}

        def accepted() -> Any:
            answer = self.system.ask("POST", "/campaigns", draft)
            return answer.json if answer.status == 201 else None

        return str(until(accepted, 20, "the campaign service to have heard of the users")["id"])

    def file(self, name: str, rows: int) -> Path:
        """A list of so many people, of whom KNOWN are leads. Different people for each name."""
        path = self.folder / f"{name}.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            sheet = book.add_worksheet("リスト")
            sheet.write_row(0, 0, HEAD)
            for number, cells in enumerate(people(name, rows, self), start=1):
                for column, header in enumerate(HEAD):
                    if cells.get(header):
                        sheet.write_string(number, column, cells[header])
        return path

    def uploaded(self, file: Path, campaign_id: str, **fields: str) -> str:
        """The id of the new list."""
        sent = {"kind": "participants", "campaign_id": campaign_id, **fields}
        with file.open("rb") as content:
            sent["file"] = (file.name, content.read())  # type: ignore[assignment]
        answer = self.system.pool.request(
            "POST",
            f"{self.system.url}/lists",
            fields=sent,
            headers={"Authorization": f"Bearer {self.system.token}"},
            timeout=120,
        )
        assert answer.status == 202, answer.data
        return str(answer.json()["id"])

    def until(self, list_id: str, *wanted: str) -> Any:
        waited_until = time.monotonic() + PATIENCE
        while (found := self.system.get(f"/lists/{list_id}"))["status"] not in wanted:
            assert found["status"] != "failed" and time.monotonic() < waited_until, found
            time.sleep(0.2)  # more often, asking takes a part of what is measured
        return found

    def brought_in(self, file: Path, name: str, **fields: str) -> tuple[float, Any]:
        """(seconds from upload to finished, the list)."""
        campaign_id = self.campaign(name)
        began = time.perf_counter()
        done = self.until(self.uploaded(file, campaign_id, **fields), "finished", "planned")
        took = time.perf_counter() - began
        assert sum(done["outcomes"].values()) == done["rows_read"], done
        return took, done


def people(name: str, count: int, bench: Bench) -> Rows:
    draw = random.Random(name)
    for number in range(count):
        if draw.random() < KNOWN:
            person = dict(
                zip(("姓", "名", "セイ", "メイ", "メールアドレス", "会社名"), draw.choice(bench.known), strict=True)
            )
        else:
            firm = number % 9_000
            person = {
                "姓": f"速見{number % 700}",
                "名": f"計{number}",
                "セイ": "ハヤミ",
                "メイ": "ケイ",
                "メールアドレス": f"{name}{number}@hayami{firm}.example.jp" if number % 10 else "",
                "会社名": f"株式会社速見製作所{firm}",
            }
        yield person | {
            "部署": draw.choice(("営業部", "開発部", "総務部")),
            "役職": draw.choice(("部長", "課長", "")),
            "電話番号": f"03-{draw.randrange(2_000, 9_999)}-{draw.randrange(10_000):04d}",
            "携帯電話": f"090-{draw.randrange(10_000):04d}-{draw.randrange(10_000):04d}" if number % 3 == 0 else "",
            "郵便番号": f"{100 + number % 900:03d}-{number % 10_000:04d}",
            "都道府県": draw.choice(("東京都", "大阪府", "北海道")),
            "住所": f"中央区{number % 30}丁目{number % 9}-1",
            "業種": draw.choice(("製造業", "小売業", "")),
            "リードソース": "展示会",
            "リード担当者": draw.choice(bench.owners) if number % 2 else "",
            "メンバー状況": "参加",
            "反応日": "2026/11/20",
            "アンケート": draw.choice(("資料希望", "価格を知りたい", "")),
            "温度感": draw.choice(("A", "B", "C", "")),
            "備考": "ブースで説明した。" if number % 3 else "",
        }


def reading(file: Path) -> float:
    """Seconds that openpyxl takes to merely read the file."""
    began = time.perf_counter()
    book = openpyxl.load_workbook(file, read_only=True)
    for _ in book["リスト"].iter_rows(values_only=True):
        pass
    return time.perf_counter() - began


def peaks(house: House) -> str:
    """The peak resident memory of the processes that lists pass through, in MB."""
    found = []
    for name, role in sorted(house.roles.items()):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{role.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM") and name.startswith(("import", "lead", "campaign", "notification")):
                    found.append(f"{name} {int(line.split()[1]) / 1024:.0f}")
    return ", ".join(found)


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
    ids, campaigns = [], [bench.campaign("計測 大"), bench.campaign("計測 小")]
    ids.append(bench.uploaded(large, campaigns[0]))

    def pages() -> list[float]:
        took = []
        while bench.system.get(f"/lists/{ids[0]}")["status"] != "finished":
            began = time.perf_counter()
            bench.system.get("/leads", page_size=50, total="quick")
            took.append((time.perf_counter() - began) * 1000)
        return took

    with ThreadPoolExecutor() as others:
        listing = others.submit(pages)
        until(lambda: bench.system.get(f"/lists/{ids[0]}")["batches_settled"] > 5, PATIENCE)
        began = time.perf_counter()
        bench.until(bench.uploaded(small, campaigns[1]), "finished")
        took = time.perf_counter() - began
        still = bench.system.get(f"/lists/{ids[0]}")["status"]
        found = listing.result()
    print(f"meanwhile: 300 rows finished in {took:.1f} s, the large list was then {still}")
    p50, p95 = statistics.median(found), statistics.quantiles(found, n=20)[-1]
    print(f"リード一覧 (API) {len(found)} times: p50 {p50:.0f} ms, p95 {p95:.0f} ms", flush=True)


def plan(bench: Bench) -> None:
    file = bench.file("plan", ROWS)
    yardstick = reading(file)
    campaign_id = bench.campaign("計測 計画")
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


def export(bench: Bench) -> None:
    with psycopg.connect(bench.house.database_url("lead")) as connection:
        sizes = connection.execute("SELECT campaign_id, count(*) FROM campaign_member GROUP BY campaign_id").fetchall()
    for size in (10_000, 100_000):
        campaign_id = str(min(sizes, key=lambda each: abs(each[1] - size))[0])
        runs, rows = [], 0
        for _ in range(3):
            began = time.perf_counter()
            started = bench.system.post("/exports", {"kind": "leads", "search": {"campaign_id": [campaign_id]}})

            def state(export_id: str = started["id"]) -> Any:
                found = bench.system.get(f"/exports/{export_id}")
                return found if found["status"] != "running" else None

            done = until(state, PATIENCE)
            assert done["status"] == "finished", done
            runs.append(time.perf_counter() - began)
            rows = done["rows"]
        spread = f"min {min(runs):.1f}, max {max(runs):.1f}"
        print(f"export of {rows:,} rows: median {statistics.median(runs):.1f} s ({spread})", flush=True)


def memory(bench: Bench) -> None:
    file = bench.file("million", 1_000_000)
    print(f"a file of {file.stat().st_size / 1e6:.0f} MB")
    took, done = bench.brought_in(file, "計測 百万")
    print(f"1,000,000 rows: {took:.0f} s, {1_000_000 / took:,.0f} rows/s; {done['outcomes']}")
    print(f"peak memory in MB: {peaks(bench.house)}", flush=True)


PARTS: dict[str, Callable[[Bench], None]] = {
    "commit": commit, "meanwhile": meanwhile, "plan": plan, "undo": undo, "export": export, "memory": memory,
}  # fmt: skip
USUAL = ("commit", "meanwhile", "plan", "undo", "export")


def known(url: str, count: int) -> list[tuple[str, ...]]:
    """People who are leads and have an address: what lists write of them."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT family_name, given_name, family_name_kana, given_name_kana, email, company FROM person"
            " WHERE email <> '' ORDER BY hashint8(id) LIMIT %s",
            [count],
        ).fetchall()


def main(count: int, parts: list[str]) -> None:
    with contextlib.ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="tsunagi-bench-")))
        folder.chmod(0o711)
        mailbox = at_end.enter_context(Mailbox())
        house = at_end.enter_context(House(folder / "house", smtp_url=mailbox.url, throwaway=False))
        house.run("gateway", "demo-users")
        system = System(house.gateway_url).sign_in("mana")
        users = system.everybody()
        url = house.database_url("lead")
        began = time.perf_counter()
        fill(url, count, [int(users[login]["id"]) for login in ("mana", "isamu", "sara")])
        print(f"{count} leads in {time.perf_counter() - began:.0f} s", flush=True)
        owners = [f"{users[login]['family_name']} <{login}>" for login in ("isamu", "sara")]
        bench = Bench(house, system, folder, owners, users["mana"]["id"], known(url, count // 4))
        for part in parts:
            PARTS[part](bench)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2:] or list(USUAL))
