"""The migrations of a service make exactly the tables of its models, and each of them can be taken back."""

from collections.abc import Callable

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from chassis import idempotency, inbox, outbox, schema
from chassis.database import make_engine
from chassis.service import NAMES, load

assert idempotency and inbox  # their tables are part of outbox.machinery


@pytest.mark.parametrize("name", NAMES)
def test_migrations_and_models_agree(name: str, database: Callable[[str], str]) -> None:
    engine = make_engine(database(name).replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            assert differences(name, connection) == []
            lines = [*schema._configs(load(name), connection).values()]
            for line in reversed(lines):
                command.downgrade(line, "base")
                connection.commit()
            for line in lines:
                command.upgrade(line, "head")
                connection.commit()
            assert differences(name, connection) == []
    finally:
        engine.dispose()


def differences(name: str, connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_object": without_versions}
    context = MigrationContext.configure(connection, opts=options)
    return compare_metadata(context, tables(outbox.machinery, load(name).metadata))


def tables(*parts: MetaData) -> MetaData:
    """All of them in one."""
    together = MetaData()
    for part in parts:
        for table in part.tables.values():
            table.to_metadata(together)
    return together


def without_versions(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Alembic's own tables are in no model."""
    return not (kind == "table" and str(name).endswith("_version"))
