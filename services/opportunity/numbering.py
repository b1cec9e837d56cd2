"""Codes that number themselves: accounts A-000001, …; opportunities O-2026-0001, …, a series per year of the
company's calendar."""

from sqlalchemy.orm import Session

from chassis.company_time import company_today
from chassis.numbering import next_code

from .models import Account, NumberSeries, Opportunity


def next_account_code(session: Session) -> str:
    return next_code(session, NumberSeries, "A", 6, Account.code_key)


def next_opportunity_code(session: Session) -> str:
    return next_code(session, NumberSeries, f"O-{company_today().year}", 4, Opportunity.code_key)
