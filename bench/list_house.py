"""Files of people to bring in, and the house that takes them: what the parts of lists.py are made of."""

import contextlib
import random
import time
from collections.abc import Iterator
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

ROWS, KNOWN = 100_000, 0.3  # the part of the rows that are leads already
HEAD = tuple(header for header in HEADERS if header != "版")
WHO = ("姓", "名", "セイ", "メイ", "メールアドレス", "会社名")
PATIENCE = 1_800  # seconds
Rows = Iterator[dict[str, str]]


def campaign(system: System, name: str, owner_id: str) -> str:
    """Its id."""
    days = {"start_date": "2026-11-01", "end_date": "2026-12-28"}
    draft = {"name": name, "category": "seminar", "status": "running", "owner_id": owner_id, **days}

    def accepted() -> Any:
        answer = system.ask("POST", "/campaigns", draft)
        return answer.json if answer.status == 201 else None

    return str(until(accepted, 20, "the campaign service to have heard of the users")["id"])


@dataclass
class Bench:
    """The house under measurement, asked in the name of a manager. `known`: people who are leads, drawn once."""

    house: House
    system: System
    mailbox: Mailbox
    folder: Path
    owners: list[str]
    manager_id: str
    known: list[tuple[str, ...]] = field(default_factory=list)

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
            sent["file"] = (file.name, content.read())  # type: ignore[assignment]  # a form holds files beside texts
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
            time.sleep(0.5)  # as often as its page asks
        return found

    def brought_in(self, file: Path, name: str, **fields: str) -> tuple[float, Any]:
        """(seconds from upload to finished, the list)."""
        campaign_id = campaign(self.system, name, self.manager_id)
        began = time.perf_counter()
        done = self.until(self.uploaded(file, campaign_id, **fields), "finished", "planned")
        took = time.perf_counter() - began
        assert sum(done["outcomes"].values()) == done["rows_read"], done
        return took, done


def people(name: str, count: int, bench: Bench) -> Rows:
    """New people have the names and companies of life: those of somebody else."""
    draw = random.Random(name)
    for number in range(count):
        person = dict(zip(WHO, draw.choice(bench.known), strict=True))
        if draw.random() >= KNOWN:
            person |= {
                "名": draw.choice(bench.known)[1],
                "メールアドレス": f"{name}{number}@new{number % 9_000}.example.jp" if number % 10 else "",
                "会社名": draw.choice(bench.known)[-1],
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


def known(url: str, count: int) -> list[tuple[str, ...]]:
    """People who are leads and have an address: what lists write of them."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT family_name, given_name, family_name_kana, given_name_kana, email, company FROM person"
            " WHERE email <> '' ORDER BY hashint8(id) LIMIT %s",
            [count],
        ).fetchall()
