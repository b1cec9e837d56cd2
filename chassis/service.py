"""A service, assembled in its nameplate: what it is called, its doors, its tables, whom it may call and why."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import MetaData
from sqlalchemy.orm import Session

from .auth import Authenticator, authenticate
from .consumers import Consumers
from .routes import Routes
from .settings import SERVICES

Loop = Callable[[Callable[[], bool]], None]  # runs until the given function says stop


@dataclass(frozen=True)
class Service:
    """`calls`: other services that it asks over HTTP while a person waits, each with the reason.
    `on_migrate`: what has to be said or made once the tables stand; runs after every migrate, so it must be repeatable.
    `every_minute`: what time alone brings about; every worker does it, so it must be repeatable and claim what it does.
    `loops`: processes of its own beside web, worker and relay. `tools`: commands for operations."""

    name: str
    routes: Routes
    metadata: MetaData
    consumers: Consumers = field(default_factory=Consumers)
    calls: Mapping[str, str] = field(default_factory=dict)
    on_migrate: Callable[[Session], None] | None = None
    every_minute: Callable[[Session], None] | None = None
    loops: Mapping[str, Loop] = field(default_factory=dict)
    tools: Mapping[str, Callable[[Session], None]] = field(default_factory=dict)
    authenticate: Authenticator = authenticate
    extend: Callable[[Flask], None] | None = None

    @property
    def package(self) -> str:
        return "gateway" if self.name == "gateway" else f"services.{self.name}"

    def roles(self) -> list[str]:
        """The processes that it consists of when it runs."""
        return ["web", *(["worker"] if self.consumers.handlers else []), "relay", *self.loops]


NAMES = ("gateway", *SERVICES)


def load(name: str) -> Service:
    """The service called `name`. Raises LookupError for an unknown one."""
    if name not in NAMES:
        raise LookupError(f"There is no service {name}; there are {', '.join(NAMES)}.")
    module = importlib.import_module("gateway" if name == "gateway" else f"services.{name}")
    service: Service = module.service
    return service
