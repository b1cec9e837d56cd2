"""Escalation: when the first response to a lead is overdue, the managers of its department hear of it, once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts import events
from contracts.roles import Role

from ..first_response import WORKED, ended
from ..masters import masters
from ..models import Lead, UserCopy
from .news import FIRST_NAMED, first_named

# What was told of is noted: the due moment that was set, or when the lead was given. Another one counts anew, whatever
# clocks do meanwhile.
TOLD_OF = func.coalesce(Lead.first_response_due, Lead.assigned_at)


def escalate_first_responses(session: Session) -> None:
    """Says `lead.first_responses_overdue` of what became overdue since the last time: one for each manager, of the
    leads of the own department; those of a department without managers, or of none, are every manager's."""
    worked = [stage.code for stage in masters(session).all("lead-stages") if stage.meaning in WORKED]
    late = _claimed(session, worked)
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


def _claimed(session: Session, worked: list[str]) -> Sequence[Any]:
    """What nobody was told of yet, marked as told of. Whoever looks at the same time passes over these leads; whoever
    edits one now is looked at again the next time. No version: nobody edited."""
    now = session.scalar(select(func.now())) or datetime.now(UTC)
    found = select(Lead.id).where(ended(now), Lead.stage.in_(worked), Lead.escalated_due.is_distinct_from(TOLD_OF))
    late = found.with_for_update(skip_locked=True, key_share=True).cte("late")
    told = update(Lead).where(Lead.id == late.c.id).values(escalated_due=TOLD_OF, updated_at=Lead.updated_at)
    return session.execute(
        told.returning(Lead.id, Lead.department_id, TOLD_OF).execution_options(synchronize_session=False)
    ).all()


def _managers(session: Session) -> Sequence[Any]:
    is_manager = UserCopy.roles.contains([str(Role.MANAGER)])
    return session.execute(
        select(UserCopy.user_id, UserCopy.department_id).where(UserCopy.active, is_manager).order_by(UserCopy.user_id)
    ).all()
