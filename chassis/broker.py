"""RabbitMQ behind one module: topology, publishing in confirmed batches, receiving on a thread of its own.

Topology, accepted unchanged by RabbitMQ 3.10 and 4.x: a topic exchange whose unroutable messages are kept in
`tsunagi.unrouted`; a quorum queue per service and purpose; a `.parked` queue beside it, reached through the default
exchange, which nobody can unbind. Only what correctness needs is a queue argument; the rest is left to policies.
"""

import contextlib
import functools
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker, ConnectionWrongStateError

log = logging.getLogger(__name__)

EXCHANGE = "tsunagi.events"
UNROUTED = "tsunagi.unrouted"
HEARTBEAT = 15
BLOCKED_TIMEOUT = 30
HELD = 60.0  # seconds after which a connection counts as one that held


class TopologyRefused(Exception):
    """The broker holds a queue or exchange of this name with other arguments: an operator has to look."""


def parameters(url: str, name: str) -> pika.URLParameters:
    found = pika.URLParameters(url)
    found.heartbeat = HEARTBEAT
    found.blocked_connection_timeout = BLOCKED_TIMEOUT
    found.socket_timeout = 5
    found.client_properties = {"connection_name": f"tsunagi {name}"}
    return found


def queue_arguments(name: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": 20,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": f"{name}.parked",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare_exchanges(channel: BlockingChannel) -> None:
    channel.exchange_declare(UNROUTED, "fanout", durable=True)
    channel.queue_declare(
        UNROUTED,
        durable=True,
        arguments={"x-queue-type": "quorum", "x-message-ttl": 604_800_000, "x-max-length": 100_000},
    )
    channel.queue_bind(UNROUTED, UNROUTED)
    channel.exchange_declare(EXCHANGE, "topic", durable=True, arguments={"alternate-exchange": UNROUTED})


def declare_queue(channel: BlockingChannel, name: str, routing_keys: Iterable[str]) -> None:
    """The queue, its parked queue, and its bindings."""
    channel.queue_declare(f"{name}.parked", durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_declare(name, durable=True, arguments=queue_arguments(name))
    for key in routing_keys:
        channel.queue_bind(name, EXCHANGE, key)


def declare(url: str, queues: dict[str, list[str]]) -> None:
    """Makes the exchanges and these queues (name → routing keys). Raises TopologyRefused or AMQPError."""
    connection = pika.BlockingConnection(parameters(url, "topology"))
    try:
        channel = connection.channel()
        declare_exchanges(channel)
        for name, keys in queues.items():
            declare_queue(channel, name, keys)
    except ChannelClosedByBroker as error:
        if error.reply_code == 406:
            raise TopologyRefused(error.reply_text) from error
        raise
    finally:
        if connection.is_open:
            connection.close()


def pause(attempt: int) -> float:
    """Seconds before the next attempt to reach a server: full jitter, 0.5 s growing to 30 s."""
    return random.uniform(0.1, min(30.0, 0.5 * 2 ** min(attempt, 6)))


class Pauses:
    """How long to wait before the next connection: longer with each that failed in a row, short after one that held."""

    def __init__(self) -> None:
        self._failures, self._began = 0, 0.0

    def begin(self) -> None:
        self._began = time.monotonic()

    def next(self) -> float:
        """Seconds to wait, after what was begun has failed."""
        self._failures = 1 if time.monotonic() - self._began > HELD else self._failures + 1
        return pause(self._failures)


@dataclass(frozen=True)
class Delivery:
    """A message from the broker; `generation` counts the connections, as tags are valid on their own one only."""

    generation: int
    tag: int
    routing_key: str
    message_id: str
    sequence: int
    body: bytes
    redelivered: bool


class Receiver(threading.Thread):
    """Receives one queue on a connection and thread of its own, so that heartbeats flow while a handler works.

    Deliveries are taken from `deliveries`; `acknowledge` and `reject` may be called from any thread. When this thread
    ends without having been asked to (`failure`), the process must end too.
    """

    def __init__(self, url: str, name: str, routing_keys: list[str], prefetch: int) -> None:
        super().__init__(name=f"receiver-{name}", daemon=True)
        self.url, self.queue_name, self.routing_keys, self.prefetch = url, name, routing_keys, prefetch
        self.deliveries: queue.Queue[Delivery] = queue.Queue()
        self.failure: BaseException | None = None
        self._generation = 0
        self._stopping = threading.Event()
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    # -- from other threads

    def acknowledge(self, delivery: Delivery) -> None:
        self._answer(delivery, lambda channel: channel.basic_ack(delivery.tag))

    def reject(self, delivery: Delivery) -> None:
        """To the broker's parked queue: it cannot even be noted in the inbox."""
        self._answer(delivery, lambda channel: channel.basic_reject(delivery.tag, requeue=False))

    def stop(self) -> None:
        """Receives no more; what was not started goes back to the queue. Then `join`."""
        self._stopping.set()
        self._on_its_thread(lambda: None)

    def _answer(self, delivery: Delivery, act: Callable[[BlockingChannel], None]) -> None:
        self._on_its_thread(functools.partial(self._act, delivery.generation, act))

    def _on_its_thread(self, act: Callable[[], None]) -> None:
        connection = self._connection
        if connection is not None and connection.is_open:
            with contextlib.suppress(ConnectionWrongStateError):  # it may end at any moment
                connection.add_callback_threadsafe(act)
        # Without a connection nothing is lost: the broker delivers again, and the inbox knows what it has.

    # -- on its own thread

    def _act(self, generation: int, act: Callable[[BlockingChannel], None]) -> None:
        if generation == self._generation and self._channel is not None and self._channel.is_open:
            act(self._channel)

    def run(self) -> None:
        pauses = Pauses()
        try:
            while not self._stopping.is_set():
                pauses.begin()
                try:
                    self._receive()
                except ChannelClosedByBroker as error:
                    if error.reply_code == 406 and "inequivalent" in error.reply_text:
                        raise TopologyRefused(error.reply_text) from error
                    log.warning("%s: the broker closed the channel: %s", self.queue_name, error)
                except (AMQPError, OSError) as error:
                    why = str(error) or type(error).__name__
                    log.warning("%s: no connection to the broker: %s", self.queue_name, why)
                finally:
                    self._close()
                if not self._stopping.is_set():
                    self._stopping.wait(pauses.next())
        except BaseException as error:
            self.failure = error
            log.exception("%s: the receiver ended", self.queue_name)

    def _receive(self) -> None:
        self._connection = pika.BlockingConnection(parameters(self.url, self.queue_name))
        self._channel = channel = self._connection.channel()
        self._generation += 1
        declare_exchanges(channel)
        declare_queue(channel, self.queue_name, self.routing_keys)
        channel.basic_qos(prefetch_count=self.prefetch)
        consumer = channel.basic_consume(self.queue_name, self._on_message)
        while not self._stopping.is_set():
            self._connection.process_data_events(time_limit=1.0)
            if consumer not in channel.consumer_tags:
                raise AMQPError("the broker cancelled the consumer")
        channel.basic_cancel(consumer)
        self._return_unstarted()
        self._connection.process_data_events(time_limit=0)  # acknowledgements that were scheduled meanwhile

    def _return_unstarted(self) -> None:
        while True:
            try:
                delivery = self.deliveries.get_nowait()
            except queue.Empty:
                return
            if delivery.generation == self._generation and self._channel is not None:
                self._channel.basic_nack(delivery.tag, requeue=True)

    def _on_message(self, _channel: BlockingChannel, method: Any, properties: Any, body: bytes) -> None:
        headers = properties.headers or {}
        sequence = headers.get("sequence")
        self.deliveries.put(
            Delivery(
                self._generation,
                method.delivery_tag,
                str(headers.get("routing_key") or method.routing_key),
                properties.message_id or "",
                sequence if isinstance(sequence, int) else 0,
                body,
                bool(method.redelivered),
            )
        )

    def _close(self) -> None:
        """Always: a connection left open keeps its prefetched messages until the heartbeat gives it up."""
        connection, self._connection, self._channel = self._connection, None, None
        while not self.deliveries.empty():
            try:
                self.deliveries.get_nowait()
            except queue.Empty:
                break
        if connection is not None and connection.is_open:
            try:
                connection.close()
            except (AMQPError, OSError):
                log.debug("closing the connection failed", exc_info=True)
