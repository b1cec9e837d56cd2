"""Kinds of fields that the shapes of this service share, and the choices of its masters."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints

from chassis.choices import ChoiceShape
from chassis.numbering import written_code
from chassis.problems import FieldError
from chassis.shapes import Id

from ..naming import checked_corporate_number


def _web_address(value: str) -> str:
    if value and not value.lower().startswith(("http://", "https://")):
        raise FieldError(
            "url",
            ja="http:// または https:// で始まる URL を入力してください。",
            en="Must start with http:// or https://.",
        )
    return value


def _domain(value: str) -> str:
    value = value.lower().removeprefix("@")
    if "." not in value or any(character.isspace() or character in "@/:" for character in value):
        raise FieldError(
            "domain", ja="ドメインは example.co.jp の形で入力してください。", en="Write a domain as example.co.jp."
        )
    return value


def _first_day(month: Any) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise FieldError("month", ja="月を 2026-04 の形で指定してください。", en="Write a month as 2026-04.") from None


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise FieldError("datetime", ja="日時を正しく入力してください。", en="Write a date and time.") from None


Required = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(written_code)]
MasterCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
WebAddress = Annotated[str, StringConstraints(max_length=1_000), AfterValidator(_web_address)]
Domain = Annotated[str, StringConstraints(min_length=1, max_length=253), AfterValidator(_domain)]
Domains = Annotated[list[Domain], Field(max_length=50)]
CampaignIds = Annotated[list[Id], Field(max_length=200)]
CorporateNumber = Annotated[str, StringConstraints(max_length=40), AfterValidator(checked_corporate_number)]
# YYYY-MM outside, the first day of the month inside.
Month = Annotated[date, BeforeValidator(_first_day, json_schema_input_type=str)]
Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Percent = Annotated[int, Field(ge=0, le=100)]
Yen = Annotated[int, Field(ge=0, le=1_000_000_000_000_000)]
# A field that a PATCH may leave out, but not set to null.
Kept: Any = Field(default=None)


class ChoiceDetails(ChoiceShape):
    """`probability` is what a phase makes of it, in percent."""

    probability: int | None = None
