"""The rows of リード一覧 as texts. There may be 500: whatever is the same for all of them is found out once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from gateway.authentication import language

from . import frame
from .display import initial, local, meaning_tone, moment, phone, short_day, tone, unit_name, written_day
from .lead_columns import Column
from .masters import choices

Lead = dict[str, Any]  # as GET /leads of the lead service tells it
# kind: what the template makes of it; text; a class; a note that stands beside or below the text
Cell = tuple[str, str, str, str]


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


def rows(leads: Iterable[Lead], columns: list[Column]) -> list[Row]:
    """Every lead with the texts of these columns; the first column names the row."""
    texts = _Texts(columns)
    return [texts.row(lead) for lead in leads]


class _Texts:
    """What the rows of a page say, and how each of its columns is written."""

    def __init__(self, columns: list[Column]) -> None:
        self.first, *others = (column.code for column in columns)
        self.has_title = "title" in (self.first, *others)
        self.select, self.unassigned = gettext("%(name)sを選択"), gettext("未割当")
        self.no_calls, self.no_mails = gettext("架電禁止"), gettext("メール禁止")
        self.first_stage = next((stage["code"] for stage in choices("lead-stages")), "")
        self.today, self.language = frame.today(), language()
        self.owners: dict[str, Cell] = {}
        self.cells = [self.writer(code) for code in others]

    def row(self, lead: Lead) -> Row:
        text = str(_VALUES[self.first](lead) if self.first in _VALUES else lead[self.first] or "")
        text = text or lead["name"] or lead["number"]
        named = self.first == "name" or lead["name"] == text
        return Row(
            id=lead["id"],
            text=text,
            under=lead["company"] if named else f"{lead['name']} {lead['title']}",
            label=self.select % {"name": f"{lead['company']} {lead['name']}".strip()},
            initial=initial(text) if self.first in ("company", "name") else "",
            tone=tone(text),
            clock=lead["first_response"] if lead["first_response"] in ("soon", "overdue") else "",
            cells=[cell(lead) for cell in self.cells],
        )

    def writer(self, code: str) -> Callable[[Lead], Cell]:
        """How a column writes its cells."""
        own: dict[str, Callable[[Lead], Cell]] = {
            "stage": self.stage,
            "owner": self.owner,
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
            "next_action_at": self.next_action,
        }
        value = _VALUES.get(code, lambda lead: lead[code])
        kind = "tight" if code == "campaign" else "text" if code in ("company", "department", "title") else "soft"
        return own.get(code) or (lambda lead: (kind, str(value(lead) or ""), "", ""))

    def stage(self, lead: Lead) -> Cell:
        stage, owner = lead["stage"], lead["owner"]
        shade = meaning_tone(stage["meaning"], stage["code"] == self.first_stage)
        return "badge", stage["label"], shade, owner["name"] if owner else self.unassigned

    def owner(self, lead: Lead) -> Cell:
        if not lead["owner"]:
            return "soft", self.unassigned, "", ""
        name = lead["owner"]["name"]
        cell = self.owners.get(name)
        if cell is None:
            cell = self.owners[name] = ("person", name, tone(name), initial(name))
        return cell

    def name(self, lead: Lead) -> Cell:
        if lead["title"] and not self.has_title:
            return "titled", lead["name"], "", lead["title"]
        return "text", lead["name"], "", ""

    def phone(self, lead: Lead) -> Cell:
        kind, note = ("no-calls", self.no_calls) if lead["do_not_call"] else ("text", "")
        return kind, phone(lead["phone"] or lead["mobile"]), "", note

    def email(self, lead: Lead) -> Cell:
        kind, note = ("no-mails", self.no_mails) if lead["do_not_mail"] else ("text", "")
        return kind, lead["email"] or "", "", note

    def next_action(self, lead: Lead) -> Cell:
        if not lead["next_action_at"]:
            return "text", "", "", ""
        when = local(lead["next_action_at"]).date()
        style = "overdue" if when < self.today else "strong" if when == self.today else ""
        return "due", written_day(when, self.today.year, self.language, " (E)"), style, ""


_VALUES: dict[str, Callable[[Lead], Any]] = {
    "company": lambda lead: lead["company"] or lead["name"],
    "stage": lambda lead: lead["stage"]["label"],
    "owner": lambda lead: lead["owner"]["name"] if lead["owner"] else "",
    "campaign": lambda lead: lead["latest_campaign"]["name"] if lead["latest_campaign"] else "",
    "source": lambda lead: lead["source_label"],
    "unit": lambda lead: unit_name(lead["department_id"]),
    "phone": lambda lead: phone(lead["phone"] or lead["mobile"]),
    "next_action_at": lambda lead: short_day(lead["next_action_at"]),
    "last_contact_at": lambda lead: short_day(lead["last_contact_at"]),
    "updated_at": lambda lead: moment(lead["updated_at"]),
    "created_at": lambda lead: moment(lead["created_at"]),
}
