"""`make reset`: forget the data of a house, in its folder and on the servers that were given to it."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pika
import pika.exceptions

from chassis.broker import UNROUTED
from chassis.consumers import queue_name
from chassis.service import load
from deploy.postgres import databases

from .broker import volume
from .folder import Folder
from .processes import NotStarted


def forget(path: Path, postgres_url: str | None, broker_url: str | None, services: Sequence[str]) -> None:
    folder = Folder(path)
    with folder.occupied():
        if postgres_url:
            for name in folder.recall("databases") or ():
                databases.remove(postgres_url, name)
        if broker_url:
            delete_queues(broker_url, services)
        if shutil.which("docker"):
            subprocess.run(
                ["docker", "volume", "rm", volume(folder.path / "rabbitmq")], capture_output=True, check=False
            )
        shutil.rmtree(folder.path)


def delete_queues(broker_url: str, services: Sequence[str]) -> None:
    """Delete the house's queues, whatever they hold, on a broker that is not the house's own. Raises NotStarted, and
    deletes none of them, where somebody is listening."""
    names = [UNROUTED]
    for service in services:
        for purpose in load(service).consumers.queues():
            names += [queue_name(service, purpose), f"{queue_name(service, purpose)}.parked"]
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    try:
        for name in names:
            if _listeners(connection, name):
                raise NotStarted(
                    f"Another Tsunagi is at work on this broker: somebody listens to {name}. Nothing of it was deleted."
                    " Name another broker: TSUNAGI_BROKER_URL."
                )
        channel = connection.channel()
        for name in names:
            channel.queue_delete(name)
    finally:
        connection.close()


def _listeners(connection: pika.BlockingConnection, name: str) -> int:
    channel = connection.channel()
    try:
        count = int(channel.queue_declare(name, passive=True).method.consumer_count)
        channel.close()
    except pika.exceptions.ChannelClosedByBroker:
        return 0  # there is no such queue
    return count
