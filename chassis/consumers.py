"""The event door's table: which event goes to which handler, and through which queue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from .events import Event

Handler = Callable[[Session, Any], None]


class Permanent(Exception):
    """No later attempt can succeed: the event is parked at once, for a person to look at."""


@dataclass(frozen=True)
class Subscription:
    """`given_up`: what is done when the event is parked, so that nobody waits for what it would have done. Should it be
    replayed, its handler comes after that."""

    event: type[Event]
    queue: str
    handler: Handler
    given_up: Handler | None = None


class Consumers:
    """One handler at most per event. A queue has a purpose: heavy work gets one of its own, so that light news
    does not wait behind it and operations can scale it by itself."""

    def __init__(self) -> None:
        self.handlers: dict[type[Event], Subscription] = {}
        self.prefetch: dict[str, int] = {}

    def on(
        self, event: type[Event], queue: str = "events", prefetch: int = 20, given_up: Handler | None = None
    ) -> Callable[[Handler], Handler]:
        def decorate(handler: Handler) -> Handler:
            if event in self.handlers:
                raise TypeError(f"{event.name} has two handlers; one event has at most one.")
            self.handlers[event] = Subscription(event, queue, handler, given_up)
            self.prefetch[queue] = min(prefetch, self.prefetch.get(queue, prefetch))
            return handler

        return decorate

    def queues(self) -> dict[str, list[Subscription]]:
        found: dict[str, list[Subscription]] = {}
        for subscription in self.handlers.values():
            found.setdefault(subscription.queue, []).append(subscription)
        return found


def queue_name(service: str, queue: str) -> str:
    """`lead`, `rows` → `lead.rows.v1`. The version is part of the name because queue arguments cannot be changed."""
    return f"{service}.{queue}.v1"
