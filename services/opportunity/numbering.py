"""Codes that number themselves: accounts A-000001, …; opportunities O-2026-0001, …, a series per year of the
company's calendar."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from .models import Account, NumberSeries, Opportunity

COMPANY_TIME = ZoneInfo("Asia/Tokyo")


def company_today() -> date:
    """The day that it is where the company is."""
    return datetime.now(COMPANY_TIME).date()


def next_account_code(session: Session) -> str:
    return _next(session, Account, "A", digits=6)


def next_opportunity_code(session: Session) -> str:
    return _next(session, Opportunity, f"O-{company_today().year}", digits=4)


def _next(session: Session, kind: type[Account] | type[Opportunity], series: str, digits: int) -> str:
    """A code that nobody has. Holds the series until the transaction ends, so that no number is lost."""
    last = NumberSeries.__table__.c.last
    while True:
        statement = insert(NumberSeries).values(series=series, last=1)
        statement = statement.on_conflict_do_update(index_elements=["series"], set_={"last": last + 1})
        number = session.execute(statement.returning(last)).scalar_one()
        code = f"{series}-{number:0{digits}}"
        if not session.scalar(select(exists().where(kind.code == code))):
            return code
