"""The rows of リード一覧 as texts. There may be 500: a macro for each cell took longer than finding them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext

from .display import initial, is_past, is_today, meaning_tone, moment, phone, short_day, tone, unit_name
from .lead_columns import Column
from .masters import choices

Lead = dict[str, Any]  # as GET /leads of the lead service tells it


class Cell(NamedTuple):
    """`kind`: what the template makes of it; `style`: a class; `note`: what stands beside or below the text."""

    kind: str
    text: str
    style: str = ""
    note: str = ""


@dataclass(slots=True)
class Row:
    """`text` names the row and leads to the lead; `label` says what ticking it does to who does not see it; `clock`:
    soon or overdue, where the first response is."""

    id: str
    text: str
    under: str
    label: str
    initial: str
    tone: str
    clock: str
    cells: list[Cell]


class Texts:
    """What every row of a page says in the same way; found out once."""

    def __init__(self, columns: list[Column]) -> None:
        self.first, *self.others = (column.code for column in columns)
        self.has_title = "title" in (self.first, *self.others)
        self.select, self.unassigned = gettext("%(name)sを選択"), gettext("未割当")
        self.no_calls, self.no_mails = gettext("架電禁止"), gettext("メール禁止")
        self.first_stage = next((stage["code"] for stage in choices("lead-stages")), "")

    def row(self, lead: Lead) -> Row:
        text = value(lead, self.first) or lead["name"] or lead["number"]
        named = self.first == "name" or lead["name"] == text
        pictured = self.first in ("company", "name")
        return Row(
            id=lead["id"],
            text=text,
            under=lead["company"] if named else f"{lead['name']} {lead['title']}",
            label=self.select % {"name": f"{lead['company']} {lead['name']}".strip()},
            initial=initial(text) if pictured else "",
            tone=tone(text),
            clock=lead["first_response"] if lead["first_response"] in ("soon", "overdue") else "",
            cells=[self.cell(lead, code) for code in self.others],
        )

    def cell(self, lead: Lead, code: str) -> Cell:
        text = value(lead, code)
        if code == "stage":
            stage, owner = lead["stage"], lead["owner"]
            shade = meaning_tone(stage["meaning"], stage["code"] == self.first_stage)
            return Cell("badge", text, shade, owner["name"] if owner else self.unassigned)
        if code == "name" and lead["title"] and not self.has_title:
            return Cell("titled", text, note=lead["title"])
        if code == "phone" and lead["do_not_call"]:
            return Cell("no-calls", text, note=self.no_calls)
        if code == "email" and lead["do_not_mail"]:
            return Cell("no-mails", text, note=self.no_mails)
        if code == "owner":
            return Cell("person", text, tone(text), initial(text)) if text else Cell("soft", self.unassigned)
        if code == "next_action_at" and text:
            when = lead[code]
            return Cell("due", text, "overdue" if is_past(when) else "strong" if is_today(when) else "")
        if code in ("company", "name", "phone", "email", "next_action_at", "department", "title"):
            return Cell("text", text)
        return Cell("tight" if code == "campaign" else "soft", text)


def rows(leads: Iterable[Lead], columns: list[Column]) -> list[Row]:
    """Every lead with the texts of these columns; the first column names the row."""
    texts = Texts(columns)
    return [texts.row(lead) for lead in leads]


def value(lead: Lead, code: str) -> str:
    """What a column says of a lead."""
    if code in ("updated_at", "created_at"):
        return moment(lead[code])
    if code in ("next_action_at", "last_contact_at"):
        return short_day(lead[code])
    return str(_VALUES[code](lead) if code in _VALUES else lead[code]) or ""


_VALUES = {
    "company": lambda lead: lead["company"] or lead["name"],
    "stage": lambda lead: lead["stage"]["label"],
    "owner": lambda lead: lead["owner"]["name"] if lead["owner"] else "",
    "campaign": lambda lead: lead["latest_campaign"]["name"] if lead["latest_campaign"] else "",
    "source": lambda lead: lead["source_label"],
    "unit": lambda lead: unit_name(lead["department_id"]),
    "phone": lambda lead: phone(lead["phone"] or lead["mobile"]),
}
