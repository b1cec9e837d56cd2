"""Rows for リスト出力: the leads of a search as cells of the list layout, in order of their ids, streamed."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, Text, and_, any_, cast, func, literal, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import Forbidden, NotFound
from contracts.roles import LIST_KEEPERS

from ..models import CampaignMember, ExportTicket, Lead, Person, UserCopy
from ..schemas.leads import ExportQuery
from ..schemas.persons import PersonExportQuery
from ..staging import PERSON_CELLS
from .persons import person_conditions
from .search import conditions

SEARCHES: dict[str, type[ExportQuery] | type[PersonExportQuery]] = {"leads": ExportQuery, "persons": PersonExportQuery}
LASTS = timedelta(hours=1)  # from the moment it was given
PORTION = 500  # rows of one line
LEAD_CELLS = ["industry", "source", "stage", "temperature", "do_not_call", "do_not_mail", "version"]
_ID = cast(Lead.id, Text)
CELLS: dict[str, Any] = {
    "lead_id": "L-" + func.lpad(_ID, func.greatest(6, func.length(_ID)), "0"),  # as models.leads.lead_number
    "owner_id": cast(Lead.owner_id, Text),
    "note": Lead.shared_memo,
    **{cell: getattr(Lead, cell) for cell in LEAD_CELLS},
    **{cell: getattr(Person, cell) for cell in PERSON_CELLS},
    "member_status": CampaignMember.status,
    "responded_on": func.to_char(func.timezone("Asia/Tokyo", CampaignMember.last_responded_at), "YYYY-MM-DD"),
    "survey": CampaignMember.survey,
}
# The database writes the rows as JSON: 100,000 of them in 1.0 s, where objects of Python would take 4 s more.
ROW = cast(func.json_build_array(*CELLS.values()), Text)


def export_rows(session: Session, ticket: str) -> Iterator[str]:
    """Lines of JSON: `{"fields": names, "total": n}`, then portions `[[cell, …], …]`, then `{"rows": n}`, without which
    the answer is not whole. Member cells are those of the campaign when the search names exactly one. Raises NotFound
    for a ticket that does not hold (any more), Forbidden when its holder has lost the right."""
    kind, actor, search = _redeemed(session, ticket)
    query = SEARCHES[kind].model_validate(search)
    if isinstance(query, ExportQuery):
        wanted, campaigns = conditions(actor, query), query.campaign_id
    else:
        wanted, campaigns = person_conditions(actor, query), []
    # What is streamed is looked for by one process of the database, and this is not: the search is done once, before.
    # The ids pass as the text that they come in: as a million numbers they would take 300 MB.
    ids = cast(func.array_agg(Lead.id), Text)
    found = select(func.count(), func.coalesce(ids, "{}")).join(Person, Person.id == Lead.person_id).where(*wanted)
    total, lead_ids = session.execute(found.select_from(Lead)).one()
    return _lines(session, total, _rows(lead_ids, campaigns[0] if len(campaigns) == 1 else None))


def _redeemed(session: Session, ticket: str) -> tuple[str, Actor, dict[str, Any]]:
    """What was asked for and by whom: with the roles that the person had then and has still."""
    found = session.scalars(
        select(ExportTicket).where(
            ExportTicket.fingerprint == hashlib.sha256(ticket.encode()).digest(),
            ExportTicket.given_at > func.now() - LASTS,
        )
    ).one_or_none()
    if found is None:
        raise NotFound(
            ja="出力の受付から時間がたちすぎました。もう一度出力してください。",
            en="The export was asked for too long ago. Export again.",
        )
    roles = frozenset(found.holder["roles"])
    user = session.get(UserCopy, found.user_id)
    if user is not None:
        roles &= frozenset(user.roles if user.active else [])
    actor = Actor(
        id=found.user_id,
        login=found.holder["login"],
        name=user.name if user else "",
        roles=roles,
        department_id=found.holder["department_id"],
        locale="ja",
        token="",
    )
    if not actor.has(*LIST_KEEPERS):
        raise Forbidden
    return found.kind, actor, found.search


def _rows(lead_ids: str, campaign_id: int | None) -> Select[Any]:
    return (
        select(ROW)
        .select_from(Lead)
        .join(Person, Person.id == Lead.person_id)
        .outerjoin(CampaignMember, and_(CampaignMember.lead_id == Lead.id, CampaignMember.campaign_id == campaign_id))
        .where(Lead.id == any_(cast(literal(lead_ids, Text), ARRAY(BigInteger))))
        .order_by(Lead.id)
    )


def _lines(session: Session, total: int, found: Select[Any]) -> Iterator[str]:
    yield json.dumps({"fields": list(CELLS), "total": total}) + "\n"
    rows = 0
    for portion in session.scalars(found, execution_options={"yield_per": PORTION}).partitions():
        rows += len(portion)
        yield f"[{','.join(portion)}]\n"
    yield json.dumps({"rows": rows}) + "\n"
