"""Verbs: telling people (once per person, kind and act), marking as read, keeping the copy of the users."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.company_time import company_today
from chassis.copies import keep_newest
from chassis.database import current_cause
from chassis.problems import NotFound
from chassis.settings import settings
from contracts.events import (
    AssignedLead,
    ConversionCancelled,
    FirstResponsesOverdue,
    HandoverChanged,
    LeadConverted,
    LeadsAssigned,
    LeadsTakenBack,
    UserFact,
)

from . import digest, wording
from .models import Mail, Notification, UserCopy


class RecipientNotHeardOf(Exception):
    """The news about this user is still on its way; the event is tried again."""


def keep_users(session: Session, users: Iterable[UserFact]) -> None:
    """Keeps the local copy; news older than what is known changes nothing."""
    keep_newest(session, UserCopy, [*users], "version")


def tell_of_assignment(session: Session, event: LeadsAssigned) -> None:
    """Tells the new owner of `count` leads, unless the owner did it."""
    items = _items(event.leads)
    own = wording.OWN_LEADS
    several = f"{own}&list_id={event.list_id}" if event.act == "list" and event.list_id else own
    link = f"/leads/{items[0]['id']}" if event.count == 1 and items else several
    entry = Notification(kind=wording.LEAD_ASSIGNED, count=event.count, items=items, link=link, act=event.act)
    if event.count:
        _tell(session, event.owner_id, entry)


def tell_of_taking_back(session: Session, event: LeadsTakenBack) -> None:
    """Tells an owner that leads are not the owner's any more, by whatever act, unless the owner did it."""
    kind, items = wording.LEAD_TAKEN_BACK, _items(event.leads)
    one = event.count == 1 and items and event.act == "undoing"  # a list that is taken back deletes what it had made
    link = f"/leads/{items[0]['id']}" if one else wording.OWN_LEADS
    entry = Notification(kind=kind, count=event.count, items=items, link=link, act=event.act)
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
        "lead": event.lead_name,
        "note": event.handover_memo,
    }
    act = "conversion" if event.new_opportunity else wording.INTO_EXISTING
    link = f"/opportunities/{event.opportunity_id}"
    entry = Notification(kind=wording.LEAD_CONVERTED, count=1, items=[item], link=link, act=act)
    _tell(session, event.main_owner_id, entry)


def tell_of_cancellation(session: Session, event: ConversionCancelled) -> None:
    """Tells the main owner who knows of a conversion that it was taken back, unless the main owner did it."""
    if not event.notify or event.main_owner_id is None:
        return
    item = {
        "id": str(event.opportunity_id),
        "name": event.opportunity_name,
        "company": event.account_name,
        "lead": event.lead_name,
        "note": event.reason,
    }
    act = "cancellation" if event.new_opportunity else wording.INTO_EXISTING
    link = f"/opportunities/{event.opportunity_id}"
    entry = Notification(kind=wording.CONVERSION_CANCELLED, count=1, items=[item], link=link, act=act)
    _tell(session, event.main_owner_id, entry)


def tell_of_handover(session: Session, event: HandoverChanged) -> None:
    """Tells who is asked to take an opportunity over, if that was chosen; and who asked, what became of it."""
    if event.state == "requested" and not event.notify:
        return
    item = {
        "id": str(event.opportunity_id),
        "name": event.opportunity_name,
        "company": event.account_name,
        "note": {"requested": event.message, "returned": event.reason}.get(event.state, ""),
    }
    kind = wording.HANDOVERS[event.state]
    entry = Notification(
        kind=kind, count=1, items=[item], link=f"/opportunities/{event.opportunity_id}", act="handover"
    )
    _tell(session, event.recipient_id if event.state == "requested" else event.requester_id, entry)


def _tell(session: Session, addressee_id: int, entry: Notification) -> None:
    """Tells somebody what another did, and the deputy too while the addressee is away."""
    cause = current_cause(session)
    if addressee_id == cause.actor_id:
        return
    addressee = _known(session, addressee_id)
    if not addressee.active:
        return
    actor = session.get(UserCopy, cause.actor_id) if cause.actor_id is not None else None
    entry.addressee_id, entry.cause_id = addressee_id, cause.id
    entry.actor_id, entry.actor_name = cause.actor_id, actor.name if actor else ""
    for_deputy = _for_deputy(addressee, entry)
    _deliver(session, addressee, entry)
    if addressee.deputy_id not in (None, cause.actor_id) and addressee.is_absent(company_today()):
        _deliver(session, _known(session, addressee.deputy_id), for_deputy)


def _known(session: Session, user_id: int | None) -> UserCopy:
    user = session.get(UserCopy, user_id)
    if user is None:
        raise RecipientNotHeardOf(f"user {user_id} is not known here yet")
    return user


def _for_deputy(absent: UserCopy, entry: Notification) -> Notification:
    """The same for the deputy, who finds the leads under the absent owner's name."""
    names = ("addressee_id", "kind", "count", "items", "actor_id", "actor_name", "cause_id", "act")
    values = {name: getattr(entry, name) for name in names}
    return Notification(
        **values, link=entry.link.replace("owner=me", f"owner={absent.user_id}"), on_behalf_of=absent.name
    )


def _deliver(session: Session, recipient: UserCopy, entry: Notification) -> None:
    """One portlet entry and one mail, now or in the digest, as far as the recipient wants them; a repeat of the same
    act changes nothing."""
    mailed = recipient.wish(entry.kind, "mail") if recipient.email else "off"
    entry.recipient_id, entry.shown = recipient.user_id, recipient.wish(entry.kind, "portlet") != "off"
    entry.waits_for_digest = mailed == "digest"
    if not recipient.active or not (entry.shown or mailed != "off"):
        return
    notification_id = _add_once(session, entry)
    if notification_id is None or mailed != "at_once":
        return
    words = wording.mail(entry, recipient.name, recipient.locale, settings().public_url)
    mail = _mail(recipient, words, f"{entry.cause_id}/{recipient.user_id}/{entry.addressee_id}/{entry.kind}")
    session.add(mail)
    session.flush()
    session.execute(update(Notification).where(Notification.id == notification_id).values(mail_id=mail.id))


def _add_once(session: Session, entry: Notification) -> int | None:
    """The new entry's id; None if this person was already told of this act."""
    names = [column.name for column in Notification.__table__.columns]
    values = {name: getattr(entry, name) for name in names if getattr(entry, name) is not None}
    statement = insert(Notification).values(values).on_conflict_do_nothing().returning(Notification.id)
    return session.execute(statement).scalar()


def _mail(recipient: UserCopy, words: wording.Words, what: str) -> Mail:
    """A mail to be sent; `what` tells it from every other."""
    domain = parseaddr(settings().mail_from)[1].rpartition("@")[2] or "localhost"
    return Mail(
        message_id=f"<{hashlib.sha256(what.encode()).hexdigest()[:32]}@{domain}>",
        recipient_name=recipient.name,
        recipient_address=recipient.email,
        locale=recipient.locale,
        subject=words.subject,
        body=words.body,
    )


def write_next_digest(session: Session, now: datetime) -> bool:
    """Writes the digest of one of those who wait for one; False when nobody does. Those who have had today's get what
    came in after it tomorrow. What was read meanwhile, or is not wanted any more, is left out."""
    cut = digest.last_cut(now)
    waits = (Notification.waits_for_digest, Notification.created_at < cut)
    waiting = exists().where(Notification.recipient_id == UserCopy.user_id, *waits)
    had = exists().where(Mail.digest_for == UserCopy.user_id, Mail.digest_day == cut.date())
    next_one = select(UserCopy).where(waiting, ~had).order_by(UserCopy.user_id).limit(1)
    recipient = session.scalar(next_one.with_for_update(skip_locked=True))
    if recipient is None:
        return False
    # Asked anew, now that the lock is held: another process may have written this digest a moment ago.
    mine = (Notification.recipient_id == recipient.user_id, *waits)
    entries = session.scalars(select(Notification).where(*mine).order_by(Notification.id)).all()
    told = [entry for entry in entries if not entry.read_at and recipient.wish(entry.kind, "mail") != "off"]
    mail = None
    if told and recipient.active:
        words = digest.mail(told, recipient.name, recipient.locale, settings().public_url, cut.date())
        mail = _mail(recipient, words, f"digest/{recipient.user_id}/{cut.date()}")
        mail.digest_for, mail.digest_day = recipient.user_id, cut.date()
        session.add(mail)
        session.flush()
    for entry in entries:
        entry.waits_for_digest = False
    for entry in told:
        entry.mail_id = mail.id if mail else None
    return True


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
