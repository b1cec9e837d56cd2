"""Starting programs so that none of them outlives us: each has a log file, a way to stop, and dies if we are killed."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
# Loaded now: between fork and exec only calls that are safe there may be made.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class NotStarted(RuntimeError):
    """A program did not come up; the message is for the person at the terminal."""


def die_with_parent(stop_signal: int) -> None:
    """Ask the kernel to send us this signal when our parent ends, however it ends (Linux)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, stop_signal)


def name_process(name: str) -> None:
    """What `top` and `ps -o comm` call this process (Linux; 15 characters)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def last_lines(log: Path, lines: int = 15) -> str:
    """The end of a log, for the person at the terminal."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) + f"\n(log: {log})"


class Program:
    """A program we started. It runs in a session of its own, so that Ctrl-C in our terminal reaches only us."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        stop_signal: int = signal.SIGTERM,
        folder: Path | None = None,
    ) -> None:
        self.name, self.command, self.log, self.user = name, list(command), log, user
        self.environment = dict(environment) if environment is not None else None
        self.stop_signal, self.folder = stop_signal, folder
        self.started_at = 0.0
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(self.stop_signal),
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )

    @property
    def pid(self) -> int | None:
        return self._popen.pid if self._popen else None

    def is_running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `ready()`; NotStarted with the end of its log when it ends before or takes longer."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.is_running():
                raise NotStarted(f"{self.name} ended while starting:\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise NotStarted(f"{self.name} was not ready after {seconds:.0f} s:\n{self.last_words()}")
            time.sleep(0.05)

    def last_words(self, lines: int = 15) -> str:
        return last_lines(self.log, lines)

    def ask_to_stop(self) -> None:
        if self.is_running():
            assert self._popen is not None
            self._popen.send_signal(self.stop_signal)

    def stop(self, seconds: float = 10) -> None:
        """Ask it to stop; after that many seconds end it and whatever it started."""
        self.ask_to_stop()
        if self._popen is None:
            return
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._popen.pid, signal.SIGKILL)
            self._popen.wait()
