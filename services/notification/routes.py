"""HTTP door: the reader's own portlet."""

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.routes import Routes
from contracts.roles import EVERYONE

from . import commands, queries
from .schemas import NotificationPage, NotificationSearch, Reading

routes = Routes()


@routes.get("/notifications", allow=EVERYONE, query=NotificationSearch, answer=NotificationPage)
def list_notifications(session: Session, actor: Actor, query: NotificationSearch) -> NotificationPage:
    """The caller's own notifications, newest first."""
    return queries.notifications(session, actor.id, query)


@routes.post("/notifications/<int:notification_id>/reading", allow=EVERYONE, answer=Reading)
def read_notification(session: Session, actor: Actor, notification_id: int) -> Reading:
    """Marks one of the caller's notifications as read."""
    return Reading(read=commands.read_notification(session, actor.id, notification_id))


@routes.post("/notifications/reading", allow=EVERYONE, answer=Reading)
def read_all(session: Session, actor: Actor) -> Reading:
    """Marks all of the caller's notifications as read."""
    return Reading(read=commands.read_all(session, actor.id))
