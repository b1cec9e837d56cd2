"""How a process comes back to a broker, and what a line that ends in between does to who answers on it."""

import time

import pika
import pytest
from pika.exceptions import ConnectionWrongStateError

from chassis import broker
from chassis.broker import Delivery, Pauses, Receiver


def test_pauses_grow_with_failures_in_a_row_and_are_short_again_after_a_line_that_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broker.random, "uniform", lambda _low, high: high)
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    pauses = Pauses()
    growing = []
    for _ in range(8):
        pauses.begin()
        growing.append(pauses.next())
    assert growing == sorted(growing)
    assert growing[-1] == 30
    pauses.begin()
    now += 3_600
    assert pauses.next() == growing[0]


class Closing:
    """A connection that is open when asked, and closed a moment later."""

    is_open = True

    def add_callback_threadsafe(self, _callback: object) -> None:
        raise ConnectionWrongStateError("closed meanwhile")


def test_an_answer_on_a_line_that_has_just_ended_ends_nobody() -> None:
    receiver = Receiver("amqp://127.0.0.1/", "sample.events.v1", [], 1)
    receiver._connection = Closing()  # type: ignore[assignment]
    receiver.acknowledge(Delivery(1, 1, "sample.noted.v1", "", 0, b"", False))
    receiver.stop()


def test_a_header_that_is_no_number_does_not_end_the_receiver() -> None:
    receiver = Receiver("amqp://127.0.0.1/", "sample.events.v1", [], 1)
    properties = pika.BasicProperties(headers={"sequence": "first"})
    receiver._on_message(None, pika.spec.Basic.Deliver(delivery_tag=1, routing_key="sample.noted.v1"), properties, b"")  # type: ignore[arg-type]
    assert receiver.deliveries.get_nowait().sequence == 0
