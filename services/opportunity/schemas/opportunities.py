"""Shapes of opportunities (案件), their activities (活動) and their history."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chassis.shapes import Id, Page, PageQuery, Shape

from .fields import CampaignIds, Code, Kept, Line, MasterCode, Moment, Month, Percent, Required, Text, Yen


class OpportunityFields(Shape):
    """What may be left out of an opportunity: phase (the first open one), probability (the phase's)."""

    code: Code = ""
    phase: MasterCode | None = None
    probability: Percent | None = None
    amount: Yen | None = None
    expected_on: date | None = None
    won_on: date | None = None
    lost_reason: Line = ""
    handover_memo: Text = ""
    next_action: Line = ""
    next_action_at: Moment | None = None


class OpportunityDraft(OpportunityFields):
    """An opportunity to create; `influence_campaign_ids`: other campaigns that had a part in it."""

    name: Required
    account_id: Id
    main_owner_id: Id
    campaign_id: Id
    lead_id: Id | None = None
    influence_campaign_ids: CampaignIds = Field(default_factory=list)


class OpportunityPatch(Shape):
    """What changes; `version` is the one that the change was made on."""

    version: int
    code: Annotated[Code, StringConstraints(min_length=1)] = Kept
    name: Required = Kept
    account_id: Id = Kept
    main_owner_id: Id = Kept
    campaign_id: Id = Kept
    phase: MasterCode = Kept
    probability: Percent | None = None
    amount: Yen | None = None
    expected_on: date | None = None
    won_on: date | None = None
    lost_reason: Line = Kept
    handover_memo: Text = Kept
    next_action: Line = Kept
    next_action_at: Moment | None = None
    influence_campaign_ids: CampaignIds = Kept


class OpportunityFilters(Shape):
    """What finds opportunities. Values of one filter are alternatives; the filters together narrow the search.

    `owner`: me, others, or a user's id. `phase`: codes; `phase_meaning`: open, won, lost, on_hold. `campaign_id` is the
    credited campaign, `influenced_by` any that had a part. `expected_month` and `won_month`: YYYY-MM. `handover`:
    requested, returned, accepted. Those whose conversion was taken back are found with `cancelled` alone.
    """

    q: str = Field("", max_length=200)
    lead_id: Id | None = None
    account_id: Id | None = None
    campaign_id: list[Id] = Field(default_factory=list)
    influenced_by: Id | None = None
    owner: list[str] = Field(default_factory=list)
    phase: list[str] = Field(default_factory=list)
    phase_meaning: list[str] = Field(default_factory=list)
    expected_month: Month | None = None
    won_month: Month | None = None
    handover: list[str] = Field(default_factory=list)
    cancelled: bool = False


class OpportunitySearch(OpportunityFilters, PageQuery):
    """A page of a search."""


class BoardQuery(OpportunityFilters):
    """The search as a board; `page_size`: the cards that each column begins with."""

    page_size: int = Field(20, ge=1, le=100)


class OpportunityItem(Shape):
    """An opportunity in a list. `handover`: requested, returned, accepted, nurturing, withdrawn; "" for none."""

    id: Id
    code: str
    name: str
    account_id: Id
    account_name: str
    main_owner_id: Id
    main_owner_name: str
    campaign_id: Id
    campaign_name: str
    lead_id: Id | None
    lead_number: str
    lead_name: str
    phase: str
    phase_label: str
    phase_meaning: str
    probability: int | None
    amount: int | None
    expected_on: date | None
    won_on: date | None
    next_action: str
    next_action_at: datetime | None
    handover: str
    cancelled_at: datetime | None
    updated_at: datetime
    version: int


class OpportunityPage(Page[OpportunityItem]):
    """`amount` is the sum over all pages, in yen; `expected_amount` the same, each weighted by its probability."""

    amount: int
    expected_amount: int


class BoardColumn(OpportunityPage):
    """The opportunities in one phase; `next_cursor` goes on in a search for the phase sorted by `expected_on`."""

    phase: str
    label: str
    meaning: str


class Board(Shape):
    """The phases in their order; one that is retired only while something is in it."""

    columns: list[BoardColumn]


class InfluenceCampaign(Shape):
    campaign_id: Id
    code: str
    name: str


class OpportunityDetails(OpportunityItem):
    """An opportunity with everything on it; `activities` counts its activities, `phase_before` is the open phase
    that it was in last: where it goes on when it is taken up again."""

    phase_before: str
    account_do_not_approach: bool
    account_do_not_approach_reason: str

    lost_reason: str
    handover_memo: str
    influence_campaigns: list[InfluenceCampaign]
    activities: int
    created_at: datetime
    created_by: Id | None
    created_by_name: str
    updated_by: Id | None
    updated_by_name: str


class ActivityDraft(Shape):
    """Something done for an opportunity; left out: when (now). The next action, where it is named, becomes that of the
    opportunity in the same save."""

    type: MasterCode
    occurred_at: Moment | None = None
    text: Text = ""
    result: Line = ""
    next_action: Line = Kept
    next_action_at: Moment | None = None


class ActivityPatch(Shape):
    """What is corrected; `version` is the one that the correction was made on."""

    version: int
    type: MasterCode = Kept
    occurred_at: Moment = Kept
    text: Text = Kept
    result: Line = Kept


class ActivityDetails(Shape):
    """`may_edit`: the caller did it, or is a manager."""

    id: Id
    type: str
    type_label: str
    occurred_at: datetime
    by_id: Id | None
    by_name: str
    text: str
    result: str
    may_edit: bool
    version: int


class LeadActivity(ActivityDetails):
    """An activity in a list over all opportunities of a lead."""

    opportunity_id: Id
    opportunity_name: str


class ChangeDetails(Shape):
    """One field that changed; `cause_id` is the same for everything that one act changed."""

    id: Id
    field: str
    before: Any
    after: Any
    changed_at: datetime
    cause_id: str
    cause_kind: str
    actor_id: Id | None
    actor_name: str
