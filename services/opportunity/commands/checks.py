"""What every save checks: who may own, whose save came first, whose number is taken."""

from typing import Any, NoReturn

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.problems import Conflict, Field

from ..models import Opportunity, UserCopy


def check_user(session: Session, user_id: int, field: str, errors: list[Field]) -> None:
    """Somebody who exists and is active, or an error on `field`."""
    user = session.get(UserCopy, user_id)
    if user and user.active:
        return
    ja, en = "有効なユーザーを選んでください。", "Choose a user who exists and is active."
    if user is None:  # or news of whom are on their way
        ja += "登録されたばかりの場合は、数秒おいてもう一度お試しください。"
        en += " If made just now, try again in a few seconds."
    errors.append(Field(field, "unknown", ja=ja, en=en))


def missing(field: str, ja: str, en: str) -> Field:
    return Field(field, "missing", ja=ja, en=en)


def refuse_stale(current: BaseModel) -> NoReturn:
    """Raises Conflict with the record as it is now."""
    raise Conflict(
        code="stale_version",
        ja="ほかの人が先に更新しました。最新の内容を確認してください。",
        en="Somebody else changed this first. Look at what it is now.",
        current=current.model_dump(mode="json"),
    )


def refuse_cancelled(opportunity: Opportunity) -> None:
    """Raises Conflict where the conversion that made it was taken back: it is there to be read only."""
    if opportunity.cancelled_at:
        raise Conflict(
            code="cancelled",
            ja="案件化が取り消された案件は変更できません。",
            en="The conversion that made this opportunity was taken back; it stays as it is.",
        )


def taken_besides(session: Session, record: Any, taken: dict[str, Field]) -> list[Field]:
    """What a save would say of values that another record has, told with what keeps it from being saved. `taken`: by
    column."""
    found, table = [], type(record)
    with session.no_autoflush:
        for name, field in taken.items():
            others = select(table.id).where(getattr(table, name) == getattr(record, name))
            if getattr(record, name) and set(session.scalars(others)) - {record.id}:
                found.append(field)
    return found


def write_unique(session: Session, record: Any, taken: dict[str, Field]) -> None:
    """Adds the record and writes it. Raises Conflict when a unique column of `taken` has the value already, saying the
    field that goes with it."""
    try:
        session.add(record)
        session.flush()
    except IntegrityError as error:
        for column, field in taken.items():
            if f"{record.__tablename__}_{column}" in str(error.orig):
                raise Conflict(code="taken", ja=field.ja, en=field.en, errors=[field]) from error
        raise
