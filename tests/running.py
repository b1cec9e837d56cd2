"""The whole house, started once for all journeys and browsers: every process, real servers, the cast signed in.

One house alone: two on one broker would take each other's messages.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.local.house import House
from tests.journeys.system import System
from tests.mailbox import Mailbox
from tests.waiting import until


@dataclass
class Running:
    """`by("maki")`: the public API as that person; `mailbox`: what was mailed."""

    house: House
    mailbox: Mailbox
    systems: dict[str, System] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    def by(self, login: str) -> System:
        if login not in self.systems:
            self.systems[login] = System(self.house.gateway_url).sign_in(login)
        return self.systems[login]

    def knows_everybody(self, service: str) -> bool:
        with psycopg.connect(self.house.database_url(service)) as connection:
            row: Any = connection.execute("SELECT count(*) FROM user_copy").fetchone()
            return bool(row[0] >= len(self.people))


@pytest.fixture(scope="session")
def running(server_folder: Path, postgres_url: str, broker_url: str) -> Iterator[Running]:
    with contextlib.ExitStack() as at_end:
        mailbox = at_end.enter_context(Mailbox())
        house = at_end.enter_context(
            House(
                server_folder / "house",
                postgres_url=postgres_url,
                broker_url=broker_url,
                smtp_url=mailbox.url,
                prefix="running",
                scale={"import-worker": 2},
            )
        )
        house.run("gateway", "demo-users")
        running = Running(house, mailbox)
        running.people = running.by("maki").everybody()
        for service in ("campaign", "lead", "opportunity", "notification", "import"):
            until(partial(running.knows_everybody, service), what=f"{service} to hear of the users")
        yield running
