"""Bringing a service's database to the tables of its models: migrate, revise."""

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from . import idempotency, inbox, outbox
from .database import engine, transaction
from .events import Cause
from .service import Service

assert idempotency and inbox  # their tables are part of outbox.machinery
# One at a time: two instances of a service that start together must not both create its tables.
MIGRATION_LOCK = 7_265_001


def _configs(service: Service, connection: Connection) -> dict[str, Config]:
    """Two lines of revisions side by side, each with its own version table: the chassis' tables, which are the same in
    every service and stand in one place, and the service's own."""
    own = Path(importlib.import_module(service.package).__file__ or "").parent
    lines = {"chassis": (Path(__file__).parent, outbox.machinery), "service": (own, service.metadata)}
    configs = {}
    for line, (package, metadata) in lines.items():
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.set_main_option("version_locations", str(package / "migrations" / "versions"))
        config.set_main_option("path_separator", "newline")
        others = {name for other, (_, tables) in lines.items() if other != line for name in tables.tables}
        config.attributes.update(
            connection=connection, metadata=metadata, others=others, version_table=f"{line}_version"
        )
        configs[line] = config
    return configs


def _upgrade(service: Service, connection: Connection) -> None:
    for config in _configs(service, connection).values():
        command.upgrade(config, "head")
        connection.commit()


def migrate(service: Service) -> None:
    """Applies what is missing, then lets the service say or make what it must once."""
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        try:
            _upgrade(service, connection)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
    if service.on_migrate:
        with transaction(Cause.new("migration")) as session:
            service.on_migrate(session)


def revise(service: Service, message: str, line: str = "service") -> None:
    """Writes a new revision file from the difference between the models and the migrated database. `line`: service, or
    chassis for the tables that every service has."""
    package = Path(importlib.import_module(service.package).__file__ or "").parent
    (package / "migrations" / "versions").mkdir(parents=True, exist_ok=True)
    with engine().connect() as connection:
        try:
            _upgrade(service, connection)
        except CommandError as error:
            raise SystemExit(str(error)) from error
        command.revision(_configs(service, connection)[line], message, autogenerate=True)
        connection.commit()
