"""What others said: users, campaigns, masters."""

from typing import Any

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class UserCopy(Base):
    """A user as the gateway last described it."""

    __tablename__ = "user_copy"
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    login: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    version: Mapped[int] = mapped_column(Integer)


class CampaignCopy(Base):
    """A campaign as its service last described it."""

    __tablename__ = "campaign_copy"
    campaign_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    open_for_lists: Mapped[bool]
    version: Mapped[int] = mapped_column(Integer)


class MasterCopy(Base):
    """All choices of one of lead's masters, in order: [{code, label, meaning, position, active}]."""

    __tablename__ = "master_copy"
    master: Mapped[str] = mapped_column(Text, primary_key=True)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer)
