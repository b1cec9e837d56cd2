"""What is said in a committed transaction takes effect once, whatever stops, dies or repeats in between."""

import signal
import threading
from collections.abc import Callable, Iterator

import pika
import pytest
from sqlalchemy.orm import Session

from chassis.broker import EXCHANGE, Receiver
from chassis.database import transaction
from chassis.events import Cause, envelope, uuid7
from chassis.outbox import publish
from chassis.replay import replay
from chassis.worker import Handler, declare_queues, pass_minute
from tests.chassis import sample
from tests.chassis.running import SampleHouse, fresh_database, sample_house
from tests.chassis.sample import Noted, tick
from tests.waiting import until

QUEUE = "sample.events.v1"


@pytest.fixture
def house(postgres_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleHouse]:
    empty_queues(broker_url)
    with sample_house(fresh_database(postgres_url), broker_url, monkeypatch.setenv) as house:
        declare_queues(sample.service)
        yield house


def empty_queues(broker_url: str) -> None:
    def delete(channel: pika.adapters.blocking_connection.BlockingChannel) -> None:
        for name in (QUEUE, f"{QUEUE}.parked", "tsunagi.unrouted"):
            channel.queue_delete(name)

    on_channel(broker_url, delete)


def on_channel(broker_url: str, act: Callable[[pika.adapters.blocking_connection.BlockingChannel], object]) -> object:
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    try:
        return act(connection.channel())
    finally:
        connection.close()


def depth(broker_url: str, queue: str) -> int:
    declared = on_channel(broker_url, lambda channel: channel.queue_declare(queue, passive=True).method.message_count)
    assert isinstance(declared, int)
    return declared


def depth_of_consumers(broker_url: str, queue: str) -> int:
    declared = on_channel(broker_url, lambda channel: channel.queue_declare(queue, passive=True).method.consumer_count)
    assert isinstance(declared, int)
    return declared


def test_what_is_said_is_heard_once_and_in_order(house: SampleHouse) -> None:
    house.start("relay")
    house.start("worker")
    house.say(*[Noted(number=number) for number in range(300)])
    until(lambda: len(house.noted()) == 300)
    assert house.noted() == list(range(300))
    until(lambda: house.count("SELECT count(*) FROM outbox_event WHERE published_at IS NULL") == 0)


def test_a_worker_does_what_every_minute_brings(house: SampleHouse) -> None:
    worker = house.start("worker")
    until(lambda: house.count("SELECT count(*) FROM tick") >= 2)

    def fails(session: Session) -> None:
        tick(session)
        session.flush()
        raise ValueError

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    before = house.count("SELECT count(*) FROM tick")
    pass_minute(fails)
    assert house.count("SELECT count(*) FROM tick") == before
    pass_minute(tick)
    assert house.count("SELECT count(*) FROM tick") == before + 1


def test_what_is_rolled_back_is_never_said(house: SampleHouse) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        publish(session, Noted(number=1))
        raise RuntimeError
    assert house.count("SELECT count(*) FROM outbox_event") == 0


def test_a_relay_that_died_between_sending_and_marking_has_no_double_effect(house: SampleHouse) -> None:
    relay = house.start("relay")
    house.start("worker")
    house.say(*[Noted(number=number) for number in range(50)])
    until(lambda: len(house.noted()) == 50)
    relay.kill()
    relay.wait()
    house.put_in_outbox_again()
    house.start("relay")
    house.say(Noted(number=99))
    until(lambda: 99 in house.noted())
    assert house.noted() == [*range(50), 99]


def test_a_second_relay_stands_by_and_takes_over(house: SampleHouse) -> None:
    first = house.start("relay")
    house.start("worker")
    house.say(Noted(number=1))
    until(lambda: house.noted() == [1])
    house.start("relay")
    first.kill()
    house.say(Noted(number=2))
    until(lambda: house.noted() == [1, 2])


def test_a_killed_worker_loses_nothing(house: SampleHouse) -> None:
    house.start("relay")
    worker = house.start("worker")
    house.say(*[Noted(number=number) for number in range(400)])
    until(lambda: len(house.noted()) > 20)
    worker.kill()
    house.start("worker")
    until(lambda: len(house.noted()) >= 400)
    assert sorted(house.noted()) == list(range(400))


def test_a_worker_stops_gracefully_under_load(house: SampleHouse) -> None:
    house.start("relay")
    worker = house.start("worker")
    house.say(*[Noted(number=number) for number in range(500)])
    until(lambda: len(house.noted()) > 20)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    house.start("worker")
    until(lambda: len(house.noted()) >= 500)
    assert sorted(house.noted()) == list(range(500))


def test_a_thread_asked_to_stop_in_the_middle_of_a_look_has_not_died(house: SampleHouse, broker_url: str) -> None:
    receiver = Receiver(broker_url, QUEUE, [], prefetch=1)
    handler = Handler(sample.service, receiver, threading.Event())

    def asked_and_looked_at() -> bool:
        handler.stop.set()
        handler.join()
        return False

    receiver.start()
    handler.start()
    try:
        assert not handler.died()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(handler, "is_alive", asked_and_looked_at)
            assert not handler.died()
        handler.stop.clear()
        assert handler.died(), "one that ended and was not asked to has died"
    finally:
        handler.stop.set()
        receiver.stop()
        receiver.join()


def test_a_failing_event_is_retried_later_and_the_others_flow(house: SampleHouse) -> None:
    house.start("relay")
    house.start("worker")
    house.say(Noted(number=1, how="badly", of="a"), Noted(number=2, of="a"), Noted(number=3, of="b"))
    until(lambda: house.noted() == [3])
    until(lambda: house.count("SELECT count(*) FROM inbox_event WHERE status = 'retry'") == 2)
    assert house.count("SELECT attempts FROM inbox_event WHERE last_error LIKE '%this one fails%'") == 1
    assert house.count("SELECT attempts FROM inbox_event WHERE last_error LIKE '%same subject%'") == 0


def test_an_event_that_can_never_succeed_is_parked_at_once(house: SampleHouse) -> None:
    house.start("relay")
    house.start("worker")
    house.say(Noted(number=1, how="permanently"), Noted(number=2))
    until(lambda: house.noted() == [2])
    assert house.count("SELECT count(*) FROM inbox_event WHERE status = 'parked'") == 1


def test_an_event_that_kills_its_worker_is_parked_and_its_neighbours_are_not(house: SampleHouse) -> None:
    house.start("relay")
    house.say(Noted(number=0, how="fatally"), *[Noted(number=number) for number in range(1, 30)])
    for _ in range(6):
        worker = house.start("worker")
        until(lambda worker=worker: worker.poll() is not None or len(house.noted()) == 29)  # type: ignore[misc]
        if worker.poll() is None:
            break
    assert house.noted() == list(range(1, 30))
    assert house.count("SELECT count(*) FROM inbox_event WHERE status = 'parked'") == 1


def test_what_cannot_be_understood_is_put_aside(house: SampleHouse, broker_url: str) -> None:
    house.start("worker")

    def send(channel: pika.adapters.blocking_connection.BlockingChannel) -> None:
        named = pika.BasicProperties(message_id=str(uuid7()), headers={"routing_key": "sample.noted.v1"})
        channel.basic_publish(EXCHANGE, "sample.noted.v1", b"{garbage", named)
        channel.basic_publish(EXCHANGE, "sample.noted.v1", b"no id")
        good = envelope(Noted(number=7), uuid7(), "sample", Cause.new("test"))
        named = pika.BasicProperties(message_id=str(uuid7()), headers={"routing_key": "sample.noted.v1"})
        channel.basic_publish(EXCHANGE, "sample.noted.v1", good, named)

    on_channel(broker_url, send)
    until(lambda: house.noted() == [7])
    assert house.count("SELECT count(*) FROM inbox_event WHERE status = 'parked'") == 1
    until(lambda: depth(broker_url, f"{QUEUE}.parked") == 1)


def test_what_nobody_listens_to_is_kept(house: SampleHouse, broker_url: str) -> None:
    on_channel(broker_url, lambda channel: channel.queue_unbind(QUEUE, EXCHANGE, "sample.noted.v1"))
    house.start("relay")
    house.say(Noted(number=1))
    until(lambda: house.count("SELECT count(*) FROM outbox_event WHERE published_at IS NULL") == 0)
    until(lambda: depth(broker_url, "tsunagi.unrouted") == 1)
    house.start("worker")
    until(lambda: depth_of_consumers(broker_url, QUEUE) == 1)
    replay(sample.service, None, None)
    until(lambda: house.noted() == [1])


def test_what_others_said_unheard_is_left_for_them_to_say_again(house: SampleHouse, broker_url: str) -> None:
    # A service's login may say its own events only: sending another's again would be refused.
    def say_unheard(channel: pika.adapters.blocking_connection.BlockingChannel) -> None:
        for key in ("other.noted.v1", "sample.unheard.v1", "other.noted.v1"):
            channel.basic_publish(EXCHANGE, key, b"{}", pika.BasicProperties(headers={"routing_key": key}))
        channel.queue_declare("sample.late", exclusive=True)
        channel.queue_bind("sample.late", EXCHANGE, "#")
        until(lambda: depth(broker_url, "tsunagi.unrouted") == 3)
        replay(sample.service, None, None)
        until(lambda: channel.queue_declare("sample.late", passive=True).method.message_count == 1)

    on_channel(broker_url, say_unheard)
    until(lambda: depth(broker_url, "tsunagi.unrouted") == 2)


def test_a_parked_event_goes_on_when_it_is_replayed(house: SampleHouse) -> None:
    house.start("relay")
    house.start("worker")
    house.say(Noted(number=1, how="permanently"))
    until(lambda: house.count("SELECT count(*) FROM inbox_event WHERE status = 'parked'") == 1)
    house.mend()
    replay(sample.service, None, None)
    until(lambda: house.noted() == [1])
