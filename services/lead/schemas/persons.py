"""Persons (パーソン): as a list, with all that their page shows, and as they are written."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from chassis.problems import FieldError
from chassis.shapes import Id, Page, PageQuery, Shape

from .leads import MemberShape, OwnerShape, StageShape, Texts
from .people import PersonShape
from .writing import Channel, LeadDraft, PersonEdit, Text

SORTS = ("name", "company", "created_at")


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


class PersonFilters(Shape):
    """What finds persons. `company` is part of the company's name; `has_account`: belongs to an account or not."""

    q: str = Field(default="", max_length=200)
    company: Annotated[str, BeforeValidator(_text)] = Field(default="", max_length=200)
    prefecture: Texts = Field(default=[])
    status: Texts = Field(default=[])
    has_account: bool | None = None


class PersonSearch(PersonFilters, PageQuery):
    """A page of a search. `sort`: name (by reading, unless told), company, created_at; `-` in front: descending."""

    total: Literal["exact", "quick"] = Field("exact", description="quick: the answer's may be a lower bound")

    @field_validator("sort")
    @classmethod
    def _known_sort(cls, value: str | None) -> str | None:
        if value is not None and value.removeprefix("-") not in SORTS:
            raise FieldError("sort", ja="並び順の指定が正しくありません。", en="Not an order.")
        return value


class PersonExportQuery(PersonFilters):
    """The search of a リスト出力 of persons, in the order of their leads' ids."""

    model_config = ConfigDict(extra="forbid")

    sort: str | None = Field(None, max_length=40, description="of no effect: an export is in the order of the ids")


class PersonSummary(Shape):
    id: Id
    name: str
    kana: str
    company: str
    department: str
    title: str
    email: str
    phone: str
    mobile: str
    prefecture: str
    status: str
    status_label: str
    lead_id: Id | None
    stage: StageShape
    owner: OwnerShape | None


class PersonPage(Page[PersonSummary]):
    """Later pages repeat the total that the first one told."""

    total_is_exact: bool = True


class EvidenceEdit(Shape):
    """When and how a person agreed or refused: a form, a call, a mail. Who notes it is who saves it."""

    on: date
    how: str = Field(min_length=1, max_length=500)

    @field_validator("on")
    @classmethod
    def _of_our_times(cls, value: date) -> date:
        if not 1990 <= value.year <= 2100:
            raise FieldError("date", ja="日付を正しく入力してください。", en="Write a date.")
        return value


class PersonLead(Shape):
    """The lead that a person is."""

    id: Id
    number: str
    stage: StageShape
    owner: OwnerShape | None
    do_not_call: bool
    do_not_mail: bool


class PersonDetails(PersonShape):
    """A person with all that the page shows. `consent` has a channel only where somebody said something."""

    version: int
    name: str
    kana: str
    status_label: str
    lead: PersonLead
    members: list[MemberShape]
    account_name: str
    created_at: datetime
    created_by: OwnerShape | None
    updated_at: datetime
    updated_by: OwnerShape | None


class PersonPatch(PersonEdit):
    """What is given is changed; `version` is the one that was read. Whatever `consent` gives needs its evidence, but
    for a channel that is taken back (an empty text); a refusal also sets メール禁止 or 架電禁止 of the lead. An address
    by which another lead is known is refused (422 with `lead_id`) unless `save_anyway`."""

    version: int
    save_anyway: bool = False
    consent_evidence: dict[Channel, EvidenceEdit] | None = None

    @model_validator(mode="after")
    def _has_evidence(self) -> "PersonPatch":
        for channel, said in (self.consent or {}).items():
            if said and channel not in (self.consent_evidence or {}):
                raise FieldError(
                    "missing",
                    ja="いつ、どのように確認したかを入力してください。",
                    en="Say when and how it was confirmed.",
                    field=f"consent_evidence.{channel}.how",
                )
        return self


class PersonDraft(PersonEdit):
    """A new person, who is a lead from then on. Somebody known already is refused (409 with `lead_id`) unless
    `register_anyway`."""

    source: Text | None = None
    register_anyway: bool = False

    def as_lead(self) -> LeadDraft:
        """The same as a lead is registered."""
        person = self.model_dump(exclude_unset=True, exclude={"source", "register_anyway"})
        lead = {"source": self.source} if self.source else {}
        return LeadDraft.model_validate({"person": person, "register_anyway": self.register_anyway, **lead})
