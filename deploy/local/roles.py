"""The house's own processes (`lead-web`, `lead-relay`, …), forked from the nursery and watched from here."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from .processes import NotStarted, die_with_parent, last_lines

ROOT = Path(__file__).parents[2]


class Role:
    """A process of a service: `module.main(arguments)`. `pid` is None until it has started; `code` until it ended."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        environment: dict[str, str],
        log: Path,
        module: str = "chassis.__main__",
    ) -> None:
        self.name, self.arguments, self.environment, self.log = name, arguments, environment, log
        self.module = module
        self.pid: int | None = None
        self.code: int | None = None
        self.started_at = 0.0

    def is_running(self) -> bool:
        return self.pid is not None and self.code is None

    def last_words(self, lines: int = 15) -> str:
        return last_lines(self.log, lines)

    def signal(self, number: int) -> None:
        if self.is_running():
            assert self.pid is not None
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it and all that it started, at once."""
        if self.is_running():
            assert self.pid is not None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


class Nursery:
    """Starts roles, and learns when they end. Not for use by several threads."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._by_pid: dict[int, Role] = {}
        self._asked: dict[str, Role] = {}
        self._received = b""
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin importing; returns at once."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.local.nursery"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM),
            )

    def launch(self, role: Role) -> None:
        """Start a role, and return when it has a process."""
        role.pid = role.code = None
        self._asked[role.name] = role
        request = {
            "name": role.name,
            "module": role.module,
            "arguments": role.arguments,
            "environment": role.environment,
            "log": str(role.log),
        }
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise NotStarted(f"the processes' parent ended:\n{last_lines(self.log)}") from None
        self.wait_until(lambda: role.pid is not None, 60, role.name)

    def run(self, roles: list[Role], seconds: float = 120) -> None:
        """Run roles side by side to their end; NotStarted if one of them fails."""
        for role in roles:
            self.launch(role)
        for role in roles:
            self.wait_until(lambda role=role: role.code is not None, seconds, role.name)  # type: ignore[misc]
            if role.code:
                raise NotStarted(f"{role.name} failed:\n{role.last_words()}")

    def wait_until(self, ready, seconds: float, what: str) -> None:  # type: ignore[no-untyped-def]
        deadline = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > deadline:
                raise NotStarted(f"{what} took longer than {seconds:.0f} s; the logs are in {self.log.parent}")
            self.listen(0.1)

    def listen(self, seconds: float) -> list[Role]:
        """Wait that long for news; the roles that ended."""
        assert self._process is not None and self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], seconds)
        if not ready:
            return []
        received = os.read(self._process.stdout.fileno(), 65_536)
        if not received:
            raise NotStarted(f"the processes' parent ended:\n{last_lines(self.log)}")
        *lines, self._received = (self._received + received).split(b"\n")
        ended = []
        for line in lines:
            report = json.loads(line)
            if "started" in report:
                role = self._asked.pop(report["started"])
                role.pid, role.started_at = report["pid"], time.monotonic()
                self._by_pid[role.pid] = role
            else:
                role = self._by_pid.pop(report["ended"])
                role.code = report["code"]
                ended.append(role)
        return ended

    def stop(self, roles: list[Role], seconds: float = 10) -> None:
        """Ask all of them to stop at once; after that many seconds end what is left."""
        for role in roles:
            role.signal(signal.SIGTERM)
            role.signal(signal.SIGCONT)
        deadline = time.monotonic() + seconds
        while any(role.is_running() for role in roles):
            if time.monotonic() > deadline:
                for role in roles:
                    role.kill()
                deadline += 5
            self.listen(0.1)

    def close(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(10)
            self._process.stdout.close()
            self._process = None
