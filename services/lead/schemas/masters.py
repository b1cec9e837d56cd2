"""Masters and settings."""

from typing import Any, Literal

from chassis.shapes import Page, Shape


class ChoiceShape(Shape):
    """One value of a master: code is stored, label is shown, meaning is what code may test. `extra` is what else
    the value decides (for action results: contact, reached, next_stage, days, do_not_call)."""

    code: str
    label: str
    label_ja: str
    label_en: str
    meaning: str
    position: int
    active: bool
    version: int
    extra: dict[str, Any]


class ChoicePage(Page[ChoiceShape]):
    pass


class MatchingKey(Shape):
    """By what a person is recognised: the e-mail address, or the address together with the name."""

    value: Literal["email", "email_name"]
    version: int


class MatchingKeyPatch(Shape):
    value: Literal["email", "email_name"]
