"""A connection that rested is asked whether it still lives, before somebody's work depends on it."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from chassis import database
from chassis.database import engine, transaction


def _end(process: int) -> None:
    """As a restart of the database does."""
    with psycopg.connect(engine().url.set(drivername="postgresql").render_as_string(hide_password=False)) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,)).fetchone() == (True,)


def test_a_connection_that_ended_while_it_rested_is_replaced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction() as session:
        process = session.scalar(text("SELECT pg_backend_pid()"))
    _end(process)
    monkeypatch.setattr(database, "RESTED", -1.0)
    with transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != process
