"""The folder of a house: who is in it, what it remembers from start to start, its logs."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .processes import NotStarted


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.logs = self.path / "logs"
        self._memory = self.path / "memory.json"

    @contextmanager
    def occupied(self) -> Iterator[None]:
        """Be the only one in it; NotStarted if somebody else is."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise NotStarted(f"It is running already (process {lock.read()}); stop it there first.") from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def set_logs_aside(self) -> None:
        """Logs are per start; those of the start before are kept in logs/previous."""
        previous = self.logs / "previous"
        previous.mkdir(exist_ok=True)
        for log in self.logs.glob("*.log"):
            log.replace(previous / log.name)

    def recall(self, name: str) -> Any:
        """What was remembered under that name, or None."""
        return self._all().get(name)

    def remember(self, name: str, value: Any) -> None:
        draft = self._memory.with_suffix(".draft")
        draft.write_text(json.dumps(self._all() | {name: value}, indent=1))
        draft.replace(self._memory)

    def _all(self) -> dict[str, Any]:
        return json.loads(self._memory.read_text()) if self._memory.exists() else {}
