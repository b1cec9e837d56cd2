"""Shapes of the campaign service's requests and answers. Money in whole yen, rates as fractions (0.25 = 25 %)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainSerializer, StringConstraints

from chassis.numbering import written_code
from chassis.problems import FieldError
from chassis.shapes import Id, PageQuery, Shape


def _web_address(value: str) -> str:
    if value and not value.lower().startswith(("http://", "https://")):
        raise FieldError(
            "url",
            ja="http:// または https:// で始まる URL を入力してください。",
            en="Must start with http:// or https://.",
        )
    return value


def _mail_address(value: str) -> str:
    name, at, domain = value.rpartition("@")
    if value and not (name and at and "." in domain and not any(character.isspace() for character in value)):
        raise FieldError("email", ja="メールアドレスの形が正しくありません。", en="Not an e-mail address.")
    return value


Required = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
MasterCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
CampaignCode = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(written_code)]
WebAddress = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_web_address)]
MailAddress = Annotated[str, StringConstraints(max_length=254), AfterValidator(_mail_address)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
Yen = Annotated[int, Field(ge=0, le=1_000_000_000_000_000)]
Rate = Annotated[
    Decimal, Field(ge=0, le=100, decimal_places=4), PlainSerializer(float, return_type=float, when_used="json")
]
# A field that a PATCH may leave out, but not set to null.
Kept: Any = Field(default=None)


class Goals(Shape):
    """What the campaign is meant to reach; null: no goal set."""

    invited: Count | None = None
    responded: Count | None = None
    response_rate: Rate | None = None
    new_leads: Count | None = None
    appointments: Count | None = None
    converted: Count | None = None
    won: Count | None = None
    opportunity_amount: Yen | None = None
    won_amount: Yen | None = None


class Results(Shape):
    """What it has reached so far, in leads. `response_rate` is responded ÷ invited, null while nobody is invited;
    `walk_ins` responded without an invitation; `won` counts opportunities."""

    invited: int = 0
    responded: int = 0
    walk_ins: int = 0
    response_rate: float | None = None
    new_leads: int = 0
    contacted: int = 0
    appointments: int = 0
    handed_over: int = 0
    converted: int = 0
    won: int = 0
    opportunity_amount: int = 0
    won_amount: int = 0


class BudgetLineDraft(Shape):
    """A cost: `kind` is a code of the master cost-kinds."""

    kind: MasterCode
    budget: Yen | None = None
    actual: Yen | None = None
    note: Line = ""


class BudgetLineDetails(BudgetLineDraft):
    id: Id
    kind_label: str


class StakeholderDraft(Shape):
    """Somebody who takes part; `user_id` for our own people (`name` is then filled in from the user)."""

    kind: MasterCode
    name: Line = ""
    company: Line = ""
    department: Line = ""
    title: Line = ""
    email: MailAddress = ""
    phone: Line = ""
    role: Line = ""
    note: Text = ""
    user_id: Id | None = None


class StakeholderDetails(StakeholderDraft):
    id: Id
    kind_label: str


BudgetLines = Annotated[list[BudgetLineDraft], Field(max_length=100)]
Stakeholders = Annotated[list[StakeholderDraft], Field(max_length=200)]


class CampaignDraft(Shape):
    """A campaign to create. Left out: code (numbered), status (the first one planned), owner (whoever creates it),
    department (the owner's)."""

    code: CampaignCode = ""
    name: Required
    category: MasterCode
    status: MasterCode | None = None
    parent_id: Id | None = None
    start_date: date
    end_date: date
    venue_type: MasterCode | None = None
    venue: Line = ""
    url: WebAddress = ""
    objective: Text = ""
    target: Text = ""
    description: Text = ""
    owner_id: Id | None = None
    department_id: Id | None = None
    goals: Goals = Goals()
    budget_lines: BudgetLines = Field(default_factory=list)
    stakeholders: Stakeholders = Field(default_factory=list)


class CampaignPatch(Shape):
    """What changes; `version` is the one that the change was made on. `goals` changes the goals it names;
    `budget_lines` and `stakeholders` replace all rows."""

    version: int
    code: Annotated[CampaignCode, StringConstraints(min_length=1)] = Kept
    name: Required = Kept
    category: MasterCode = Kept
    status: MasterCode = Kept
    parent_id: Id | None = None
    start_date: date = Kept
    end_date: date = Kept
    venue_type: MasterCode | None = None
    venue: Line = Kept
    url: WebAddress = Kept
    objective: Text = Kept
    target: Text = Kept
    description: Text = Kept
    owner_id: Id = Kept
    department_id: Id = Kept
    goals: Goals = Kept
    budget_lines: BudgetLines = Kept
    stakeholders: Stakeholders = Kept


class CampaignSearch(PageQuery):
    """`from_date`/`to_date`: campaigns that run on any day between them. `owner`: `me` or a user's id."""

    q: str = Field("", max_length=200)
    status: list[str] = Field(default_factory=list)
    category: list[str] = Field(default_factory=list)
    owner: list[str] = Field(default_factory=list)
    department: list[Id] = Field(default_factory=list)
    parent_id: Id | None = None
    open_for_lists: bool | None = None
    from_date: date | None = None
    to_date: date | None = None


class CampaignItem(Shape):
    """A campaign in a list."""

    id: Id
    code: str
    name: str
    category: str
    category_label: str
    status: str
    status_label: str
    status_meaning: str
    open_for_lists: bool
    start_date: date
    end_date: date
    owner_id: Id
    owner_name: str
    department_id: Id | None
    department: str
    results: Results
    updated_at: datetime
    version: int


class AttachmentDetails(Shape):
    """An attached file. `type` is what its content is, `declared_type` what its sender said; bytes in `size`."""

    id: Id
    name: str
    size: int
    sha256: str
    type: str
    declared_type: str
    attached_at: datetime
    attached_by: Id
    attached_by_name: str


class AttachmentForm(Shape):
    """multipart: one `file`."""


class CampaignDetails(CampaignItem):
    """A campaign with everything on it."""

    parent_id: Id | None
    parent_name: str
    venue_type: str | None
    venue_type_label: str
    venue: str
    url: str
    objective: str
    target: str
    description: str
    goals: Goals
    budget_lines: list[BudgetLineDetails]
    stakeholders: list[StakeholderDetails]
    attachments: list[AttachmentDetails]
    created_at: datetime
    created_by: Id | None
    created_by_name: str
    updated_by: Id | None
    updated_by_name: str
