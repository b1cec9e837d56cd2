"""Runs the sample service's relay and worker as real processes, to be stopped and killed by tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import text

from chassis import inbox, outbox
from chassis.database import make_engine, transaction, use
from chassis.events import uuid7
from chassis.settings import settings
from tests.chassis import sample

ROOT = Path(__file__).parent.parent.parent
assert inbox  # its table is part of outbox.machinery

if __name__ == "__main__":  # python -m tests.chassis.running relay|worker
    from chassis import logs, relay, worker

    worker.MINUTE = 0.2
    logs.start("sample", sys.argv[1])
    sys.exit(relay.relay(sample.service) if sys.argv[1] == "relay" else worker.work(sample.service))


class SampleHouse:
    """The sample service on a database and broker of its own; `start("relay")` gives a process."""

    def __init__(self, database_url: str, broker_url: str) -> None:
        self.environment = {"TSUNAGI_DATABASE_URL": database_url, "TSUNAGI_BROKER_URL": broker_url}
        self.database_url = database_url
        self.processes: list[subprocess.Popen[bytes]] = []
        self.engine = make_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
        outbox.machinery.create_all(self.engine)
        sample.Base.metadata.create_all(self.engine)

    def start(self, role: str, **environment: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.chassis.running", role],
            cwd=ROOT,
            env=os.environ | self.environment | environment,
        )
        self.processes.append(process)
        return process

    def stop_all(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        self.engine.dispose()

    def say(self, *happenings: sample.Noted) -> None:
        with transaction() as session:
            for happening in happenings:
                outbox.publish(session, happening)

    def put_in_outbox_again(self) -> None:
        """As after a relay that died between sending and marking: everything is sent a second time."""
        with self.engine.begin() as connection:
            connection.execute(text("UPDATE outbox_event SET published_at = NULL"))

    def mend(self) -> None:
        """What was wrong with the parked events is put right: in their bodies, here."""
        with self.engine.begin() as connection:
            mended = "convert_to(replace(convert_from(body, 'UTF8'), 'permanently', 'well'), 'UTF8')"
            connection.execute(text(f"UPDATE inbox_event SET body = {mended} WHERE status = 'parked'"))

    def count(self, query: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())

    def noted(self) -> list[int]:
        with self.engine.connect() as connection:
            return list(connection.execute(text("SELECT number FROM note ORDER BY id")).scalars())


@contextmanager
def sample_house(database_url: str, broker_url: str, setenv: Callable[[str, str], None]) -> Iterator[SampleHouse]:
    setenv("TSUNAGI_DATABASE_URL", database_url)
    setenv("TSUNAGI_BROKER_URL", broker_url)
    settings.cache_clear()
    house = SampleHouse(database_url, broker_url)
    use(house.engine)
    try:
        yield house
    finally:
        use(None)
        house.stop_all()
        settings.cache_clear()


def fresh_database(postgres_url: str) -> str:
    """The URL of a new empty database."""
    name = f"sample_{UUID(int=uuid7().int).hex[-12:]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    head, _, query = postgres_url.partition("?")
    return head.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")
