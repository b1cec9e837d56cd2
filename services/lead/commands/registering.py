"""A lead entered by hand."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import current_cause
from chassis.problems import Conflict

from .. import matching
from ..history import note_created
from ..known_persons import same_person
from ..masters import masters
from ..matching_key import one_at_a_time
from ..models import CampaignCopy, CampaignMember, Lead, Person
from ..models.leads import lead_number
from ..problems import UNKNOWN_CAMPAIGN, invalid, no_family_name, not_known_by_anything
from ..queries.details import lead_details
from ..schemas import LeadDetails, LeadDraft, PersonEdit
from .editing import apply_edit, person_fields
from .news import say_assigned, say_leads_changed, say_members_changed
from .progress import note_progress


def register_lead(session: Session, actor: Actor, draft: LeadDraft, place: str = "person.") -> LeadDetails:
    """Registers a person as a lead. Raises Conflict with `lead_id` when 名寄せ knows the person already."""
    if draft.campaign_id is not None and session.get(CampaignCopy, draft.campaign_id) is None:
        raise invalid(UNKNOWN_CAMPAIGN)
    one_at_a_time(session)
    fields = _somebody(actor, draft.person, place)
    keys = matching.keys(fields)
    known = [] if draft.register_anyway else same_person(session, keys)
    if known:
        raise Conflict(
            code="known_person",
            ja=f"同じ人物と思われるリードがあります（{lead_number(known[0])}）。",
            en=f"This person is a lead already ({lead_number(known[0])}).",
            lead_id=str(known[0]),
            current={"lead_ids": [str(lead_id) for lead_id in known]},
        )
    lead = _create(session, draft, fields, keys)
    apply_edit(session, actor, lead, lead.person, _without_person(draft))
    session.flush()
    say_leads_changed(session, [lead.id])
    if draft.campaign_id is not None:
        if draft.stage:
            note_progress(session, [lead.id], campaign_id=draft.campaign_id, said=False)
        say_members_changed(session, draft.campaign_id, [lead.id])
    say_assigned(session, "edit")
    return lead_details(session, actor, lead.id)


def _somebody(actor: Actor, person: PersonEdit, place: str) -> dict[str, Any]:
    """What is known of the new person. Raises Invalid unless they have a name and something to be reached or
    known by."""
    given, wrong = person_fields(actor, Person(consent={}, email="", second_email=""), person, place)
    if "family_name" not in given:
        wrong.append(no_family_name(place))
    if not any(given.get(field) for field in ("email", "phone", "mobile", "company")):
        wrong.append(not_known_by_anything(place))
    if wrong:
        raise invalid(*wrong)
    return given


def _without_person(draft: LeadDraft) -> LeadDraft:
    return draft.model_copy(update={"person": None})


def _create(session: Session, draft: LeadDraft, fields: dict[str, Any], keys: matching.Keys) -> Lead:
    first_stage = masters(session).first_stage()
    person = Person(**fields, **keys._asdict())
    lead = Lead(
        person=person,
        company=person.company or "",
        search_text=keys.search_text,
        stage=first_stage,
        stage_by=current_cause(session).actor_id,
        first_campaign_id=draft.campaign_id,
    )
    session.add_all([person, lead])
    session.flush()
    note_created(session, person, lead.id)
    note_created(session, lead, lead.id, {"stage": first_stage})
    if draft.campaign_id is not None:
        _add_history(session, lead, draft)
    return lead


def _add_history(session: Session, lead: Lead, draft: LeadDraft) -> None:
    status = masters(session).check("member-statuses", draft.member_status, "member_status")
    responded = status.meaning == "response"
    member = CampaignMember(
        campaign_id=draft.campaign_id,
        lead_id=lead.id,
        status=status.code,
        responded=responded,
        first_responded_at=lead.created_at if responded else None,
        last_responded_at=lead.created_at if responded else None,
        new_lead=True,
    )
    session.add(member)
    session.flush()
    note_created(session, member, lead.id, {"campaign_id": draft.campaign_id, "status": status.code})
