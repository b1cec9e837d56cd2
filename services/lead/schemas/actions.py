"""Actions (対応履歴): what was done about a lead, with what it changes in the same save."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from chassis.problems import FieldError
from chassis.shapes import Id, Page, PageQuery, Shape

from .leads import OwnerShape
from .writing import LeadEdit, LongText, Text, When

AHEAD = timedelta(minutes=5)  # so far the clock of who did it may be ahead of ours


def _done(value: datetime) -> datetime:
    """What was done was not done later than now."""
    if value > datetime.now(UTC) + AHEAD:
        raise FieldError(
            "in_the_future",
            ja="これからの日時は登録できません。予定は次回アクション日時に入力してください。",
            en="This lies ahead. Enter what is planned as the next action.",
        )
    return value


Done = Annotated[When, AfterValidator(_done)]


class ActionDraft(Shape):
    """`type`, `reached`, `result` are codes of action-types, action-reached, action-results. What is left out of
    stage and next_action_at, the result's master row decides. `lead` is an edit in the same save."""

    type: Text
    occurred_at: Done | None = Field(None, description="now unless told; not later than that")
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
    version: int
    may_edit: bool = Field(description="the caller may correct it or take it back")


class ActionWithLead(ActionDetails):
    """An action in a list over all leads."""

    lead_number: str
    lead_name: str
    lead_company: str


class ActionPage(Page[ActionDetails]):
    pass


class FoundActions(Page[ActionWithLead]):
    pass


class ActionPatch(Shape):
    """A correction of what was done and what came of it; the lead's plan and stage stay as they are."""

    type: Text | None = None
    occurred_at: Done | None = None
    duration_minutes: int | None = Field(None, ge=0, le=24 * 60)
    reached: Text | None = None
    result: Text | None = None
    purpose: Text | None = None
    text: LongText | None = None
    version: int


class ActionSpan(Shape):
    """Days in Japanese time, both included; today's unless told."""

    since: date | None = Field(None, ge=date(1900, 1, 1), le=date(9000, 1, 1))
    until: date | None = Field(None, ge=date(1900, 1, 1), le=date(9000, 1, 1))


class ActionSearch(ActionSpan, PageQuery):
    """`by`: me or a user's id. `kind`: what the type means (phone, mail, meeting, letter); `outcome`: what the result
    leads to (reached, appointment)."""

    by: str = ""
    kind: Text = ""
    outcome: Text = ""

    @field_validator("by")
    @classmethod
    def _known_person(cls, value: str) -> str:
        if value in ("", "me") or (value.isascii() and value.isdigit() and len(value) < 19):
            return value
        raise FieldError("by", ja="担当者の指定が正しくありません。", en="Not a user.")


class PersonCount(Shape):
    """What one person did."""

    by: OwnerShape
    calls: int
    reached: int
    appointments: int


class ActionCounts(Shape):
    """Who did how much, the busiest first."""

    items: list[PersonCount]
