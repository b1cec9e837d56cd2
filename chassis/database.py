"""The service's own PostgreSQL: engine, one transaction per request or message, COPY, and what every record has."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, DateTime, Engine, Identity, Integer, create_engine, event, func
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from .events import Cause
from .settings import settings

_engine: Engine | None = None
_lock = threading.Lock()

# Statements are long, and made for few rows: PostgreSQL would compile them (`jit`) for longer than they ever run.
SESSION = "-c jit=off -c timezone=UTC -c idle_in_transaction_session_timeout=60000"
RESTED = 1.0  # seconds after which a connection is asked whether it still lives; a busy one has just shown it


def engine() -> Engine:
    """The process's engine, made when first asked for (after gunicorn has forked)."""
    global _engine
    with _lock:
        if _engine is None:
            _engine = make_engine(settings().database_url, pool_size=settings().threads)
        return _engine


def make_engine(url: str, pool_size: int = 5) -> Engine:
    made = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        hide_parameters=True,  # errors are logged, and what people store is nobody's business there
        connect_args={
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "options": _options(url),
        },
    )
    _ask_rested_connections(made)
    return made


def _options(url: str) -> str:
    """What the URL asks of a session, and what all of them need, which holds."""
    own = make_url(url).query.get("options", "")
    return " ".join(filter(None, [own if isinstance(own, str) else " ".join(own), SESSION]))


def _ask_rested_connections(made: Engine) -> None:
    """What `pool_pre_ping` does, but not at every use: that is a round trip for each transaction."""

    @event.listens_for(made, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(made, "checkout")
    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", float("inf")) > RESTED:
            try:
                made.dialect.do_ping(connection)
            except made.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error


def use(new: Engine | None) -> None:
    """Puts another engine in place; for tests that give each case a database of its own."""
    global _engine
    _engine = new


@contextmanager
def transaction(cause: Cause | None = None) -> Iterator[Session]:
    """One piece of work: commits when the block ends, rolls back when it raises. Only doors open one."""
    with Session(engine(), expire_on_commit=False) as session:
        session.info["cause"] = cause or Cause.new("system")
        with session.begin():
            yield session
        if session.info.get("published"):
            from .outbox import wake_relay

            wake_relay()


def beside(session: Session) -> AbstractContextManager[Session]:
    """A short transaction of its own beside the door's, for one thing only: how far a long piece of work is, which
    others shall see before it ends. No fact is ever written in it."""
    return transaction(current_cause(session))


@contextmanager
def look() -> Iterator[Connection]:
    """For one statement that only reads: no transaction has to be begun and ended around it."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection


def current_cause(session: Session) -> Cause:
    """The act that this transaction belongs to."""
    cause: Cause = session.info["cause"]
    return cause


def begin_act(session: Session, kind: str) -> None:
    """What follows in this transaction is an act of its own, in the name of the same person."""
    session.info["cause"] = Cause.new(kind, current_cause(session).actor_id)


def copy_rows(session: Session, target: str, rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows into `target`, e.g. `uploaded_row (list_id, row, cells)`; one stream, no statement per row."""
    with _copying(session, target) as copy:
        for row in rows:
            copy.write_row(row)


def copy_text(session: Session, target: str, pieces: Iterable[bytes]) -> None:
    """The same of rows that are in COPY's text format already: whole lines, each with its end."""
    with _copying(session, target) as copy:
        for piece in pieces:
            copy.write(piece)


@contextmanager
def _copying(session: Session, target: str) -> Iterator[Any]:
    session.flush()
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        yield copy


class Record:
    """What every record has. `version` counts the saves: ORM saves of a stale one raise StaleDataError,
    set-based SQL adds 1 by itself."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now()
    )
    updated_by: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.version, "eager_defaults": True}  # type: ignore[attr-defined]


@event.listens_for(Session, "before_flush")
def _sign_records(session: Session, _context: object, _instances: object) -> None:
    """Who made and who changed a record is the actor of the act."""
    cause = session.info.get("cause")
    actor = cause.actor_id if cause else None
    for record in session.new:
        if isinstance(record, Record):
            record.created_by = record.created_by or actor
            record.updated_by = record.updated_by or actor
    for record in session.dirty:
        if isinstance(record, Record) and session.is_modified(record):
            record.updated_by = actor
