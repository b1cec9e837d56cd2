"""Questions about what was taken out: exports, and the ledger of who took what."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.problems import NotFound, language
from chassis.shapes import PageQuery
from contracts.roles import Role

from .export_schemas import ExportDetails, LedgerLine
from .models import Export, LedgerEntry, UserCopy
from .queries import named, page_of
from .schemas import Uploader

# Who looks into everybody's exports.
OVERSEERS = (Role.ADMINISTRATOR, Role.MANAGER)


def own_export(session: Session, actor: Actor, export_id: int) -> Export:
    """An export is its maker's; administrators and managers may look into each."""
    found = session.get(Export, export_id)
    if found is None or (found.created_by != actor.id and not actor.has(*OVERSEERS)):
        raise NotFound(ja="その出力はありません。", en="There is no such export.")
    return found


def export_details(session: Session, exports: list[Export]) -> list[ExportDetails]:
    users = named(session, UserCopy.user_id, UserCopy.name, {each.created_by for each in exports})
    fields = [name for name in ExportDetails.model_fields if name not in ("exported_by", "problem")]
    return [
        ExportDetails(
            **{name: getattr(each, name) for name in fields},
            problem=each.problem_en if language() == "en" else each.problem_ja,
            exported_by=Uploader(id=each.created_by or 0, name=users.get(each.created_by or 0, "")),
        )
        for each in exports
    ]


def search_exports(session: Session, actor: Actor, query: PageQuery) -> dict[str, Any]:
    """The history of exports, newest first: one's own; administrators and managers see everybody's."""
    found = select(Export)
    if not actor.has(*OVERSEERS):
        found = found.where(Export.created_by == actor.id)
    page = page_of(session, found, query, Export.id, newest_first=True)
    return page | {"items": export_details(session, page["items"])}


def search_ledger(session: Session, actor: Actor, query: PageQuery) -> dict[str, Any]:
    """The ledger of exports, newest first."""
    found = select(LedgerEntry)
    if not actor.has(*OVERSEERS):
        found = found.where(LedgerEntry.user_id == actor.id)
    page = page_of(session, found, query, LedgerEntry.id, newest_first=True)
    users = named(session, UserCopy.user_id, UserCopy.name, {each.user_id for each in page["items"]})
    fields = [name for name in LedgerLine.model_fields if name != "user"]
    return page | {
        "items": [
            LedgerLine(
                **{name: getattr(each, name) for name in fields},
                user=Uploader(id=each.user_id, name=users.get(each.user_id, each.login)),
            )
            for each in page["items"]
        ]
    }
