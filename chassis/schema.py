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


def _config(service: Service, connection: Connection) -> Config:
    package = Path(importlib.import_module(service.package).__file__ or "").parent
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_locations", str(package / "migrations" / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = [outbox.machinery, service.metadata]
    return config


def migrate(service: Service) -> None:
    """Applies what is missing, then lets the service say or make what it must once."""
    with engine().connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        try:
            command.upgrade(_config(service, connection), "head")
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
    if service.on_migrate:
        with transaction(Cause.new("migration")) as session:
            service.on_migrate(session)


def revise(service: Service, message: str) -> None:
    """Writes a new revision file from the difference between the models and the migrated database."""
    package = Path(importlib.import_module(service.package).__file__ or "").parent
    (package / "migrations" / "versions").mkdir(parents=True, exist_ok=True)
    with engine().connect() as connection:
        try:
            command.upgrade(_config(service, connection), "head")
        except CommandError as error:
            raise SystemExit(str(error)) from error
        connection.commit()
        command.revision(_config(service, connection), message, autogenerate=True)
        connection.commit()
