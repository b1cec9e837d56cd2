"""A checked batch goes to lead, with all that was chosen about its list."""

from sqlalchemy.orm import Session

from chassis.outbox import publish
from contracts import events

from ..models import UploadedList


def hand_over(
    session: Session,
    uploaded: UploadedList,
    number: int,
    rows: tuple[events.PreparedRow, ...] = (),
    takes: str | None = None,
) -> None:
    """Says `import.rows_prepared`. The batches of a list that was planned go in their order."""
    publish(
        session,
        events.RowsPrepared.model_construct(
            list_id=uploaded.id,
            batch=number,
            kind=uploaded.kind,
            campaign_id=uploaded.campaign_id,
            rows=rows,
            overwrite=uploaded.overwrite,
            erase_blanks=uploaded.erase_blanks,
            takes=takes,
            plan=uploaded.is_draft,
            ordered=uploaded.mode == "plan",
        ),
    )
