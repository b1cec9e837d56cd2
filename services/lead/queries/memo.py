"""The versions of a lead's shared memo, the latest first."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.shapes import PageQuery, write_cursor

from ..models import MemoVersion
from ..schemas import MemoPage, MemoShape
from ..sight import refuse_unseen
from .people import people
from .places import read_place


def memo_versions(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> MemoPage:
    """One page of what the memo once was."""
    refuse_unseen(session, actor, lead_id)
    rows = select(MemoVersion).where(MemoVersion.lead_id == lead_id).order_by(MemoVersion.number.desc())
    if query.cursor:
        rows = rows.where(MemoVersion.number < read_place(query.cursor, int)[0])
    found = session.scalars(rows.limit(query.page_size + 1)).all()
    page = found[: query.page_size]
    who = people(session, (version.written_by for version in page))
    total = select(func.count()).select_from(MemoVersion).where(MemoVersion.lead_id == lead_id)
    return MemoPage(
        items=[
            MemoShape(
                number=version.number,
                text=version.text,
                written_at=version.written_at,
                written_by=who.get(version.written_by),
            )
            for version in page
        ],
        total=session.scalar(total) or 0,
        next_cursor=write_cursor([page[-1].number]) if len(found) > len(page) else None,
    )
