"""Nouns: what a person was told (the portlet), the mails that carry it, and the local copy of the users."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Notification(Base):
    """One entry of the 通知ポートレット: one per recipient, addressee, kind and act, however many leads it is about."""

    __tablename__ = "notification"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recipient_id: Mapped[int] = mapped_column(BigInteger)
    addressee_id: Mapped[int] = mapped_column(BigInteger)  # the recipient, or the absent user whose deputy this tells
    kind: Mapped[str] = mapped_column(Text)  # of wording, which says it in the reader's language
    count: Mapped[int] = mapped_column(Integer)
    items: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]")  # the first 20
    link: Mapped[str] = mapped_column(Text)  # a path of the pages
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text, server_default="")
    cause_id: Mapped[UUID]
    on_behalf_of: Mapped[str] = mapped_column(Text, server_default="")  # the absent user's name
    shown: Mapped[bool] = mapped_column(Boolean, server_default="true")  # False: the reader wants the mail only
    act: Mapped[str] = mapped_column(Text, server_default="")  # how it was done: bulk, list, edit, conversion
    waits_for_digest: Mapped[bool] = mapped_column(Boolean, server_default="false")
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"))  # its own mail, or the digest that names it
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("recipient_id", "addressee_id", "kind", "cause_id"),
        Index("notification_newest", "recipient_id", "id"),
        Index("notification_unread", "recipient_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("notification_for_digest", "recipient_id", "id", postgresql_where=text("waits_for_digest")),
    )


class Mail(Base):
    """A mail on its way: pending → sending → sent, or retry, unknown (no last word of the server), dead. It is about
    one notice, or it is the digest of a user's day (`digest_for`, `digest_day`): one each, whoever writes it."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest_for: Mapped[int | None] = mapped_column(BigInteger)
    digest_day: Mapped[date | None] = mapped_column(Date)
    message_id: Mapped[str] = mapped_column(Text)  # the same for every attempt, so that a repeat can be recognised
    recipient_name: Mapped[str] = mapped_column(Text)
    recipient_address: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    doubts: Mapped[int] = mapped_column(Integer, server_default="0")  # how often the server's last word was not heard
    reply: Mapped[str] = mapped_column(Text, server_default="")  # what the server, or the network, last said
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        UniqueConstraint("digest_for", "digest_day"),
        Index("mail_to_send", "next_attempt_at", postgresql_where=text("state IN ('pending', 'retry', 'unknown')")),
        Index("mail_leased", "lease_until", postgresql_where=text("state = 'sending'")),
    )


class UserCopy(Base):
    """What this service has heard of the users; older news than `version` is ignored."""

    __tablename__ = "user_copy"

    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean)
    absent_from: Mapped[date | None] = mapped_column(Date)
    absent_until: Mapped[date | None] = mapped_column(Date)
    deputy_id: Mapped[int | None] = mapped_column(BigInteger)
    preferences: Mapped[dict[str, dict[str, str]]] = mapped_column(JSONB, server_default="{}")
    version: Mapped[int] = mapped_column(Integer)

    def wish(self, kind: str, channel: str) -> str:
        """How this kind of notice is to come by this channel (portlet, mail): at_once, digest or off."""
        return self.preferences.get(kind, {}).get(channel, "at_once")

    def is_absent(self, day: date) -> bool:
        return self.absent_from is not None and self.absent_from <= day <= (self.absent_until or day)
