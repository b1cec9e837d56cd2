"""Masters are rows, not code: an administrator renames, reorders, adds. Code tests meanings. And the settings."""

from typing import Any

from sqlalchemy import Boolean, ForeignKey, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Record
from chassis.problems import text

from .base import Base, Words


class Master(Base):
    """A set of choices. Its `version` grows with every change; `announced` is the last one that others were told."""

    __tablename__ = "master"
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    announced: Mapped[int] = mapped_column(Integer, server_default="0")


class Choice(Record, Base):
    """One value of a master. `extra` is what else it decides:

    member-statuses: rank (a lower one never replaces a higher one)
    action-results: contact, reached (bool), next_stage (code), days (to the next action), do_not_call (bool)
    """

    __tablename__ = "choice"
    __table_args__ = (UniqueConstraint("master", "code"),)
    master: Mapped[str] = mapped_column(ForeignKey("master.name"))
    code: Mapped[str] = mapped_column(Text)
    label_ja: Mapped[str] = mapped_column(Text)
    label_en: Mapped[str] = mapped_column(Text)
    meaning: Mapped[Words]
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    extra: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")

    @property
    def label(self) -> str:
        """In the language of the request."""
        return text(self.label_ja, self.label_en)


class Setting(Record, Base):
    """One setting of the service, e.g. `matching_key`: email, email_name."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(Text, unique=True)
    value: Mapped[Any] = mapped_column(JSONB)
