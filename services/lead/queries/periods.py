"""更新日, 次回アクション日 and 初回対応期限: the times of a search as moments. A day is a Japanese day."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement

from chassis.company_time import COMPANY_TIME

from ..first_response import runs_out
from ..models import Lead
from ..schemas import LeadFilters


def periods(filters: LeadFilters) -> list[ColumnElement[bool]]:
    """What the times of a search demand of a lead."""
    found: list[ColumnElement[bool]] = []
    if filters.updated_since:
        since = filters.updated_since
        found.append(Lead.updated_at >= (since if since.tzinfo else since.replace(tzinfo=COMPANY_TIME)))
    if filters.updated_until:
        found.append(Lead.updated_at < _after(filters.updated_until))
    if filters.next_action_from:
        found.append(Lead.next_action_at >= _start(filters.next_action_from))
    if filters.next_action_until:
        found.append(Lead.next_action_at < _after(filters.next_action_until))
    today = datetime.now(COMPANY_TIME).date()
    if filters.next_action_due == "overdue":
        found.append(Lead.next_action_at < _start(today))
    elif filters.next_action_due == "today":
        found.append(Lead.next_action_at < _after(today))
    elif filters.next_action_due == "this_week":
        monday = today - timedelta(days=today.weekday())
        found += [Lead.next_action_at >= _start(monday), Lead.next_action_at < _after(monday + timedelta(days=6))]
    if filters.first_response:
        found.append(runs_out(overdue=filters.first_response == "overdue"))
    return found


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, COMPANY_TIME)


def _after(day: date) -> datetime:
    return _start(day + timedelta(days=1))
