"""The migrations of a service make exactly the tables of its models."""

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData

from chassis import idempotency, inbox, outbox
from chassis.database import make_engine
from chassis.service import NAMES, load

assert idempotency and inbox  # their tables are part of outbox.machinery


@pytest.mark.parametrize("name", NAMES)
def test_migrations_and_models_agree(name: str, database: Callable[[str], str]) -> None:
    engine = make_engine(database(name).replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "include_object": without_versions}
            )
            differences = compare_metadata(context, tables(outbox.machinery, load(name).metadata))
    finally:
        engine.dispose()
    assert differences == []


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
