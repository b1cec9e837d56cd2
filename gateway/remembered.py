"""What pages remember of others for some seconds. Who changes something here makes every process of this gateway read
anew, not only the one that was asked."""

import mmap
import struct
from collections.abc import Callable
from time import monotonic, monotonic_ns
from typing import Any

_changed = mmap.mmap(-1, 8)  # when the last change was made; shared with all processes that are forked from this one


class Remembered:
    """Values by key, each kept for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._kept: dict[Any, tuple[bytes, float, Any]] = {}

    def get(self, key: Any, read: Callable[[], Any]) -> Any:
        """The value, read when there is none yet, when it is too old, or when something was changed since."""
        mark = _changed[:]
        kept = self._kept.get(key)
        if kept and kept[0] == mark and monotonic() < kept[1]:
            return kept[2]
        value = read()
        self._kept[key] = (mark, monotonic() + self.seconds, value)
        return value


def forget() -> None:
    """After something was changed here, it is found at once."""
    struct.pack_into("Q", _changed, 0, monotonic_ns())
