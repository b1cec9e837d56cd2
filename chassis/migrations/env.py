"""Runs a line of migrations, or compares its tables with the database, over the connection that it is handed."""

from typing import Any

from alembic import context

given = context.config.attributes


def _is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Tables of the other line, and its version table, are not ours to compare."""
    return kind != "table" or not (name in given["others"] or str(name).endswith("_version"))


context.configure(
    connection=given["connection"],
    target_metadata=given["metadata"],
    version_table=given["version_table"],
    include_object=_is_ours,
    compare_type=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
