"""Escalation: when the first response to a lead is overdue, the managers of its department hear of it, once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts import events
from contracts.roles import Role

from ..first_response import WORKED
from ..masters import masters
from ..models import UserCopy
from .news import FIRST_NAMED, first_named

# Noted is the due moment that was told of: a later one counts anew, whatever clocks do meanwhile. Whoever looks at the
# same time passes over these leads; whoever edits one now is looked at again the next time. No version: nobody edited.
CLAIM = """
WITH late AS (
    SELECT id FROM lead
    WHERE first_response_due < now() AND first_response_at IS NULL AND stage = ANY(:worked)
        AND escalated_due IS DISTINCT FROM first_response_due
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE lead l SET escalated_due = l.first_response_due FROM late WHERE l.id = late.id
RETURNING l.id, l.department_id, l.first_response_due
"""


def escalate_first_responses(session: Session) -> None:
    """Says `lead.first_responses_overdue` of what became overdue since the last time: one for each manager, of the
    leads of the own department; those of a department without managers, or of none, are every manager's."""
    worked = [stage.code for stage in masters(session).all("lead-stages") if stage.meaning in WORKED]
    late = session.execute(text(CLAIM), {"worked": worked}).all()
    if not late:
        return
    told: dict[int, list[tuple[datetime, int]]] = {}
    managers = _managers(session)
    for lead_id, department_id, due in late:
        own = [manager.user_id for manager in managers if manager.department_id == department_id]
        for manager_id in own if own and department_id else [manager.user_id for manager in managers]:
            told.setdefault(manager_id, []).append((due, lead_id))
    for manager_id, leads in sorted(told.items()):
        first = [lead_id for _, lead_id in sorted(leads)[:FIRST_NAMED]]
        named = first_named(session, first)
        publish(session, events.FirstResponsesOverdue(manager_id=manager_id, count=len(leads), leads=named))


def _managers(session: Session) -> Sequence[Any]:
    is_manager = UserCopy.roles.contains([str(Role.MANAGER)])
    return session.execute(
        select(UserCopy.user_id, UserCopy.department_id).where(UserCopy.active, is_manager).order_by(UserCopy.user_id)
    ).all()
