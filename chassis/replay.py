"""Gives parked events a new start: those in the service's inbox, those that the broker put aside, and those of its
own that nobody was bound to when they were sent."""

from collections.abc import Callable
from uuid import UUID

import pika

from . import inbox
from .broker import EXCHANGE, UNROUTED, parameters
from .consumers import queue_name
from .database import transaction
from .events import Cause
from .service import Service
from .settings import settings


def replay(service: Service, purpose: str | None, event_id: UUID | None) -> None:
    """Prints how many events go on. `purpose`: only this queue; `event_id`: only this event of the inbox."""
    names = [queue_name(service.name, each) for each in service.consumers.queues() if purpose in (None, each)]
    with transaction(Cause.new("replay")) as session:
        for name in names:
            print(f"{name}: {inbox.replay(session, name, event_id)} parked events go on")
    if event_id is None:
        for name in names:
            print(f"{name}.parked: {_move(f'{name}.parked', lambda _key: ('', name))} messages go on")
        own = f"{service.name}."
        again = _move(UNROUTED, lambda key: (EXCHANGE, key) if key.startswith(own) else None)
        print(f"{UNROUTED}: {again} messages of this service are sent again")


def _move(source: str, goal: Callable[[str], tuple[str, str] | None]) -> int:
    """Sends what waits in a queue to where it belongs, each acknowledged once the broker has confirmed it.
    `goal`: the exchange and routing key for a message's own routing key; None: it stays."""
    connection = pika.BlockingConnection(parameters(settings().broker_url, f"replay {source}"))
    moved = 0
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        waiting = channel.queue_declare(source, passive=True).method.message_count
        for _ in range(waiting):
            method, properties, body = channel.basic_get(source)
            if method is None or properties is None:
                break
            headers = properties.headers or {}
            properties.headers = {key: value for key, value in headers.items() if not key.startswith("x-")}
            place = goal(str(headers.get("routing_key") or method.routing_key))
            if place is None:
                continue  # held until the end, so that the next one is another
            channel.basic_publish(*place, body or b"", properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
            moved += 1
        channel.basic_nack(0, multiple=True, requeue=True)
        return moved
    finally:
        connection.close()
