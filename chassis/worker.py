"""The worker process: for each queue of the service one receiver and one handler thread. Any number may run.

It ends by itself, and not with 0, when a thread of it dies: a supervisor starts it afresh.
"""

import gc
import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from pika.exceptions import AMQPError
from sqlalchemy.orm import Session

from . import health
from .__main__ import stop_signal
from .broker import Delivery, Receiver, declare, pause
from .consumers import queue_name
from .database import transaction
from .events import Cause
from .inbox import DatabaseDown, Message, due, forget_old, receive
from .service import Service
from .settings import settings

log = logging.getLogger(__name__)

RETRY_POLL = 1.0  # seconds between looks for events whose next attempt is due
TIDY_EVERY = 3600.0
MINUTE = 60.0
# New objects before the garbage collector looks for circles. An event of 2,000 rows makes tens of thousands, none of
# them circular; at Python's 700 looking took a third of the time in which lead merges one (75 µs a row against 50).
NEW_OBJECTS = 50_000


class Handler(threading.Thread):
    """Takes deliveries of one queue one after another: inbox, handler, commit, acknowledge."""

    def __init__(self, service: Service, receiver: Receiver, stop: threading.Event) -> None:
        super().__init__(name=f"handler-{receiver.queue_name}", daemon=True)
        self.service, self.receiver, self.stop = service, receiver, stop
        self.failure: BaseException | None = None
        self._next_poll = 0.0
        self._next_tidying = time.monotonic() + 60
        self._attempt = 0

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                health.touch()
                try:
                    self._round()
                    self._attempt = 0
                except DatabaseDown as error:
                    self._attempt += 1
                    log.warning("the database does not answer, the event stays with the broker: %s", error)
                    self.stop.wait(pause(self._attempt))
        except BaseException as error:
            self.failure = error
            log.exception("%s: the handler ended", self.receiver.queue_name)

    def died(self) -> bool:
        """Whether a thread of it ended unasked; looked at in this order, as one that is asked ends within this look."""
        ended = not (self.is_alive() and self.receiver.is_alive())
        return ended and not self.stop.is_set()

    def _round(self) -> None:
        if time.monotonic() >= self._next_poll:
            self._retry_due()
        try:
            delivery = self.receiver.deliveries.get(timeout=0.5)
        except queue.Empty:
            return
        self._take(delivery)

    def _take(self, delivery: Delivery) -> None:
        try:
            event_id = UUID(delivery.message_id)
        except ValueError:
            log.error("%s: a message without an id went to the parked queue", self.receiver.queue_name)
            self.receiver.reject(delivery)
            return
        message = Message(event_id, delivery.routing_key, delivery.body, delivery.sequence, delivery.redelivered)
        began = time.perf_counter()
        outcome = self._received(message)
        if outcome is not None:
            self.receiver.acknowledge(delivery)
            took = (time.perf_counter() - began) * 1000
            log.debug("%s %s: %s in %.0f ms", message.routing_key, message.event_id, outcome, took)

    def _received(self, message: Message) -> str | None:
        """What the inbox made of it; None when asked to stop while the database was in trouble."""
        attempt = 0
        while not self.stop.is_set():
            try:
                return receive(self.service.consumers, self.receiver.queue_name, message)
            except DatabaseDown as error:
                # The event is held, not given back: another start would count against it.
                attempt += 1
                message = replace(message, redelivered=False)
                log.warning("the database does not answer, the event waits: %s", error)
                self.stop.wait(pause(attempt))
        return None

    def _retry_due(self) -> None:
        """Events that wait in the inbox, not in the broker; same path as a delivery."""
        try:
            for message in due(self.receiver.queue_name):
                self._received(message)
            if time.monotonic() >= self._next_tidying:
                self._next_tidying = time.monotonic() + TIDY_EVERY
                with transaction() as session:
                    forget_old(session)
        except DatabaseDown:
            raise
        except Exception as error:
            raise DatabaseDown(str(error)) from error
        self._next_poll = time.monotonic() + RETRY_POLL


def routing_keys(service: Service) -> dict[str, list[str]]:
    """Queue purpose → the routing keys that it is bound to."""
    return {
        purpose: [key for subscription in subscriptions for key in subscription.event.routing_keys()]
        for purpose, subscriptions in service.consumers.queues().items()
    }


def declare_queues(service: Service) -> None:
    """Makes the service's queues, before anybody's relay sends: an event that nobody is bound to reaches nobody."""
    if "TSUNAGI_BROKER_URL" not in os.environ:
        log.warning("no TSUNAGI_BROKER_URL: the queues are made when the worker starts")
        return
    named = {queue_name(service.name, purpose): keys for purpose, keys in routing_keys(service).items()}
    for attempt in range(20):
        try:
            return declare(settings().broker_url, named)
        except (AMQPError, OSError) as error:
            log.warning("the broker does not answer yet: %s", str(error) or type(error).__name__)
            time.sleep(pause(attempt))
    raise SystemExit("The broker does not answer; the queues are not made.")


def pass_minute(act: Callable[[Session], None]) -> None:
    """Does what time brings about; what fails is tried again in a minute."""
    try:
        with transaction(Cause.new("clock")) as session:
            act(session)
    except Exception:
        log.exception("what the minute brings about failed")


def work(service: Service, only: str | None = None) -> int:
    """Runs until SIGTERM or SIGINT; 0 after a graceful stop, 1 when a thread of it died."""
    stop = stop_signal()
    gc.freeze()  # what was imported stays
    gc.set_threshold(NEW_OBJECTS, 20, 50)
    url = settings().broker_url
    handlers = []
    for purpose, keys in routing_keys(service).items():
        if only and purpose != only:
            continue
        receiver = Receiver(url, queue_name(service.name, purpose), keys, service.consumers.prefetch[purpose])
        handlers.append(Handler(service, receiver, stop))
    for handler in handlers:
        handler.receiver.start()
        handler.start()
    died = False
    next_minute = time.monotonic() + MINUTE * random.uniform(0.1, 1)
    while not stop.wait(0.5):
        if service.every_minute and time.monotonic() >= next_minute:
            next_minute = time.monotonic() + MINUTE
            pass_minute(service.every_minute)
        if any(handler.died() for handler in handlers):
            died = True
            stop.set()
    for handler in handlers:
        handler.join(timeout=120)  # the event in hand is finished
        handler.receiver.stop()
    for handler in handlers:
        handler.receiver.join(timeout=10)
    return 1 if died or any(handler.failure or handler.receiver.failure for handler in handlers) else 0
