"""Actions (対応履歴): what was done about a lead, with what it changes in the same save."""

from datetime import datetime

from pydantic import Field

from chassis.shapes import Id, Page, Shape

from .leads import OwnerShape
from .writing import LeadEdit, LongText, Text, When


class ActionDraft(Shape):
    """`type`, `reached`, `result` are codes of action-types, action-reached, action-results. What is left out of
    stage and next_action_at, the result's master row decides. `lead` is an edit in the same save."""

    type: Text
    occurred_at: When | None = Field(None, description="now unless told")
    duration_minutes: int | None = Field(None, ge=0, le=24 * 60)
    campaign_id: Id | None = None
    reached: Text = ""
    result: Text
    purpose: Text = ""
    text: LongText = ""
    next_action_at: When | None = None
    next_action_type: Text = ""
    stage: Text | None = None
    drop_reason: Text | None = None
    lead: LeadEdit | None = None
    version: int | None = Field(None, description="of the lead, as it was shown; a stale one is refused")


class ActionDetails(Shape):
    id: Id
    lead_id: Id
    campaign_id: Id | None
    campaign_name: str
    type: str
    type_label: str
    occurred_at: datetime
    duration_minutes: int | None
    by: OwnerShape | None
    reached: str
    reached_label: str
    result: str
    result_label: str
    purpose: str
    text: str
    next_action_at: datetime | None
    next_action_type: str


class ActionPage(Page[ActionDetails]):
    pass
