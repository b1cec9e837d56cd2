"""リスト出力 is written by a worker of import, long after the request: a ticket stands for the person meanwhile."""

import hashlib
import secrets
from typing import Any

from pydantic import ValidationError
from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import from_pydantic

from ..models import ExportTicket
from ..queries.export import LASTS, SEARCHES


def give_ticket(session: Session, actor: Actor, kind: str, search: dict[str, Any]) -> str:
    """A new ticket for the rows of this search; it is told here alone. Raises Invalid for a search that is none."""
    try:
        filters = SEARCHES[kind].model_validate(search)
    except ValidationError as error:
        raise from_pydantic(error.errors(include_url=False)) from error
    session.execute(delete(ExportTicket).where(ExportTicket.given_at < func.now() - LASTS))
    ticket = secrets.token_urlsafe(32)
    session.add(
        ExportTicket(
            fingerprint=hashlib.sha256(ticket.encode()).digest(),
            user_id=actor.id,
            holder={"login": actor.login, "roles": sorted(actor.roles), "department_id": actor.department_id},
            kind=kind,
            search=filters.model_dump(mode="json", exclude_defaults=True),
        )
    )
    return ticket
