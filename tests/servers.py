"""The real PostgreSQL and RabbitMQ that tests run on, and fresh migrated databases on them.

One rule decides for each server, and the summary of the run says which it chose:
given by URL (TSUNAGI_TEST_POSTGRES_URL, TSUNAGI_TEST_BROKER_URL), else containers where a Docker engine runs,
else servers of our own in a temporary folder.

Fixtures: `postgres_url` (superuser), `broker_url` (guest), `database("lead")` → URL of a fresh, migrated database that
goes away after the test, `lasting_database("lead")` → one that stays until the session's end.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from deploy.local.postgres import Postgres
from deploy.local.rabbitmq import RabbitMQ, installed_server
from deploy.postgres.databases import create_database, with_database

ROOT = Path(__file__).parent.parent
# Where files are kept in memory: a database is made in 15 ms there, on a disk in 140, and most tests want one. As large
# as three servers with their logs become.
IN_MEMORY, ENOUGH = Path("/dev/shm"), 6 << 30
_choices: dict[str, str] = {}

MakeDatabase = Callable[[str], str]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for server, choice in _choices.items():
        terminalreporter.write_line(f"{server}: {choice}")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """Where servers of our own keep their data and logs; under a short path that PostgreSQL's user may enter."""
    roomy = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="tsunagi-tests-", dir=IN_MEMORY if roomy else None))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(server_folder: Path) -> Iterator[str]:
    """The superuser's URL of a running PostgreSQL."""
    given = os.environ.get("TSUNAGI_TEST_POSTGRES_URL")
    with contextlib.ExitStack() as at_end:
        if given:
            url = _chose("PostgreSQL", "given by TSUNAGI_TEST_POSTGRES_URL", given)
        elif docker_runs():
            from testcontainers.community.postgres import PostgresContainer

            container = at_end.enter_context(PostgresContainer("postgres:17", driver=None))
            url = _chose("PostgreSQL", "container postgres:17", container.get_connection_url())
        else:
            server = Postgres(server_folder / "postgres", server_folder / "postgres.log", throwaway=True)
            at_end.callback(server.stop)
            url = _chose("PostgreSQL", "embedded", server.start())
        yield url


@pytest.fixture(scope="session")
def broker_url(server_folder: Path) -> Iterator[str]:
    """The URL of a running RabbitMQ."""
    given = os.environ.get("TSUNAGI_TEST_BROKER_URL")
    with contextlib.ExitStack() as at_end:
        if given:
            url = _chose("RabbitMQ", "given by TSUNAGI_TEST_BROKER_URL", given)
        elif docker_runs():
            from testcontainers.community.rabbitmq import RabbitMqContainer

            container = at_end.enter_context(RabbitMqContainer("rabbitmq:4-management"))
            host, port = container.get_container_host_ip(), container.get_exposed_port(5672)
            url = _chose("RabbitMQ", "container rabbitmq:4-management", f"amqp://guest:guest@{host}:{port}/")
        elif installed_server():
            server = RabbitMQ(server_folder / "rabbitmq", server_folder / "rabbitmq.log")
            at_end.callback(server.stop)
            url = _chose("RabbitMQ", f"private node of {installed_server()}", server.start())
        else:
            pytest.fail("no RabbitMQ: `make test` installs one; or set TSUNAGI_TEST_BROKER_URL, or start Docker")
        yield url


@pytest.fixture(scope="session")
def templates(postgres_url: str) -> Iterator["Templates"]:
    made = Templates(postgres_url)
    yield made
    made.drop_all()


@pytest.fixture
def database(templates: "Templates") -> Iterator[MakeDatabase]:
    """`database("lead")` gives the URL of a fresh migrated database of that service, gone after the test."""
    made: list[str] = []

    def make(service: str) -> str:
        made.append(templates.copy(service))
        return templates.url(made[-1])

    yield make
    for name in made:
        templates.drop(name)


@pytest.fixture(scope="session")
def lasting_database(templates: "Templates") -> MakeDatabase:
    """Like `database`, but the databases stay until the session's end: for fixtures shared by many tests."""
    return lambda service: templates.url(templates.copy(service))


class Templates:
    """One migrated database per service, made when first asked for; copies of it cost some hundredths of a second."""

    def __init__(self, postgres_url: str) -> None:
        self.postgres_url = postgres_url
        self._session = secrets.token_hex(3)
        self._names: set[str] = set()

    def url(self, name: str) -> str:
        return with_database(self.postgres_url, name)

    def copy(self, service: str) -> str:
        """The name of a fresh database, migrated as that service wants it."""
        template = f"tsunagi_test_{self._session}_{service}"
        if template not in self._names:
            with psycopg.connect(self.postgres_url, autocommit=True) as connection:
                create_database(connection, template)
            self._names.add(template)
            migrate(service, self.url(template))
        name = f"{template}_{secrets.token_hex(4)}"
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        self._names.add(name)
        return name

    def drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        self._names.discard(name)

    def drop_all(self) -> None:
        for name in sorted(self._names):
            self.drop(name)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.postgres_url, autocommit=True) as connection:
            connection.execute(statement)


def migrate(service: str, database_url: str) -> None:
    """Bring a service's database to its newest form, as a deployment does."""
    done = subprocess.run(
        [sys.executable, "-m", "chassis", service, "migrate"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "TSUNAGI_BROKER_URL"}
        | {"TSUNAGI_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{service} could not be migrated:\n{done.stdout}{done.stderr}", pytrace=False)


def docker_runs() -> bool:
    """Whether a Docker engine answers here."""
    if "DOCKER_HOST" not in os.environ and not Path("/var/run/docker.sock").exists():
        return False
    import docker

    try:
        client = docker.from_env(timeout=5)
        client.ping()
    except docker.errors.DockerException:
        return False
    from testcontainers.core.config import testcontainers_config

    # Ryuk tidies up after a killed test run, but its image is not everywhere to be had.
    if not any("testcontainers/ryuk" in tag for image in client.images.list() for tag in image.tags):
        testcontainers_config.ryuk_disabled = True
    return True


def _chose(server: str, choice: str, url: str) -> str:
    _choices[server] = choice
    return url
