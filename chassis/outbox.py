"""Events that wait to be sent: written in the transaction that makes them true, sent by the relay."""

import threading
from typing import Any
from uuid import UUID as UniqueId

import psycopg
from pydantic_core import to_json
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import UUID, insert
from sqlalchemy.orm import Session

from .events import Event, enclosed, envelope, uuid7
from .settings import MissingSetting, settings

# Tables that the chassis brings into every service's database.
machinery = MetaData()

outbox_event = Table(
    "outbox_event",
    machinery,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("event_id", UUID(as_uuid=True), nullable=False, unique=True),
    Column("routing_key", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", DateTime(timezone=True)),
    Column("last_error", Text),
)
Index("outbox_event_unpublished", outbox_event.c.id, postgresql_where=outbox_event.c.published_at.is_(None))

CHANNEL = "outbox"


def publish(session: Session, event: Event) -> None:
    """Says an event: it is sent if, and only if, this transaction commits. Only commands publish."""
    event_id = uuid7()
    _lay(session, type(event), event_id, envelope(event, event_id, _source(event), session.info["cause"]))


def publish_facts(session: Session, kind: type[Event], facts: dict[str, Any]) -> None:
    """The same by the facts of an event, with the names that its model gives them: of thousands of leads, nobody makes
    models only to write them. Raises TypeError for an event with a subject, which only its model can say."""
    if kind.subject is not Event.subject:
        raise TypeError(f"{kind.name} has a subject: publish() it.")
    event_id = uuid7()
    _lay(session, kind, event_id, enclosed(kind, to_json(facts), event_id, _source(kind), session.info["cause"]))


def _source(event: Event | type[Event]) -> str:
    return event.name.partition(".")[0]


def _lay(session: Session, kind: type[Event], event_id: UniqueId, body: bytes) -> None:
    session.flush()  # the rows it speaks of are locked before its number is drawn: order of numbers = order of commits
    session.execute(insert(outbox_event).values(event_id=event_id, routing_key=kind.routing_key(), body=body))
    session.info["published"] = True


class _Waker(threading.Thread):
    """Tells the relay, after the commit and at most every 20 ms, that there is something to send.

    NOTIFY inside the business transaction would serialise the commits; losing one costs at most the relay's poll.
    """

    def __init__(self) -> None:
        super().__init__(name="relay-waker", daemon=True)
        self.wanted = threading.Event()

    def run(self) -> None:
        connection: psycopg.Connection | None = None
        while True:
            self.wanted.wait()
            self.wanted.clear()
            try:
                if connection is None or connection.closed:
                    url = settings().database_url.replace("+psycopg", "", 1)
                    connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
                connection.execute(f"NOTIFY {CHANNEL}")
            except (psycopg.Error, MissingSetting):
                connection = None  # the relay's own look, a second later at most, is the guarantee
            threading.Event().wait(0.02)


_waker: _Waker | None = None
_waker_lock = threading.Lock()


def wake_relay() -> None:
    global _waker
    with _waker_lock:
        if _waker is None or not _waker.is_alive():
            _waker = _Waker()
            _waker.start()
    _waker.wanted.set()
