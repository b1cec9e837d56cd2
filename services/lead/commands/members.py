"""キャンペーン履歴 by hand: a lead joins a campaign, or where it stands in one is put right. A list never takes a
higher status back; a person who corrects one may."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict, NotFound

from ..history import change, note_created
from ..masters import masters
from ..models import CampaignCopy, CampaignMember, FormerMember, Lead
from ..problems import ALREADY_IN_CAMPAIGN, UNKNOWN_CAMPAIGN, invalid
from ..queries.details import lead_details
from ..schemas import LeadDetails, MemberDraft, MemberEdit, MemberPatch
from ..sight import opened
from .news import say_members_changed

WORDS = ("channel", "survey", "interest", "note")


def join_campaign(session: Session, actor: Actor, lead_id: int, draft: MemberDraft) -> LeadDetails:
    """Adds a campaign to the lead's history. Raises Invalid where there is no such campaign, or it is there already."""
    opened(session, actor, lead_id, lock=True)
    if session.get(CampaignCopy, draft.campaign_id) is None:
        raise invalid(UNKNOWN_CAMPAIGN)
    status = masters(session).check("member-statuses", draft.status, "status")
    row = {"campaign_id": draft.campaign_id, "lead_id": lead_id, "status": status.code}
    row["created_by"] = row["updated_by"] = current_cause(session).actor_id
    former = session.get(FormerMember, (draft.campaign_id, lead_id))
    row["version"] = (former.version if former else 0) + 1
    # A list may add the same row at this moment.
    made = insert(CampaignMember).values(row).on_conflict_do_nothing().returning(CampaignMember.id)
    member_id = session.scalar(made)
    if member_id is None:
        raise invalid(ALREADY_IN_CAMPAIGN)
    member = session.get_one(CampaignMember, member_id)
    note_created(session, member, lead_id, {"campaign_id": draft.campaign_id, "status": status.code})
    change(session, member, lead_id, _values(session, member, draft))
    say_members_changed(session, draft.campaign_id, [lead_id])
    return lead_details(session, actor, lead_id)


def edit_member(session: Session, actor: Actor, lead_id: int, campaign_id: int, patch: MemberPatch) -> LeadDetails:
    """Saves a correction. Raises Conflict with `current` when the row changed since the editor looked."""
    lead, member = _opened(session, actor, lead_id, campaign_id)
    if patch.version != member.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人がこのキャンペーン履歴を更新しました。最新の内容を確認してください。",
            en="Somebody else changed this campaign history. Look at what it is now.",
            current=lead_details(session, actor, lead_id).model_dump(mode="json"),
        )
    if change(session, member, lead.id, _values(session, member, patch)) & {"invited", "responded"}:
        say_members_changed(session, campaign_id, [lead_id])
    return lead_details(session, actor, lead_id)


def _opened(session: Session, actor: Actor, lead_id: int, campaign_id: int) -> tuple[Lead, CampaignMember]:
    lead, _ = opened(session, actor, lead_id, lock=True)
    row = (CampaignMember.lead_id == lead_id, CampaignMember.campaign_id == campaign_id)
    member = session.scalars(select(CampaignMember).where(*row).with_for_update()).one_or_none()
    if member is None:
        raise NotFound(ja="このキャンペーン履歴は見つかりません。", en="The lead has no history with this campaign.")
    return lead, member


def _values(session: Session, member: CampaignMember, edit: MemberEdit) -> dict[str, Any]:
    """What the row becomes: times follow from what they are times of."""
    given = edit.model_dump(exclude_unset=True, include=set(MemberEdit.model_fields))
    now = datetime.now(UTC)
    values: dict[str, Any] = {field: given[field] or "" for field in WORDS if field in given}
    code = given.get("status") or member.status
    status = masters(session).check("member-statuses", code, "status", member.status)
    # A list leaves a response be when it brings a status that is none: only a status that is told decides anew.
    responded = status.meaning == "response" if given.get("status") else member.responded
    if responded:
        last = given.get("responded_at") or member.last_responded_at or now
        first = min(member.first_responded_at or last, last)
    else:
        last = first = None
    values |= {"status": code, "responded": responded, "last_responded_at": last, "first_responded_at": first}
    invited = member.invited if given.get("invited") is None else given["invited"]
    when = given.get("invited_at") or member.invited_at or (now if invited and not member.invited else None)
    return values | {"invited": invited, "invited_at": when if invited else None}
