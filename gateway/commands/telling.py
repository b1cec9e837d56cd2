"""Telling the house how users are now."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.events import portions
from chassis.outbox import publish
from contracts.events import EVENT_LIMIT, UserFact, UsersChanged

from ..models import User


def say_users(session: Session, users: Iterable[User]) -> None:
    """Tells the house how these users are now."""
    facts = [
        UserFact(
            user_id=user.id,
            login=user.login,
            name=user.name,
            email=user.email,
            department_id=user.department_id,
            department=user.department.name if user.department else "",
            roles=tuple(user.roles),
            locale=user.locale,
            active=user.active,
            absent_from=user.absent_from,
            absent_until=user.absent_until,
            deputy_id=user.deputy_id,
            preferences=user.preferences,
            campaign_ids=tuple(user.campaign_ids),
            version=user.version,
        )
        for user in users
    ]
    for portion in portions(facts, EVENT_LIMIT):
        publish(session, UsersChanged(users=tuple(portion)))


def say_everybody(session: Session) -> None:
    """Tells of all users, for a service that starts with an empty copy; who knows them already ignores it."""
    say_users(session, session.scalars(select(User).order_by(User.id)).all())
