"""Keeping copies of what other services own: the newest news of each record wins, in whatever order it comes."""

from typing import Any

from pydantic_core import to_json
from sqlalchemy import Column, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import DeclarativeBase, Session


def keep_newest(session: Session, table: type[DeclarativeBase], facts: list[dict[str, Any]], newness: str) -> None:
    """Writes facts (JSON-ready, keyed by column names) over older ones of the same primary key, in one statement.
    `newness` is the column that tells which is newer; equally new or older ones change nothing."""
    columns: list[Column[Any]] = list(table.__table__.columns)  # type: ignore[arg-type]
    keys = [column.name for column in columns if column.primary_key]
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for fact in sorted(facts, key=lambda fact: fact[newness]):
        newest[tuple(fact[key] for key in keys)] = {column.name: fact[column.name] for column in columns}
    if not newest:
        return
    news = (
        func.jsonb_to_recordset(
            text("CAST(:news AS jsonb)").bindparams(bindparam("news", to_json([*newest.values()]).decode()))
        )
        .table_valued(*[Column(column.name, column.type) for column in columns])
        .render_derived(with_types=True)
    )
    statement = insert(table).from_select([column.name for column in columns], select(news))
    session.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={column.name: statement.excluded[column.name] for column in columns if not column.primary_key},
            where=table.__table__.c[newness] < statement.excluded[newness],
        )
    )
