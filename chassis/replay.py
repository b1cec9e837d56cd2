"""Gives parked events a new start: those in the service's inbox, those that the broker put aside, and those of its
own that nobody was bound to when they were sent."""

from uuid import UUID

import pika
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from .broker import EXCHANGE, UNROUTED, parameters
from .consumers import queue_name
from .database import transaction
from .events import Cause
from .inbox import inbox_event
from .service import Service
from .settings import settings


def replay(service: Service, purpose: str | None, event_id: UUID | None) -> None:
    """Prints how many events go on. `purpose`: only this queue; `event_id`: only this event of the inbox."""
    names = [queue_name(service.name, each) for each in service.consumers.queues() if purpose in (None, each)]
    with transaction(Cause.new("replay")) as session:
        for name in names:
            print(f"{name}: {_renew(session, name, event_id)} parked events go on")
    if event_id is None:
        for name in names:
            print(f"{name}.parked: {_move(f'{name}.parked', '', name)} messages go on")
        print(f"{UNROUTED}: {_move(UNROUTED, EXCHANGE, sender=service.name)} messages of this service are sent again")


def _renew(session: Session, queue: str, event_id: UUID | None) -> int:
    """Gives parked events of the inbox a new start. Returns how many."""
    statement = update(inbox_event).where(inbox_event.c.status == "parked", inbox_event.c.queue == queue)
    if event_id:
        statement = statement.where(inbox_event.c.event_id == event_id)
    start = {"status": "retry", "attempts": 0, "crashes": 0, "next_attempt_at": func.now()}
    return len(session.execute(statement.values(start).returning(inbox_event.c.event_id)).all())


def _move(source: str, exchange: str, routing_key: str | None = None, sender: str | None = None) -> int:
    """Sends what waits in a queue to where it belongs, each acknowledged once the broker has confirmed it.
    `routing_key`: None is each message's own; `sender`: what others than this service said stays."""
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
            key = str(headers.get("routing_key") or method.routing_key)
            if sender and not key.startswith(f"{sender}."):
                continue  # held until the end, so that the next one is another
            properties.headers = {name: value for name, value in headers.items() if not name.startswith("x-")}
            channel.basic_publish(exchange, routing_key or key, body or b"", properties, mandatory=True)
            channel.basic_ack(method.delivery_tag)
            moved += 1
        channel.basic_nack(0, multiple=True, requeue=True)
        return moved
    finally:
        connection.close()
