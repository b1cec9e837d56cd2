"""One lead with its history, for the page that shows both."""

from sqlalchemy.orm import Session

from chassis.auth import Actor

from ..schemas import ActionPage, ChangePage, LeadQuery, WholeLead
from .actions import actions_of
from .details import lead_details
from .history import changes_of


def whole_lead(session: Session, actor: Actor, lead_id: int, query: LeadQuery) -> WholeLead:
    """Raises NotFound."""
    lead = lead_details(session, actor, lead_id)
    history: ActionPage | ChangePage | None = None
    if query.history == "actions":
        history = actions_of(session, actor, lead_id, query, lead.counts.actions)
    elif query.history == "changes":
        history = changes_of(session, actor, lead_id, query, lead.counts.changes)
    return WholeLead.model_construct(**dict(lead), history=history)
