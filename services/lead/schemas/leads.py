"""Leads as they are searched and shown."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator

from chassis.problems import FieldError
from chassis.shapes import Id, Page, PageQuery, Shape

from .people import PersonShape

SORTS = (
    *("updated_at", "created_at", "number", "name", "company", "stage", "owner"),
    *("next_action_at", "last_contact_at"),
)
LATEST_DAY = date(9000, 1, 1)


def _several(value: Any) -> Any:
    """One value where several may stand is a list of one."""
    return value if isinstance(value, list | tuple) else [value]


Texts = Annotated[list[str], BeforeValidator(_several)]
Ids = Annotated[list[Id], BeforeValidator(_several)]


class LeadFilters(Shape):
    """What finds leads. Values of one filter are alternatives; the filters together narrow the search.

    `invited`, `responded`, `new_lead` (the campaign brought the lead), `contacted`, `appointment` and `handed_over`
    speak of the given campaigns; without a campaign, of any. Days are Japanese days, an `until` includes its day; a
    time without a zone is Japanese time.
    """

    q: str = Field(default="", max_length=200)
    owner: Texts = Field(default=[], description="unassigned, me, others, or a user's id")
    stage: Texts = Field(default=[])
    campaign_id: Ids = Field(default=[])
    invited: bool | None = None
    responded: bool | None = None
    new_lead: bool | None = None
    contacted: bool | None = None
    appointment: bool | None = None
    handed_over: bool | None = None
    converted_campaign_id: Ids = Field(default=[], description="the campaign that a conversion is credited to")
    account_id: Ids = Field(default=[], description="the account that a lead belongs to")
    has_account: bool | None = None
    list_id: Ids = Field(
        default=[], description="a list that made or changed the lead, its person or its campaign history"
    )
    source: Texts = Field(default=[])
    temperature: Texts = Field(default=[])
    department: Ids = Field(default=[], description="the department of the lead's owner")
    updated_since: datetime | None = None
    updated_until: date | None = Field(default=None, le=LATEST_DAY)
    next_action_from: date | None = Field(default=None, le=LATEST_DAY)
    next_action_until: date | None = Field(default=None, le=LATEST_DAY)
    next_action_due: Literal["today", "this_week", "overdue"] | None = Field(
        default=None, description="today: until today; this_week: Monday to Sunday; overdue: before today"
    )
    first_response: Literal["due", "overdue"] | None = Field(
        default=None, description="nothing was done yet and first_response_due has passed; due: or will within 24 hours"
    )

    @field_validator("owner")
    @classmethod
    def _known_owner(cls, values: list[str]) -> list[str]:
        for value in values:
            if value not in ("unassigned", "me", "others") and not (value.isascii() and value.isdigit()):
                raise FieldError("owner", ja="担当者の指定が正しくありません。", en="Not an owner.")
        return values


class LeadSearch(LeadFilters, PageQuery):
    """A page of a search. `sort`: one of SORTS, with `-` in front for descending; `-updated_at` unless told. stage: in
    the order of the master; owner: leads of nobody, then of who is a user longest.
    """

    total: Literal["exact", "quick"] = Field("exact", description="quick: the answer's may be a lower bound")

    @field_validator("sort")
    @classmethod
    def _known_sort(cls, value: str | None) -> str | None:
        if value is not None and value.removeprefix("-") not in SORTS:
            raise FieldError("sort", ja="並び順の指定が正しくありません。", en="Not an order.")
        return value


class ExportQuery(LeadFilters):
    """The search of a リスト出力. A misspelled filter must not widen it."""

    model_config = ConfigDict(extra="forbid")

    sort: str | None = Field(None, max_length=40, description="of no effect: an export is in the order of the ids")


# How the clock of 初回対応期限 stands; blank where none runs.
FirstResponse = Literal["", "waiting", "soon", "overdue"]


class StageShape(Shape):
    code: str
    label: str
    meaning: Literal["open", "appointment", "handed_over", "converted", "dropped"]


class OwnerShape(Shape):
    id: Id
    name: str
    login: str = ""
    department: str = ""


class NamedCampaign(Shape):
    id: Id
    name: str


class LeadSummary(Shape):
    """A lead as a row of a list. Email is masked for outsourced callers."""

    id: Id
    number: str
    version: int
    person_id: Id
    name: str
    kana: str
    company: str
    department: str
    title: str
    email: str
    phone: str
    mobile: str
    stage: StageShape
    owner: OwnerShape | None
    department_id: Id | None = Field(description="組織, the owner's; `department` is where the person works")
    source: str
    source_label: str
    temperature: str
    latest_campaign: NamedCampaign | None
    next_action_at: datetime | None
    last_contact_at: datetime | None
    first_response: FirstResponse
    do_not_call: bool
    do_not_mail: bool
    created_at: datetime
    updated_at: datetime


class LeadPage(Page[LeadSummary]):
    """`total`: later pages repeat what the first one said; asked for quickly, a number above 1,000 may be a minute
    old."""

    total_is_exact: bool = True


class MemberShape(Shape):
    """Where a lead stands in one campaign."""

    campaign_id: Id
    campaign_name: str
    campaign_code: str
    invited: bool
    invited_at: datetime | None
    channel: str = Field(description="by which way the person was invited")
    responded: bool
    status: str
    status_label: str
    first_responded_at: datetime | None
    last_responded_at: datetime | None
    result: str
    result_label: str
    survey: str
    interest: str
    note: str
    new_lead: bool
    contacted: bool
    appointment: bool
    handed_over: bool
    list_id: Id | None
    list_row: int | None
    actions: int = Field(description="actions registered for this lead in this campaign")
    version: int


class StageStep(StageShape):
    """A step of the stage path. `state`: done, current, ahead."""

    state: Literal["done", "current", "ahead"]


class ConversionShape(Shape):
    """What a lead became."""

    opportunity_id: Id
    opportunity_name: str
    account_id: Id | None
    account_name: str
    campaign_id: Id | None
    converted_at: datetime


class LeadNumbers(Shape):
    """How much belongs to a lead."""

    members: int
    actions: int
    changes: int


class LeadDetails(Shape):
    """A lead with all that its page shows. Who sees a lead may change it."""

    id: Id
    number: str
    version: int
    person: PersonShape
    company: str = Field(description="the company as first entered; the person's is `person.company`")
    industry: str
    account_id: Id | None
    stage: StageShape
    stage_since: datetime
    stage_by: OwnerShape | None
    stage_path: list[StageStep]
    drop_reason: str
    owner: OwnerShape | None
    department_id: Id | None
    assigned_at: datetime | None
    assigned_by: OwnerShape | None
    source: str
    source_label: str
    first_campaign: NamedCampaign | None
    latest_campaign: NamedCampaign | None
    temperature: str
    shared_memo: str
    budget: str
    authority: str
    need: str
    timing: str
    interest: str
    next_action_at: datetime | None
    next_action_type: str
    last_contact_at: datetime | None
    first_response_due: datetime | None = Field(description="as somebody set it, else by the setting")
    first_response_at: datetime | None
    first_response: FirstResponse
    do_not_call: bool
    do_not_call_reason: str
    do_not_mail: bool
    do_not_mail_reason: str
    members: list[MemberShape]
    conversion: ConversionShape | None
    counts: LeadNumbers
    created_at: datetime
    created_by: OwnerShape | None
    updated_at: datetime
    updated_by: OwnerShape | None


class OwnerCounts(Shape):
    all: int
    unassigned: int
    me: int
    others: int


class StageCount(StageShape):
    count: int


class LeadCounts(Shape):
    """How many leads the caller sees, by owner and by stage."""

    owners: OwnerCounts
    stages: list[StageCount]


class ConversionCheck(Shape):
    """What the opportunity service needs to know to convert a lead; `campaign_ids`: all of its history."""

    lead_id: Id
    account_id: Id | None
    campaign_ids: list[Id]
