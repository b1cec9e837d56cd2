"""Facts about lists that stand in tables of their own, for several lists at once: the error workbooks that came back,
how many rows moved since a plan, how many conflicts of a plan somebody has decided."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from chassis.problems import language

from . import headings
from .models import Batch, Correction, FormerRow, MovedRow, UploadedList, UploadedRow, UserCopy
from .schemas import CorrectionDetails, Uploader


def corrections(session: Session, lists: list[UploadedList]) -> dict[int, list[CorrectionDetails]]:
    """The error workbooks that came back to each of the lists, in their order."""
    found = session.execute(
        select(Correction, UserCopy.name)
        .outerjoin(UserCopy, UserCopy.user_id == Correction.created_by)
        .where(Correction.list_id.in_([each.id for each in lists]))
        .order_by(Correction.list_id, Correction.number)
    )
    english = language() == "en"
    told: dict[int, list[CorrectionDetails]] = {}
    for each, name in found:
        details = CorrectionDetails(
            number=each.number,
            status=each.status,
            file_name=each.file_name,
            rows=each.rows,
            ignored=each.ignored,
            warnings=headings.warnings(each.header or {}, english),
            problem=each.problem_en if english else each.problem_ja,
            problem_code=each.problem_code,
            created_at=each.created_at,
            by=Uploader(id=each.created_by or 0, name=name or ""),
        )
        told.setdefault(each.list_id, []).append(details)
    return told


def moved(session: Session, lists: list[UploadedList]) -> dict[int, int]:
    """How many rows of each list that was planned and is through became something else."""
    through = [each.id for each in lists if each.mode == "plan" and each.finished_at is not None]
    if not through:
        return {}
    those = select(MovedRow.list_id, func.count()).where(MovedRow.list_id.in_(through)).group_by(MovedRow.list_id)
    return {list_id: rows for list_id, rows in session.execute(those)}


def planned_before(session: Session, lists: list[UploadedList]) -> set[int]:
    """Those of the lists that are at work as a plan and were one before."""
    at_work = [each.id for each in lists if each.is_draft and each.status == "planning" and each.rounds]
    return (
        {*session.scalars(select(FormerRow.list_id).where(FormerRow.list_id.in_(at_work)).distinct())}
        if at_work
        else set()
    )


def decided(session: Session, lists: list[UploadedList]) -> dict[int, int]:
    """How many conflicts of each plan that waits somebody has decided; such rows are known by the version that was
    looked at, and stand in batches of their own."""
    plans = [each.id for each in lists if each.status == "planned" and each.rounds]
    if not plans:
        return {}
    found = (
        select(Batch.list_id, func.count())
        .join(UploadedRow, and_(UploadedRow.list_id == Batch.list_id, UploadedRow.batch == Batch.number))
        .where(Batch.list_id.in_(plans), Batch.takes.is_not(None), UploadedRow.seen.is_not(None))
        .group_by(Batch.list_id)
    )
    return {list_id: rows for list_id, rows in session.execute(found)}
