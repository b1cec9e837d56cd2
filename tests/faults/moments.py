"""A stage of the house's work is caught in the act: what it writes next is held by a lock, and the processes that do it
are killed there.

    with held(house, "lead", "change") as change:      # from before the stage begins
        upload()
        change.until_somebody_waits("INSERT INTO change")
        kill(house, "lead-worker")
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import scalar_row

from deploy.local.house import House
from tests.waiting import until

WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE %s = ANY(pg_blocking_pids(pid)) AND regexp_replace(query, '\\s+', ' ', 'g') ILIKE %s
"""
IMPORT_WORKERS = ("import-worker", "import-worker-2")


class Held:
    """A table that everybody may read and nobody may write, until `release`."""

    def __init__(self, url: str, table: str, mode: LiteralString) -> None:
        self.url = url
        self.connection = psycopg.connect(url)
        self.connection.execute(sql.SQL("LOCK TABLE {} IN {} MODE").format(sql.Identifier(table), sql.SQL(mode)))

    def until_somebody_waits(self, statement: str) -> None:
        """Until a statement that begins like this (a pattern of LIKE) waits for the table."""
        own = self.connection.info.backend_pid
        with psycopg.connect(self.url, autocommit=True, row_factory=scalar_row) as looking:
            until(lambda: looking.execute(WAITING, [own, f"%{statement}%"]).fetchone(), 60, f"{statement} to wait")

    def release(self) -> None:
        self.connection.close()


@contextmanager
def held(house: House, service: str, table: str, mode: LiteralString = "SHARE ROW EXCLUSIVE") -> Iterator[Held]:
    lock = Held(house.database_url(service), table, mode)
    try:
        yield lock
    finally:
        lock.release()


def kill(house: House, *names: str) -> None:
    """These processes end at once, all of them before the first is started again. What a worker itself had started
    (the process that reads a sheet) is left to find out."""
    for name in names:
        role = house.roles[name]
        role.kill() if name.endswith("-web") else role.signal(signal.SIGKILL)  # gunicorn's own children serve
    house.nursery.wait_until(lambda: all(house.roles[name].code is not None for name in names), 10, " ".join(names))
    for name in names:
        house.restart(name)


def readers(house: House) -> list[int]:
    """The processes that read a sheet of this house right now."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"xlsx.process" in line and str(house.folder.path).encode() in line:
            found.append(int(folder.name))
    return found


def kill_reader(house: House) -> None:
    for pid in readers(house):
        os.kill(pid, signal.SIGKILL)


def figure(house: House, service: str, statement: LiteralString, *facts: Any) -> Any:
    """What the statement says, in the service's database."""
    with psycopg.connect(house.database_url(service), autocommit=True, row_factory=scalar_row) as connection:
        return connection.execute(statement, facts).fetchone()
