"""Masters and settings."""

from typing import Any, Literal

from pydantic import Field

from chassis import choices
from chassis.shapes import Shape


class ChoiceShape(choices.ChoiceShape):
    """`extra` is what else the value decides (for action results: contact, reached, next_stage, days, do_not_call)."""

    extra: dict[str, Any]


class MatchingKey(Shape):
    """By what a person is recognised: the e-mail address, or the address together with the name."""

    value: Literal["email", "email_name"]
    version: int


class FirstResponseRule(Shape):
    """How many hours of working days an owner has until the first response; 0: no clock runs by itself."""

    hours: int
    version: int


class FirstResponsePatch(Shape):
    hours: int = Field(ge=0, le=1_000)


class MatchingKeyPatch(Shape):
    value: Literal["email", "email_name"]
