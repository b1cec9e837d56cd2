"""The inbox by itself: what is an event's own fault, what is the database's, and events that kill who retries them."""

import contextlib
import json
import time
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import inbox, outbox
from chassis.consumers import Consumers, Permanent
from chassis.database import make_engine, transaction, use
from chassis.events import Cause, envelope, uuid7
from chassis.inbox import DatabaseDown, Message
from tests.chassis import sample
from tests.chassis.running import fresh_database
from tests.chassis.sample import Noted
from tests.waiting import until

QUEUE = "sample.events.v1"


@pytest.fixture(autouse=True)
def database(postgres_url: str) -> Iterator[None]:
    engine = make_engine(fresh_database(postgres_url).replace("postgresql://", "postgresql+psycopg://"))
    outbox.machinery.create_all(engine)
    sample.Base.metadata.create_all(engine)
    use(engine)
    yield
    use(None)
    engine.dispose()


def message_of(event: Noted, **more: bool) -> Message:
    event_id = uuid7()
    return Message(event_id, event.routing_key(), envelope(event, event_id, "sample", Cause.new("test")), **more)


def row_of(event_id: UUID) -> object:
    with transaction() as session:
        found = session.execute(
            text("SELECT status, attempts, crashes FROM inbox_event WHERE event_id = :id"), {"id": event_id}
        )
        return tuple(found.one())


def make_due() -> None:
    """As if the pause, or the lease of a process that died, were over."""
    with transaction() as session:
        session.execute(text("UPDATE inbox_event SET next_attempt_at = now() WHERE status = 'retry'"))


def consumers_that(act: object) -> Consumers:
    consumers = Consumers()
    consumers.on(Noted)(act)  # type: ignore[arg-type]
    return consumers


def test_a_retried_event_that_kills_its_process_is_parked_after_the_same_number_of_deaths() -> None:
    class Killed(BaseException):
        """Stands for a process that ends."""

    def die(_session: Session, _event: Noted) -> None:
        raise Killed

    message = message_of(Noted(number=1, how="badly"))
    assert inbox.receive(sample.consumers, QUEUE, message) == "retry"
    deadly = consumers_that(die)
    for _ in range(inbox.CRASH_BUDGET):
        make_due()
        (retried,) = inbox.due(QUEUE)
        with pytest.raises(Killed):
            inbox.receive(deadly, QUEUE, retried)
    make_due()
    (retried,) = inbox.due(QUEUE)
    assert inbox.receive(deadly, QUEUE, retried) == "parked"
    assert inbox.due(QUEUE) == []


def test_a_retried_event_that_only_fails_uses_its_attempts_not_its_crash_budget() -> None:
    message = message_of(Noted(number=1, how="badly"))
    outcomes = [inbox.receive(sample.consumers, QUEUE, message)]
    while outcomes[-1] == "retry":
        make_due()
        (retried,) = inbox.due(QUEUE)
        outcomes.append(inbox.receive(sample.consumers, QUEUE, retried))
    assert outcomes == ["retry"] * len(inbox.BACK_OFF) + ["parked"]
    assert row_of(message.event_id) == ("parked", len(inbox.BACK_OFF) + 1, 0)


def test_a_value_that_no_index_takes_is_the_events_own_fault() -> None:
    def too_wide(session: Session, _event: Noted) -> None:
        session.execute(text("CREATE TABLE wide (value text PRIMARY KEY)"))
        session.execute(text("INSERT INTO wide SELECT string_agg(md5(n::text), '') FROM generate_series(1, 9000) n"))

    message = message_of(Noted(number=1))
    assert inbox.receive(consumers_that(too_wide), QUEUE, message) == "retry"
    assert row_of(message.event_id) == ("retry", 1, 0)


def test_a_handler_that_dawdles_until_its_transaction_is_ended_uses_an_attempt() -> None:
    def dawdle(session: Session, _event: Noted) -> None:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 50"))
        session.execute(text("SELECT 1"))
        time.sleep(0.4)
        session.execute(text("SELECT 1"))

    def attempt() -> str | None:
        with contextlib.suppress(DatabaseDown):  # its last words may be lost on the way: tried again
            return inbox.receive(consumers_that(dawdle), QUEUE, message)
        return None

    message = message_of(Noted(number=1))
    assert until(attempt) == "retry"


def test_a_database_that_goes_away_in_the_middle_of_a_copy_is_not_the_events_fault() -> None:
    def lose(_session: Session, _event: Noted) -> None:
        raise psycopg.errors.AdminShutdown("terminating connection")  # COPY is psycopg's own: SQLAlchemy sees nothing

    message = message_of(Noted(number=1))
    with pytest.raises(DatabaseDown):
        inbox.receive(consumers_that(lose), QUEUE, message)
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM inbox_event")).scalar_one() == 0


@pytest.mark.parametrize("changed", [{"causeid": 5}, {"causeid": None}, {"data": None}, {"type": ["x"]}, {"id": {}}])
def test_an_envelope_with_something_else_in_its_fields_is_parked(changed: dict[str, object]) -> None:
    good = message_of(Noted(number=1))
    body = json.dumps(json.loads(good.body) | changed).encode()
    message = Message(good.event_id, good.routing_key, body)
    assert inbox.receive(sample.consumers, QUEUE, message) == "parked"


def test_neither_log_nor_inbox_is_told_what_was_stored(caplog: pytest.LogCaptureFixture) -> None:
    def fail(session: Session, event: Noted) -> None:
        session.execute(text("SELECT :name, 1 / (:none)::integer"), {"name": event.of, "none": 0})

    message = message_of(Noted(number=1, of="山田太郎"))
    assert inbox.receive(consumers_that(fail), QUEUE, message) == "retry"
    with transaction() as session:
        kept = session.execute(text("SELECT last_error FROM inbox_event")).scalar_one()
    assert "division by zero" in kept and "division by zero" in caplog.text
    assert "山田太郎" not in kept + caplog.text


@pytest.mark.parametrize("how", ["permanently", "badly", "to death"])
def test_who_waits_for_a_parked_event_is_told(how: str) -> None:
    given_up: list[int] = []

    def fail(_session: Session, event: Noted) -> None:
        raise Permanent("never") if how == "permanently" else ValueError("not now")

    consumers = Consumers()
    consumers.on(Noted, given_up=lambda _session, event: given_up.append(event.number))(fail)
    message = message_of(Noted(number=7), redelivered=how == "to death")
    if how == "to death":
        with transaction() as session:
            row = {"queue": QUEUE, "event_id": message.event_id, "routing_key": message.routing_key}
            counted = inbox.inbox_event.insert().values(row | {"status": "started", "crashes": inbox.CRASH_BUDGET})
            session.execute(counted)
    outcome = inbox.receive(consumers, QUEUE, message)
    while outcome == "retry":
        assert given_up == []
        make_due()
        outcome = inbox.receive(consumers, QUEUE, inbox.due(QUEUE)[0])
    assert (outcome, given_up) == ("parked", [7])
    assert inbox.receive(consumers, QUEUE, message) in ("duplicate", "parked")


def test_an_event_is_parked_also_when_nobody_can_be_told() -> None:
    def fail(session: Session, _event: Noted) -> None:
        session.execute(text("INSERT INTO note (id, number, text) VALUES (1, 1, '')"))
        raise Permanent("never")

    consumers = Consumers()
    consumers.on(Noted, given_up=fail)(fail)
    message = message_of(Noted(number=7))
    assert inbox.receive(consumers, QUEUE, message) == "parked"
    assert row_of(message.event_id) == ("parked", 1, 0)
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM note")).scalar_one() == 0
