"""Questions to the import service: what cells may name, what became of the rows of lists, and who may do what."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Field, Invalid, NotFound
from chassis.shapes import PageQuery, read_cursor, write_cursor
from contracts.roles import Role

from .checks import Known, KnownChoice, KnownUser
from .models import (
    CHANGING_OUTCOMES,
    OUTCOMES,
    Batch,
    MasterCopy,
    UploadedList,
    UserCopy,
)

MASTERS = {
    "lead-stages": "stage",
    "member-statuses": "member_status",
    "lead-sources": "source",
    "temperatures": "temperature",
}


def known(session: Session) -> Known:
    """What cells may name, as it is now."""
    users = session.execute(select(UserCopy.user_id, UserCopy.login, UserCopy.name, UserCopy.active))
    masters = session.scalars(select(MasterCopy).where(MasterCopy.master.in_(MASTERS)))
    choices = {
        MASTERS[master.master]: tuple(
            KnownChoice(choice["code"], choice["label"], choice["meaning"], choice["active"])
            for choice in master.choices
        )
        for master in masters
    }
    return Known(tuple(KnownUser(*user) for user in users), choices)


def outcome_counts(session: Session, list_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many rows of each list have each outcome so far; all eight outcomes, always."""
    ids = list(list_ids)
    counts = {list_id: dict.fromkeys(OUTCOMES, 0) for list_id in ids}
    each = func.jsonb_each_text(Batch.outcomes).table_valued("key", "value").lateral()
    for list_id, outcome, rows in session.execute(
        select(Batch.list_id, each.c.key, func.sum(cast(each.c.value, Integer)))
        .join(each, and_(True))
        .where(Batch.list_id.in_(ids))
        .group_by(Batch.list_id, each.c.key)
    ):
        counts[list_id][outcome] = int(rows)
    return counts


def is_keeper(actor: Actor, uploaded: UploadedList) -> bool:
    """Who decides about a list: whoever registered it, a manager, an administrator."""
    return actor.id == uploaded.created_by or actor.has(Role.MANAGER, Role.ADMINISTRATOR)


def may_retry(actor: Actor, uploaded: UploadedList) -> bool:
    """A list that failed or was stopped, of which nothing was in; rows that went in and were taken back are known by
    their batches."""
    return uploaded.status in ("failed", "cancelled") and not uploaded.batches and is_keeper(actor, uploaded)


def may_resume(actor: Actor, uploaded: UploadedList, stopped: int) -> bool:
    """A list that was stopped before all of it was in. `stopped`: how many of its rows are cancelled."""
    is_left = bool(stopped) or uploaded.stopped_after is not None
    return uploaded.status == "finished" and is_left and is_keeper(actor, uploaded)


def has_failed_leads(uploaded: UploadedList) -> bool:
    """Whether it was taken back, but for leads that a fault left as they are."""
    return uploaded.status in ("undone", "failed") and uploaded.failed_leads > 0


def has_left_something(session: Session, uploaded: UploadedList) -> bool:
    return left_something(uploaded, outcome_counts(session, [uploaded.id])[uploaded.id])


def left_something(uploaded: UploadedList, counts: dict[str, int]) -> bool:
    """Whether there is something to take back: what the rows changed, or that a registration found people as it says,
    on account of which they stay when other lists that said so are taken back."""
    says_so = uploaded.kind != "update" and counts["unchanged"] > 0
    return says_so or any(counts[outcome] for outcome in CHANGING_OUTCOMES)


def uploaded_list(session: Session, list_id: int, lock: bool = False) -> UploadedList:
    uploaded = session.get(UploadedList, list_id, with_for_update=lock)
    if uploaded is None:
        raise NotFound(ja="そのリストはありません。", en="There is no such list.")
    return uploaded


def page_of(
    session: Session, found: Select[Any], query: PageQuery, key: Any, newest_first: bool = False
) -> dict[str, Any]:
    """One page by a unique whole number, going on after the last one shown."""
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    if query.cursor:
        try:
            (last,) = read_cursor(query.cursor)
            last = int(last)
        except (ValueError, TypeError) as error:
            ja, en = "ページの位置が正しくありません。", "Not a cursor of this list."
            raise Invalid([Field("cursor", "cursor", ja=ja, en=en)]) from error
        found = found.where(key < last if newest_first else key > last)
    ordered = found.order_by(key.desc() if newest_first else key).limit(query.page_size + 1)
    items = list(session.scalars(ordered))
    shown = items[: query.page_size]
    following = write_cursor([getattr(shown[-1], key.key)]) if len(items) > len(shown) else None
    return {"items": shown, "total": total, "next_cursor": following}


def named(session: Session, key: Any, name: Any, ids: set[int | None]) -> dict[int, str]:
    return {found: named for found, named in session.execute(select(key, name).where(key.in_(ids - {None})))}
