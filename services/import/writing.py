"""A list workbook but for its rows: the list layout with drop-downs, for リスト出力 and for the empty template.

Sheets: リスト, 入力ガイド, and hidden 選択肢 (what the drop-downs show, by range) and 出力情報 (who exported what).
All text is written as text: no cell becomes a formula.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from .checks import Known
from .columns import WRITTEN, Column
from .workbook import META_SHEET

LAYOUT_VERSION = "1"
GUIDE_WIDTHS = (20, 20, 8, 48, 48)
LIST_SHEET, GUIDE_SHEET, CHOICES_SHEET = "リスト", "入力ガイド", "選択肢"
LAST_ROW = 1_048_575  # of a sheet, from 0: drop-downs and formats hold for rows that are added below
LONGEST_CELL = 32_767
LINE_POINTS, HIGHEST_ROW = 17, 409  # in points: a line of text in any font; no row is higher
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


def write_frame(target: IO[bytes], choices: Choices, meta: Mapping[str, str], rows: int = 0) -> None:
    """Writes the workbook into `target` with all but the rows, and with room for so many of them: the sheet リスト has
    its header only. Without rows it is the empty template; rows.py puts rows into it."""
    workbook = xlsxwriter.Workbook(target, OPTIONS)
    sheet = workbook.add_worksheet(LIST_SHEET)
    text = workbook.add_format({"num_format": "@", "valign": "top"})
    day = workbook.add_format({"num_format": "yyyy/mm/dd", "align": "left", "valign": "top"})
    plain = workbook.add_format({**HEADER_LOOK, "bg_color": "#475569"})
    required = workbook.add_format({**HEADER_LOOK, "bg_color": "#0F766E"})
    sheet.freeze_panes(1, 0)
    sheet.set_default_row(LINE_POINTS)
    sheet.set_row(0, 22)
    for index, column in enumerate(WRITTEN):
        shape = day if column.kind == "date" else text
        sheet.set_column(index, index, column.width, shape, {"hidden": 1} if column.hidden else {})
        sheet.write_string(0, index, column.ja, required if column.required else plain)
    sheet.autofilter(0, 0, max(rows, 1), len(WRITTEN) - 1)
    sheet.activate()
    _write_guide(workbook)
    offer_choices(sheet, dict(enumerate(WRITTEN)), write_choices(workbook, choices))
    write_meta(workbook, {**meta, "rows": str(rows), "layout_version": LAYOUT_VERSION})
    workbook.close()


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
    for index, width in enumerate(GUIDE_WIDTHS):
        sheet.set_column(index, index, width)
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
        values = _guide_row(column)
        sheet.set_row(row, height_of(max(map(lines_of, values, GUIDE_WIDTHS))))
        for index, value in enumerate(values):
            sheet.write_string(row, index, value, wrapped)


def _guide_row(column: Column) -> tuple[str, str, str, str, str]:
    ja, en = column.hint
    if column.limit and not ja:
        ja, en = f"{column.limit:,}文字まで", f"Up to {column.limit:,} characters"
    return column.ja, column.en, "●" if column.required else "", ja, en


def lines_of(text: str, width: int) -> int:
    """On how many lines a cell of a column so wide (in digits) shows a text that it wraps."""
    room = width * 9 // 10  # what does not fit at the end of a line goes to the next one
    return sum(-(-len(line.encode("cp932", "replace")) // room) or 1 for line in text.split("\n"))


def height_of(lines: int) -> int:
    """Points of a row. Excel fits rows to what they wrap when it opens a file; LibreOffice does not."""
    return min(LINE_POINTS * lines, HIGHEST_ROW)


def write_meta(workbook: xlsxwriter.Workbook, meta: Mapping[str, str]) -> None:
    sheet = workbook.add_worksheet(META_SHEET)
    for row, (name, value) in enumerate(meta.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value[:LONGEST_CELL])
    sheet.hide()
