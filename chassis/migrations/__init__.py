"""Alembic's environment, one for all services; each service keeps its versions in its own migrations/versions."""
