"""Whose turn is next: long lists are read apart from short ones, and of each only a few batches are on their way.

The queues of the batches, here and at lead, are first come, first served. A list has at most WINDOW batches in them;
one that is settled sends the next one after. So somebody's 300 rows wait for WINDOW batches of each list before them,
not for 500, and those of a million rows still keep as many workers busy.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chassis.outbox import publish
from chassis.problems import Conflict
from contracts import events

from ..models import RUNNING, UploadedList

WINDOW = 4
LARGE_BYTES = 32 << 20  # to go through in reading: some 40,000 rows, two seconds


@contextmanager
def once_at_work(session: Session, uploaded: UploadedList, keeper: int | None) -> Iterator[None]:
    """Around what puts a list of `keeper` to work. Raises Conflict, with the other list's id, while the same file is at
    work for the same purpose or waits for its 確定."""
    same = (
        UploadedList.created_by == keeper,
        UploadedList.sha256 == uploaded.sha256,
        UploadedList.kind == uploaded.kind,
        UploadedList.campaign_id.is_not_distinct_from(uploaded.campaign_id),
        UploadedList.status.in_(RUNNING),
    )
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        other = session.execute(select(UploadedList.id, UploadedList.status).where(*same)).first()
        extra = {"list_id": str(other.id)} if other else {}
        if other and other.status == "planned":
            raise Conflict(
                code="list_planned",
                ja="同じファイルの登録が「確認待ち」のままです。「確定」か「破棄」をしてから、もう一度お試しください。",
                en="The same file is planned already and waits. Confirm or discard it, then try again.",
                **extra,
            ) from error
        raise Conflict(
            code="list_at_work",
            ja="同じファイルの登録がまだ処理中です。終わるまでお待ちください。",
            en="The same file is still being registered. Wait until it has finished.",
            **extra,
        ) from error


def announce_file(session: Session, list_id: int, size: int, after: int = 0) -> None:
    """A list waits to be read, from below row `after`. `size`: bytes that reading the whole goes through."""
    if size > LARGE_BYTES:
        publish(session, events.LargeListUploaded(list_id=list_id, after=after))
    else:
        publish(session, events.ListUploaded(list_id=list_id, after=after))


def announce_corrections(session: Session, list_id: int, correction_id: int, size: int) -> None:
    """An error workbook waits to be read. `size`: as above."""
    if size > LARGE_BYTES:
        publish(session, events.LargeCorrectionsUploaded(list_id=list_id, correction_id=correction_id))
    else:
        publish(session, events.CorrectionsUploaded(list_id=list_id, correction_id=correction_id))


def announce(session: Session, uploaded: UploadedList, first: int) -> None:
    """The first batches from number `first` on."""
    _announce(session, uploaded.id, uploaded.rounds, range(first, min(uploaded.batches, first + WINDOW)))


def announce_more(session: Session, uploaded: UploadedList, known: int) -> None:
    """The list has grown from `known` batches: WINDOW are on their way again."""
    end = uploaded.batches_settled + WINDOW
    _announce(session, uploaded.id, uploaded.rounds, range(min(known, end), min(uploaded.batches, end)))


def announce_next(session: Session, list_id: int, rounds: int, settled: int, batches: int) -> None:
    """One batch more is settled, `settled` of them now: WINDOW are on their way again."""
    number = settled + WINDOW - 1
    _announce(session, list_id, rounds, range(number, min(batches, number + 1)))


def _announce(session: Session, list_id: int, rounds: int, numbers: range) -> None:
    for number in numbers:
        publish(session, events.BatchCut(list_id=list_id, batch=number, round=rounds))
