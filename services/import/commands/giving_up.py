"""An event of ours failed at every attempt and was parked: nobody waits for what it would have done."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from contracts import events

from .. import queries
from ..models import Batch, Correction, Export, UploadedList
from ..refusal import Refused
from .handing_over import hand_over
from .reading import waits
from .settling import fail_list, settle_batch
from .undoing import count_undone


def _trouble() -> Refused:
    return Refused(
        "trouble",
        "システムの不具合のため、ファイルを読み取れませんでした。もう一度お試しください。続く場合は管理者に連絡してください。",
        "The file could not be read because of a fault of the system. Try again; if it stays, tell an administrator.",
    )


def give_up_reading(session: Session, list_id: int, after: int) -> None:
    """The list fails; who registered it may try again where no row of it is in."""
    uploaded = session.get(UploadedList, list_id, with_for_update=True)
    if uploaded is not None and waits(uploaded, after):
        fail_list(session, uploaded, _trouble())


def give_up_corrections(session: Session, correction_id: int) -> None:
    """The list is as it was before the corrected file came."""
    correction = session.get(Correction, correction_id, with_for_update=True)
    if correction is None or correction.status != "received":
        return
    trouble = _trouble()
    correction.status = "failed"
    correction.problem_code, correction.problem_ja, correction.problem_en = trouble.code, trouble.ja, trouble.en
    queries.uploaded_list(session, correction.list_id, lock=True).rest()


def give_up_batch(session: Session, list_id: int, number: int, round: int | None = None) -> None:
    """The batch goes to lead without its rows, as one that others wait for; when it comes back, they are errors."""
    batch = session.get(Batch, (list_id, number), with_for_update=True)
    if batch is None or batch.state != "cut":
        return
    uploaded = session.get_one(UploadedList, list_id)
    if round not in (None, uploaded.rounds):
        return
    batch.state, batch.outcomes = "checked", {}
    hand_over(session, uploaded, number)


def give_up_settling(session: Session, event: events.RowsSettled) -> None:
    """What lead said of the rows is lost: they are errors, and the list comes to its end."""
    if session.get(Batch, (event.list_id, event.batch)) is not None:
        settle_batch(session, event.model_copy(update={"created": (), "created_leads": (), "outcomes": ()}))


def give_up_counting(session: Session, event: events.UndoingSettled) -> None:
    """Which leads an undoing left is lost; how many they are counts, and the list comes to its end."""
    uploaded = session.get(UploadedList, event.list_id, with_for_update=True)
    if uploaded is not None:
        count_undone(session, uploaded, event)


def give_up_export(session: Session, export_id: int) -> None:
    exported = session.get(Export, export_id, with_for_update=True)
    if exported is None or exported.status != "running":
        return
    exported.status, exported.ticket = "failed", None
    exported.problem_ja = "システムの不具合のため、出力できませんでした。もう一度出力してください。"
    exported.problem_en = "It could not be written because of a fault of the system. Export again."
    exported.finished_at = datetime.now(UTC)
