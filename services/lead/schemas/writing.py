"""Leads as they are registered, changed and assigned. A field that is not given stays as it is."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, field_validator, model_validator

from chassis.contacts import ADDRESS, EMAIL, LINE, LINES, lines, one_line
from chassis.problems import FieldError
from chassis.shapes import Id, Shape

from .leads import LeadFilters, LeadSearch

Text = Annotated[str, StringConstraints(max_length=LINE)]
LongText = Annotated[str, StringConstraints(max_length=LINES), AfterValidator(lines)]
Line = Annotated[Text, AfterValidator(one_line)]
Email = Annotated[str, StringConstraints(max_length=EMAIL)]
YEARS = range(1900, 9000)
# By which way somebody agreed, or refused, to be approached.
Channel = Literal["phone", "mail", "letter"]


def _of_our_times(value: datetime) -> datetime:
    """Years that every time zone and the database can hold; one that cannot be read back would break every list."""
    if value.year not in YEARS:
        raise FieldError("datetime", ja="日時を正しく入力してください。", en="Write a date and time.")
    return value.astimezone(UTC)


When = Annotated[AwareDatetime, AfterValidator(_of_our_times)]


class PersonEdit(Shape):
    """What may be changed of a person; null erases like an empty text. Addresses, numbers and readings are kept in one
    form; what cannot be read is refused."""

    family_name: Line | None = None
    given_name: Line | None = None
    family_name_kana: Line | None = None
    given_name_kana: Line | None = None
    company: Line | None = None
    department: Line | None = None
    title: Line | None = None
    rank: Line | None = None
    email: Email | None = None
    second_email: Email | None = None
    phone: Line | None = None
    direct_phone: Line | None = None
    mobile: Line | None = None
    fax: Line | None = None
    postal_code: Line | None = None
    prefecture: Line | None = None
    address: Annotated[str, StringConstraints(max_length=ADDRESS), AfterValidator(one_line)] | None = None
    status: Line | None = None
    consent: dict[Channel, Literal["granted", "refused", ""]] | None = None


class LeadEdit(Shape):
    """What may be changed of a lead, its person included. `drop_reason` is needed with a stage of 見送り / 対象外. An
    address by which another lead is known is refused (422 with `lead_id`) unless `save_anyway`."""

    owner_id: Id | None = None
    stage: Text | None = None
    drop_reason: Text | None = None
    source: Text | None = None
    industry: Line | None = None
    temperature: Text | None = None
    shared_memo: LongText | None = None
    budget: Text | None = None
    authority: Text | None = None
    need: LongText | None = None
    timing: Text | None = None
    interest: LongText | None = None
    next_action_at: When | None = None
    next_action_type: Text | None = None
    first_response_due: When | None = None
    do_not_call: bool | None = None
    do_not_call_reason: Text | None = None
    do_not_mail: bool | None = None
    do_not_mail_reason: Text | None = None
    account_id: Id | None = None
    person: PersonEdit | None = None
    save_anyway: bool = False


class LeadPatch(LeadEdit):
    """An edit of what the editor saw: `version` is the one that was read; a stale one is refused with `current`."""

    version: int
    takes_back: UUID | None = Field(
        None, description="an act of one's own whose stage this puts back: what it reached in a campaign was never so"
    )


class LeadDraft(LeadEdit):
    """A lead entered by hand. Somebody known already is refused (409 with `lead_id`) unless `register_anyway`."""

    person: PersonEdit
    campaign_id: Id | None = None
    member_status: Text = Field("attended", description="how the person responded to the campaign")
    register_anyway: bool = False


class AssignmentDraft(Shape):
    """Ticked leads, or everything a search finds but `except_ids`. `owner_id: null` takes the owner off; without
    `owner_id` only the stage changes. `preview` counts and changes nothing."""

    lead_ids: list[Id] | None = Field(None, max_length=10_000)
    search: LeadFilters | None = None
    except_ids: list[Id] = Field(default=[], max_length=10_000)
    owner_id: Id | None = None
    stage: Text | None = None
    drop_reason: Text | None = None
    preview: bool = False

    @field_validator("search", mode="before")
    @classmethod
    def _knows_every_filter(cls, search: Any) -> Any:
        """A misspelled filter must not widen a bulk change; what only shapes a list may stand there."""
        unknown = [name for name in search if name not in LeadSearch.model_fields] if isinstance(search, dict) else []
        if unknown:
            ja, en = "この検索条件はありません。", "There is no such filter."
            raise FieldError("unknown_filter", ja=ja, en=en, field=f"search.{unknown[0]}")
        return search

    @model_validator(mode="after")
    def _says_which_and_what(self) -> "AssignmentDraft":
        if (self.lead_ids is None) == (self.search is None):
            raise FieldError(
                "missing",
                ja="lead_ids か search のどちらか一方を指定してください。",
                en="Give either lead_ids or search.",
                field="lead_ids",
            )
        if "owner_id" not in self.model_fields_set and not self.stage:
            raise FieldError(
                "missing", ja="変更する項目を選択してください。", en="Choose what to change.", field="owner_id"
            )
        return self


class AssignmentResult(Shape):
    """What a bulk change did, or would do: changed, already so, not permitted. `id` is the act's, null in a preview."""

    id: str | None
    changed: int
    unchanged: int
    refused: int
    at: datetime | None = None
