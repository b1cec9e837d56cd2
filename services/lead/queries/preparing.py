"""What goes before a question in its transaction, in as few turns to the database as may be."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from .. import first_response, masters
from ..models import Lead

# Statements are prepared after some uses. Their general plan would not know the keyword: one that nobody has takes
# 0.03 ms by its own plan; by the general one, which goes through 1,000,000 leads, it had not ended after a minute.
# A page is fifty rows: a merge join that begins with the first of 1,000,000 leads (230 ms) is never the way to them.
# Parallel workers take longer to start than one takes to find them, while others wait for the processors.
OWN_PLANS = {"plan_cache_mode": "force_custom_plan", "enable_mergejoin": "off", "max_parallel_workers_per_gather": "0"}
_KNOWN = (
    masters.EVERYTHING.scalar_subquery().label("masters"),
    first_response.SET.scalar_subquery().label("first_response"),
    select(func.max(Lead.id)).scalar_subquery().label("newest"),
)
_LOOK_UP = select(*_KNOWN)
_PREPARE = select(*(func.set_config(name, value, True) for name, value in OWN_PLANS.items()), *_KNOWN)
PATIENCE = 200  # milliseconds for going through the leads; a busy machine needs many more than an idle one


def prepare(session: Session) -> None:
    """Each statement is planned for itself until the transaction ends; masters, clock and newest lead are known."""
    _remember(session, session.connection().execute(_PREPARE).one())


def look_up(session: Session) -> None:
    """Masters, clock and the newest lead's id are known until the transaction ends."""
    if not {"masters", "clock"} <= session.info.keys():
        _remember(session, session.connection().execute(_LOOK_UP).one())


def _remember(session: Session, row: Any) -> None:
    session.info |= {
        "masters": masters.of_text(row.masters),
        "clock": first_response.clock_of(row.first_response),
        "newest": row.newest or 0,
    }


@contextmanager
def impatiently(session: Session) -> Iterator[None]:
    """A statement that takes longer raises OperationalError, after which the transaction goes on as if it had not been
    begun."""
    connection = session.connection()

    def say(statements: str) -> None:
        connection.exec_driver_sql(statements, execution_options={"no_parameters": True})  # so there may be two

    say(f"SAVEPOINT patience; SET LOCAL statement_timeout = {PATIENCE}")
    try:
        yield
    except OperationalError:
        say("ROLLBACK TO SAVEPOINT patience")
        raise
    say("RELEASE SAVEPOINT patience; SET LOCAL statement_timeout TO DEFAULT")
