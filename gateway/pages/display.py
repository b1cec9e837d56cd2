"""How values read on a page: dates in company time, yen, rates, initials, tones, icons. Jinja filters and functions."""

import hashlib
import re
import unicodedata
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

import phonenumbers
from babel.dates import format_date
from flask import request, url_for
from flask_babel import get_locale, gettext, ngettext
from lucide.jinja import lucide
from markupsafe import Markup

from chassis.contacts import PREFECTURES
from contracts.roles import EMPLOYEES, LIST_KEEPERS
from gateway import directory
from gateway.authentication import language

from . import frame, masters, saved_searches

STATIC = Path(__file__).parent.parent / "static"
TONES = ("blue", "violet", "orange", "green", "teal", "pink")
STAGE_TONES = {
    "open": "blue", "appointment": "violet", "handed_over": "orange", "converted": "green", "dropped": "red",
    "won": "green", "lost": "red", "on_hold": "neutral",
    "planned": "neutral", "preparing": "orange", "running": "green", "ended": "neutral", "cancelled": "red",
}  # fmt: skip
LEGAL_FORMS = (
    "株式会社", "有限会社", "合同会社", "合資会社", "一般社団法人", "一般財団法人", "学校法人", "医療法人",
    "(株)", "(有)", "(同)", "(一社)", "(一財)", "(学)", "(医)",
)  # fmt: skip
# The most numbers by far; the area codes of the others have two to five digits, which phonenumbers knows (60 µs).
CERTAIN_PHONE = re.compile(r"(0[5789]0|0[36](?=[1-9]))(\d{4})(\d{4})")


def local(value: str | datetime) -> datetime:
    """A moment in company time; text is RFC 3339."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(frame.COMPANY_TIME)


def as_day(value: str | date | datetime) -> date:
    if isinstance(value, str):
        return local(value).date() if len(value) > 10 else date.fromisoformat(value)
    return local(value).date() if isinstance(value, datetime) else value


def day(value: str | date | None) -> str:
    """2026/11/23"""
    return as_day(value).strftime("%Y-%m-%d" if language() == "en" else "%Y/%m/%d") if value else ""


def short_day(value: str | date | None) -> str:
    """11/17 (火); with the year when it is not this year's."""
    return written_day(as_day(value), frame.today().year, language(), " (E)") if value else ""


@lru_cache(10_000)
def written_day(when: date, this_year: int, locale: str, more: str = "") -> str:
    """A day in the words of a language, with the year when it is another one; `more` of Babel's format after it."""
    year = "" if when.year == this_year else "y/" if locale == "ja" else " y"
    return format_date(when, (f"{year}M/d" if locale == "ja" else f"d MMM{year}") + more, locale=locale)


def days(first: str | date, last: str | date, *, short: bool = False) -> str:
    """2026/11/20 – 2026/12/04; one day alone is said once."""
    read = short_day if short else day
    return read(first) if first == last else f"{read(first)} – {read(last)}"


def moment(value: str | datetime | None) -> str:
    """11/20 16:30; with the year when it is not this year's."""
    if not value:
        return ""
    when = local(value)
    if when.date() == frame.today():
        return _today_at(when.hour, when.minute, language())
    return f"{written_day(when.date(), frame.today().year, language())} {when.hour}:{when.minute:02}"


@lru_cache(4_000)
def _today_at(hour: int, minute: int, _locale: str) -> str:
    return gettext("今日 %(time)s", time=f"{hour:02}:{minute:02}")


def ago(value: str | datetime) -> str:
    """3分前; a day or more is told as a moment."""
    minutes = int((datetime.now(UTC) - local(value)).total_seconds() // 60)
    if minutes < 1:
        return gettext("たった今")
    if minutes < 60:
        return ngettext("%(num)s分前", "%(num)s分前", minutes)
    if minutes < 24 * 60:
        return ngettext("%(num)s時間前", "%(num)s時間前", minutes // 60)
    return moment(value)


def is_past(value: str | date | None) -> bool:
    """Whether the day lies before today (overdue)."""
    return bool(value) and as_day(value or "") < frame.today()


def is_today(value: str | date | None) -> bool:
    return bool(value) and as_day(value or "") == frame.today()


def field_moment(value: str | datetime | None) -> str:
    """What an <input type=datetime-local> takes."""
    return local(value).strftime("%Y-%m-%dT%H:%M") if value else ""


def number(value: float | None) -> str:
    return "" if value is None else f"{value:,}"


def yen(value: int | None) -> str:
    return "" if value is None else f"¥{value:,}"


def file_size(size: int) -> str:
    """Bytes as 1.2 MB."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"


def percent(value: float | None) -> str:
    """A fraction as 12.5%."""
    return "–" if value is None else f"{value * 100:.1f}".rstrip("0").rstrip(".") + "%"


@lru_cache(10_000)
def initial(name: str | None) -> str:
    """The first character that tells one company or person from another."""
    text = unicodedata.normalize("NFKC", name or "")
    for form in LEGAL_FORMS:
        text = text.replace(form, "")
    return text.strip()[:1].upper() or "?"


def phone(value: str | None) -> str:
    """A Japanese number cut where its area is: 0475-80-1069, 03-1234-5678 内線205. Anything else as it is."""
    digits, blank, rest = (value or "").partition(" ")
    certain = CERTAIN_PHONE.fullmatch(digits)
    if certain:
        return "-".join(certain.groups()) + blank + rest
    if not (digits.isascii() and digits.isdigit() and digits.startswith("0")):
        return value or ""
    cut, place = [], 0
    for length in _phone_parts(digits[:7], len(digits)):
        cut.append(digits[place : place + length])
        place += length
    return "-".join(cut) + digits[place:] + blank + rest


def prefecture_options(kept: str = "") -> list[tuple[str, str]]:
    """The prefectures for a select box, and what a record has already beside them."""
    return [(name, name) for name in (*PREFECTURES, *([kept] if kept and kept not in PREFECTURES else []))]


@lru_cache(50_000)
def _phone_parts(first_seven: str, length: int) -> tuple[int, ...]:
    """How many digits stand between the hyphens; the first seven decide. None where there is no such number."""
    number = first_seven.ljust(length, "0")
    try:
        parsed = phonenumbers.parse(number, "JP")
    except phonenumbers.NumberParseException:
        return ()
    parts = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL).split("-")
    return tuple(map(len, parts)) if "".join(parts) == number else ()


def dialled(value: str) -> str:
    """What a tel: link dials: the number without its extension."""
    return value.partition(" ")[0].replace("-", "")


def tone(name: str | None) -> str:
    """A colour that stays with a name."""
    return f"tone-{TONES[crc32((name or '').encode()) % len(TONES)]}"


def meaning_tone(meaning: str | None, first: bool = False) -> str:
    """The colour of a stage, phase or status by what it means, whatever it is called."""
    return "tone-neutral" if first else f"tone-{STAGE_TONES.get(meaning or '', 'neutral')}"


def said(text: str, **values: Any) -> Markup:
    """`_("…")` in templates: what Flask-Babel says, remembered; a page says two hundred texts, mostly the same ones."""
    pattern = _translated(text, language())
    return pattern % values if values else pattern % ()


@lru_cache(10_000)
def _translated(text: str, _locale: str) -> Markup:
    """The language comes from the request, like everywhere; `_locale` is it."""
    return Markup(gettext(text))


@lru_cache(256)
def icon(name: str) -> Markup:
    """A lucide icon that says nothing to screen readers: the words beside it do."""
    return Markup(lucide(name, size=17, **{"class": "icon", "aria-hidden": "true", "focusable": "false"}))


@lru_cache(64)
def asset(name: str) -> str:
    """The address of a file under static/, with its contents' hash, so that it may be kept for ever. Read once: a file
    does not change under a running process."""
    path = STATIC / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.exists() else None
    return url_for("pages.static", filename=name, v=version)


def address_with(**changes: Any) -> str:
    """This page's address with some query parameters changed; None takes one away."""
    query = request.args.to_dict(flat=False) | {name: [value] for name, value in changes.items() if value is not None}
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
    return frame.address(request.path, query)


def list_query() -> str:
    """The query of the list that is shown, for addresses that find back to it: without what its form left blank, but
    never blank itself, as no list means no way."""
    return urlencode([pair for pair in request.args.items(multi=True) if pair[1]]) or "sort="


def unit_name(department_id: str | None) -> str:
    """組織: what a department is called."""
    return next((unit.name for unit in directory.departments() if str(unit.id) == department_id), "")


filters = {
    "day": day, "short_day": short_day, "days": days, "moment": moment, "ago": ago, "is_past": is_past,
    "is_today": is_today, "field_moment": field_moment, "number": number, "yen": yen, "percent": percent,
    "phone": phone, "dialled": dialled,
    "file_size": file_size, "initial": initial, "tone": tone, "meaning_tone": meaning_tone,
}  # fmt: skip
functions = {
    "_": said,
    "list_query": list_query,
    "get_locale": get_locale, "icon": icon, "asset": asset, "address_with": address_with, "today": frame.today,
    "choices": masters.choices, "options": masters.options, "label_of": masters.label_of,
    "prefecture_options": prefecture_options,
    "saved_searches": saved_searches.menu_entries, "unit_name": unit_name,
    "take_messages": frame.take_messages,
    "EMPLOYEES": EMPLOYEES,
    "LIST_KEEPERS": LIST_KEEPERS,
}  # fmt: skip
