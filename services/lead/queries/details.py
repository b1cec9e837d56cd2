"""One lead with all that its page shows."""

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, true
from sqlalchemy.orm import Session

from chassis.auth import Actor

from ..first_response import clock, state
from ..history import PLACEMENT_FIELD
from ..masters import Masters, masters
from ..models import Action, CampaignCopy, CampaignMember, Change, Lead
from ..schemas import LeadDetails, MemberShape, PersonShape, StageShape
from ..schemas.leads import ConversionShape, LeadNumbers, StageStep
from ..sight import actions_in_sight, campaigns_in_sight, changes_in_sight, in_sight, masked, opened
from .people import campaigns, people
from .preparing import look_up

# Fields of the lead that the page shows as they are stored.
_AS_STORED = (
    *("id", "number", "version", "company", "industry", "account_id", "stage_since", "drop_reason", "department_id"),
    *("assigned_at", "source", "temperature", "shared_memo", "budget", "authority", "need", "timing", "interest"),
    *("next_action_at", "next_action_type", "last_contact_at", "first_response_at"),
    *("do_not_call", "do_not_call_reason", "do_not_mail", "do_not_mail_reason", "created_at", "updated_at"),
)
_PEOPLE = {
    "owner": "owner_id",
    "stage_by": "stage_by",
    "assigned_by": "assigned_by",
    "created_by": "created_by",
    "updated_by": "updated_by",
}


def lead_details(session: Session, actor: Actor, lead_id: int) -> LeadDetails:
    """Raises NotFound for a lead that does not exist or that the actor may not see."""
    session.flush()
    lead, person = opened(session, actor, lead_id)
    look_up(session)
    known = masters(session)
    running = clock(session)
    members = campaign_history(session, lead_id, known, in_sight(actor, CampaignMember.campaign_id))
    sight = campaigns_in_sight(session, actor)
    first = lead.first_campaign_id if sight is None or lead.first_campaign_id in sight else None
    latest = members[0].campaign_id if members else None
    named = campaigns(session, [first, latest])
    who = people(session, (getattr(lead, field) for field in _PEOPLE.values()))
    stored: dict[str, Any] = {field: getattr(lead, field) for field in _AS_STORED}
    stored |= {name: who.get(getattr(lead, field)) for name, field in _PEOPLE.items()}
    shown = PersonShape.model_validate(person)
    return LeadDetails(
        **stored,
        person=shown.model_copy(
            update={"email": masked(actor, person.email), "second_email": masked(actor, person.second_email)}
        ),
        stage=StageShape.model_validate(known.stage(lead.stage)),
        first_response=state(lead, known.stage(lead.stage).meaning, running),
        first_response_due=running.due(lead),
        stage_path=_path(known, lead.stage),
        source_label=known.label("lead-sources", lead.source),
        first_campaign=named.get(first),
        latest_campaign=named.get(latest),
        members=members,
        conversion=_conversion(lead),
        counts=_numbers(session, actor, lead_id, len(members)),
    )


def campaign_history(
    session: Session, lead_id: int, known: Masters, sight: ColumnElement[bool] | None = None
) -> list[MemberShape]:
    """The campaign history as far as it is in sight, the latest first, with the number of actions in each."""
    actions = (
        select(func.count(Action.id))
        .where(Action.lead_id == lead_id, Action.campaign_id == CampaignMember.campaign_id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(CampaignMember, CampaignCopy.name, CampaignCopy.code, actions)
        .outerjoin(CampaignCopy, CampaignCopy.campaign_id == CampaignMember.campaign_id)
        .where(CampaignMember.lead_id == lead_id, true() if sight is None else sight)
        .order_by(CampaignMember.id.desc())
    )
    return [_member(known, *row) for row in rows]


def _member(known: Masters, member: CampaignMember, name: str | None, code: str | None, actions: int) -> MemberShape:
    names = set(MemberShape.model_fields) - {
        *("campaign_name", "campaign_code", "status_label", "result_label", "actions"),
    }
    return MemberShape(
        **{field: getattr(member, field) for field in names},
        campaign_name=name or f"#{member.campaign_id}",
        campaign_code=code or "",
        status_label=known.label("member-statuses", member.status),
        result_label=known.label("action-results", member.result),
        actions=actions,
    )


def _path(known: Masters, current: str) -> list[StageStep]:
    """The stages on the way to 案件化; a dropped lead's path ends in the stage where it was dropped."""
    here = known.stage(current)
    steps = []
    for stage in known.all("lead-stages"):
        if stage.code != current and (stage.meaning == "dropped" or not stage.active):
            continue
        state = "current" if stage.code == current else "ahead"
        if here.meaning != "dropped" and stage.position < here.position:
            state = "done"
        steps.append(StageStep(code=stage.code, label=stage.label, meaning=stage.meaning, state=state))  # type: ignore[arg-type]
    return steps


def _conversion(lead: Lead) -> ConversionShape | None:
    if lead.opportunity_id is None or lead.converted_at is None:
        return None
    return ConversionShape(
        opportunity_id=lead.opportunity_id,
        opportunity_name=lead.opportunity_name,
        account_id=lead.account_id,
        account_name=lead.account_name,
        campaign_id=lead.converted_campaign_id,
        converted_at=lead.converted_at,
    )


def _numbers(session: Session, actor: Actor, lead_id: int, members: int) -> LeadNumbers:
    def count(table: Any, *those: ColumnElement[bool]) -> ScalarSelect[int]:
        return select(func.count()).select_from(table).where(table.lead_id == lead_id, *those).scalar_subquery()

    changes = count(Change, Change.field != PLACEMENT_FIELD, changes_in_sight(actor))
    actions, changed = session.execute(select(count(Action, actions_in_sight(actor)), changes)).one()
    return LeadNumbers(members=members, actions=actions, changes=changed)
