"""Writing a list workbook: the list layout with drop-downs, for リスト出力 and for the empty template.

Sheets: リスト, 入力ガイド, and hidden 選択肢 (what the drop-downs show, by range) and 出力情報 (who exported what).
Rows are written in order and forgotten, so memory stays flat. All text is written as text: no cell becomes a formula.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .checks import Known
from .columns import WRITTEN, Column

LAYOUT_VERSION = "1"
LIST_SHEET, GUIDE_SHEET, CHOICES_SHEET, META_SHEET = "リスト", "入力ガイド", "選択肢", "出力情報"
LAST_ROW = 1_048_575  # of a sheet, from 0: drop-downs and formats hold for rows that are added below
LONGEST_CELL = 32_767
FLAG = "○"
# Rows leave the memory as they are written, and no text becomes a formula, a number or a link.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy/mm/dd",
}
HEADER_LOOK = {"bold": True, "font_color": "#FFFFFF", "border": 1, "border_color": "#94A3B8", "valign": "vcenter"}
Lead = Mapping[str, Any]


@dataclass(frozen=True)
class Choices:
    """What the drop-downs show, by field, and how a stored value is shown in a cell."""

    shown: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)


def choices_of(known: Known) -> Choices:
    """Drop-downs offer what may be chosen now; a retired value or user still has its label."""
    owners = sorted(known.users, key=lambda user: user.user_id)
    shown = {"owner_id": [f"{user.name} <{user.login}>" for user in owners if user.active]}
    labels = {"owner_id": {str(user.user_id): f"{user.name} <{user.login}>" for user in owners}}
    for code, choices in known.choices.items():
        shown[code] = [choice.label for choice in choices if choice.usable and choice.meaning != "converted"]
        labels[code] = {choice.code: choice.label for choice in choices}
    shown["do_not_call"] = shown["do_not_mail"] = [FLAG]
    return Choices(shown, labels)


def write_list(target: IO[bytes], leads: Iterable[Lead], choices: Choices, meta: Mapping[str, str]) -> int:
    """Writes the workbook into `target`. `leads` are keyed by column codes. Returns how many rows it has."""
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    sheet = _ListSheet(workbook, choices)
    rows = 0
    for rows, lead in enumerate(leads, start=1):
        sheet.write(rows, lead)
    sheet.finish(rows)
    _write_guide(workbook)
    offer_choices(sheet.sheet, dict(enumerate(WRITTEN)), write_choices(workbook, choices))
    write_meta(workbook, {**meta, "rows": str(rows), "layout_version": LAYOUT_VERSION})
    workbook.close()
    return rows


class _ListSheet:
    """The sheet リスト: a styled and frozen header, then one row a lead."""

    def __init__(self, workbook: xlsxwriter.Workbook, choices: Choices) -> None:
        self.sheet: Worksheet = workbook.add_worksheet(LIST_SHEET)
        self.labels = choices.labels
        text = workbook.add_format({"num_format": "@", "valign": "top"})
        day = workbook.add_format({"num_format": "yyyy/mm/dd", "align": "left", "valign": "top"})
        self.formats: dict[str, Format] = {"date": day}
        plain = workbook.add_format({**HEADER_LOOK, "bg_color": "#475569"})
        required = workbook.add_format({**HEADER_LOOK, "bg_color": "#0F766E"})
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_row(0, 22)
        for index, column in enumerate(WRITTEN):
            shape = self.formats.setdefault(column.kind, text)
            self.sheet.set_column(index, index, column.width, shape, {"hidden": 1} if column.hidden else {})
            self.sheet.write_string(0, index, column.ja, required if column.required else plain)

    def write(self, row: int, lead: Lead) -> None:
        for index, column in enumerate(WRITTEN):
            value = lead.get(column.code)
            if value is None or value == "" or value is False:
                continue
            shape = self.formats[column.kind]
            if column.kind == "date":
                day = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
                self.sheet.write_datetime(row, index, day, shape)  # type: ignore[arg-type]
            elif value is True:
                self.sheet.write_string(row, index, FLAG, shape)
            else:
                text = str(value)
                shown = self.labels.get(column.code, {}).get(text, text)
                self.sheet.write_string(row, index, shown[:LONGEST_CELL], shape)

    def finish(self, rows: int) -> None:
        self.sheet.autofilter(0, 0, max(rows, 1), len(WRITTEN) - 1)
        self.sheet.activate()


def offer_choices(sheet: Worksheet, columns: Mapping[int, Column], ranges: Mapping[str, str]) -> None:
    """Drop-downs by range, one for a whole column. An owner may also be written as a login, so that only warns."""
    for index, column in columns.items():
        if column.code in ranges:
            sheet.data_validation(
                1,
                index,
                LAST_ROW,
                index,
                {
                    "validate": "list",
                    "source": ranges[column.code],
                    "error_type": "warning" if column.kind in ("owner", "flag") else "stop",
                    "error_title": column.ja,
                    "error_message": "一覧から選んでください。/ Choose from the list.",
                },
            )


def write_choices(workbook: xlsxwriter.Workbook, choices: Choices) -> dict[str, str]:
    """One column of choices a field; answers the range of each, as a drop-down's source."""
    sheet = workbook.add_worksheet(CHOICES_SHEET)
    columns = [column for column in WRITTEN if choices.shown.get(column.code)]
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.ja)
    longest = max((len(choices.shown[column.code]) for column in columns), default=0)
    for row in range(longest):
        for index, column in enumerate(columns):
            if row < len(choices.shown[column.code]):
                sheet.write_string(row + 1, index, choices.shown[column.code][row])
    sheet.hide()
    return {
        column.code: f"='{CHOICES_SHEET}'!${chr(65 + index)}$2:${chr(65 + index)}${len(choices.shown[column.code]) + 1}"
        for index, column in enumerate(columns)
    }


def _write_guide(workbook: xlsxwriter.Workbook) -> None:
    sheet = workbook.add_worksheet(GUIDE_SHEET)
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 1, 20)
    sheet.set_column(2, 2, 8)
    sheet.set_column(3, 4, 48)
    lines = (
        "シート「リスト」に1行1人で記入します。姓と、メールアドレス・電話番号・会社名のどれか1つが必要です。",
        "One person a row on the sheet リスト. A row needs a family name and one of email, phone or company.",
    )
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)
    titles = ("項目", "Field", "必須", "書き方", "How to write it")
    for index, title in enumerate(titles):
        sheet.write_string(len(lines) + 1, index, title, bold)
    for row, column in enumerate((column for column in WRITTEN if not column.hidden), start=len(lines) + 2):
        for index, value in enumerate(_guide_row(column)):
            sheet.write_string(row, index, value, wrapped)


def _guide_row(column: Column) -> tuple[str, str, str, str, str]:
    ja, en = column.hint
    if column.limit and not ja:
        ja, en = f"{column.limit:,}文字まで", f"Up to {column.limit:,} characters"
    return column.ja, column.en, "●" if column.required else "", ja, en


def write_meta(workbook: xlsxwriter.Workbook, meta: Mapping[str, str]) -> None:
    sheet = workbook.add_worksheet(META_SHEET)
    for row, (name, value) in enumerate(meta.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value[:LONGEST_CELL])
    sheet.hide()
