"""The relay process: sends what waits in the outbox, in order, and marks it when the broker has confirmed it.

One relay per service works (session advisory lock), others stand by. NOTIFY wakes it; looking once a second is the
guarantee. Dying anywhere costs at most a second sending of the same event, which inboxes absorb.
"""

import logging
import random
import threading
import time
from collections.abc import Sequence
from typing import Any

import pika
import psycopg
from pika.exceptions import AMQPError
from psycopg.rows import namedtuple_row

from . import health
from .__main__ import stop_signal
from .broker import EXCHANGE, Pauses, TopologyRefused, declare, parameters
from .outbox import CHANNEL
from .service import Service
from .settings import settings

log = logging.getLogger(__name__)

BATCH = 500
POLL = 1.0  # seconds
CONFIRM_DEADLINE = 10.0  # seconds; without one a black-holed connection would hold the relay for ever
KEEP_DAYS = 14
TIDY_EVERY = 3600.0

UNPUBLISHED = (
    "SELECT id, event_id, routing_key, body FROM outbox_event WHERE published_at IS NULL"
    " AND (next_attempt_at IS NULL OR next_attempt_at <= now()) ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED"
)
MARK = "UPDATE outbox_event SET published_at = now() WHERE id = ANY(%s)"
PUT_OFF = (
    "UPDATE outbox_event SET attempts = attempts + 1, last_error = %s,"
    " next_attempt_at = now() + make_interval(secs => least(60, power(2, least(attempts, 6)))) WHERE id = ANY(%s)"
)
TIDY = "DELETE FROM outbox_event WHERE published_at < now() - make_interval(days => %s)"


class LostBroker(Exception):
    """The connection to the broker ended, or an answer did not come in time."""


class Publisher:
    """Publishes batches on a connection of its own and waits for every confirm. Public pika API only."""

    def __init__(self, url: str, name: str) -> None:
        self._unconfirmed: dict[int, int] = {}
        self._refused: set[int] = set()
        self._returned: set[str] = set()
        self._lost: str | None = None
        self._open = False
        self._tag = 0
        self._watched: list[int] = []
        self._connection = pika.SelectConnection(
            parameters(url, name),
            on_open_callback=self._on_open,
            on_open_error_callback=lambda _connection, error: self._on_lost(error),
            on_close_callback=lambda _connection, error: self._on_lost(error),
        )
        self._loop = self._connection.ioloop
        self.run(CONFIRM_DEADLINE, until_open=True)
        if not self._open:
            self.close()
            raise LostBroker(self._lost or "it did not answer in time")

    def run(self, seconds: float, until_open: bool = False) -> None:
        """Serves the connection for so long, or until there is nothing to wait for. Raises LostBroker."""
        timer = self._loop.call_later(seconds, self._loop.stop)
        self._loop.start()
        self._loop.remove_timeout(timer)
        if self._lost and not until_open:
            raise LostBroker(self._lost)

    def watch(self, descriptor: int, wake: Any) -> None:
        """Calls `wake` and ends `run` when the descriptor has something to read."""

        def readable(_descriptor: int, _events: int) -> None:
            wake()
            self._loop.stop()

        self._loop.add_handler(descriptor, readable, self._loop.READ)
        self._watched.append(descriptor)

    def publish(self, rows: Sequence[Any]) -> tuple[list[int], list[int]]:
        """Sends the rows; answers the ids confirmed and the ids refused. Raises LostBroker when unsure of any."""
        self._refused.clear()
        self._returned.clear()
        sent: dict[int, Any] = {}
        for row in rows:
            properties = pika.BasicProperties(
                message_id=str(row.event_id),
                content_type="application/cloudevents+json",
                delivery_mode=2,
                headers={"sequence": row.id, "routing_key": row.routing_key},
            )
            self._channel.basic_publish(EXCHANGE, row.routing_key, row.body, properties, mandatory=True)
            self._tag += 1
            self._unconfirmed[self._tag] = row.id
            sent[row.id] = row
        deadline = time.monotonic() + CONFIRM_DEADLINE
        while self._unconfirmed and time.monotonic() < deadline:
            self.run(deadline - time.monotonic())
        if self._unconfirmed:
            raise LostBroker("it did not confirm in time")
        refused = [key for key, row in sent.items() if key in self._refused or str(row.event_id) in self._returned]
        return [key for key in sent if key not in refused], refused

    def close(self) -> None:
        """Says good-bye to the broker. Descriptors that are watched must still be open."""
        while self._watched:
            self._loop.remove_handler(self._watched.pop())
        if self._connection.is_open:
            self._connection.close()
        if not self._connection.is_closed:
            self._loop.call_later(2.0, self._loop.stop)
            self._loop.start()

    def _on_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Any) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _channel, error: self._on_lost(error))
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=self._on_ready)

    def _on_ready(self, _frame: Any) -> None:
        self._open = True
        self._loop.stop()

    def _on_return(self, _channel: Any, _method: Any, properties: Any, _body: bytes) -> None:
        """Nowhere to go. It comes before the confirm, and wins over it."""
        self._returned.add(properties.message_id)

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        tags = (
            [tag for tag in self._unconfirmed if tag <= method.delivery_tag]
            if method.multiple
            else [method.delivery_tag]
        )
        for tag in tags:
            row_id = self._unconfirmed.pop(tag, None)
            if row_id is not None and isinstance(method, pika.spec.Basic.Nack):
                self._refused.add(row_id)
        if not self._unconfirmed:
            self._loop.stop()

    def _on_lost(self, error: Any) -> None:
        self._lost = str(error) or type(error).__name__
        self._loop.stop()


class Relay:
    """One service's outbox, from its database to the broker."""

    def __init__(self, service: Service, stop: threading.Event) -> None:
        self.name, self.stop = service.name, stop
        self.database_url = settings().database_url.replace("+psycopg", "", 1)

    def run(self) -> None:
        pauses = Pauses()
        while not self.stop.is_set():
            pauses.begin()
            try:
                with psycopg.connect(self.database_url, connect_timeout=5, row_factory=namedtuple_row) as connection:
                    if self._leads(connection):
                        self._serve(connection)
            except (LostBroker, AMQPError, psycopg.OperationalError, OSError) as error:
                log.warning("the relay pauses: %s", str(error) or type(error).__name__)
                self.stop.wait(pauses.next())

    def _leads(self, connection: Any) -> bool:
        """Waits until this is the service's one active relay; False when asked to stop meanwhile."""
        connection.autocommit = True
        while not self.stop.is_set():
            health.touch()
            row = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"relay:{self.name}"]).fetchone()
            if row[0]:
                return True
            self.stop.wait(POLL)
        return False

    def _serve(self, connection: Any) -> None:
        declare(settings().broker_url, {})
        # A mark that a crash of the database takes back is an event sent once more, which every inbox knows already.
        connection.execute("SET synchronous_commit = off")
        next_tidying = time.monotonic() + 60 * random.uniform(1, 5)
        with psycopg.connect(self.database_url, autocommit=True) as listener:
            publisher = Publisher(settings().broker_url, f"relay {self.name}")
            try:
                listener.execute(f"LISTEN {CHANNEL}")
                publisher.watch(listener.fileno(), lambda: list(listener.notifies(timeout=0)))
                while not self.stop.is_set():
                    health.touch()
                    if self._send(connection, publisher) == 0:
                        publisher.run(POLL)
                    if time.monotonic() >= next_tidying:
                        next_tidying = time.monotonic() + TIDY_EVERY
                        connection.execute(TIDY, [KEEP_DAYS])
            finally:
                publisher.close()

    def _send(self, connection: Any, publisher: Publisher) -> int:
        """One batch; the rows stay locked until they are marked. Returns how many were sent."""
        with connection.transaction():
            # Binary: bodies come as they are, not in hex.
            rows = connection.execute(UNPUBLISHED, [BATCH], binary=True).fetchall()
            if not rows:
                return 0
            confirmed, refused = publisher.publish(rows)
            connection.execute(MARK, [confirmed])
            if refused:
                log.error("the broker refused %d events", len(refused))
                connection.execute(PUT_OFF, ["The broker refused it or had nowhere to put it.", refused])
        return len(confirmed)


def relay(service: Service) -> int:
    """Runs until SIGTERM or SIGINT. 1 when the broker's topology is not the house's."""
    stop = stop_signal()
    try:
        Relay(service, stop).run()
    except TopologyRefused:
        log.exception("the broker holds an exchange with other arguments")
        return 1
    return 0
