"""Which RabbitMQ the house uses: one that is given, one of its own, or a clear word about what is missing."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from deploy import debian
from deploy.credentials import Credentials, write_secret
from deploy.rabbitmq.definitions import OPERATIONS, broker_user, definitions

from .ports import free_port
from .processes import NotStarted, Program
from .rabbitmq import RabbitMQ, accepts, installed_server

IMAGE = "rabbitmq:4-management"
_SYSTEMS_OWN = "amqp://guest:guest@127.0.0.1:5672/"

NO_BROKER = """RabbitMQ is missing. Either
  - install it (Debian, Ubuntu: apt-get install rabbitmq-server; or have Docker running), or
  - give the address of one: TSUNAGI_BROKER_URL=amqp://user:password@host:5672/ make run"""


class Broker(Protocol):
    """`what`: for the person at the terminal. `url(service)`: how that service enters; None: how operations do."""

    what: str

    def begin(self) -> None: ...
    def wait(self) -> None: ...
    def url(self, service: str | None = None) -> str: ...
    def programs(self) -> Sequence[Program]: ...
    def stop(self) -> None: ...


class GivenBroker:
    def __init__(self, url: str, what: str) -> None:
        self._url, self.what = url, what

    def begin(self) -> None:
        if not accepts(self._url):
            raise NotStarted(f"No RabbitMQ lets us in at {urlsplit(self._url).hostname} ({self.what}).")

    def wait(self) -> None:
        pass

    def url(self, service: str | None = None) -> str:
        return self._url

    def programs(self) -> Sequence[Program]:
        return ()

    def stop(self) -> None:
        pass


class OwnBroker:
    """A broker of the house: every service has a login of its own."""

    what = "a private node"

    def __init__(self, folder: Path, log: Path, credentials: Credentials, services: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._passwords = {name: credentials.password(f"broker.{name}") for name in (*services, OPERATIONS)}
        self.definitions = folder / "definitions.json"
        logins: Mapping[str, str] = {service: self._passwords[service] for service in services}
        write_secret(self.definitions, definitions(logins, self._passwords[OPERATIONS]))
        self.node = RabbitMQ(folder, log, definitions=self.definitions)
        self.port = self.node.port

    def url(self, service: str | None = None) -> str:
        login = f"{broker_user(service)}:{self._passwords[service]}" if service else None
        return f"amqp://{login or f'{OPERATIONS}:{self._passwords[OPERATIONS]}'}@127.0.0.1:{self.port}/"

    def begin(self) -> None:
        self.node.begin()

    def wait(self) -> None:
        self.programs()[0].wait_until(lambda: accepts(self.url()), 90)

    def programs(self) -> Sequence[Program]:
        return self.node.programs

    def stop(self) -> None:
        self.node.stop()


class DockerBroker(OwnBroker):
    what = f"a container of {IMAGE}"

    def __init__(self, folder: Path, log: Path, credentials: Credentials, services: Sequence[str]) -> None:
        super().__init__(folder, log, credentials, services)
        self.port = free_port()
        self.definitions.chmod(0o644)  # read by a user of the container's own; it holds hashes
        settings = folder / "tsunagi.conf"
        settings.write_text("load_definitions = /etc/rabbitmq/tsunagi.json\n")
        command = ["docker", "run", "--rm", "--init", "--hostname", "tsunagi", "--name", volume(folder)]
        command += ["--publish", f"127.0.0.1:{self.port}:5672", "--volume", f"{volume(folder)}:/var/lib/rabbitmq"]
        command += ["--volume", f"{settings.resolve()}:/etc/rabbitmq/conf.d/90-tsunagi.conf:ro"]
        command += ["--volume", f"{self.definitions.resolve()}:/etc/rabbitmq/tsunagi.json:ro", IMAGE]
        self._program = Program("RabbitMQ", command, log)

    def begin(self) -> None:
        self._program.start()

    def programs(self) -> Sequence[Program]:
        return (self._program,)

    def stop(self) -> None:
        self._program.stop(15)


def volume(folder: Path) -> str:
    """The name of the volume (and container) in which a Docker broker of this folder keeps its data."""
    return f"tsunagi-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]}"


def choose_broker(
    folder: Path, log: Path, credentials: Credentials, services: Sequence[str], url: str | None, systems_own: bool
) -> Broker:
    """`url`: given, or None. `systems_own`: whether the one answering on localhost may be used."""
    if url:
        return GivenBroker(url, "as given")
    if systems_own and accepts(_SYSTEMS_OWN):
        return GivenBroker(_SYSTEMS_OWN, "the one answering on localhost")
    if installed_server() is None and not _docker_runs():
        if not debian.may_install():
            raise NotStarted(NO_BROKER)
        debian.install("rabbitmq-server")
        debian.disable_service("rabbitmq-server")
    kind = OwnBroker if installed_server() else DockerBroker
    return kind(folder, log, credentials, services)


def _docker_runs() -> bool:
    if not shutil.which("docker"):
        return False
    if "DOCKER_HOST" not in os.environ and not Path("/var/run/docker.sock").exists():
        return False
    return subprocess.run(["docker", "info"], capture_output=True, timeout=10, check=False).returncode == 0
