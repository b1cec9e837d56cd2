"""The rows of リード一覧 as HTML. There may be 500 of ten cells: a template takes three times as long for them, half of
that for escaping one text after the other, so the rows are written here, and all their texts are escaped at once."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from flask import get_template_attribute
from flask_babel import gettext
from markupsafe import Markup, escape

from gateway.authentication import language

from . import frame
from .display import icon, initial, list_query, local, meaning_tone, moment, phone, short_day, tone, unit_name
from .display import written_day as written
from .lead_columns import Column
from .masters import choices

Lead = dict[str, Any]  # as GET /leads of the lead service tells it
BREAK = "\0"  # which no text has: PostgreSQL keeps none


def rows(leads: Iterable[Lead], columns: list[Column], *, keeper: bool, all_ticked: bool) -> Markup:
    """A <tr> for every lead with these columns, of which the first names the row; ticks for who keeps lists."""
    table = _Rows(columns, keeper, all_ticked)
    for lead in leads:
        table.row(lead)
    return table.html()


class _Rows:
    """Markup of ours and texts of theirs, taking turns in `pieces`. What all rows have alike is found out once."""

    def __init__(self, columns: list[Column], keeper: bool, all_ticked: bool) -> None:
        self.pieces: list[str] = []
        self.keeper, self.all_ticked = keeper, all_ticked
        self.first, *others = (column.code for column in columns)
        self.has_title = "title" in (self.first, *others)
        self.select, self.unassigned, self.overdue = gettext("%(name)sを選択"), gettext("未割当"), gettext("期限超過")
        self.first_stage = next((stage["code"] for stage in choices("lead-stages")), "")
        self.today, self.language = frame.today(), language()
        self.back = f"?from={quote(list_query())}"
        clock = get_template_attribute("_macros/elements.html", "clock")
        self.clocks = {state: f" {clock(state)}" for state in ("soon", "overdue")}
        self.no_calls, self.no_mails = _mark("phone-off", gettext("架電禁止")), _mark("mail-x", gettext("メール禁止"))
        self.cells = [self.writer(code) for code in others]

    def say(self, markup: str, text: str = "") -> None:
        """Markup, and after it a text that is still to be escaped."""
        self.pieces += (markup, text)

    def html(self) -> Markup:
        if self.pieces:
            self.pieces[1::2] = str(escape(BREAK.join(self.pieces[1::2]))).split(BREAK)
        return Markup("".join(self.pieces))

    def row(self, lead: Lead) -> None:
        say, lead_id, company, name = self.say, int(lead["id"]), lead["company"], lead["name"]
        text = str(_VALUES[self.first](lead) if self.first in _VALUES else lead[self.first] or "")
        text = text or name or lead["number"]
        say("<tr data-row>")
        if self.keeper:
            say('<td class="tick-cell"><input type="checkbox" class="tick" name="lead_id" form="selection"')
            say(f' value="{lead_id}" aria-label="', self.select % {"name": f"{company} {name}".strip()})
            say('" checked>' if self.all_ticked else '">')
            if self.all_ticked:
                say(f'<input type="hidden" name="shown_id" value="{lead_id}" form="selection">')
            say("</td>")
        say('<th scope="row"><span class="name">')
        if self.first in ("company", "name"):
            say(f'<span class="avatar {tone(text)}" aria-hidden="true">', initial(text))
            say("</span> ")
        say(f'<a href="/leads/{lead_id}{self.back}">', text)
        say(f'</a>{self.clocks.get(lead["first_response"], "")}</span> <span class="under">')
        say("", company if self.first == "name" or name == text else f"{name} {lead['title']}")
        say("</span></th>")
        for cell in self.cells:
            cell(lead)
        say("</tr>")

    def writer(self, code: str) -> Callable[[Lead], None]:
        """What writes the cells of a column."""
        own = {
            "stage": self.stage,
            "owner": self.owner,
            "name": self.name,
            "phone": self.phone,
            "email": self.email,
            "next_action_at": self.next_action,
        }
        style = {"company": "", "department": "", "title": "", "campaign": " soft tight-cell"}.get(code, " soft")
        opening, value = f'<td class="minor{style}">', _VALUES.get(code, lambda lead: lead[code])

        def plain(lead: Lead) -> None:
            self.pieces += (opening, str(value(lead) or ""), "</td>", "")

        return own.get(code, plain)

    def stage(self, lead: Lead) -> None:
        stage, owner = lead["stage"], lead["owner"]
        self.say(
            f'<td><span class="badge {meaning_tone(stage["meaning"], stage["code"] == self.first_stage)}">',
            stage["label"],
        )
        self.say('</span><span class="under">', owner["name"] if owner else self.unassigned)
        self.say("</span></td>")

    def owner(self, lead: Lead) -> None:
        if not lead["owner"]:
            self.pieces += ('<td class="minor soft">', self.unassigned, "</td>", "")
            return
        name = lead["owner"]["name"]
        picture = f'<span class="avatar {tone(name)} round" aria-hidden="true">'
        self.say(f'<td class="minor"><span class="person">{picture}', initial(name))
        self.say("</span> ", name)
        self.say("</span></td>")

    def name(self, lead: Lead) -> None:
        self.say('<td class="minor">', lead["name"])
        if lead["title"] and not self.has_title:
            self.say(' <small class="soft">', lead["title"])
            self.say("</small>")
        self.say("</td>")

    def phone(self, lead: Lead) -> None:
        self.say('<td class="minor">', phone(lead["phone"] or lead["mobile"]))
        self.say(f"{self.no_calls if lead['do_not_call'] else ''}</td>")

    def email(self, lead: Lead) -> None:
        self.say('<td class="minor">', lead["email"] or "")
        self.say(f"{self.no_mails if lead['do_not_mail'] else ''}</td>")

    def next_action(self, lead: Lead) -> None:
        if not lead["next_action_at"]:
            self.say('<td class="minor"></td>')
            return
        when = local(lead["next_action_at"]).date()
        style = "overdue" if when < self.today else "strong" if when == self.today else ""
        self.say(f'<td class="minor"><span class="{style}">', written(when, self.today.year, self.language, " (E)"))
        if style == "overdue":
            self.say('<span class="visually-hidden">(', self.overdue)
            self.say(")</span>")
        self.say("</span></td>")


def _mark(symbol: str, told: str) -> str:
    hidden = Markup('<span class="visually-hidden">{}</span>').format(told)
    return Markup(' <span class="overdue small" title="{}">{}{}</span>').format(told, icon(symbol), hidden)


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
