"""The complete house on this machine, as an object: `make run` supervises one, tests stand on one.

    with House(folder) as house:
        house.gateway_url, house.mail_url, house.database_url("lead"), house.mails()
        house.kill("lead-relay"); house.restart("lead-relay")

Given servers are used; what is missing is provided in the folder: PostgreSQL, RabbitMQ, a mail catcher. Two houses with
folders of their own do not see each other.
"""

import contextlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import psycopg

from deploy.credentials import Credentials
from deploy.postgres import databases

from .broker import GivenBroker, choose_broker
from .folder import Folder
from .mail import MailCatcher
from .ports import free_ports, is_free
from .postgres import Postgres
from .processes import NotStarted, Program
from .roles import Nursery, Role

SERVICES = ("gateway", "campaign", "lead", "opportunity", "notification", "import")
# Settings of ours that a role gets from whoever starts the house.
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "TSUNAGI_LOG_LEVEL", "TSUNAGI_THREADS", "TSUNAGI_MAIL_FROM")
_SCALE = {"gateway-web": 2, "lead-web": 2}  # what people wait for; two keep two processors busy
_STOP_SECONDS = 10


class House:
    """`web_port`, `mail_port`: free ones unless told. `scale`: how many of a role, as {"import-worker": 2}.

    `prefix`: of databases and logins, where a given PostgreSQL is shared. `throwaway`: faster, not safe against a crash
    of the machine, and nothing stays on a given PostgreSQL. `systems_broker`: use one that answers on localhost.
    `say`: hears what is going on.
    """

    def __init__(
        self,
        folder: Path,
        web_port: int | None = None,
        mail_port: int | None = None,
        postgres_url: str | None = None,
        broker_url: str | None = None,
        smtp_url: str | None = None,
        scale: Mapping[str, int] | None = None,
        prefix: str = "tsunagi",
        throwaway: bool = True,
        systems_broker: bool = False,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.folder, self.prefix, self.say = Folder(folder), prefix, say
        self._web_port, self._mail_port = web_port, mail_port
        # Of two lead workers one stages a batch while the other merges one; tests kill the only one.
        self.scale = _SCALE | {"lead-worker": 1 if throwaway else 2} | dict(scale or {})
        self._given_postgres, self._given_broker, self._given_smtp = postgres_url, broker_url, smtp_url
        self._throwaway, self._systems_broker = throwaway, systems_broker
        self.roles: dict[str, Role] = {}
        self.programs: list[Program] = []
        self.postgres_url = postgres_url or ""
        self.mail: MailCatcher | None = None
        self._databases: dict[str, str] = {}
        self._at_end = contextlib.ExitStack()

    # -- addresses ---------------------------------------------------------------------------------------------------

    @property
    def gateway_url(self) -> str:
        return self.service_url("gateway")

    @property
    def mail_url(self) -> str | None:
        """The page where what was sent can be read; None where mail goes to a given server."""
        return self.mail.page_url if self.mail else None

    def service_url(self, service: str) -> str:
        return f"http://127.0.0.1:{self._web_ports[service]}"

    def database_url(self, service: str) -> str:
        """How that service enters its database."""
        return self._databases[service]

    def broker_url(self, service: str | None = None) -> str:
        """How that service enters the broker; without one, how operations do."""
        return self.broker.url(service)

    def mails(self) -> list[EmailMessage]:
        """Every mail sent so far, oldest first."""
        assert self.mail is not None, "mail goes to a given server"
        return self.mail.mails()

    # -- start and stop ----------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when every process is ready. What is slow begins first and is waited for last."""
        self._at_end.enter_context(self.folder.occupied())
        self._choose_ports()
        self.folder.set_logs_aside()
        self.credentials = Credentials(self.folder.path / "secrets")
        self.nursery = Nursery(self._log("nursery"))
        self._at_end.callback(self._stop_everything)
        self.nursery.start()
        self._begin_broker()
        self._begin_mail()
        self._start_postgres()
        self._provide_databases()
        self.broker.wait()
        self._forget_old_queues()
        self._launch(self._migrate())
        if self.mail:
            self.mail.wait()
        self._wait_until_ready()

    def stop(self) -> None:
        self._at_end.close()

    def _choose_ports(self) -> None:
        self._web_ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        if self._web_port:
            self._web_ports["gateway"] = self._web_port
        for name, port in (("TSUNAGI_PORT", self._web_port), ("TSUNAGI_MAIL_PORT", self._mail_port)):
            if port and not is_free(port):
                raise NotStarted(f"Port {port} is taken by another program. Stop it, or set {name} to another port.")

    def _begin_broker(self) -> None:
        log, folder = self._log("rabbitmq"), self.folder.path / "rabbitmq"
        self.broker = choose_broker(folder, log, self.credentials, SERVICES, self._given_broker, self._systems_broker)
        self.broker.begin()
        self.programs += self.broker.programs()
        self.say(f"RabbitMQ: {self.broker.what}")

    def _begin_mail(self) -> None:
        if not self._given_smtp:
            self.mail = MailCatcher(self._log("mail"), self._mail_port)
            self.mail.start()
            self.programs.append(self.mail.program)

    def _start_postgres(self) -> None:
        if not self._given_postgres:
            postgres = Postgres(self.folder.path / "postgres", self._log("postgres"), throwaway=self._throwaway)
            self.postgres_url = postgres.start()
            self.programs.append(postgres.program())
        self.say(f"PostgreSQL: {'as given' if self._given_postgres else 'embedded'}")

    def _provide_databases(self) -> None:
        if self._throwaway:
            self._remove_databases()  # left over from a house that was killed
        for service in SERVICES:
            name, password = f"{self.prefix}_{service}", self.credentials.password(f"database.{service}")
            try:
                self._databases[service] = databases.provide(self.postgres_url, name, password)
            except psycopg.OperationalError as error:
                raise NotStarted(f"PostgreSQL does not let us in: {error}") from error
        self.folder.remember("databases", sorted(f"{self.prefix}_{service}" for service in SERVICES))

    def _remove_databases(self) -> None:
        if self._given_postgres:
            for service in SERVICES:
                databases.remove(self.postgres_url, f"{self.prefix}_{service}")

    def _migrate(self) -> list[Role]:
        """Bring tables and queues to their newest form; gives the processes that the house consists of."""
        answer = self.folder.path / "roles.json"
        asking = Role("roles", [str(answer)], dict(os.environ), self._log("roles"), module="deploy.local.nameplates")
        self.nursery.run([asking, *(self._role(service, "migrate") for service in SERVICES)])
        return self._all_roles(json.loads(answer.read_text()))

    def _forget_old_queues(self) -> None:
        """A given broker may still hold messages of a house whose data is gone."""
        if isinstance(self.broker, GivenBroker) and not self.folder.recall("broker"):
            from .forget import delete_queues  # it loads every service

            delete_queues(self.broker.url(), SERVICES)
        self.folder.remember("broker", self.broker.what)

    def _wait_until_ready(self, seconds: float = 60) -> None:
        def all_is_well() -> bool:
            for role in self.roles.values():
                if role.code is not None:
                    raise NotStarted(f"{role.name} ended while starting:\n{role.last_words()}")
            return all(self.is_ready(service) for service in SERVICES)

        self.nursery.wait_until(all_is_well, seconds, "starting the web processes")

    def is_ready(self, service: str) -> bool:
        """Whether its web process answers and reaches its database."""
        try:
            with urllib.request.urlopen(f"{self.service_url(service)}/health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def _stop_everything(self) -> None:
        with contextlib.suppress(NotStarted):
            self.nursery.stop(list(self.roles.values()), _STOP_SECONDS)
        self.nursery.close()
        if self._throwaway and self._databases:
            self._remove_databases()
        for program in self.programs:
            program.ask_to_stop()
        for program in self.programs:
            program.stop()

    # -- single processes --------------------------------------------------------------------------------------------

    def signal(self, name: str, number: int) -> None:
        self.roles[name].signal(number)

    def kill(self, name: str) -> None:
        """End a process at once, and wait until it has gone."""
        role = self.roles[name]
        role.kill()
        self.nursery.wait_until(lambda: role.code is not None, 10, name)

    def end(self, name: str, seconds: float = 30) -> None:
        """Ask a process to stop, and wait until it has."""
        self.nursery.stop([self.roles[name]], seconds)

    def restart(self, name: str) -> None:
        """Start a process again that has ended."""
        self.nursery.launch(self.roles[name])

    def start_again(self, process: Role | Program) -> None:
        """A process of ours or a server that ended unasked."""
        if isinstance(process, Role):
            self.nursery.launch(process)
        else:
            process.start()

    def run(self, service: str, tool: str) -> None:
        """Run a tool of a service to its end, as `python -m chassis SERVICE TOOL` does."""
        self.nursery.run([self._role(service, tool)])

    def _launch(self, roles: Iterable[Role]) -> None:
        for role in roles:
            self.roles[role.name] = role
            self.nursery.launch(role)

    def _all_roles(self, kinds: Mapping[str, list[str]]) -> list[Role]:
        roles = []
        for service in SERVICES:
            for kind in kinds[service]:
                count = 1 if kind == "web" else self.scale.get(f"{service}-{kind}", 1)
                names = [f"{service}-{kind}", *(f"{service}-{kind}-{number}" for number in range(2, count + 1))]
                roles += [self._role(service, kind, name) for name in names]
        return roles

    def _role(self, service: str, kind: str, name: str | None = None) -> Role:
        name = name or f"{service}-{kind}"
        return Role(name, [service, kind], self.environment(service), self._log(name))

    def environment(self, service: str) -> dict[str, str]:
        """What a process of that service finds in its environment; what it does not need, it does not get."""
        private_key, public_key = self.credentials.token_keys()
        files = self.folder.path / "files" / service
        files.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {
            "LANG": "C.UTF-8",
            "TSUNAGI_DATABASE_URL": self._databases[service],
            "TSUNAGI_BROKER_URL": self.broker.url(service),
            "TSUNAGI_BIND": "127.0.0.1",
            "TSUNAGI_PORT": str(self._web_ports[service]),
            # They share an address, so one role holds them.
            "TSUNAGI_PROCESSES": str(self.scale.get(f"{service}-web", 1)),
            "TSUNAGI_FILES": str(files),
            "TSUNAGI_PUBLIC_URL": self.gateway_url,
            "TSUNAGI_TOKEN_PUBLIC_KEY_FILE": str(public_key),
        }
        environment |= {f"TSUNAGI_{other.upper()}_URL": self.service_url(other) for other in SERVICES}
        if service == "gateway":
            environment["TSUNAGI_TOKEN_PRIVATE_KEY_FILE"] = str(private_key)
        if service == "notification":
            smtp_url = self._given_smtp or (self.mail.smtp_url if self.mail else "")
            environment["TSUNAGI_SMTP_URL"] = smtp_url
        return environment

    def _log(self, name: str) -> Path:
        return self.folder.logs / f"{name}.log"
