"""Keeping copies of what other services own: the newest news of each record wins, in whatever order it comes."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from sqlalchemy import Column, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import DeclarativeBase, Session


def keep_newest(
    session: Session, table: type[DeclarativeBase], facts: Sequence[BaseModel | dict[str, Any]], newness: str
) -> None:
    """Writes facts (with a value for each column, by its name) over older ones of the same primary key, in one
    statement. `newness` is the column that tells which is newer; equally new or older ones change nothing."""
    if not facts:
        return
    columns: list[Column[Any]] = list(table.__table__.columns)  # type: ignore[arg-type]
    keys = [column.name for column in columns if column.primary_key]
    # Written as JSON once, and never looked at in Python; json, not jsonb, which would be built up only to be read.
    news = (
        func.json_to_recordset(text("CAST(:news AS json)").bindparams(bindparam("news", to_json(facts).decode())))
        .table_valued(*[Column(column.name, column.type) for column in columns])
        .render_derived(with_types=True)
    )
    latest = select(news).ext(distinct_on(*[news.c[key] for key in keys]))
    newest = latest.order_by(*[news.c[key] for key in keys], news.c[newness].desc())
    statement = insert(table).from_select([column.name for column in columns], newest)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=keys,
            set_={column.name: statement.excluded[column.name] for column in columns if not column.primary_key},
            where=table.__table__.c[newness] < statement.excluded[newness],
        )
    )
