"""Where the company is: the time zone of its days, months and years."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

COMPANY_TIME = ZoneInfo("Asia/Tokyo")


def company_today() -> date:
    """The day that it is where the company is."""
    return datetime.now(COMPANY_TIME).date()
