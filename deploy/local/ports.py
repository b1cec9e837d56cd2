"""Free ports on this machine, and whether a port is taken."""

import random
import socket
import sys

# Below what the kernel hands out to outgoing connections, so that a port chosen now is still free a second later.
_RANGE = range(20_000, 32_000)
_kept: list[socket.socket] = []  # what was given to this process, until it ends


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(port: int, host: str = "127.0.0.1", seconds: float = 0.5) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=seconds):
            return True
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    """That many different ports nobody listens on, each given once to all houses and tests of this machine."""
    chosen: list[int] = []
    for port in random.sample(_RANGE, len(_RANGE)):
        if is_free(port) and _reserve(port):
            chosen.append(port)
            if len(chosen) == count:
                return chosen
    raise RuntimeError("no free port on this machine")


def _reserve(port: int) -> bool:
    """Whether nobody else was given it. An abstract address is Linux's own, and ends with the process that holds it."""
    if not sys.platform.startswith("linux"):
        return True
    mark = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        mark.bind(f"\0tsunagi-port-{port}")
    except OSError:
        mark.close()
        return False
    _kept.append(mark)
    return True


def free_port() -> int:
    return free_ports(1)[0]
