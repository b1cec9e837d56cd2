"""Shapes: sign-in, users, departments and personal tokens as the API takes and gives them."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from chassis.problems import FieldError
from chassis.shapes import Id, Page, PageQuery, Shape
from contracts.roles import Role

Words = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=1_000)]
Locale = Literal["ja", "en"]
# The filters of GET /leads that a saved search may hold: those that take one value, and those that take several.
SINGLE_FILTERS = (
    "q", "invited", "responded", "new_lead", "contacted", "appointment", "handed_over", "next_action_due",
    "first_response", "next_action_from", "next_action_until", "updated_since", "updated_until",
)  # fmt: skip
REPEATED_FILTERS = (
    "owner", "stage", "campaign_id", "converted_campaign_id", "account_id", "list_id", "source", "department",
    "temperature",
)  # fmt: skip


def _known_filters(filters: dict[str, Any]) -> dict[str, Any]:
    for name in filters:
        if name not in (*SINGLE_FILTERS, *REPEATED_FILTERS):
            ja, en = "この検索条件はありません。", "There is no such filter."
            raise FieldError("unknown_filter", ja=ja, en=en, field=f"filters.{name}")
    return filters


Filters = Annotated[dict[str, str | int | bool | list[str | int]], AfterValidator(_known_filters)]
Columns = Annotated[list[Annotated[str, StringConstraints(max_length=40)]], Field(max_length=40)]


class SignInForm(Shape):
    """A login, in any case, and its password."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    password: Password


class SignInDone(Shape):
    """`token` goes into `Authorization: Bearer …`. It ends at `expires_at`, earlier if it is not used for 12 hours."""

    token: str
    expires_at: datetime


class UserDetails(Shape):
    """A user. `name` is 姓 名; `department` is the department's name."""

    id: Id
    login: str
    name: str
    family_name: str
    given_name: str
    email: str
    department: str = ""
    department_id: Id | None
    roles: list[str]
    locale: str
    active: bool
    absent_from: date | None = None
    absent_until: date | None = None
    deputy_id: Id | None = None
    campaign_ids: list[Id] = Field(default=[])
    version: int

    @field_validator("department", mode="before")
    @classmethod
    def _name_of(cls, department: object) -> object:
        return getattr(department, "name", department) or ""


class UserPage(Page[UserDetails]):
    pass


class UserSearch(PageQuery):
    """`q`: part of the login, name or address. Inactive users are left out unless asked for."""

    q: str | None = Field(None, max_length=100)
    role: Role | None = None
    department_id: Id | None = None
    active: bool | None = True


class UserFields(Shape):
    @field_validator("email", check_fields=False)
    @classmethod
    def _is_an_address(cls, email: str | None) -> str | None:
        if email is not None and not re.fullmatch(r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", email):
            raise FieldError("email", ja="メールアドレスの形が正しくありません。", en="Not an e-mail address.")
        return email

    @field_validator("login", check_fields=False)
    @classmethod
    def _is_a_login(cls, login: str | None) -> str | None:
        if login is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._@-]*", login):
            ja = "ログインIDは半角の英数字と . _ @ - で入力してください。"
            raise FieldError("login", ja=ja, en="A login has letters, digits and . _ @ - only.")
        return login


class UserDraft(UserFields):
    """A new user; without a password nobody can sign in as this user yet. `campaign_ids`: what an outsourced caller
    works for; of no effect for others."""

    login: Words
    family_name: Words
    given_name: str = Field("", max_length=100)
    email: Annotated[str, StringConstraints(max_length=254)]
    department_id: Id | None = None
    roles: Annotated[list[Role], Field(min_length=1)]
    locale: Locale = "ja"
    campaign_ids: list[Id] = Field(default=[], max_length=500)
    password: Password | None = None


class UserChange(UserFields):
    """What is given is changed; `version` is the one that was read."""

    version: int
    login: Words | None = None
    family_name: Words | None = None
    given_name: str | None = Field(None, max_length=100)
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    department_id: Id | None = None
    roles: Annotated[list[Role], Field(min_length=1)] | None = None
    locale: Locale | None = None
    active: bool | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    deputy_id: Id | None = None
    campaign_ids: Annotated[list[Id], Field(max_length=500)] | None = None
    password: Password | None = None


NoticeKind = Literal[
    "lead_assigned",
    "lead_taken_back",
    "first_response_overdue",
    "lead_converted",
    "conversion_cancelled",
    "handover_requested",
    "handover_accepted",
    "handover_returned",
]
NoticeChannel = Literal["portlet", "mail"]
NOTICE_KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)


class Preferences(Shape):
    """What users set for themselves. `preferences`: kind of notice → channel (portlet, mail) → at_once, off, or for
    mail digest, which is one mail a day; what is missing is at_once."""

    locale: Locale | None = None
    preferences: dict[NoticeKind, dict[NoticeChannel, Literal["at_once", "digest", "off"]]] | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    deputy_id: Id | None = None

    @field_validator("preferences")
    @classmethod
    def _digests_are_mails(cls, wishes: dict[str, dict[str, str]] | None) -> dict[str, dict[str, str]] | None:
        for kind, wish in (wishes or {}).items():
            if wish.get("portlet") == "digest":
                ja, en = "まとめて受け取れるのはメールだけです。", "Only mail comes as a digest."
                raise FieldError("digest", ja=ja, en=en, field=f"preferences.{kind}.portlet")
        return wishes


class PasswordChange(Shape):
    """A new password of one's own."""

    old_password: Password
    password: Password


class DepartmentDetails(Shape):
    """組織. `position` is the place among those of the same parent."""

    id: Id
    name: str
    parent_id: Id | None
    position: int
    active: bool
    version: int


class DepartmentDraft(Shape):
    name: Words
    parent_id: Id | None = None


class DepartmentChange(Shape):
    """What is given is changed; `version` is the one that was read. `active: false` retires an empty department."""

    version: int
    name: Words | None = None
    parent_id: Id | None = None
    position: Annotated[int, Field(ge=1, le=10_000)] | None = None
    active: bool | None = None


class DepartmentPage(Page[DepartmentDetails]):
    pass


class ApiTokenDraft(Shape):
    """A personal token is for one program; `name` says which. Without `expires_at` it lives until it is revoked."""

    name: Words
    expires_at: datetime | None = None

    @field_validator("expires_at")
    @classmethod
    def _lies_ahead(cls, moment: datetime | None) -> datetime | None:
        moment = moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
        if moment and moment <= datetime.now(UTC):
            ja, en = "有効期限には今日以降の日を指定してください。", "It would have ended already."
            raise FieldError("past", ja=ja, en=en)
        return moment


class ApiTokenDetails(Shape):
    """A personal token; `ending` are its last four characters."""

    id: Id
    name: str
    ending: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class ApiTokenMade(ApiTokenDetails):
    """`token` is shown this once."""

    token: str


class ApiTokenPage(Page[ApiTokenDetails]):
    pass


class SavedSearchDraft(Shape):
    """A search under a name: `filters` and `sort` as GET /leads takes them, `columns` of the list in their order.
    `shared`: everybody finds it."""

    name: Words
    shared: bool = False
    filters: Filters = Field(default={})
    sort: Annotated[str, StringConstraints(max_length=40)] = ""
    columns: Columns = Field(default=[])


class SavedSearchChange(Shape):
    """What is given is changed; `version` is the one that was read."""

    version: int
    name: Words | None = None
    shared: bool | None = None
    filters: Filters | None = None
    sort: Annotated[str, StringConstraints(max_length=40)] | None = None
    columns: Columns | None = None


class SavedSearchDetails(Shape):
    """A saved search of the caller, or a shared one. `may_change`: its maker, and administrators if it is shared."""

    id: Id
    name: str
    shared: bool
    owner_id: Id
    owner: str
    may_change: bool
    filters: dict[str, Any]
    sort: str
    columns: list[str]
    version: int


class SavedSearchPage(Page[SavedSearchDetails]):
    pass
