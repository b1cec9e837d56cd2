"""Shapes of accounts (取引先)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chassis.shapes import Id, PageQuery, Shape

from .fields import Code, CorporateNumber, Domains, Kept, Line, MasterCode, Required, WebAddress, Yen


class AccountFields(Shape):
    """What may be left out of an account. `legal_form_side`: where the legal form stands beside the name.
    `corporate_number`: 法人番号, 13 digits with a right check digit."""

    code: Code = ""
    kana: Line = ""
    legal_form: Line = ""
    legal_form_side: Literal["before", "after", ""] = ""
    corporate_number: CorporateNumber = ""
    industry: Line = ""
    employees: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    capital: Yen | None = None
    phone: Line = ""
    url: WebAddress = ""
    domains: Domains = Field(default_factory=list)
    postal_code: Line = ""
    prefecture: Line = ""
    address: Line = ""
    sales_owner_id: Id | None = None
    relation: MasterCode | None = None
    do_not_approach: bool = False
    do_not_approach_reason: Line = ""


class AccountDraft(AccountFields):
    """An account to create; left out: code (numbered), relation (新規)."""

    name: Required


class AccountPatch(Shape):
    """What changes; `version` is the one that the change was made on."""

    version: int
    code: Annotated[Code, StringConstraints(min_length=1)] = Kept
    name: Required = Kept
    kana: Line = Kept
    legal_form: Line = Kept
    legal_form_side: Literal["before", "after", ""] = Kept
    corporate_number: CorporateNumber = Kept
    industry: Line = Kept
    employees: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    capital: Yen | None = None
    phone: Line = Kept
    url: WebAddress = Kept
    domains: Domains = Kept
    postal_code: Line = Kept
    prefecture: Line = Kept
    address: Line = Kept
    sales_owner_id: Id | None = None
    relation: MasterCode = Kept
    do_not_approach: bool = Kept
    do_not_approach_reason: Line = Kept


class AccountSearch(PageQuery):
    """`owner`: me, others, unassigned, or a user's id. `q` finds parts of name, kana, code, 法人番号, domain, phone."""

    q: str = Field("", max_length=200)
    owner: list[str] = Field(default_factory=list)
    relation: list[str] = Field(default_factory=list)
    prefecture: str = Field("", max_length=60)
    do_not_approach: bool | None = None


class DuplicateQuery(Shape):
    """What is known of a company so far, finished or not; `except_id` is the account itself."""

    name: str = Field("", max_length=200)
    corporate_number: str = Field("", max_length=40)
    domains: list[str] = Field(default_factory=list, max_length=50)
    url: str = Field("", max_length=1_000)
    phone: str = Field("", max_length=60)
    except_id: Id | None = None


class DuplicateReason(Shape):
    """`code`: corporate_number, name (legal form, width, kana and old character forms set aside), domain, phone."""

    code: str
    message: str


class SimilarAccount(Shape):
    """An account that may be the same company, and why."""

    id: Id
    code: str
    name: str
    prefecture: str
    do_not_approach: bool
    reasons: list[DuplicateReason]


class SimilarAccounts(Shape):
    items: list[SimilarAccount]


class AccountItem(Shape):
    """An account in a list."""

    id: Id
    code: str
    name: str
    kana: str
    corporate_number: str
    industry: str
    prefecture: str
    phone: str
    sales_owner_id: Id | None
    sales_owner_name: str
    relation: str
    relation_label: str
    do_not_approach: bool
    do_not_approach_reason: str
    opportunities: int
    updated_at: datetime
    version: int


class AccountDetails(AccountItem):
    """An account with everything on it; `opportunities` counts its opportunities."""

    legal_form: str
    legal_form_side: str
    employees: int | None
    capital: int | None
    url: str
    domains: list[str]
    postal_code: str
    address: str
    similar: list[SimilarAccount]
    created_at: datetime
    created_by: Id | None
    created_by_name: str
    updated_by: Id | None
    updated_by_name: str
