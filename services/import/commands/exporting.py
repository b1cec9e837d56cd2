"""リスト出力: the leads or persons that a search finds, as a list workbook, with a line in the ledger."""

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from chassis import files
from chassis.auth import Actor
from chassis.calls import call
from chassis.problems import Field, Invalid

from .. import queries
from ..models import Export, LedgerEntry
from ..writing import choices_of, write_list

PAGE = 2_000  # leads asked of lead at a time
MOST_ROWS = 50_000  # while somebody waits for the answer; XlsxWriter writes 10,000 rows a second
TOKYO = ZoneInfo("Asia/Tokyo")
# Where lead hands the rows over, and how the file is called.
SOURCES = {"leads": ("/leads/export-rows", "リード"), "persons": ("/persons/export-rows", "パーソン")}
Search = dict[str, Any]


def export_search(session: Session, actor: Actor, kind: str, search: Search) -> Export:
    """Writes the workbook at once, with the caller's own permissions, and answers the finished export. A list of
    persons has the layout of a list of leads, so it can be registered as it is."""
    path, called = SOURCES[kind]
    now = datetime.now(UTC)
    meta = {
        "exported_at": now.isoformat(timespec="seconds"),
        "exported_by": f"{actor.name} <{actor.login}>",
        "kind": kind,
        "search": json.dumps(search, ensure_ascii=False),
    }
    with tempfile.TemporaryFile() as target:
        leads = _limited(_found(actor, path, search))
        rows = write_list(target, leads, choices_of(queries.known(session)), meta)
        target.seek(0)
        stored = files.store(target)
    files.forget_after_rollback(session, stored.key)
    exported = Export(
        kind=kind,
        search=search,
        status="finished",
        rows=rows,
        file_key=stored.key,
        file_name=f"{called}_{now.astimezone(TOKYO):%Y%m%d-%H%M}.xlsx",
        file_size=stored.size,
        sha256=stored.sha256,
        finished_at=now,
    )
    session.add(exported)
    session.flush()
    _enter(session, actor, exported, "exported")
    return exported


def note_download(session: Session, actor: Actor, exported: Export) -> None:
    """Every time the file leaves the house is in the ledger."""
    _enter(session, actor, exported, "downloaded")


def _enter(session: Session, actor: Actor, exported: Export, act: str) -> None:
    session.add(
        LedgerEntry(
            user_id=actor.id,
            login=actor.login,
            act=act,
            export_id=exported.id,
            kind=exported.kind,
            search=exported.search,
            rows=exported.rows,
            sha256=exported.sha256,
        )
    )


def _found(actor: Actor, path: str, search: Search) -> Iterator[dict[str, Any]]:
    """The rows as lead hands them over, page by page."""
    lead = call("lead", actor.token)
    query = {name: value for name, value in search.items() if value not in (None, "", [])} | {"page_size": PAGE}
    while True:
        page = lead.get(path, query)
        yield from page["items"]
        if not page.get("next_after"):
            return
        query["after"] = page["next_after"]


def _limited(leads: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for count, lead in enumerate(leads):
        if count == MOST_ROWS:
            ja = f"一度に出力できるのは {MOST_ROWS:,} 件までです。検索条件を絞ってください。"
            en = f"At most {MOST_ROWS:,} rows can be exported at once. Narrow the search."
            raise Invalid([Field("search", "too_many", ja=ja, en=en)])
        yield lead
