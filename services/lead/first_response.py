"""初回対応期限: until when somebody has to have done something about a lead, and what is near or past it.

The clock runs while nothing was done and the lead is worked: not for one that was dropped or converted meanwhile. Its
end is the due moment that somebody set, else some hours after the lead was given to its owner, as administrators say.
Those hours are of working days: none of a Saturday, a Sunday or a holiday counts. So there are two rulers beside the
calendar: weekdays since a Monday, and of them the worked ones.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, DateTime, Float, and_, cast, func, literal, or_, select, text
from sqlalchemy.orm import Session

from chassis.company_time import COMPANY_TIME
from chassis.working_days import SATURDAY, holidays

from .models import Choice, Lead, Setting
from .schemas.leads import FirstResponse

NAME = "first_response"  # of the setting: hours (0: none by itself), and since when leads that are given count
WARNING = timedelta(hours=24)  # before the due moment
WORKED = ("open", "appointment")  # what the stage of such a lead means
A_MONDAY = datetime(2023, 12, 31, 15, tzinfo=UTC)  # 2024-01-01 0:00 in Japan
WEEK, WORKING_DAYS = timedelta(days=7), timedelta(days=5)
MOMENT, HOUR, DAY = timedelta(milliseconds=1), timedelta(hours=1), timedelta(days=1)
YEARS = range(2024, 2100)
NEAR = 60  # holidays before a moment, some years of them: no clock runs longer


@dataclass(frozen=True)
class Clock:
    """How long owners have. `hours` 0: as long as they like; leads that they were given before `since` do not count."""

    hours: int
    since: datetime

    def due(self, lead: Any) -> datetime | None:
        """Until when, for a Lead or a row with its first_response_due and assigned_at. None where no clock runs."""
        if lead.first_response_due is not None or not self.hours:
            due: datetime | None = lead.first_response_due
            return due
        if lead.assigned_at is None or lead.assigned_at < self.since:
            return None
        worked_then = worked(lead.assigned_at) + self.hours * HOUR
        weeks, rest = divmod(worked_then + bisect_right(_worked_before(), worked_then) * DAY, WORKING_DAYS)
        return A_MONDAY + weeks * WEEK + rest


SET = select(Setting.value).where(Setting.name == NAME)  # for `clock_of`


def clock_of(value: Any) -> Clock:
    return Clock(value["hours"], datetime.fromisoformat(value["since"]))


def clock(session: Session) -> Clock:
    """As it is set now; who has prepared for a search knows already."""
    known: Clock | None = session.info.get("clock")
    return known or clock_of(session.connection().scalar(SET))


def worked(moment: datetime) -> timedelta:
    """How much of working days has passed since a Monday long ago."""
    begun = _weekdays(moment)
    days_off = _days_off()
    over = bisect_right(days_off, begun - DAY)
    return min([begun, *days_off[over : over + 1]]) - over * DAY


def _weekdays(moment: datetime) -> timedelta:
    """How much of Mondays to Fridays has passed since then."""
    weeks, rest = divmod(moment - A_MONDAY, WEEK)
    return weeks * WORKING_DAYS + min(rest, WORKING_DAYS)


@lru_cache(1)
def _days_off() -> list[timedelta]:
    """Where among weekdays each holiday begins."""
    found = sorted(day for year in YEARS for day in holidays(year) if day.weekday() < SATURDAY)
    return [_weekdays(datetime(day.year, day.month, day.day, tzinfo=COMPANY_TIME)) for day in found]


@lru_cache(1)
def _worked_before() -> list[timedelta]:
    """How much was worked when each holiday begins."""
    return [begins - over * DAY for over, begins in enumerate(_days_off())]


def ended(until: datetime) -> ColumnElement[bool]:
    """The leads that nobody did anything about, and whose clock, running or not, ends before this moment."""
    hours = cast(SET.with_only_columns(Setting.value["hours"].astext).scalar_subquery(), Float)
    since = cast(SET.with_only_columns(Setting.value["since"].astext).scalar_subquery(), DateTime(timezone=True))
    now = worked(until)
    # Working hours after the Monday; a moment less, so that what is due when a day off ends is not late while it lasts.
    begun = literal((now - MOMENT) / HOUR) - hours
    first = max(bisect_right(_worked_before(), now) - NEAR, 0)
    near = [before / HOUR for before in _worked_before()[first : first + NEAR]]
    began = begun + (first + func.width_bucket(begun, cast(near, ARRAY(Float)))) * 24  # the hours of weekdays
    weeks = func.floor(began / 120)
    given = literal(A_MONDAY) + weeks * text("interval '7 days'") + (began - weeks * 120) * text("interval '1 hour'")
    by_itself = and_(Lead.first_response_due.is_(None), hours > 0, Lead.assigned_at >= since, Lead.assigned_at < given)
    return and_(Lead.first_response_at.is_(None), or_(Lead.first_response_due < until, by_itself))


def runs_out(overdue: bool) -> ColumnElement[bool]:
    """The leads whose clock ran out, or (not only `overdue`) will within the time of warning."""
    until = datetime.now(UTC) if overdue else datetime.now(UTC) + WARNING
    stages = select(Choice.code).where(Choice.master == "lead-stages", Choice.meaning.in_(WORKED))
    return and_(ended(until), Lead.stage.in_(stages))


def state(lead: Any, meaning: str, running: Clock) -> FirstResponse:
    """`waiting`, `soon`, `overdue`; blank where no clock runs. `lead`: a Lead or a row with its first_response_due,
    first_response_at and assigned_at; `meaning`: the stage's."""
    if lead.first_response_at is not None or meaning not in WORKED:
        return ""
    due = running.due(lead)
    if due is None:
        return ""
    left = due - datetime.now(UTC)
    return "overdue" if left < timedelta(0) else "soon" if left < WARNING else "waiting"
