"""A checked batch goes to lead, with all that was chosen about its list."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.outbox import publish_facts
from contracts import events

from ..checks import Value
from ..models import Batch, UploadedList


def hand_over(
    session: Session,
    uploaded: UploadedList,
    number: int,
    rows: Sequence[int] = (),
    columns: Mapping[str, Sequence[Value]] | None = None,
    seen: Sequence[int | None] = (),
    takes: str | None = None,
    as_planned: Sequence[int] = (),
) -> None:
    """Says `import.rows_prepared.v2`."""
    earlier = select(Batch.number).where(Batch.list_id == uploaded.id, Batch.number < number, Batch.state != "settled")
    ordered = uploaded.goes_in_order
    facts = {
        "list_id": uploaded.id,
        "batch": number,
        "kind": uploaded.kind,
        "campaign_id": uploaded.campaign_id,
        "rows": rows,
        "columns": columns or {},
        "seen": seen,
        "as_planned": as_planned,
        "overwrite": uploaded.overwrite,
        "erase_blanks": uploaded.erase_blanks,
        "takes": takes,
        "plan": uploaded.is_draft,
        "ordered": ordered,
        "first": ordered and session.scalar(earlier.limit(1)) is None,
    }
    publish_facts(session, events.RowsPrepared, facts)
