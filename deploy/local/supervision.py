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


def supervise(house: House) -> None:
    """Until we are interrupted."""
    failures: dict[str, _Failures] = {}
    waiting: dict[str, Role | Program] = {}
    while True:
        house.nursery.listen(0.5)
        everything: list[Role | Program] = [*house.roles.values(), *house.programs]
        for process in everything:
            if process.is_running() or process.name in waiting:
                continue
            waiting[process.name] = process
            pause = failures.setdefault(process.name, _Failures()).note(time.monotonic() - process.started_at)
            house.say(f"{process.name} ended; it starts again in {pause:g} s. Its last words:\n{process.last_words(5)}")
        for name, process in list(waiting.items()):
            if time.monotonic() >= failures[name].next_start:
                del waiting[name]
                house.start_again(process)
