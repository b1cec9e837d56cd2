"""Watching over a running house: what ends unasked is started again, later each time, and said so."""

import time

from .house import House
from .processes import Program
from .roles import Role

_PAUSES = (0.5, 1, 2, 5, 10, 30)  # seconds before the next start
_WELL_AFTER = 60.0  # seconds of running after which earlier failures no longer count


class _Failures:
    """How often in a row a process ended, and when it may start again."""

    def __init__(self) -> None:
        self.count = 0
        self.next_start = 0.0

    def note(self, ran_for: float) -> float:
        """The pause in seconds before the next start."""
        self.count = 0 if ran_for > _WELL_AFTER else self.count
        pause = _PAUSES[min(self.count, len(_PAUSES) - 1)]
        self.count += 1
        self.next_start = time.monotonic() + pause
        return pause


class Supervision:
    def __init__(self, house: House) -> None:
        self.house = house
        self._failures: dict[str, _Failures] = {}
        self._waiting: dict[str, Role | Program] = {}

    def look(self, seconds: float = 0.5) -> None:
        """Wait that long for news, then start again what has ended and has waited long enough."""
        self.house.nursery.listen(seconds)
        everything: list[Role | Program] = [*self.house.roles.values(), *self.house.programs]
        for process in everything:
            if not process.is_running() and process.name not in self._waiting:
                self._note(process)
        for name, process in list(self._waiting.items()):
            if time.monotonic() >= self._failures[name].next_start:
                del self._waiting[name]
                self.house.start_again(process)

    def _note(self, process: Role | Program) -> None:
        self._waiting[process.name] = process
        failures = self._failures.setdefault(process.name, _Failures())
        pause = failures.note(time.monotonic() - process.started_at)
        self.house.say(
            f"{process.name} ended; it starts again in {pause:g} s. Its last words:\n{process.last_words(5)}"
        )
