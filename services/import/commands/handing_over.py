"""A checked batch goes to lead, with all that was chosen about its list."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts import events

from ..models import Batch, UploadedList


def hand_over(
    session: Session,
    uploaded: UploadedList,
    number: int,
    rows: tuple[events.PreparedRow, ...] = (),
    takes: str | None = None,
    as_planned: tuple[int, ...] = (),
) -> None:
    """Says `import.rows_prepared`."""
    earlier = select(Batch.number).where(Batch.list_id == uploaded.id, Batch.number < number, Batch.state != "settled")
    ordered = uploaded.goes_in_order
    publish(
        session,
        events.RowsPrepared.model_construct(
            list_id=uploaded.id,
            batch=number,
            kind=uploaded.kind,
            campaign_id=uploaded.campaign_id,
            rows=rows,
            as_planned=as_planned,
            overwrite=uploaded.overwrite,
            erase_blanks=uploaded.erase_blanks,
            takes=takes,
            plan=uploaded.is_draft,
            ordered=ordered,
            first=ordered and session.scalar(earlier.limit(1)) is None,
        ),
    )
