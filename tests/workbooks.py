"""Real .xlsx files in the list layout, made for a test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

# Lists as people send them lie beside the repository, where it is not cloned alone.
EXAMPLE_LISTS = Path(__file__).parents[2] / "shared" / "lists"
HEADERS = (
    "リードID", "版", "会社名", "部署", "役職", "姓", "名", "セイ", "メイ", "メールアドレス", "電話番号", "携帯電話",
    "郵便番号", "都道府県", "住所", "業種", "リードソース", "リード担当者", "リードステージ", "メンバー状況", "反応日",
    "アンケート", "温度感", "備考", "架電禁止", "メール禁止",
)  # fmt: skip


@dataclass
class Someone:
    """A row: 姓, メールアドレス, and what else by header."""

    family_name: str
    email: str
    company: str = "株式会社ためし"
    phone: str = ""
    more: Mapping[str, object] = field(default_factory=dict)

    def cells(self) -> dict[str, object]:
        own = {"会社名": self.company, "姓": self.family_name, "メールアドレス": self.email, "電話番号": self.phone}
        return own | dict(self.more)


def list_workbook(path: Path, people: Iterable[Someone], headers: Iterable[str] = HEADERS) -> Path:
    """One sheet リスト; dates as real dates, everything else as text."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("リスト")
        as_date = book.add_format({"num_format": "yyyy/mm/dd"})
        columns = list(headers)
        sheet.write_row(0, 0, columns)
        for number, someone in enumerate(people, start=1):
            for header, value in someone.cells().items():
                column = columns.index(header)
                if isinstance(value, date | datetime):
                    sheet.write_datetime(number, column, value, as_date)
                elif value != "":
                    sheet.write_string(number, column, str(value))
    return path
