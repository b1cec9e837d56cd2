"""A process that has imported the libraries once and forks the house's roles from there.

Twenty Python processes that each import the same libraries take 15 seconds on two cores; forked, 2 seconds, and they
share the memory. A real deployment runs `python -m chassis SERVICE ROLE`, which is what a fork goes on to do. Only
libraries and the chassis are imported here: no service, no connection, no thread.

It reads requests and writes what ended, one JSON object a line: see roles.py for the other side.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from .processes import die_with_parent, name_process

_LIBRARIES = (
    "alembic.command",
    "argon2",
    "chassis.relay",
    "chassis.schema",
    "chassis.web",
    "chassis.worker",
    "flask_babel",
    "gunicorn.app.base",
    "gunicorn.arbiter",
    "gunicorn.workers.gthread",
    "openpyxl",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "urllib3",
    "xlsxwriter",
)


def main() -> None:
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    reports = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever prints goes to the log, not among the reports
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _LIBRARIES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the collector would touch, and so unshare, every page
    sys.exit(_serve(requests, reports))


def _serve(requests: Any, reports: Any) -> int:
    """The nursery's loop. In a fork it returns too, with the exit code of what the fork did."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting = b""
    while True:
        ready, _, _ = select.select([requests, woken], [], [])
        if woken in ready:
            os.read(woken, 1024)
            _report_ended(reports)
        if requests in ready:
            received = os.read(requests.fileno(), 65_536)
            if not received:
                return 0  # whoever asked is gone
            *lines, waiting = (waiting + received).split(b"\n")
            for line in lines:
                request = json.loads(line)
                pid = os.fork()
                if pid == 0:
                    for descriptor in (requests.fileno(), reports.fileno(), woken, wake):
                        os.close(descriptor)
                    return _become(request)
                _write(reports, {"started": request["name"], "pid": pid})


def _report_ended(reports: Any) -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            _write(reports, {"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _write(reports: Any, report: dict[str, Any]) -> None:
    os.write(reports.fileno(), json.dumps(report).encode() + b"\n")


def _become(request: dict[str, Any]) -> int:
    """Turn this fork into what was asked for, usually `python -m chassis` with some arguments."""
    parent = os.getppid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        return 1  # it ended before we asked to be told
    name_process(request["name"])
    log = Path(request["log"])
    with log.open("ab") as output, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["chassis", *request["arguments"]]
    try:
        importlib.import_module(request["module"]).main(request["arguments"])
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
