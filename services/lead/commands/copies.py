"""Keeping what others say about users, campaigns and opportunities; older news than what is known is ignored."""

from typing import Any

from sqlalchemy import Table, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from contracts import events

from ..models import CampaignCopy, OpportunityCopy, UserCopy


def keep_users(session: Session, event: events.UsersChanged) -> None:
    columns = {column.name for column in UserCopy.__table__.columns}
    for user in sorted(event.users, key=lambda user: user.version):
        _keep(session, UserCopy.__table__, "user_id", user.model_dump(include=columns))


def keep_campaign(session: Session, event: events.CampaignSaved) -> None:
    facts = event.model_dump(include={column.name for column in CampaignCopy.__table__.columns})
    _keep(session, CampaignCopy.__table__, "campaign_id", facts | {"name": event.campaign_name})


def keep_opportunity(session: Session, event: events.OpportunitySaved) -> None:
    """Somebody works on a lead who makes an opportunity of it, also without converting it."""
    facts = event.model_dump(include={"opportunity_id", "lead_id", "cancelled", "version"})
    saved = {"saved_at": func.now(), "saved_by": current_cause(session).actor_id}
    _keep(session, OpportunityCopy.__table__, "opportunity_id", facts | saved)


def _keep(session: Session, table: Any, key: str, facts: dict[str, Any]) -> None:
    assert isinstance(table, Table)
    news = insert(table).values(**facts)
    newer = {name: news.excluded[name] for name in facts if name != key}
    session.execute(
        news.on_conflict_do_update(index_elements=[key], set_=newer, where=table.c.version < news.excluded.version)
    )
