"""Questions: what a person was told."""

from typing import Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from chassis.problems import language
from chassis.shapes import write_cursor

from . import wording
from .models import Mail, Notification
from .schemas import Delivery, NotificationDetails, NotificationPage, NotificationSearch

# How a mail's state reads to the person who waits for it.
DELIVERIES: dict[str, Literal["queued", "sent", "failed"]] = {
    "pending": "queued",
    "sending": "queued",
    "retry": "queued",
    "unknown": "queued",
    "sent": "sent",
    "dead": "failed",
}


def notifications(session: Session, reader_id: int, search: NotificationSearch) -> NotificationPage:
    """The reader's own entries, the newest first."""
    own = and_(Notification.recipient_id == reader_id, Notification.shown)
    unread = session.scalar(select(func.count()).where(own, Notification.read_at.is_(None))) or 0
    wanted = [own]
    if search.unread is not None:
        wanted.append(Notification.read_at.is_(None) if search.unread else Notification.read_at.is_not(None))
    total = unread if search.unread else session.scalar(select(func.count()).where(*wanted)) or 0
    statement = select(Notification, Mail).outerjoin(Mail, Mail.id == Notification.mail_id).where(*wanted)
    if search.before:
        statement = statement.where(Notification.id < search.before)
    rows = session.execute(statement.order_by(Notification.id.desc()).limit(search.page_size + 1)).all()
    page = rows[: search.page_size]
    more = write_cursor([page[-1].Notification.id]) if len(rows) > len(page) else None
    items = [_details(entry, mail) for entry, mail in page]
    return NotificationPage(items=items, total=total, unread=unread, next_cursor=more)


def _details(entry: Notification, mail: Mail | None) -> NotificationDetails:
    details = NotificationDetails.model_validate(entry)
    details.title = wording.title(entry, language())
    details.mail = Delivery(state=DELIVERIES[mail.state], attempts=mail.attempts, reason=mail.reply) if mail else None
    if details.mail and details.mail.state == "sent":
        details.mail.reason = ""
    return details
