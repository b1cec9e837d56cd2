"""The relay by itself, with a broker that refuses: what is put off, for however long."""

from collections.abc import Iterator, Sequence
from threading import Event as Stop
from typing import Any

import psycopg
import pytest
from psycopg.rows import namedtuple_row
from sqlalchemy import text

from chassis import outbox
from chassis.database import make_engine, transaction, use
from chassis.relay import Relay
from chassis.settings import settings
from tests.chassis import sample
from tests.chassis.running import fresh_database
from tests.chassis.sample import Noted


class Refusing:
    """Stands for a broker whose queue is full: it takes no event with an odd number."""

    def publish(self, rows: Sequence[Any]) -> tuple[list[int], list[int]]:
        return [row.id for row in rows if row.id % 2 == 0], [row.id for row in rows if row.id % 2]


@pytest.fixture
def database_url(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    url = fresh_database(postgres_url)
    monkeypatch.setenv("TSUNAGI_DATABASE_URL", url)
    settings.cache_clear()
    engine = make_engine(settings().database_url)
    outbox.machinery.create_all(engine)
    use(engine)
    yield url
    use(None)
    engine.dispose()
    settings.cache_clear()


@pytest.mark.parametrize("attempts", [0, 5_000])
def test_what_is_refused_again_and_again_waits_a_minute_and_holds_nothing_up(database_url: str, attempts: int) -> None:
    with transaction() as session:
        for number in range(4):
            outbox.publish(session, Noted(number=number))
        session.execute(text("UPDATE outbox_event SET attempts = :attempts"), {"attempts": attempts})
    relay = Relay(sample.service, Stop())
    with psycopg.connect(database_url, autocommit=True, row_factory=namedtuple_row) as connection:
        relay._send(connection, Refusing())  # type: ignore[arg-type]
        left = connection.execute(
            "SELECT attempts, next_attempt_at <= now() + interval '1 minute' AS soon FROM outbox_event"
            " WHERE published_at IS NULL"
        ).fetchall()
    assert [tuple(row) for row in left] == [(attempts + 1, True)] * 2
