"""リスト出力 as the tests of this folder ask for it: a lead service that hands rows out, a worker that writes them."""

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl

from chassis.settings import settings
from contracts import events
from tests.cast import ISAMU
from tests.parts import Part

from .making import module

LAYOUT = [
    "リードID", "版", "会社名", "部署", "役職", "姓", "名", "セイ", "メイ", "メールアドレス", "電話番号", "携帯電話",
    "郵便番号", "都道府県", "住所", "業種", "リードソース", "リード担当者", "リードステージ", "メンバー状況", "反応日",
    "アンケート", "温度感", "備考", "架電禁止", "メール禁止",
]  # fmt: skip
LEAD = {
    "lead_id": "12", "lead_number": "L000012", "version": 3, "company": "株式会社サンプル", "family_name": "山田",
    "given_name": "太郎", "email": "taro@example.jp", "phone": "0312345678", "postal_code": "100-0001",
    "source": "seminar", "owner_id": "3", "stage": "open", "responded_on": "2026-10-28", "temperature": "A",
    "do_not_call": True, "do_not_mail": False, "note": '=HYPERLINK("http://example.jp","x")', "survey": None,
}  # fmt: skip
# What Excel, or XML, would take for something else than a text.
ODD_TEXTS = [
    "=1+1", "+81", "-1", "@x", "a<b>&c", "改行\nとタブ\t", " 前後 ", "_x000D_", "\x01", "https://x.jp", "1E5", "𠮷",
]  # fmt: skip


class Leads:
    """The lead service, as an export asks it: a ticket in the name of who asks, then `count` leads by the ticket."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked: list[dict[str, Any]] = []
        self.fails: Exception | None = None  # after the first 500 rows
        self.in_between: Callable[[], None] = lambda: None

    def post(self, path: str, document: dict[str, Any]) -> dict[str, str]:
        assert path == "/export-tickets"
        self.asked.append(document)
        return {"ticket": f"ticket {len(self.asked)}"}

    def lines(self, path: str, headers: dict[str, str], timeout: Any) -> Iterator[bytes]:
        assert path == "/export-rows" and headers["Export-Ticket"] == f"ticket {len(self.asked)}"
        yield json.dumps({"fields": list(LEAD), "total": self.count}).encode()
        for first in range(0, self.count, 500):
            numbers = range(first + 1, min(first + 500, self.count) + 1)
            yield json.dumps([list((LEAD | {"lead_id": str(number)}).values()) for number in numbers]).encode()
            self.in_between()
            if self.fails:
                raise self.fails
        yield json.dumps({"rows": self.count}).encode()


def export(importing: Part, search: dict[str, Any] | None = None, kind: str = "leads") -> str:
    """The id of an export that isamu asked for and a worker wrote."""
    answer = importing.by(ISAMU).post("/exports", json={"kind": kind, "search": search or {}})
    assert answer.status_code == 202 and answer.get_json()["status"] == "running", answer.text
    assert importing.hear(importing.said(events.ExportRequested)[-1]) == "done"
    return str(answer.get_json()["id"])


def shown(importing: Part, export_id: str) -> dict[str, Any]:
    found: dict[str, Any] = importing.by(ISAMU).get(f"/exports/{export_id}").get_json()
    return found


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows_of(content: bytes) -> Any:
    path = settings().files / "opened.xlsx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return module("spreadsheet").rows(path, "リスト")
