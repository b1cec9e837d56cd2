"""The tables of the opportunity service: accounts, opportunities, conversions, their history, and copies of others'
facts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    Uuid,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.choices import ChoiceRow
from chassis.database import Record
from chassis.numbering import Coded, SeriesRow


class Base(DeclarativeBase):
    """The service's own tables."""


class Choice(ChoiceRow, Base):
    """One value of a master."""

    probability: Mapped[int | None] = mapped_column(Integer)  # of a phase, percent


class NumberSeries(SeriesRow, Base):
    """The last number given in a series, e.g. opportunity codes of 2026."""


class Account(Coded, Record, Base):
    """A company that one does business with (取引先). `name_key` and `phone_key` are equal for the same name and number
    written differently; `search_key` is what a keyword is looked for in."""

    __tablename__ = "account"
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, index=True)
    search_key: Mapped[str] = mapped_column(Text)
    kana: Mapped[str] = mapped_column(Text, server_default="")
    legal_form: Mapped[str] = mapped_column(Text, server_default="")
    legal_form_side: Mapped[str] = mapped_column(Text, server_default="")
    corporate_number: Mapped[str] = mapped_column(Text, server_default="")
    industry: Mapped[str] = mapped_column(Text, server_default="")
    employees: Mapped[int | None] = mapped_column(Integer)
    capital: Mapped[int | None] = mapped_column(BigInteger)
    phone: Mapped[str] = mapped_column(Text, server_default="")
    phone_key: Mapped[str] = mapped_column(Text, server_default="")
    url: Mapped[str] = mapped_column(Text, server_default="")
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    postal_code: Mapped[str] = mapped_column(Text, server_default="")
    prefecture: Mapped[str] = mapped_column(Text, server_default="")
    address: Mapped[str] = mapped_column(Text, server_default="")
    sales_owner_id: Mapped[int | None] = mapped_column(BigInteger)
    relation: Mapped[str] = mapped_column(Text)
    do_not_approach: Mapped[bool] = mapped_column(Boolean, server_default="false")
    do_not_approach_reason: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        Index(
            "account_corporate_number", "corporate_number", unique=True, postgresql_where=sql("corporate_number <> ''")
        ),
        Index("account_updated", "updated_at", "id"),
        Index("account_phone_key", "phone_key", postgresql_where=sql("phone_key <> ''")),
        Index("account_domains", "domains", postgresql_using="gin"),
        Index("account_search", func.grams(sql("search_key")), postgresql_using="gin"),
    )


class Opportunity(Coded, Record, Base):
    """A chance to sell (案件). Amounts in whole yen, probability in percent. `cancelled_at`: the conversion that
    made it was taken back; it stays to be read, and counts nowhere."""

    __tablename__ = "opportunity"
    name: Mapped[str] = mapped_column(Text)
    search_key: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    main_owner_id: Mapped[int] = mapped_column(BigInteger, index=True)
    lead_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    campaign_id: Mapped[int] = mapped_column(BigInteger, index=True)
    phase: Mapped[str] = mapped_column(Text)
    probability: Mapped[int | None] = mapped_column(Integer)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    expected_on: Mapped[date | None] = mapped_column(Date)
    won_on: Mapped[date | None] = mapped_column(Date)
    lost_reason: Mapped[str] = mapped_column(Text, server_default="")
    handover_memo: Mapped[str] = mapped_column(Text, server_default="")
    next_action: Mapped[str] = mapped_column(Text, server_default="")
    next_action_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        Index("opportunity_updated", "updated_at", "id"),
        Index("opportunity_phase", "phase", "expected_on"),
        Index("opportunity_search", func.grams(sql("search_key")), postgresql_using="gin"),
    )


class Influence(Base):
    """A campaign that had a part in an opportunity beside the one that is credited."""

    __tablename__ = "opportunity_influence"
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class Activity(Record, Base):
    """Something done for an opportunity (活動)."""

    __tablename__ = "activity"
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by_id: Mapped[int | None] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text, server_default="")
    result: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (Index("activity_of_opportunity", "opportunity_id", "occurred_at"),)


class Conversion(Record, Base):
    """A lead became (a part of) an opportunity (案件化). A lead has at most one that is not cancelled."""

    __tablename__ = "conversion"
    lead_id: Mapped[int] = mapped_column(BigInteger)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(BigInteger)
    notify: Mapped[bool] = mapped_column(Boolean)
    new_account: Mapped[bool] = mapped_column(Boolean)
    new_opportunity: Mapped[bool] = mapped_column(Boolean)
    converted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cause_id: Mapped[UUID | None] = mapped_column(Uuid)  # the act that made it, as its change rows name it
    __table_args__ = (
        Index("conversion_of_lead", "lead_id", unique=True, postgresql_where=sql("cancelled_at IS NULL")),
    )


class Handover(Record, Base):
    """An opportunity on its way from who requests to who takes it over (引継ぎ). state: requested → accepted, or
    returned with a reason, and then requested again of somebody else, or nurturing (再育成); withdrawn with the
    conversion."""

    __tablename__ = "handover"
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id", ondelete="CASCADE"))
    lead_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text, server_default="requested")
    requester_id: Mapped[int] = mapped_column(BigInteger)
    recipient_id: Mapped[int] = mapped_column(BigInteger)
    message: Mapped[str] = mapped_column(Text, server_default="")
    reason: Mapped[str] = mapped_column(Text, server_default="")
    notify: Mapped[bool] = mapped_column(Boolean)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        Index("handover_of_opportunity", "opportunity_id", "id"),
        Index(
            "handover_open", "opportunity_id", unique=True, postgresql_where=sql("state IN ('requested', 'returned')")
        ),
    )


class Change(Base):
    """One field of a record that changed, with the act that changed it. `record`: account, opportunity."""

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    record: Mapped[str] = mapped_column(Text)
    record_id: Mapped[int] = mapped_column(BigInteger)
    field: Mapped[str] = mapped_column(Text)
    before: Mapped[Any] = mapped_column(JSONB)
    after: Mapped[Any] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    cause_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    cause_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (Index("change_of_record", "record", "record_id", "id"),)


# -- what others said -------------------------------------------------------------------------------------------------


class UserCopy(Base):
    """A user as the gateway last described it."""

    __tablename__ = "user_copy"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)


class CampaignCopy(Base):
    """A campaign as the campaign service last described it."""

    __tablename__ = "campaign_copy"
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    campaign_name: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)


class LeadCopy(Base):
    """A lead as the lead service last described it. `removed`: it is gone, and never comes back."""

    __tablename__ = "lead_copy"
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[str] = mapped_column(Text)
    person_name: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    removed: Mapped[bool] = mapped_column(Boolean, server_default="false")
    version: Mapped[int] = mapped_column(Integer)
