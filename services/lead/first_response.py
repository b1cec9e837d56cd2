"""初回対応期限: until when somebody has to have done something about a lead, and what is near or past it.

The clock runs while nothing was done and the lead is worked: not for one that was dropped or converted meanwhile.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from .models import Choice, Lead
from .schemas.leads import FirstResponse

WARNING = timedelta(hours=24)  # before the due moment
WORKED = ("open", "appointment")  # what the stage of such a lead means


def runs_out(overdue: bool) -> ColumnElement[bool]:
    """The leads whose clock ran out, or (not only `overdue`) will within the time of warning."""
    until = datetime.now(UTC) if overdue else datetime.now(UTC) + WARNING
    worked = select(Choice.code).where(Choice.master == "lead-stages", Choice.meaning.in_(WORKED))
    return and_(Lead.first_response_due < until, Lead.first_response_at.is_(None), Lead.stage.in_(worked))


def state(lead: Any, meaning: str) -> FirstResponse:
    """`waiting`, `soon`, `overdue`; blank where no clock runs. `lead`: a Lead or a row with its first_response_due and
    first_response_at; `meaning`: the stage's."""
    if lead.first_response_due is None or lead.first_response_at is not None or meaning not in WORKED:
        return ""
    left = lead.first_response_due - datetime.now(UTC)
    return "overdue" if left < timedelta(0) else "soon" if left < WARNING else "waiting"
