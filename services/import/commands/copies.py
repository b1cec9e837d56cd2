"""Keeping what other services say; older news is ignored."""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import events

from ..models import Base, CampaignCopy, MasterCopy, UserCopy


def remember_users(session: Session, event: events.UsersChanged) -> None:
    newest = {user.user_id: user for user in sorted(event.users, key=lambda user: user.version)}
    fields = ("user_id", "login", "name", "active", "version")
    _keep_newest(session, UserCopy, [{name: getattr(user, name) for name in fields} for user in newest.values()])


def remember_campaign(session: Session, event: events.CampaignSaved) -> None:
    fact = {
        "campaign_id": event.campaign_id,
        "code": event.code,
        "name": event.campaign_name,
        "open_for_lists": event.open_for_lists,
        "version": event.version,
    }
    _keep_newest(session, CampaignCopy, [fact])


def remember_master(session: Session, event: events.MastersChanged) -> None:
    choices = [choice.model_dump() for choice in sorted(event.choices, key=lambda choice: choice.position)]
    _keep_newest(session, MasterCopy, [{"master": event.master, "choices": choices, "version": event.version}])


def _keep_newest(session: Session, table: type[Base], facts: list[dict[str, Any]]) -> None:
    if not facts:
        return
    statement = insert(table).values(facts)
    columns = table.__table__.c
    keys = [column.name for column in columns if column.primary_key]
    session.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={column.name: statement.excluded[column.name] for column in columns if not column.primary_key},
            where=columns.version < statement.excluded.version,
        )
    )
