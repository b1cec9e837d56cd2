"""What a row changed, in the reader's words: names for users, labels for choices, ○ for flags."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from chassis.problems import language

from .columns import BY_CODE
from .queries import known
from .schemas import ChangeDetails
from .writing import FLAG


class ChangeWords:
    """Knows the users and choices as they are called now."""

    def __init__(self, session: Session) -> None:
        now = known(session)
        self.users = {user.user_id: user.name for user in now.users}
        self.labels = {
            (field, choice.code): choice.label for field, choices in now.choices.items() for choice in choices
        }

    def changes(self, kept: Iterable[dict[str, Any]]) -> list[ChangeDetails]:
        return [self._change(each) for each in sorted(kept, key=lambda each: PLACES.get(each["field"], len(PLACES)))]

    def _change(self, kept: dict[str, Any]) -> ChangeDetails:
        field = kept["field"]
        column = BY_CODE.get(field)
        ja, en = (column.ja, column.en) if column else HISTORY.get(field, (field, field))
        label = en if language() == "en" else ja
        exported = kept.get("exported")
        return ChangeDetails(
            field=field,
            label=label,
            before=self._text(field, kept.get("before")),
            after=self._text(field, kept.get("after")),
            exported=None if exported is None else self._text(field, exported),
            besides=kept.get("besides", False),
        )

    def _text(self, field: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return FLAG if value else ""
        if field == "owner_id":
            return self.users.get(value, str(value))
        return self.labels.get((field, value), str(value))


# What a row changes of the campaign history without a column of its own.
HISTORY = {
    "invited": ("招待", "Invited"),
    "responded": ("反応", "Responded"),
    "first_responded_on": ("初回反応日", "First responded on"),
}
PLACES = {code: place for place, code in enumerate(BY_CODE)}
