"""The person behind a lead."""

from datetime import date

from pydantic import Field

from chassis.shapes import Id, Shape


class Evidence(Shape):
    """When and how somebody agreed or refused, and which user noted it."""

    on: date
    how: str
    by: Id | None = None


class PersonShape(Shape):
    """The person behind a lead."""

    id: Id
    family_name: str
    given_name: str
    family_name_kana: str
    given_name_kana: str
    company: str
    department: str
    title: str
    rank: str
    email: str
    second_email: str
    phone: str
    direct_phone: str
    mobile: str
    fax: str
    postal_code: str
    prefecture: str
    address: str
    status: str
    consent: dict[str, str] = Field(description="by channel: granted, refused")
    consent_evidence: dict[str, Evidence]
    account_id: Id | None
