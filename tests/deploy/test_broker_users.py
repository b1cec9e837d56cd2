"""What a service may and may not do on the broker."""

from collections.abc import Iterator
from pathlib import Path

import pika
import pika.exceptions
import pytest

from chassis.broker import EXCHANGE, declare
from deploy.credentials import Credentials
from deploy.local.broker import OwnBroker
from deploy.local.rabbitmq import installed_server

pytestmark = pytest.mark.skipif(not installed_server(), reason="needs a RabbitMQ of its own: rabbitmq-server")


@pytest.fixture(scope="module")
def broker(server_folder: Path) -> Iterator[OwnBroker]:
    folder = server_folder / "broker-users"
    broker = OwnBroker(folder, folder / "rabbitmq.log", Credentials(folder / "secrets"), ["lead", "campaign"])
    try:
        broker.begin()
        broker.wait()
        for service, key in (("lead", "campaign.saved.v1"), ("campaign", "lead.changed.v1")):
            declare(broker.url(service), {f"{service}.events.v1": [key]})
        yield broker
    finally:
        broker.stop()


def publish(url: str, routing_key: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(EXCHANGE, routing_key, b"{}", mandatory=True)
    connection.close()


def take(url: str, queue: str) -> bytes | None:
    connection = pika.BlockingConnection(pika.URLParameters(url))
    _, _, body = connection.channel().basic_get(queue, auto_ack=True)
    connection.close()
    return body


def test_a_service_says_its_own_events_and_hears_those_of_others(broker: OwnBroker) -> None:
    publish(broker.url("lead"), "lead.changed.v1")
    assert take(broker.url("campaign"), "campaign.events.v1") == b"{}"


def test_nobody_says_the_events_of_another(broker: OwnBroker) -> None:
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
        publish(broker.url("lead"), "campaign.saved.v1")


def test_nobody_reads_the_queue_of_another(broker: OwnBroker) -> None:
    with pytest.raises(pika.exceptions.ChannelClosedByBroker, match="ACCESS_REFUSED"):
        take(broker.url("lead"), "campaign.events.v1")


def test_nobody_enters_without_a_password_of_ours(broker: OwnBroker) -> None:
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        publish(f"amqp://guest:guest@127.0.0.1:{broker.port}/", "lead.changed.v1")
