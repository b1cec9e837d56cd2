"""The broker or the database dies, hangs, loses answers or differs: nothing is lost, nothing happens twice."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pika
import pytest

from chassis.worker import declare_queues
from deploy.local.postgres import Postgres
from deploy.local.rabbitmq import RabbitMQ, installed_server
from tests.chassis import sample
from tests.chassis.running import fresh_database, sample_house
from tests.chassis.sample import Noted
from tests.faults.proxy import Proxy
from tests.waiting import until

needs_own_broker = pytest.mark.skipif(not installed_server(), reason="stops and starts a RabbitMQ of its own")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="tsunagi-faults-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def own_broker(folder: Path) -> Iterator[RabbitMQ]:
    node = RabbitMQ(folder / "rabbitmq", folder / "rabbitmq.log")
    node.start()
    yield node
    node.stop()


@pytest.fixture
def own_postgres(folder: Path) -> Iterator[Postgres]:
    server = Postgres(folder / "postgres", folder / "postgres.log", throwaway=True)
    server.start()
    yield server
    server.stop()


def kill(broker: RabbitMQ) -> None:
    """The node and all it started end at once."""
    node, names = broker.programs
    assert node.pid is not None
    os.killpg(node.pid, signal.SIGKILL)
    until(lambda: not node.is_running())
    names.stop()


def names_are_on_disk(broker: RabbitMQ) -> bool:
    """Whether the node has written down which quorum queues it has. It does so up to a second after it has answered
    a declaration; killed before, it finds the queue again without a leader, for good (rabbitmq-server#15725,
    docs/operations.md). The file is Erlang's dets: its third word is 1 when everything is written."""
    names = broker.folder / "data" / "tsunagi@localhost" / "quorum" / "tsunagi@localhost" / "names.dets"
    return int.from_bytes(names.read_bytes()[8:12], "big") == 1


def crash(server: Postgres) -> None:
    """PostgreSQL's immediate shutdown: it recovers from its log at the next start, as after a crash."""
    program = server.program()
    assert program.pid is not None
    os.kill(program.pid, signal.SIGQUIT)
    until(lambda: not program.is_running())


@needs_own_broker
def test_a_broker_that_is_killed_loses_nothing(
    postgres_url: str, own_broker: RabbitMQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sample_house(fresh_database(postgres_url), own_broker.url, monkeypatch.setenv) as house:
        declare_queues(sample.service)
        until(lambda: names_are_on_disk(own_broker))
        house.start("relay")
        house.start("worker")
        house.say(*[Noted(number=number) for number in range(300)])
        until(lambda: len(house.noted()) > 20)
        kill(own_broker)
        house.say(*[Noted(number=number) for number in range(300, 600)])  # people go on working meanwhile
        own_broker.start()
        until(lambda: len(house.noted()) >= 600, 90)
        assert sorted(house.noted()) == list(range(600))


def test_a_database_that_crashes_loses_nothing(
    own_postgres: Postgres, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(broker_url)
    with sample_house(fresh_database(own_postgres.url), broker_url, monkeypatch.setenv) as house:
        declare_queues(sample.service)
        house.start("relay")
        house.start("worker")
        house.say(*[Noted(number=number) for number in range(600)])
        until(lambda: len(house.noted()) > 20)
        crash(own_postgres)
        own_postgres.start()
        house.engine.dispose()
        until(lambda: len(house.noted()) >= 600, 90)
        assert sorted(house.noted()) == list(range(600))
        assert house.count("SELECT count(*) FROM inbox_event WHERE attempts > 0 OR crashes > 0") == 0


def test_a_lost_confirm_means_a_second_copy_and_one_effect(
    postgres_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(broker_url)
    proxy = Proxy(broker_url)
    with sample_house(fresh_database(postgres_url), broker_url, monkeypatch.setenv) as house:
        declare_queues(sample.service)
        house.start("worker")
        house.start("relay", TSUNAGI_BROKER_URL=proxy.url_through)
        house.say(Noted(number=0))
        until(lambda: house.noted() == [0])
        proxy.lose_answers.set()
        house.say(*[Noted(number=number) for number in range(1, 51)])
        until(lambda: len(house.noted()) == 51)
        assert house.count("SELECT count(*) FROM outbox_event WHERE published_at IS NULL") == 50
        proxy.lose_answers.clear()
        proxy.cut()
        until(lambda: house.count("SELECT count(*) FROM outbox_event WHERE published_at IS NULL") == 0, 60)
        house.say(Noted(number=51))
        until(lambda: 51 in house.noted())
        assert house.noted() == list(range(52))
    proxy.close()


def test_a_relay_gives_a_line_that_swallows_everything_up(
    postgres_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(broker_url)
    proxy = Proxy(broker_url)
    with sample_house(fresh_database(postgres_url), broker_url, monkeypatch.setenv) as house:
        declare_queues(sample.service)
        house.start("worker")
        house.start("relay", TSUNAGI_BROKER_URL=proxy.url_through)
        house.say(Noted(number=0))
        until(lambda: house.noted() == [0])
        proxy.black_hole.set()
        house.say(Noted(number=1))
        until(lambda: house.count("SELECT count(*) FROM outbox_event WHERE published_at IS NULL") == 1)
        # the relay is stuck in its confirm wait, or about to be; the line heals for new connections only
        old = list(proxy._pairs)
        until(lambda: len(proxy._pairs) > len(old), 40, "a new connection after the deadline")
        proxy.black_hole.clear()
        proxy.cut()
        until(lambda: house.noted() == [0, 1], 60)
    proxy.close()


def test_a_queue_with_other_arguments_is_refused_at_the_start(
    postgres_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(broker_url)
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    connection.channel().queue_declare("sample.events.v1", durable=True)
    connection.close()
    with sample_house(fresh_database(postgres_url), broker_url, monkeypatch.setenv) as house:
        worker = house.start("worker")
        assert worker.wait(timeout=30) == 1
    clear(broker_url)


def clear(broker_url: str) -> None:
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    channel = connection.channel()
    for name in ("sample.events.v1", "sample.events.v1.parked"):
        channel.queue_delete(name)
    connection.close()


def test_a_stopped_worker_process_holds_nobody_up_for_long(
    postgres_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(broker_url)
    with sample_house(fresh_database(postgres_url), broker_url, monkeypatch.setenv) as house:
        declare_queues(sample.service)
        house.start("relay")
        frozen = house.start("worker")
        house.say(*[Noted(number=number) for number in range(60)])
        until(lambda: len(house.noted()) > 5)
        frozen.send_signal(signal.SIGSTOP)
        house.start("worker")
        # Within three heartbeats, or, where it was stopped in the middle of a transaction, when the database ends that.
        until(lambda: len(house.noted()) >= 60, 120)
        frozen.send_signal(signal.SIGCONT)
        house.say(Noted(number=60))
        until(lambda: 60 in house.noted())
        assert sorted(house.noted()) == list(range(61))
