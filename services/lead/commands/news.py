"""What this service says, with the facts as they are in the transaction that says it."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from chassis.database import current_cause
from chassis.events import portions
from chassis.outbox import publish, publish_facts
from contracts import events

from ..masters import masters
from ..models import CampaignMember, Lead, Person, among
from ..models.leads import STEPS, lead_number

FIRST_NAMED = 20
MEMBER_FACTS = ("invited", "responded", "new_lead", *STEPS, "version")
# Whom this act made owner in the end: not whom it took a lead from and gave back to, never the actor.
NEW_OWNERS = """
WITH net AS (
    SELECT lead_id, (array_agg(before ORDER BY id))[1] AS before, (array_agg(after ORDER BY id DESC))[1] AS after
    FROM change WHERE cause_id = CAST(:cause_id AS uuid) AND field = 'owner_id' AND record_type = 'lead'
    GROUP BY lead_id
)
SELECT l.owner_id, count(*) AS leads, (array_agg(l.id ORDER BY l.id))[1:20] AS first_ids
FROM net JOIN lead l ON l.id = net.lead_id
WHERE net.after IS DISTINCT FROM net.before AND l.owner_id = CAST(net.after #>> '{}' AS bigint)
    AND l.owner_id IS DISTINCT FROM CAST(:actor_id AS bigint)
GROUP BY l.owner_id ORDER BY l.owner_id
"""
# Whom this act took leads from in the end, whoever has them now.
FORMER_OWNERS = """
WITH net AS (
    SELECT lead_id, (array_agg(before ORDER BY id))[1] AS before, (array_agg(after ORDER BY id DESC))[1] AS after
    FROM change WHERE cause_id = CAST(:cause_id AS uuid) AND field = 'owner_id' AND record_type = 'lead'
    GROUP BY lead_id
)
SELECT CAST(before #>> '{}' AS bigint) AS owner_id, count(*) AS leads,
    (array_agg(lead_id ORDER BY lead_id))[1:20] AS first_ids
FROM net
WHERE before #>> '{}' IS NOT NULL AND after IS DISTINCT FROM before
    AND CAST(before #>> '{}' AS bigint) IS DISTINCT FROM CAST(:actor_id AS bigint)
GROUP BY 1 ORDER BY 1
"""

NAMED = """
SELECT l.id, p.company, p.family_name, p.given_name FROM lead l JOIN person p ON p.id = l.person_id
WHERE l.id = ANY(:lead_ids)
UNION ALL
SELECT c.lead_id, c.before ->> 'company', c.before ->> 'family_name', c.before ->> 'given_name' FROM change c
WHERE c.lead_id = ANY(:lead_ids) AND c.record_type = 'person' AND c.field = 'deleted'
ORDER BY 1
"""


def say_leads_changed(session: Session, lead_ids: Iterable[int]) -> None:
    """`lead.changed` about these leads, at most 1,000 to an event; nothing about none."""
    session.flush()
    for portion in portions(sorted(lead_ids), events.EVENT_LIMIT):
        publish_facts(session, events.LeadsChanged, {"leads": _lead_facts(session, portion)})


def removed_leads(session: Session, lead_ids: list[int]) -> list[events.LeadFact]:
    """What `lead.changed` will say of leads that are about to go."""
    facts = _lead_facts(session, lead_ids)
    return [events.LeadFact(**fact | {"version": fact["version"] + 1, "removed": True}) for fact in facts]


def _lead_facts(session: Session, lead_ids: list[int]) -> list[dict[str, Any]]:
    """What `lead.changed` says of each."""
    asked = (
        select(Lead.id, Lead.owner_id, Lead.stage, Lead.version, *_names())
        .join(Person, Person.id == Lead.person_id)
        .where(among(Lead.id, lead_ids))
        .order_by(Lead.id)
    )
    rows = session.connection().execute(asked).all()
    stages = masters(session)
    meanings = {stage: stages.stage(stage).meaning for stage in {row.stage for row in rows}}
    return [
        {
            "lead_id": lead_id,
            "number": lead_number(lead_id),
            "person_name": f"{family_name} {given_name}".strip(),
            "company": company,
            "owner_id": owner_id,
            "stage": stage,
            "stage_meaning": meanings[stage],
            "version": version,
        }
        for lead_id, owner_id, stage, version, company, family_name, given_name in rows
    ]


def say_members_changed(session: Session, campaign_id: int, lead_ids: Iterable[int]) -> None:
    """`lead.members_changed`: where these leads stand in the campaign now."""
    session.flush()
    for portion in portions(sorted(lead_ids), events.EVENT_LIMIT):
        asked = (
            select(CampaignMember.lead_id, *(getattr(CampaignMember, name) for name in MEMBER_FACTS))
            .where(CampaignMember.campaign_id == campaign_id, among(CampaignMember.lead_id, portion))
            .order_by(CampaignMember.lead_id)
        )
        found = session.connection().execute(asked)
        values = dict(zip(found.keys(), zip(*found, strict=True), strict=False))
        told = {name: each for name, each in values.items() if name not in STEPS or any(each)}
        members = [dict(zip(told, row, strict=True)) for row in zip(*told.values(), strict=True)]
        publish_facts(session, events.MembersChanged, {"campaign_id": campaign_id, "members": members})


def say_members_left(session: Session, former: Iterable[tuple[int, int, int]]) -> None:
    """`lead.members_changed` about rows of campaign history that are gone: (campaign, lead, version), by campaign."""
    gone = {"invited": False, "responded": False, "new_lead": False}
    for campaign_id, rows in groupby(former, key=itemgetter(0)):
        members = tuple(events.MemberFact(lead_id=lead_id, version=version, **gone) for _, lead_id, version in rows)
        publish(session, events.MembersChanged(campaign_id=campaign_id, members=members))


def say_members(session: Session) -> None:
    """Says where every lead stands in every campaign: whoever counts them and lost count is right again."""
    for campaign_id in session.scalars(select(CampaignMember.campaign_id).distinct()).all():
        members = select(CampaignMember.lead_id).where(CampaignMember.campaign_id == campaign_id)
        say_members_changed(session, campaign_id, session.scalars(members).all())


def say_assigned(session: Session, act: str, list_id: int | None = None) -> None:
    """`lead.assigned`, once per new owner of the act that this transaction belongs to. `act`: bulk, list, edit,
    undoing, list_undoing."""
    session.flush()
    cause = current_cause(session)
    for owner in session.execute(text(NEW_OWNERS), {"cause_id": cause.id, "actor_id": cause.actor_id}).all():
        leads = first_named(session, owner.first_ids)
        told = events.LeadsAssigned(owner_id=owner.owner_id, count=owner.leads, leads=leads, act=act, list_id=list_id)
        publish(session, told)


def say_taken_back(session: Session, act: str = "undoing") -> None:
    """`lead.taken_back`, once per owner whom this act took leads from. `act`: bulk, edit, list, or the taking back of
    one: undoing, list_undoing."""
    session.flush()
    cause = current_cause(session)
    for owner in session.execute(text(FORMER_OWNERS), {"cause_id": cause.id, "actor_id": cause.actor_id}).all():
        leads = first_named(session, owner.first_ids)
        publish(session, events.LeadsTakenBack(owner_id=owner.owner_id, count=owner.leads, leads=leads, act=act))


def first_named(session: Session, lead_ids: list[int]) -> tuple[events.AssignedLead, ...]:
    """At most 20 of these leads, as a notice names them; those that are gone, as they were called."""
    rows = session.execute(text(NAMED), {"lead_ids": lead_ids[:FIRST_NAMED]})
    return tuple(events.AssignedLead(**_called(lead_id, *names)) for lead_id, *names in rows)


def _names() -> tuple[Any, ...]:
    return (Person.company, Person.family_name, Person.given_name)


def _called(lead_id: int, company: str, family_name: str, given_name: str) -> dict[str, Any]:
    person_name = f"{family_name} {given_name}".strip()
    return {"lead_id": lead_id, "number": lead_number(lead_id), "person_name": person_name, "company": company}
