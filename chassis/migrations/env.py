"""Runs a service's migrations, or compares its tables with the database, over the connection that it is handed."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    compare_type=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
