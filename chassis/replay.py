"""Gives parked events a new start: those in the service's inbox, those that the broker put aside, and those
that nobody was bound to when they were sent."""

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
            print(f"{name}.parked: {_move(f'{name}.parked', '', name)} messages go on")
        print(f"{UNROUTED}: {_move(UNROUTED, EXCHANGE, None)} messages are sent again")


def _move(source: str, exchange: str, routing_key: str | None) -> int:
    """Sends what waits in a queue to where it belongs, each acknowledged once the broker has confirmed it."""
    connection = pika.BlockingConnection(parameters(settings().broker_url, f"replay {source}"))
    moved = 0
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        waiting = channel.queue_declare(source, passive=True).method.message_count
        while moved < waiting:
            method, properties, body = channel.basic_get(source)
            if method is None or properties is None:
                break
            headers = properties.headers or {}
            properties.headers = {key: value for key, value in headers.items() if not key.startswith("x-")}
            key = routing_key or str(headers.get("routing_key") or method.routing_key)
            channel.basic_publish(exchange, key, body or b"", properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
            moved += 1
        return moved
    finally:
        connection.close()
