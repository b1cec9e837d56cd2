"""What this service needs of others' facts, kept from what it hears. Older news than `version` is ignored."""

from datetime import date

from sqlalchemy import BigInteger, Boolean, Date, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, MaybeNumber, Moment, Words


class UserCopy(Base):
    """A user, owned by the gateway."""

    __tablename__ = "user_copy"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    department_id: Mapped[MaybeNumber]
    department: Mapped[Words]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool] = mapped_column(Boolean)
    campaign_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    version: Mapped[int] = mapped_column(Integer)


class CampaignCopy(Base):
    """A campaign, owned by the campaign service."""

    __tablename__ = "campaign_copy"
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    start_date: Mapped[date | None] = mapped_column(Date)
    end_date: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer)


class OpportunityCopy(Base):
    """An opportunity for a lead, owned by the opportunity service: when and by whom it was last saved."""

    __tablename__ = "opportunity_copy"
    opportunity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lead_id: Mapped[MaybeNumber] = mapped_column(index=True)
    cancelled: Mapped[bool] = mapped_column(Boolean)
    saved_at: Mapped[Moment]
    saved_by: Mapped[MaybeNumber]
    version: Mapped[int] = mapped_column(Integer)
