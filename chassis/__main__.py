"""`python -m chassis SERVICE ROLE`: one image, many roles.

Roles: web, worker, relay, migrate, revise, replay, and what a service adds (its loops and tools).
"""

import argparse
import importlib
import signal
import sys
import threading
from uuid import UUID

from . import logs
from .service import NAMES, Service, load

ROLES = "web worker relay migrate revise replay"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m chassis", description=__doc__)
    parser.add_argument("service", choices=NAMES)
    parser.add_argument("role", help=f"{ROLES}, or a loop or tool of the service")
    parser.add_argument("-m", "--message", default="change", help="revise: what the revision does")
    parser.add_argument("--chassis", action="store_true", help="revise: the tables of the chassis, for all services")
    parser.add_argument("--queue", help="worker, replay: only this queue (its purpose, e.g. batches)")
    parser.add_argument("--event", type=UUID, help="replay: only this event")
    asked = parser.parse_args(arguments)
    logs.start(asked.service, asked.role)
    run(load(asked.service), asked)


def run(service: Service, asked: argparse.Namespace) -> None:
    if asked.role == "web":
        importlib.import_module("chassis.web").serve(service)
    elif asked.role == "worker":
        sys.exit(importlib.import_module("chassis.worker").work(service, asked.queue))
    elif asked.role == "relay":
        sys.exit(importlib.import_module("chassis.relay").relay(service))
    elif asked.role == "migrate":
        importlib.import_module("chassis.schema").migrate(service)
        importlib.import_module("chassis.worker").declare_queues(service)
    elif asked.role == "revise":
        importlib.import_module("chassis.schema").revise(
            service, asked.message, "chassis" if asked.chassis else "service"
        )
    elif asked.role == "replay":
        importlib.import_module("chassis.replay").replay(service, asked.queue, asked.event)
    elif asked.role in service.loops:
        stop = stop_signal()
        service.loops[asked.role](stop.is_set)
    elif asked.role in service.tools:
        from .database import transaction
        from .events import Cause

        with transaction(Cause.new("tool")) as session:
            service.tools[asked.role](session)
    else:
        known = ", ".join([*ROLES.split(), *service.loops, *service.tools])
        sys.exit(f"{service.name} has no role {asked.role}; it has {known}.")


def stop_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set, for loops that end when their round is done."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    main()
