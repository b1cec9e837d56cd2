"""Questions about any record: find it, and its history."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.paging import Sort, page_of
from chassis.problems import Field, Invalid, NotFound
from chassis.shapes import Page, PageQuery

from ..models import Account, Activity, Change, Opportunity
from ..names import Names
from ..schemas import ChangeDetails

Found = TypeVar("Found", Account, Opportunity)
CALLED = {
    Account: ("この取引先はありません。", "There is no such account."),
    Opportunity: ("この案件はありません。", "There is no such opportunity."),
}


def find(session: Session, kind: type[Found], record_id: int, to_change: bool = False) -> Found:
    """The record; `to_change` keeps others from changing it meanwhile. Raises NotFound."""
    record = session.get(kind, record_id, with_for_update=to_change or None, populate_existing=to_change)
    if record is None:
        ja, en = CALLED[kind]
        raise NotFound(ja=ja, en=en)
    return record


def list_changes(session: Session, kind: type[Found], record_id: int, query: PageQuery) -> Page[ChangeDetails]:
    """What changed, the latest first. Raises NotFound."""
    find(session, kind, record_id)
    found = select(Change).where(_of_record(kind, record_id))
    sorts = {"changed_at": Sort(Change.changed_at.expression, datetime.fromisoformat)}
    sheet = page_of(session, found, query, sorts, default="-changed_at", key=Change.id.expression)
    names = Names(session, users=(change.actor_id for change in sheet.records))
    items = [
        ChangeDetails.model_validate(
            {column.name: getattr(change, column.name) for column in Change.__table__.columns}
            | {"cause_id": str(change.cause_id), "actor_name": names.user(change.actor_id)}
        )
        for change in sheet.records
    ]
    return Page[ChangeDetails](items=items, total=sheet.total, next_cursor=sheet.next_cursor)


def _of_record(kind: type[Found], record_id: int) -> ColumnElement[bool]:
    """Its own changes; of an opportunity those of its activities, too."""
    own = and_(Change.record == kind.__tablename__, Change.record_id == record_id)
    if kind is not Opportunity:
        return own
    activities = select(Activity.id).where(Activity.opportunity_id == record_id)
    return or_(own, and_(Change.record == "activity", Change.record_id.in_(activities)))


def users_named(named: list[str], actor: Actor) -> list[int]:
    """Users by `me` or id. Raises Invalid."""
    try:
        return [actor.id if name == "me" else int(name) for name in named]
    except ValueError:
        wrong = Field(
            "owner", "id", ja="担当者は me またはユーザー ID で指定してください。", en="Name me or a user's id."
        )
        raise Invalid([wrong]) from None
