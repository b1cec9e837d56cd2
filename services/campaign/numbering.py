"""Codes that number themselves: C-2026-0001, C-2026-0002, …, one series per year of the company's calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from .models import Campaign, NumberSeries

COMPANY_TIME = ZoneInfo("Asia/Tokyo")


def next_code(session: Session) -> str:
    """A campaign code that nobody has. Holds the series until the transaction ends, so that no number is lost."""
    year = datetime.now(COMPANY_TIME).year
    while True:
        statement = insert(NumberSeries).values(series=f"C-{year}", last=1)
        number = session.execute(
            statement.on_conflict_do_update(
                index_elements=["series"], set_={"last": NumberSeries.__table__.c.last + 1}
            ).returning(NumberSeries.__table__.c.last)
        ).scalar_one()
        code = f"C-{year}-{number:04}"
        if not session.scalar(select(exists().where(Campaign.code == code))):
            return code
