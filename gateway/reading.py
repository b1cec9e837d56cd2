"""The gateway's own database as a page reads it: who asks, which columns, the saved searches, in one transaction."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from flask import Flask, g
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from chassis.database import transaction


@contextmanager
def reading() -> Iterator[Session]:
    """The session that all reads of a page share; it ends with the request. Who writes opens a transaction of one's
    own. After a read that failed, the next one begins anew."""
    if "reading" not in g:
        held = ExitStack()
        g.reading = (held, held.enter_context(transaction()))
    try:
        yield g.reading[1]
    except BaseException:
        _end()
        raise


def _end(_error: BaseException | None = None) -> None:
    if "reading" in g:
        with suppress(SQLAlchemyError):  # a page that has what it read does not fail when the database goes away now
            g.pop("reading")[0].close()


def register(app: Flask) -> None:
    app.teardown_appcontext(_end)
