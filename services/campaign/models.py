"""The tables of the campaign service: campaigns with what hangs on them, masters, and copies of others' facts."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Date, DateTime, ForeignKey, Identity, Index, Integer, Numeric, Text, func
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from chassis.choices import ChoiceRow
from chassis.database import Record
from chassis.numbering import Coded, SeriesRow


class Base(DeclarativeBase):
    """The service's own tables."""


class Choice(ChoiceRow, Base):
    """One value of a master."""


class NumberSeries(SeriesRow, Base):
    """The last number given in a series, e.g. campaign codes of 2026."""


class Campaign(Coded, Record, Base):
    """A campaign (キャンペーン). `search_key` is what a keyword is looked for in."""

    __tablename__ = "campaign"
    name: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    start_date: Mapped[date] = mapped_column(Date)
    end_date: Mapped[date] = mapped_column(Date)
    venue_type: Mapped[str | None] = mapped_column(Text)
    venue: Mapped[str] = mapped_column(Text, server_default="")
    url: Mapped[str] = mapped_column(Text, server_default="")
    objective: Mapped[str] = mapped_column(Text, server_default="")
    target: Mapped[str] = mapped_column(Text, server_default="")
    description: Mapped[str] = mapped_column(Text, server_default="")
    owner_id: Mapped[int] = mapped_column(BigInteger)
    department_id: Mapped[int | None] = mapped_column(BigInteger)
    search_key: Mapped[str] = mapped_column(Text)
    goals: Mapped["CampaignGoal"] = relationship(cascade="all, delete-orphan", lazy="joined", innerjoin=True)
    budget_lines: Mapped[list["BudgetLine"]] = relationship(
        cascade="all, delete-orphan", order_by="BudgetLine.position, BudgetLine.id"
    )
    stakeholders: Mapped[list["Stakeholder"]] = relationship(
        cascade="all, delete-orphan", order_by="Stakeholder.position, Stakeholder.id"
    )
    __table_args__ = (
        Index("campaign_start", "start_date", "id"),
        Index("campaign_updated", "updated_at", "id"),
        Index("campaign_owner", "owner_id"),
    )


class CampaignGoal(Base):
    """What a campaign is meant to reach: one row per campaign; null where no goal is set."""

    __tablename__ = "campaign_goal"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    invited: Mapped[int | None] = mapped_column(Integer)
    responded: Mapped[int | None] = mapped_column(Integer)
    response_rate: Mapped[Decimal | None] = mapped_column(Numeric(7, 4))
    new_leads: Mapped[int | None] = mapped_column(Integer)
    appointments: Mapped[int | None] = mapped_column(Integer)
    converted: Mapped[int | None] = mapped_column(Integer)
    won: Mapped[int | None] = mapped_column(Integer)
    opportunity_amount: Mapped[int | None] = mapped_column(BigInteger)
    won_amount: Mapped[int | None] = mapped_column(BigInteger)


class BudgetLine(Base):
    """What one kind of cost may cost, and did. Whole yen."""

    __tablename__ = "budget_line"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    budget: Mapped[int | None] = mapped_column(BigInteger)
    actual: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text, server_default="")


class Stakeholder(Base):
    """Somebody who takes part in a campaign (関係者)."""

    __tablename__ = "stakeholder"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default="")
    company: Mapped[str] = mapped_column(Text, server_default="")
    department: Mapped[str] = mapped_column(Text, server_default="")
    title: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    phone: Mapped[str] = mapped_column(Text, server_default="")
    role: Mapped[str] = mapped_column(Text, server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")
    user_id: Mapped[int | None] = mapped_column(BigInteger)


class Attachment(Base):
    """A file that somebody attached to a campaign (添付ファイル). `declared_type` is what the sender said, `type` what
    the content is. A deleted one can be restored for a day; then row and file go."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    file_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    declared_type: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    attached_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attached_by: Mapped[int] = mapped_column(BigInteger)
    deleted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    deleted_by: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        Index("attachment_once", "campaign_id", "sha256", unique=True, postgresql_where=sql("deleted_at IS NULL")),
    )


# -- what others said -------------------------------------------------------------------------------------------------


class UserCopy(Base):
    """A user as the gateway last described it."""

    __tablename__ = "user_copy"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    department_id: Mapped[int | None] = mapped_column(BigInteger)
    department: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)


class MemberCopy(Base):
    """Where a lead stands in a campaign, as lead last said."""

    __tablename__ = "campaign_member_copy"
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    invited: Mapped[bool] = mapped_column(Boolean)
    responded: Mapped[bool] = mapped_column(Boolean)
    new_lead: Mapped[bool] = mapped_column(Boolean)
    contacted: Mapped[bool] = mapped_column(Boolean, server_default="false")
    appointment: Mapped[bool] = mapped_column(Boolean, server_default="false")
    handed_over: Mapped[bool] = mapped_column(Boolean, server_default="false")
    version: Mapped[int] = mapped_column(Integer)


class MemberCount(Base):
    """The members of a campaign, counted as the news comes in: reading a list of campaigns must not count members.
    `walk_ins` responded without an invitation."""

    __tablename__ = "campaign_member_count"
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    invited: Mapped[int] = mapped_column(Integer, server_default="0")
    responded: Mapped[int] = mapped_column(Integer, server_default="0")
    walk_ins: Mapped[int] = mapped_column(Integer, server_default="0")
    new_leads: Mapped[int] = mapped_column(Integer, server_default="0")
    contacted: Mapped[int] = mapped_column(Integer, server_default="0")
    appointments: Mapped[int] = mapped_column(Integer, server_default="0")
    handed_over: Mapped[int] = mapped_column(Integer, server_default="0")


class ConversionCopy(Base):
    """The campaign that a converted lead is credited to, as opportunity last said."""

    __tablename__ = "conversion_copy"
    lead_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(BigInteger, index=True)
    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    converted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class OpportunityCopy(Base):
    """An opportunity that a campaign led to, as opportunity last described it."""

    __tablename__ = "opportunity_copy"
    opportunity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    campaign_id: Mapped[int] = mapped_column(BigInteger, index=True)
    phase_meaning: Mapped[str] = mapped_column(Text)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
