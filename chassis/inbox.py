"""Events that arrived: each takes effect once, noted in the same transaction; failed ones wait here, not at the broker.

States: started (a crash is being counted), done, retry (waits for `next_attempt_at`), parked (a person must look),
discarded. The key is queue + event id; the broker's redelivered flag is never trusted to mean "not yet done".
"""

import logging
import random
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID as UniqueId

import psycopg
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import UUID, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .consumers import Consumers, Permanent
from .database import look, transaction
from .events import Cause, Event, event_class, opened
from .outbox import machinery

log = logging.getLogger(__name__)

inbox_event = Table(
    "inbox_event",
    machinery,
    Column("queue", Text, primary_key=True),
    Column("event_id", UUID(as_uuid=True), primary_key=True),
    Column("routing_key", Text, nullable=False),
    Column("subject", Text),
    Column("sequence", BigInteger, nullable=False, server_default="0"),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("crashes", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("last_error", Text),
    Column("body", LargeBinary),
    Column("received_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("done_at", DateTime(timezone=True)),
)
waiting = inbox_event.c.status.in_(("retry", "parked"))
Index("inbox_event_due", inbox_event.c.queue, inbox_event.c.next_attempt_at, postgresql_where=text("status = 'retry'"))
Index(
    "inbox_event_waiting",
    inbox_event.c.queue,
    inbox_event.c.subject,
    postgresql_where=text("status IN ('retry', 'parked')"),
)
Index("inbox_event_done", inbox_event.c.done_at, postgresql_where=text("status = 'done'"))

DUE = text("SELECT FROM inbox_event WHERE queue = :queue AND status = 'retry' AND next_attempt_at <= now() LIMIT 1")
BACK_OFF = (10, 60, 300, 1_800, 7_200)  # seconds, ± 20 %; parked after the last
CRASH_BUDGET = 3


class DatabaseDown(Exception):
    """Nothing is wrong with the event: leave it with the broker and come back."""


@dataclass(frozen=True)
class Message:
    """An event as it came. `sequence` is its place in the sender's outbox. `redelivered`: whoever had it before may
    have died of it."""

    event_id: UniqueId
    routing_key: str
    body: bytes
    sequence: int = 0
    redelivered: bool = False


def receive(consumers: Consumers, queue: str, message: Message) -> str:
    """Takes one message in. Returns done, duplicate, retry or parked; each of them may be acknowledged.

    Raises DatabaseDown when the database does not answer.
    """
    try:
        if message.redelivered and _count_crash(queue, message) > CRASH_BUDGET:
            _set_aside(consumers, queue, message, "parked", "It ended the process that handled it, again and again.")
            return "parked"
        return _handled(consumers, queue, message)
    except Exception as error:
        if _is_the_databases_trouble(error):
            raise DatabaseDown(str(error)) from error
        raise


def _is_the_databases_trouble(error: Exception) -> bool:
    """Whether the database, not the event, is to blame. psycopg's own errors come from COPY. A value that is too
    large for an index (SQLSTATE class 54) is called operational too, but no later attempt will see it smaller."""
    told = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(told, psycopg.OperationalError) and not (told.sqlstate or "").startswith("54")


def _handled(consumers: Consumers, queue: str, message: Message) -> str:
    try:
        event, cause, _ = opened(message.body)
        kind = event_class(message.routing_key)
        subscription = consumers.handlers[type(event)] if kind is not None else None
        if subscription is None:
            raise KeyError(message.routing_key)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        _set_aside(consumers, queue, message, "parked", f"It cannot be understood: {error}")
        return "parked"
    try:
        with transaction(cause) as session:
            if not _claim(session, queue, message, event):
                session.rollback()
                return "duplicate"
            if _must_wait(session, queue, message, event):
                session.rollback()
                waits = "An earlier event of the same subject waits."
                return _set_aside(consumers, queue, message, "retry", waits, event, counts=False)
            subscription.handler(session, event)
        return "done"
    except Permanent as error:
        return _set_aside(consumers, queue, message, "parked", str(error), event)
    except Exception as error:
        if _is_the_databases_trouble(error):
            raise
        reason = traceback.format_exc(limit=-4)
        log.warning("handling %s %s failed", message.routing_key, message.event_id, exc_info=True)
        return _set_aside(consumers, queue, message, "retry", reason, event)


def _claim(session: Session, queue: str, message: Message, event: Event) -> bool:
    """Notes the event as done in this transaction. False: it already was. A concurrent copy waits here."""
    statement = insert(inbox_event).values(
        queue=queue,
        event_id=message.event_id,
        routing_key=message.routing_key,
        subject=event.subject(),
        sequence=message.sequence,
        status="done",
        done_at=func.now(),
    )
    claimed = session.execute(
        statement.on_conflict_do_update(
            index_elements=["queue", "event_id"],
            set_={"status": "done", "done_at": func.now(), "body": None, "next_attempt_at": None},
            where=inbox_event.c.status.in_(("started", "retry")),
        ).returning(inbox_event.c.event_id)
    ).first()
    return claimed is not None


def _must_wait(session: Session, queue: str, message: Message, event: Event) -> bool:
    """Whether an earlier event of the same subject and sender still waits for its turn."""
    subject = event.subject()
    if subject is None:
        return False
    sender = message.routing_key.partition(".")[0]
    found = session.execute(
        select(inbox_event.c.event_id)
        .where(
            inbox_event.c.queue == queue,
            inbox_event.c.subject == subject,
            waiting,
            inbox_event.c.event_id != message.event_id,
            inbox_event.c.sequence < message.sequence,
            inbox_event.c.routing_key.startswith(f"{sender}."),
        )
        .limit(1)
    ).first()
    return found is not None


def _set_aside(
    consumers: Consumers,
    queue: str,
    message: Message,
    status: str,
    reason: str,
    event: Event | None = None,
    counts: bool = True,
) -> str:
    """Notes a failure in a transaction of its own; the body is kept for the next attempt. Nobody died of this one."""
    with transaction(Cause.new("inbox")) as session:
        row = session.execute(
            select(inbox_event.c.attempts).where(
                inbox_event.c.queue == queue, inbox_event.c.event_id == message.event_id
            )
        ).first()
        attempts = (row.attempts if row else 0) + (1 if counts else 0)
        if status == "retry" and attempts > len(BACK_OFF):
            status = "parked"
        delay = BACK_OFF[max(attempts - 1, 0)] if status == "retry" and attempts <= len(BACK_OFF) else 0
        if not counts:
            delay = BACK_OFF[0]
        values = {
            "routing_key": message.routing_key,
            "sequence": message.sequence,
            "status": status,
            "attempts": attempts,
            "crashes": 0,
            "next_attempt_at": datetime.now(UTC) + timedelta(seconds=delay * random.uniform(0.8, 1.2)),
            "last_error": reason[:4000],
            "body": message.body,
        } | ({"subject": event.subject()} if event else {})
        session.execute(
            insert(inbox_event)
            .values(queue=queue, event_id=message.event_id, **values)
            .on_conflict_do_update(
                index_elements=["queue", "event_id"],
                set_=values,
                where=inbox_event.c.status.in_(("started", "retry", "parked")),
            )
        )
        if status == "parked":
            _give_up(session, consumers, message)
    return status


def _give_up(session: Session, consumers: Consumers, message: Message) -> None:
    """Whoever waits for what a parked event would have done is told. Should that fail, it is parked all the same."""
    try:
        event, session.info["cause"], _ = opened(message.body)
        subscription = consumers.handlers.get(type(event))
        if subscription and subscription.given_up:
            with session.begin_nested():
                subscription.given_up(session, event)
    except Exception as error:
        if _is_the_databases_trouble(error):
            raise
        log.warning("giving up %s %s failed", message.routing_key, message.event_id, exc_info=True)


def _count_crash(queue: str, message: Message) -> int:
    """A redelivered message may have killed its handler: counted before the next try, on its own commit. One that
    waits here is counted at each try, and forgiven when the try comes to an end."""
    with transaction(Cause.new("inbox")) as session:
        row = session.execute(
            insert(inbox_event)
            .values(
                queue=queue,
                event_id=message.event_id,
                routing_key=message.routing_key,
                sequence=message.sequence,
                status="started",
                crashes=1,
            )
            .on_conflict_do_update(
                index_elements=["queue", "event_id"],
                set_={"crashes": inbox_event.c.crashes + 1},
                where=inbox_event.c.status.in_(("started", "retry")),
            )
            .returning(inbox_event.c.crashes)
        ).first()
        return row.crashes if row else 0


def due(queue: str, limit: int = 20) -> list[Message]:
    """Messages whose next attempt is due, leased for five minutes: should this process die, another takes them up."""
    with look() as connection:  # asked every second for every queue, and hardly ever is one
        if connection.execute(DUE, {"queue": queue}).first() is None:
            return []
    chosen = (
        select(inbox_event.c.event_id)
        .where(
            inbox_event.c.queue == queue, inbox_event.c.status == "retry", inbox_event.c.next_attempt_at <= func.now()
        )
        .order_by(inbox_event.c.sequence)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with transaction(Cause.new("inbox")) as session:
        rows = session.execute(
            update(inbox_event)
            .where(inbox_event.c.queue == queue, inbox_event.c.event_id.in_(chosen.scalar_subquery()))
            .values(next_attempt_at=func.now() + timedelta(minutes=5))
            .returning(inbox_event)
        ).all()
    ordered = sorted(rows, key=lambda row: row.sequence)
    return [Message(row.event_id, row.routing_key, row.body, row.sequence, redelivered=True) for row in ordered]


def forget_old(session: Session, days: int = 30) -> None:
    """Done events are remembered for as long as a copy of one could still come."""
    session.execute(
        text("DELETE FROM inbox_event WHERE status = 'done' AND done_at < now() - make_interval(days => :days)"),
        {"days": days},
    )
