"""Some hundred invented people at the accounts and elsewhere, and the two lists that name them."""

import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from .company import ACCOUNTS

FAIR_ROWS, WEBINAR_ROWS, IN_BOTH = 240, 220, 60
HEADERS = (
    "会社名", "部署", "役職", "姓", "名", "セイ", "メイ", "メールアドレス", "電話番号", "携帯電話", "郵便番号",
    "都道府県", "業種", "リードソース", "リード担当者", "メンバー状況", "反応日", "アンケート", "温度感", "備考",
)  # fmt: skip
# family: 姓, kana, as in an address; given: 名, kana
_NAMES = [line.split("\t") for line in Path(__file__).with_name("names.tsv").read_text().splitlines()]
_FAMILY = [name for kind, *name in _NAMES if kind == "family"]
_GIVEN = [name for kind, *name in _NAMES if kind == "given"]
_DEPARTMENTS = ("情報システム部", "生産管理部", "経営企画部", "製造部", "購買部", "品質保証部", "総務部")
_TITLES = ("部長", "課長", "係長", "主任", "取締役", "", "", "")
_INTERESTS = (
    "在庫の見える化",
    "原価管理",
    "生産計画の自動化",
    "紙の日報をなくしたい",
    "現行システムの更新",
    "情報収集",
    "",
)
# Companies that are not accounts yet.
_PLACES = (
    "あかつき", "いぶき", "うみかぜ", "かがやき", "きさらぎ", "さざなみ", "しらかば", "そよかぜ", "たちばな",
    "はるかぜ", "ほたる", "みずほの", "むつみ", "ゆうなぎ", "れんげ",
)  # fmt: skip
_TRADES = ("金型", "部品", "製罐", "電子")


Row = dict[str, str | date]


@dataclass(frozen=True)
class DemoPerson:
    family: list[str]
    given: list[str]
    company: str
    domain: str
    industry: str
    prefecture: str
    department: str
    title: str
    interest: str
    number: int

    def cells(self) -> Row:
        return {
            "会社名": self.company,
            "部署": self.department,
            "役職": self.title,
            "姓": self.family[0],
            "名": self.given[0],
            "セイ": self.family[1],
            "メイ": self.given[1],
            "メールアドレス": f"{self.family[2]}{self.number}@{self.domain}.example.jp",
            "電話番号": f"03-0000-{self.number:04d}",
            "携帯電話": f"090-0000-{self.number:04d}" if self.number % 3 == 0 else "",
            "郵便番号": f"{100 + self.number}-{self.number * 37 % 10_000:04d}",
            "都道府県": self.prefecture,
            "業種": self.industry,
            "アンケート": self.interest,
        }


def everybody() -> list[DemoPerson]:
    """The same people every time; the first IN_BOTH of them are on both lists."""
    draw = random.Random(20)
    companies = [(each.full_name, each.domain, each.industry, each.prefecture) for each in ACCOUNTS]
    companies += [
        (f"株式会社{place}{trade}", f"works{row * len(_TRADES) + column}", "製造", draw.choice(ACCOUNTS).prefecture)
        for row, place in enumerate(_PLACES)
        for column, trade in enumerate(_TRADES)
    ]
    return [
        DemoPerson(
            draw.choice(_FAMILY),
            draw.choice(_GIVEN),
            *draw.choice(companies),
            draw.choice(_DEPARTMENTS),
            draw.choice(_TITLES),
            draw.choice(_INTERESTS),
            number,
        )
        for number in range(1, FAIR_ROWS + WEBINAR_ROWS - IN_BOTH + 1)
    ]


def fair_list(today: date) -> bytes:
    """Who came to the booth, with what they said there; some are followed up by the person who spoke to them."""
    draw = random.Random(21)
    rows: list[Row] = []
    for person in everybody()[:FAIR_ROWS]:
        more: Row = {
            "リードソース": "展示会",
            "メンバー状況": "参加",
            "反応日": today - timedelta(days=68 - draw.randrange(3)),
            "温度感": draw.choice("ABBCCC"),
            "備考": draw.choice(("ブースで説明済み", "資料を渡した", "後日の訪問を希望", "", "")),
        }
        rows.append(person.cells() | more)
    return _workbook(rows)


def webinar_list(today: date) -> bytes:
    """Who was invited; some have answered, and some have an owner already."""
    draw = random.Random(22)
    people = everybody()
    rows: list[Row] = []
    for person in people[:IN_BOTH] + people[FAIR_ROWS:]:
        status = draw.choice(("招待済", "招待済", "招待済", "開封", "申込", "参加"))
        more: Row = {
            "リードソース": "ウェビナー",
            "メンバー状況": status,
            "リード担当者": "佐々木 沙羅 <sara>" if draw.random() < 0.15 else "",
        }
        if status in ("申込", "参加"):
            more["反応日"] = today - timedelta(days=draw.randrange(1, 6))
        rows.append(person.cells() | more)
    return _workbook(rows)


def _workbook(rows: list[Row]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("リスト")
        as_date = book.add_format({"num_format": "yyyy/mm/dd"})
        sheet.write_row(0, 0, HEADERS, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for column, header in enumerate(HEADERS):
                value = row.get(header, "")
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, as_date)
                elif value:
                    sheet.write_string(number, column, value)
    return content.getvalue()
