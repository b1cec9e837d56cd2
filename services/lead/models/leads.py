"""Persons, the leads that they are, and where a lead stands in each campaign."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.database import Record

from .base import Base, MaybeMoment, MaybeNumber, Moment, Number, Words


class Person(Record, Base):
    """A person (パーソン), as lists and people wrote them. The keys are what 名寄せ compares and are made by
    matching.py: `bare_key` only for somebody without an e-mail address. `reading` is what names are sorted by,
    `search_text` what keywords are looked for in."""

    __tablename__ = "person"
    family_name: Mapped[str] = mapped_column(Text)
    given_name: Mapped[Words]
    family_name_kana: Mapped[Words]
    given_name_kana: Mapped[Words]
    company: Mapped[Words]
    account_id: Mapped[MaybeNumber]
    department: Mapped[Words]
    title: Mapped[Words]
    rank: Mapped[Words]
    email: Mapped[Words]
    second_email: Mapped[Words]
    phone: Mapped[Words]
    direct_phone: Mapped[Words]
    mobile: Mapped[Words]
    fax: Mapped[Words]
    postal_code: Mapped[Words]
    prefecture: Mapped[Words]
    address: Mapped[Words]
    status: Mapped[str] = mapped_column(Text, server_default="present")
    consent: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    consent_evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    email_key: Mapped[str | None] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    bare_key: Mapped[str | None] = mapped_column(Text)
    reading: Mapped[str] = mapped_column(Text)
    search_text: Mapped[Words]

    @property
    def name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()


# 名寄せ need not open the persons: the index says who they are and what their names are.
Index(
    "person_email_key",
    Person.email_key,
    postgresql_include=["id", "name_key"],
    postgresql_where=Person.email_key.is_not(None),
)
Index("person_bare_key", Person.bare_key, postgresql_where=Person.bare_key.is_not(None))
Index("person_reading", Person.reading, Person.id)
Index("person_merged_into", Person.merged_into, postgresql_where=Person.merged_into.is_not(None))
# No longer than a name is: an index entry must fit a page, whatever a file holds.
Index("person_company", func.left(Person.company, 100), Person.id)
# Keywords of new persons wait up to this many kB for who sorts them in: keyword_index.py.
Index(
    "person_search",
    func.grams(Person.search_text),
    postgresql_using="gin",
    postgresql_with={"gin_pending_list_limit": 65_536},
)


class Lead(Record, Base):
    """A lead (リード): one person whom we approach. `company` is what was first entered; the person's may move on.
    `escalated_due` is what managers were told of: the first_response_due that passed, else when the lead was given to
    the owner who did nothing in time. `search_text` is the person's, said once more: who looks for a common keyword on
    the way through an order of leads need not open each one's person, which takes five times as long. `person_id` is no
    foreign key, nor is the lead of a campaign's row: decision 28."""

    __tablename__ = "lead"
    person_id: Mapped[Number]
    company: Mapped[Words]
    industry: Mapped[Words]
    account_id: Mapped[MaybeNumber]
    stage: Mapped[str] = mapped_column(Text)
    stage_since: Mapped[Moment] = mapped_column(server_default=func.now())
    stage_by: Mapped[MaybeNumber]
    drop_reason: Mapped[Words]
    owner_id: Mapped[MaybeNumber]
    department_id: Mapped[MaybeNumber]
    assigned_at: Mapped[MaybeMoment]
    assigned_by: Mapped[MaybeNumber]
    source: Mapped[Words]
    first_campaign_id: Mapped[MaybeNumber]
    list_id: Mapped[MaybeNumber]
    temperature: Mapped[Words]
    shared_memo: Mapped[Words]
    budget: Mapped[Words]
    authority: Mapped[Words]
    need: Mapped[Words]
    timing: Mapped[Words]
    interest: Mapped[Words]
    next_action_at: Mapped[MaybeMoment]
    next_action_type: Mapped[Words]
    last_contact_at: Mapped[MaybeMoment]
    first_response_due: Mapped[MaybeMoment]
    first_response_at: Mapped[MaybeMoment]
    escalated_due: Mapped[MaybeMoment]
    do_not_call: Mapped[bool] = mapped_column(Boolean, server_default="false")
    do_not_call_reason: Mapped[Words]
    do_not_mail: Mapped[bool] = mapped_column(Boolean, server_default="false")
    do_not_mail_reason: Mapped[Words]
    opportunity_id: Mapped[MaybeNumber]
    opportunity_name: Mapped[Words]
    account_name: Mapped[Words]
    converted_campaign_id: Mapped[MaybeNumber]
    converted_at: Mapped[MaybeMoment]
    search_text: Mapped[Words] = mapped_column(deferred=True)
    person: Mapped[Person] = relationship(primaryjoin="foreign(Lead.person_id) == Person.id", lazy="raise")

    @property
    def number(self) -> str:
        return lead_number(self.id)


def lead_number(lead_id: int) -> str:
    """`L-000123`: what people call a lead."""
    return f"L-{lead_id:06d}"


# Leads without a next action stand behind, leads without contact before all others. Literals, for the indexes.
NEXT_ACTION: ColumnElement[datetime] = literal_column(
    "coalesce(lead.next_action_at, '9999-01-01 00:00:00+00'::timestamptz)", DateTime(timezone=True)
)
LAST_CONTACT: ColumnElement[datetime] = literal_column(
    "coalesce(lead.last_contact_at, '1900-01-01 00:00:00+00'::timestamptz)", DateTime(timezone=True)
)
# Leads of nobody come before everybody's.
OWNER: ColumnElement[int] = literal_column("coalesce(lead.owner_id, 0)", BigInteger())
_NEXT_ACTION = text("coalesce(next_action_at, '9999-01-01 00:00:00+00'::timestamptz)")
_LAST_CONTACT = text("coalesce(last_contact_at, '1900-01-01 00:00:00+00'::timestamptz)")
# On the way through persons, most of their leads need not be opened: the index says enough of them.
Index("lead_person", Lead.person_id, unique=True, postgresql_include=["id", "stage", "updated_at"])
Index("lead_next_action_order", _NEXT_ACTION, Lead.id)
Index("lead_last_contact_order", _LAST_CONTACT, Lead.id)
# What is dropped has no next action, what is new no contact: its leads stand all at one end of those orders.
Index("lead_stage_next_action", Lead.stage, _NEXT_ACTION, Lead.id)
Index("lead_stage_last_contact", Lead.stage, _LAST_CONTACT, Lead.id)
Index("lead_updated", Lead.updated_at, Lead.id)
Index("lead_owner", Lead.owner_id, Lead.stage, Lead.id, postgresql_include=["person_id", "updated_at"])
Index("lead_owner_order", text("coalesce(owner_id, 0::bigint)"), Lead.id)
# A department's owners stand together in their order: without it the way to them leads past everybody else's leads.
Index("lead_department_owner", Lead.department_id, text("coalesce(owner_id, 0::bigint)"), Lead.id)
Index("lead_stage_order", Lead.stage, Lead.id, postgresql_include=["person_id"])
Index("lead_account", Lead.account_id, postgresql_where=Lead.account_id.is_not(None))
Index("lead_converted_campaign", Lead.converted_campaign_id, postgresql_where=Lead.converted_campaign_id.is_not(None))
Index("lead_next_action", Lead.next_action_at, postgresql_where=Lead.next_action_at.is_not(None))

Index(
    "lead_first_response",
    Lead.first_response_due,
    postgresql_where=and_(Lead.first_response_due.is_not(None), Lead.first_response_at.is_(None)),
)
Index(
    "lead_given",
    Lead.assigned_at,
    postgresql_where=and_(Lead.first_response_due.is_(None), Lead.first_response_at.is_(None)),
)


# How far a lead came in a campaign.
STEPS = ("contacted", "appointment", "handed_over")


class CampaignMember(Record, Base):
    """A row of a lead's campaign history (キャンペーン履歴): invited, responded, how, and how far the lead came since.
    At most one per campaign."""

    __tablename__ = "campaign_member"
    __table_args__ = (UniqueConstraint("campaign_id", "lead_id"), Index("campaign_member_lead", "lead_id"))
    campaign_id: Mapped[Number]
    lead_id: Mapped[Number]
    invited: Mapped[bool] = mapped_column(Boolean, server_default="false")
    invited_at: Mapped[MaybeMoment]
    channel: Mapped[Words]
    responded: Mapped[bool] = mapped_column(Boolean, server_default="false")
    status: Mapped[str] = mapped_column(Text)
    first_responded_at: Mapped[MaybeMoment]
    last_responded_at: Mapped[MaybeMoment]
    result: Mapped[Words]
    survey: Mapped[Words]
    interest: Mapped[Words]
    note: Mapped[Words]
    new_lead: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    contacted: Mapped[bool] = mapped_column(Boolean, server_default="false")
    appointment: Mapped[bool] = mapped_column(Boolean, server_default="false")
    handed_over: Mapped[bool] = mapped_column(Boolean, server_default="false")
    list_id: Mapped[MaybeNumber]
    list_row: Mapped[int | None] = mapped_column(Integer)
