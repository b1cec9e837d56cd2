"""Codes that number themselves: C-2026-0001, C-2026-0002, …, one series per year of the company's calendar."""

from sqlalchemy.orm import Session

from chassis import numbering
from chassis.company_time import company_today

from .models import Campaign, NumberSeries


def next_code(session: Session) -> str:
    return numbering.next_code(session, NumberSeries, f"C-{company_today().year}", 4, Campaign.code_key)
