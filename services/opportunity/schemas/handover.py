"""Shapes of a handover (引継ぎ): requested, accepted, returned, back to nurturing; and of a conversion taken back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chassis.shapes import Id, Shape

from .fields import Line, Text

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]


class HandoverDraft(Shape):
    """Somebody is asked to take an opportunity over (依頼). `notify`: by mail and in the portlet."""

    recipient_id: Id
    message: Text = ""
    notify: bool = True


class HandoverAnswer(Shape):
    """受領. `version` is the one that was read."""

    version: int


class HandoverReturn(HandoverAnswer):
    """差戻し; why."""

    reason: Reason


class HandoverDetails(Shape):
    """Who asked whom, and what came of it. What the caller may do next: `may_answer`: accept or return; `may_decide`:
    ask somebody else; `may_nurture`: go back to nurturing. `reason` is that of the last return."""

    id: Id
    opportunity_id: Id
    lead_id: Id | None
    state: Literal["requested", "accepted", "returned", "nurturing", "withdrawn"]
    requester_id: Id
    requester_name: str
    recipient_id: Id
    recipient_name: str
    message: str
    reason: str
    notify: bool
    requested_at: datetime
    answered_at: datetime | None
    may_answer: bool
    may_decide: bool
    may_nurture: bool
    version: int


class KeptRecord(Shape):
    """What taking a conversion back leaves as it is, and why."""

    record: Literal["account", "opportunity", "campaign"]
    id: Id
    name: str
    why: str


class CancellationDraft(Shape):
    """Why the conversion is taken back; may be left out."""

    reason: Line = ""


class Cancelled(Shape):
    """The lead's stage follows by itself, a moment later."""

    lead_id: Id
    opportunity_id: Id
    cancelled_at: datetime
    kept: list[KeptRecord] = Field(default_factory=list)


class ConversionDetails(Shape):
    """The conversion of a lead that holds. `may_cancel`: the caller may take it back now; else `obstacle` says why
    not, "" where it is not the caller's to take back."""

    lead_id: Id
    opportunity_id: Id
    opportunity_name: str
    campaign_id: Id
    notify: bool
    converted_at: datetime
    converted_by: Id | None
    converted_by_name: str
    may_cancel: bool
    obstacle: str
