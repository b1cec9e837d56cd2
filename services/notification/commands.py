"""Verbs: telling people (once per person, kind and act), marking as read, keeping the copy of the users."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.events import Cause
from chassis.problems import NotFound
from chassis.settings import settings
from contracts.events import (
    AssignedLead,
    FirstResponsesOverdue,
    HandoverChanged,
    LeadConverted,
    LeadsAssigned,
    LeadsTakenBack,
    UserFact,
)

from . import wording
from .models import Mail, Notification, UserCopy

JAPAN = ZoneInfo("Asia/Tokyo")  # whose days an absence counts


class RecipientNotHeardOf(Exception):
    """The news about this user is still on its way; the event is tried again."""


def keep_users(session: Session, users: Iterable[UserFact]) -> None:
    """Keeps the local copy; news older than what is known changes nothing."""
    columns = set(UserCopy.__table__.columns.keys())
    rows = [user.model_dump(include=columns) for user in users]
    if not rows:
        return
    statement = insert(UserCopy).values(rows)
    fresh = {name: statement.excluded[name] for name in columns - {"user_id"}}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id"], set_=fresh, where=UserCopy.version < statement.excluded.version
        )
    )


def tell_of_assignment(session: Session, event: LeadsAssigned) -> None:
    """Tells the new owner of `count` leads, unless the owner did it."""
    items = _items(event.leads)
    link = f"/leads/{items[0]['id']}" if event.count == 1 and items else "/leads?owner=me"
    entry = Notification(kind=wording.LEAD_ASSIGNED, count=event.count, items=items, link=link, act=event.act)
    if event.count:
        _tell(session, event.owner_id, entry)
        _tell_deputy(session, event, items)


def _tell_deputy(session: Session, event: LeadsAssigned, items: list[dict[str, str]]) -> None:
    """While the new owner is away, the deputy hears of it, too, and finds the leads under the owner's name."""
    owner = session.get(UserCopy, event.owner_id)
    if owner is None or owner.deputy_id is None or not owner.is_absent(datetime.now(JAPAN).date()):
        return
    link = f"/leads/{items[0]['id']}" if event.count == 1 and items else f"/leads?owner={owner.user_id}"
    kind = wording.LEAD_ASSIGNED_TO_ABSENT
    entry = Notification(kind=kind, count=event.count, items=items, link=link, act=event.act, on_behalf_of=owner.name)
    _tell(session, owner.deputy_id, entry, wished_as=wording.LEAD_ASSIGNED)


def tell_of_taking_back(session: Session, event: LeadsTakenBack) -> None:
    """Tells an owner that leads are not the owner's any more, unless the owner did it."""
    kind, items = wording.LEAD_TAKEN_BACK, _items(event.leads)
    entry = Notification(kind=kind, count=event.count, items=items, link="/leads?owner=me", act="undoing")
    _tell(session, event.owner_id, entry)


def tell_of_overdue_responses(session: Session, event: FirstResponsesOverdue) -> None:
    """Tells a manager that nobody has answered leads in time."""
    items = _items(event.leads)
    link = f"/leads/{items[0]['id']}" if event.count == 1 and items else "/leads?first_response=overdue"
    entry = Notification(kind=wording.FIRST_RESPONSE_OVERDUE, count=event.count, items=items, link=link, act="clock")
    _tell(session, event.manager_id, entry)


def _items(leads: Iterable[AssignedLead]) -> list[dict[str, str]]:
    return [
        {"id": str(lead.lead_id), "number": lead.number, "name": lead.person_name, "company": lead.company}
        for lead in leads
    ]


def tell_of_conversion(session: Session, event: LeadConverted) -> None:
    """Tells the salesperson who takes the opportunity over, if that was chosen, unless it was done by the same."""
    if not event.notify:
        return
    item = {
        "id": str(event.opportunity_id),
        "name": event.opportunity_name,
        "company": event.account_name,
        "amount": "" if event.amount is None else str(event.amount),
    }
    act = "conversion" if event.new_opportunity else wording.INTO_EXISTING
    link = f"/opportunities/{event.opportunity_id}"
    entry = Notification(kind=wording.LEAD_CONVERTED, count=1, items=[item], link=link, act=act)
    _tell(session, event.main_owner_id, entry)


def tell_of_handover(session: Session, event: HandoverChanged) -> None:
    """Tells who is asked to take an opportunity over, if that was chosen; and who asked, what became of it."""
    if event.state == "requested" and not event.notify:
        return
    item = {
        "id": str(event.opportunity_id),
        "name": event.opportunity_name,
        "company": event.account_name,
        "note": event.reason if event.state == "returned" else event.message,
    }
    kind = wording.HANDOVERS[event.state]
    entry = Notification(
        kind=kind, count=1, items=[item], link=f"/opportunities/{event.opportunity_id}", act="handover"
    )
    _tell(session, event.recipient_id if event.state == "requested" else event.requester_id, entry)


def _tell(session: Session, recipient_id: int, entry: Notification, wished_as: str = "") -> None:
    """One portlet entry and one mail, as far as the recipient wants them (by the preferences for `wished_as`, or the
    entry's own kind); a repeat of the same act changes nothing."""
    cause = current_cause(session)
    if recipient_id == cause.actor_id:
        return
    recipient = session.get(UserCopy, recipient_id)
    if recipient is None:
        raise RecipientNotHeardOf(f"user {recipient_id} is not known here yet")
    if not recipient.active:
        return
    shown, mailed = (recipient.wants(wished_as or entry.kind, channel) for channel in ("portlet", "mail"))
    if not (shown or mailed):
        return
    entry.shown = shown
    actor = session.get(UserCopy, cause.actor_id) if cause.actor_id is not None else None
    entry.recipient_id, entry.cause_id = recipient_id, cause.id
    entry.actor_id, entry.actor_name = cause.actor_id, actor.name if actor else ""
    notification_id = _add_once(session, entry)
    if notification_id is not None and recipient.email and mailed:
        session.add(_mail(recipient, entry, notification_id, cause))


def _add_once(session: Session, entry: Notification) -> int | None:
    """The new entry's id; None if this person was already told of this act."""
    names = [column.name for column in Notification.__table__.columns]
    values = {name: getattr(entry, name) for name in names if getattr(entry, name) is not None}
    statement = insert(Notification).values(values).on_conflict_do_nothing().returning(Notification.id)
    return session.execute(statement).scalar()


def _mail(recipient: UserCopy, entry: Notification, notification_id: int, cause: Cause) -> Mail:
    words = wording.mail(entry, recipient.name, recipient.locale, settings().public_url)
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    number = hashlib.sha256(f"{cause.id}/{recipient.user_id}/{entry.kind}".encode()).hexdigest()[:32]
    return Mail(
        notification_id=notification_id,
        message_id=f"<{number}@{domain}>",
        recipient_name=recipient.name,
        recipient_address=recipient.email,
        locale=recipient.locale,
        subject=words.subject,
        body=words.body,
    )


def read_notification(session: Session, reader_id: int, notification_id: int) -> int:
    """Marks one of the reader's own entries as read; answers 1, or 0 if it was already."""
    own = (Notification.id == notification_id, Notification.recipient_id == reader_id, Notification.shown)
    statement = update(Notification).where(*own, Notification.read_at.is_(None)).values(read_at=func.now())
    if session.execute(statement.returning(Notification.id)).scalar() is not None:
        return 1
    if session.scalar(select(Notification.id).where(*own)) is None:
        raise NotFound(ja="この通知は見つかりません。", en="There is no such notification.")
    return 0


def read_all(session: Session, reader_id: int) -> int:
    """Marks all of the reader's entries as read; answers how many were not."""
    statement = (
        update(Notification)
        .where(Notification.recipient_id == reader_id, Notification.shown, Notification.read_at.is_(None))
        .values(read_at=func.now())
        .returning(Notification.id)
    )
    return len(session.execute(statement).all())
