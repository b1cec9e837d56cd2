"""Persons as a list."""

from pydantic import Field

from chassis.shapes import Id, Page, PageQuery, Shape


class PersonSearch(PageQuery):
    q: str = Field(default="", max_length=200)


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
    lead_id: Id | None


class PersonPage(Page[PersonSummary]):
    pass
