"""Keeping what others say about users and campaigns; older news than what is known is ignored."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import events

from ..models import CampaignCopy, UserCopy


def keep_users(session: Session, event: events.UsersChanged) -> None:
    columns = {column.name for column in UserCopy.__table__.columns}
    for user in sorted(event.users, key=lambda user: user.version):
        _keep(session, UserCopy.__table__, "user_id", user.model_dump(include=columns))


def keep_campaign(session: Session, event: events.CampaignSaved) -> None:
    facts = event.model_dump(include={column.name for column in CampaignCopy.__table__.columns})
    _keep(session, CampaignCopy.__table__, "campaign_id", facts | {"name": event.campaign_name})


def _keep(session: Session, table: Any, key: str, facts: dict[str, Any]) -> None:
    assert isinstance(table, Table)
    news = insert(table).values(**facts)
    newer = {name: news.excluded[name] for name in facts if name != key}
    session.execute(
        news.on_conflict_do_update(index_elements=[key], set_=newer, where=table.c.version < news.excluded.version)
    )
