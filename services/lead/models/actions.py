"""Actions (対応履歴): every call, mail and meeting with a lead."""

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Record

from .base import Base, MaybeMoment, MaybeNumber, Moment, Number, Words


class Action(Record, Base):
    """One action. `type`, `reached` and `result` are codes of masters; `by` is who did it."""

    __tablename__ = "action"
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"))
    campaign_id: Mapped[MaybeNumber]
    type: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[Moment]
    duration_minutes: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[Number]
    reached: Mapped[Words]
    result: Mapped[str] = mapped_column(Text)
    purpose: Mapped[Words]
    text: Mapped[Words]
    next_action_at: Mapped[MaybeMoment]
    next_action_type: Mapped[Words]


Index("action_lead", Action.lead_id, Action.occurred_at, Action.id)
Index("action_by", Action.by, Action.occurred_at)
Index("action_occurred", Action.occurred_at, Action.id)
