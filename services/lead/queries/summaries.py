"""Leads as rows of a list: what a page of リード一覧 shows, in one statement."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, bindparam, select, true
from sqlalchemy.orm import Session

from chassis.auth import Actor

from ..first_response import Clock, clock, state
from ..masters import Masters, masters
from ..models import CampaignCopy, CampaignMember, Lead, Person, UserCopy
from ..models.leads import lead_number
from ..schemas import LeadSummary
from ..schemas.leads import NamedCampaign, OwnerShape, StageShape
from ..sight import campaigns_in_sight, masked

_AS_STORED = (
    *(Lead.id, Lead.version, Lead.person_id, Lead.department_id, Lead.source, Lead.temperature, Lead.next_action_at),
    *(Lead.last_contact_at, Lead.do_not_call, Lead.do_not_mail, Lead.created_at, Lead.updated_at),
    *(Person.company, Person.department, Person.title, Person.phone, Person.mobile),
)
_NAMES = [column.key for column in _AS_STORED]
_MADE_OF = (
    *(Lead.stage, Lead.owner_id, Person.family_name, Person.given_name, Person.family_name_kana),
    *(Person.given_name_kana, Person.email, Lead.first_response_due, Lead.first_response_at, Lead.assigned_at),
)


_LAST = (
    select(CampaignMember.campaign_id)
    .where(CampaignMember.lead_id == Lead.id)
    .order_by(CampaignMember.id.desc())
    .limit(1)
    .lateral()
)
# By columns: as records, a lead and its person have seventy, and reading a page of them takes twice as long.
_SUMMARIES = (
    select(
        *_AS_STORED,
        *_MADE_OF,
        *(UserCopy.name.label("owner"), UserCopy.login, UserCopy.department.label("owner_department")),
        *(_LAST.c.campaign_id, CampaignCopy.name.label("campaign")),
    )
    .join(Person, Person.id == Lead.person_id)
    .outerjoin(UserCopy, UserCopy.user_id == Lead.owner_id)
    .outerjoin(_LAST, true())
    .outerjoin(CampaignCopy, CampaignCopy.campaign_id == _LAST.c.campaign_id)
    .where(Lead.id == any_(bindparam("ids", type_=ARRAY(BigInteger))))
)


def summaries(session: Session, actor: Actor, lead_ids: list[int]) -> list[LeadSummary]:
    """These leads, in this order."""
    rows = session.connection().execute(_SUMMARIES, {"ids": lead_ids})  # not by the session: there are no records in it
    shapes = _Shapes(actor, masters(session), campaigns_in_sight(session, actor), clock(session))
    found = {row.id: shapes.summary(row) for row in rows}
    return [found[lead_id] for lead_id in lead_ids if lead_id in found]


class _Shapes:
    """What the database holds is not checked again; and what many leads of a page have is shaped once."""

    def __init__(self, actor: Actor, known: Masters, sight: set[int] | None, running: Clock) -> None:
        self.actor, self.known, self.sight, self.clock = actor, known, sight, running
        self.stages = {stage.code: StageShape.model_validate(stage) for stage in known.all("lead-stages")}
        self.owners: dict[int | None, OwnerShape | None] = {None: None}
        self.campaigns: dict[int | None, NamedCampaign | None] = {None: None}

    def summary(self, row: Any) -> LeadSummary:
        """Somebody, or a campaign, whom we have not heard of yet is called by the number."""
        stage = self.stages.get(row.stage) or StageShape.model_validate(self.known.stage(row.stage))
        if row.owner_id not in self.owners:
            self.owners[row.owner_id] = OwnerShape.model_construct(
                id=row.owner_id,
                name=row.owner or f"#{row.owner_id}",
                login=row.login or "",
                department=row.owner_department or "",
            )
        if row.campaign_id not in self.campaigns:
            name, told = row.campaign or f"#{row.campaign_id}", self.sight is None or row.campaign_id in self.sight
            campaign = NamedCampaign.model_construct(id=row.campaign_id, name=name)
            self.campaigns[row.campaign_id] = campaign if told else None
        return LeadSummary.model_construct(
            **dict(zip(_NAMES, row, strict=False)),
            number=lead_number(row.id),
            name=f"{row.family_name} {row.given_name}".strip(),
            kana=f"{row.family_name_kana} {row.given_name_kana}".strip(),
            email=masked(self.actor, row.email),
            stage=stage,
            owner=self.owners[row.owner_id],
            first_response=state(row, stage.meaning, self.clock),
            source_label=self.known.label("lead-sources", row.source),
            latest_campaign=self.campaigns[row.campaign_id],
        )
