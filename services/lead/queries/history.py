"""The change history of a lead as people read it: who, when, by which act, which field, from what to what."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, union
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.company_time import COMPANY_TIME
from chassis.problems import text
from chassis.shapes import PageQuery, write_cursor

from ..history import PLACEMENT_FIELD
from ..masters import Masters, masters
from ..models import Change, FurtherUndoing, SettledBatch, Undoing
from ..schemas import ChangePage, ChangeShape
from ..schemas.leads import NamedCampaign, OwnerShape
from ..sight import changes_in_sight, masked, refuse_unseen
from ..wording import CAUSES, CHANNELS, CONSENTS, FIELDS, MASTERS, RECORDS
from .people import campaigns, people
from .persons import opened_person
from .places import read_place

PEOPLE_FIELDS = ("owner_id",)
CAMPAIGN_FIELDS = ("converted_campaign_id",)
LIST_ACTS = ("list", "list_undoing")


def lead_changes(session: Session, actor: Actor, lead_id: int, query: PageQuery) -> ChangePage:
    """The latest first. Raises NotFound."""
    refuse_unseen(session, actor, lead_id)
    return changes_of(session, actor, lead_id, query)


def changes_of(session: Session, actor: Actor, lead_id: int, query: PageQuery, total: int | None = None) -> ChangePage:
    """Of a lead that the actor may see; `total`: who knows how many there are."""
    seen = and_(Change.lead_id == lead_id, Change.field != PLACEMENT_FIELD, changes_in_sight(actor))
    return _changes(session, actor, query, seen, total)


def person_changes(session: Session, actor: Actor, person_id: int, query: PageQuery) -> ChangePage:
    """What changed about the person, the latest first."""
    lead, _ = opened_person(session, actor, person_id)
    return _changes(session, actor, query, and_(Change.lead_id == lead.id, Change.record_type == "person"))


def _changes(
    session: Session, actor: Actor, query: PageQuery, wanted: ColumnElement[bool], total: int | None = None
) -> ChangePage:
    rows = select(Change).where(wanted).order_by(Change.id.desc())
    if query.cursor:
        rows = rows.where(Change.id < read_place(query.cursor, int)[0])
    found = session.scalars(rows.limit(query.page_size + 1)).all()
    page = found[: query.page_size]
    if total is None:
        total = session.scalar(select(func.count()).select_from(Change).where(wanted)) or 0
    reader = _Reader(session, actor, list(page))
    more = len(found) > len(page)
    return ChangePage(
        items=[reader.shown(change) for change in page],
        total=total,
        next_cursor=write_cursor([page[-1].id]) if more else None,
    )


def lists_of(session: Session, causes: set[UUID]) -> dict[UUID, int]:
    """The lists that these acts belong to: each brought one in, went on with it, or took it back."""
    if not causes:
        return {}
    tables = (SettledBatch, Undoing, FurtherUndoing)
    found = union(*(select(table.cause_id, table.list_id).where(table.cause_id.in_(causes)) for table in tables))
    return {cause_id: list_id for cause_id, list_id in session.execute(found)}


class _Reader:
    """Turns stored values into what people read."""

    def __init__(self, session: Session, actor: Actor, changes: list[Change]) -> None:
        values = [(change.field, value) for change in changes for value in (change.before, change.after)]
        owners = [value for field, value in values if field in PEOPLE_FIELDS]
        created = [value.get("campaign_id") for _, value in values if isinstance(value, dict)]
        joined = [value for field, value in values if field in CAMPAIGN_FIELDS]
        self.actor = actor
        self.masters: Masters = masters(session)
        self.people: dict[Any, OwnerShape] = people(session, [*owners, *(change.actor_id for change in changes)])
        self.campaigns: dict[Any, NamedCampaign] = campaigns(session, [*created, *joined])
        self.lists = lists_of(session, {change.cause_id for change in changes if change.cause_kind in LIST_ACTS})

    def shown(self, change: Change) -> ChangeShape:
        return ChangeShape(
            id=change.id,
            at=change.at,
            actor=self.people.get(change.actor_id),
            cause_id=str(change.cause_id),
            cause=change.cause_kind,
            cause_label=text(*CAUSES.get(change.cause_kind, (change.cause_kind, change.cause_kind))),
            list_id=self.lists.get(change.cause_id),
            record=change.record_type,
            record_label=text(*RECORDS[change.record_type]),
            field=change.field,
            field_label=text(*FIELDS.get(change.field, (change.field, change.field))),
            before=self.safe(change.field, change.before),
            after=self.safe(change.field, change.after),
            before_text=self.words(change, change.before),
            after_text=self.words(change, change.after),
        )

    def safe(self, field: str, value: Any) -> Any:
        return masked(self.actor, value) if field in ("email", "second_email") and isinstance(value, str) else value

    def words(self, change: Change, value: Any) -> str:
        """A value as text: names for ids, labels for codes, Japanese time for moments."""
        field = change.field
        if value is None or value == "":
            return ""
        if isinstance(value, dict):
            return self._words_of(field, value)
        if isinstance(value, bool):
            return text("はい", "yes") if value else text("いいえ", "no")
        if field in PEOPLE_FIELDS:
            return self.people[value].name
        if field in CAMPAIGN_FIELDS:
            return self.campaigns[value].name
        if (change.record_type, field) in MASTERS:
            return self.masters.label(MASTERS[change.record_type, field], value)
        if field.endswith(("_at", "_due")):
            moment = datetime.fromisoformat(value).astimezone(COMPANY_TIME)
            return moment.strftime(text("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"))
        return str(self.safe(field, value))

    def _words_of(self, field: str, value: dict[str, Any]) -> str:
        if field == "consent":
            return self._consent(value)
        return self._evidence(value) if field == "consent_evidence" else self._created(value)

    def _evidence(self, value: dict[str, Any]) -> str:
        """メール: 2026-11-20 配信停止フォーム"""
        return "、".join(
            f"{text(*CHANNELS[channel])}: {noted['on']} {noted['how']}"
            for channel in CHANNELS
            if (noted := value.get(channel))
        )

    def _consent(self, value: dict[str, Any]) -> str:
        """電話: 同意あり, メール: 拒否"""
        return "、".join(
            f"{text(*CHANNELS[channel])}: {text(*CONSENTS[said])}"
            for channel in CHANNELS
            if (said := value.get(channel))
        )

    def _created(self, value: dict[str, Any]) -> str:
        """What a new record began as."""
        parts = []
        if value.get("campaign_id") in self.campaigns:
            parts.append(self.campaigns[value["campaign_id"]].name)
        for field, master in (("stage", "lead-stages"), ("status", "member-statuses"), ("type", "action-types")):
            if field in value:
                parts.append(self.masters.label(master, value[field]))
        if "result" in value:
            parts.append(self.masters.label("action-results", value["result"]))
        return " ".join(parts)
