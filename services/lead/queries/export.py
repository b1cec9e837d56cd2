"""Rows for リスト出力: the leads of a search as cells of the list layout, in order of their ids."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor

from ..models import CampaignMember, Lead, Person
from ..models.leads import lead_number
from ..schemas.leads import ExportQuery
from ..schemas.persons import PersonExportQuery
from ..staging import PERSON_CELLS
from .periods import JAPAN
from .persons import person_conditions
from .search import conditions

LEAD_CELLS = ["industry", "source", "stage", "temperature", "do_not_call", "do_not_mail", "version"]


def export_rows(session: Session, actor: Actor, query: ExportQuery) -> dict[str, Any]:
    """`{items, next_after}`: at most `page_size` rows after the lead `after`. Member cells are those of the
    campaign when the search names exactly one."""
    campaign_id = query.campaign_id[0] if len(query.campaign_id) == 1 else None
    return _rows(session, conditions(actor, query), query.after, query.page_size, campaign_id)


def export_person_rows(session: Session, actor: Actor, query: PersonExportQuery) -> dict[str, Any]:
    """The same of the persons of a search, by the ids of their leads."""
    return _rows(session, person_conditions(actor, query), query.after, query.page_size, None)


def _rows(
    session: Session, wanted: list[ColumnElement[bool]], after: int, page_size: int, campaign_id: int | None
) -> dict[str, Any]:
    rows = session.execute(
        select(
            Lead.id,
            Lead.owner_id,
            Lead.shared_memo,
            *(getattr(Lead, cell) for cell in LEAD_CELLS),
            *(getattr(Person, cell) for cell in PERSON_CELLS),
            CampaignMember.status,
            CampaignMember.last_responded_at,
            CampaignMember.survey,
        )
        .join(Person, Person.id == Lead.person_id)
        .outerjoin(CampaignMember, and_(CampaignMember.lead_id == Lead.id, CampaignMember.campaign_id == campaign_id))
        .where(Lead.id > after, *wanted)
        .order_by(Lead.id)
        .limit(page_size)
    ).all()
    next_after = str(rows[-1].id) if len(rows) == page_size else None
    return {"items": [_cells(row) for row in rows], "next_after": next_after}


def _cells(row: Any) -> dict[str, Any]:
    responded = row.last_responded_at
    return {cell: getattr(row, cell) for cell in (*LEAD_CELLS, *PERSON_CELLS)} | {
        "lead_id": str(row.id),
        "lead_number": lead_number(row.id),
        "owner_id": str(row.owner_id) if row.owner_id is not None else None,
        "note": row.shared_memo,
        "member_status": row.status or "",
        "responded_on": responded.astimezone(JAPAN).date().isoformat() if responded else None,
        "survey": row.survey or "",
    }
