"""Waiting for a condition, with a deadline; never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def until(look: Callable[[], Found], seconds: float = 20, what: str = "") -> Found:
    """The first truthy value of `look`. Fails the test when there is none in time, showing the last one."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain{' for ' + what if what else ''}; last seen: {found!r}")
        time.sleep(0.02)
