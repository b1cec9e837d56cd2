"""Tickets for リスト出力, which import redeems for the rows."""

from typing import Any

from sqlalchemy import BigInteger, Identity, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Moment


class ExportTicket(Base):
    """One person's right to read what one search finds, for an hour. `fingerprint`: SHA-256 of the ticket, which itself
    is kept nowhere here. `holder`: who the person was, and in what roles, when asking."""

    __tablename__ = "export_ticket"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int] = mapped_column(BigInteger)
    holder: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kind: Mapped[str] = mapped_column(Text)
    search: Mapped[dict[str, Any]] = mapped_column(JSONB)
    given_at: Mapped[Moment] = mapped_column(server_default=func.now())
