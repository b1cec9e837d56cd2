"""The values of the masters: finding the one that a request names."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.problems import Field

from .models import Choice

MASTERS = ("opportunity-phases", "account-relations", "activity-types")


class Choices:
    """All values of all masters of this service, a few dozen rows, read once for a request."""

    def __init__(self, session: Session) -> None:
        rows = session.scalars(select(Choice).order_by(Choice.master, Choice.position)).all()
        self.by_code = {(choice.master, choice.code): choice for choice in rows}

    def of(self, master: str) -> list[Choice]:
        return [choice for choice in self.by_code.values() if choice.master == master]

    def label(self, master: str, code: str | None) -> str:
        """What to show for a code; "" for none, the code itself for one that is gone."""
        choice = self.by_code.get((master, code or ""))
        return choice.label if choice else code or ""

    def probability(self, phase: str) -> int | None:
        """What a phase makes of the probability, in percent; None: it says nothing."""
        choice = self.by_code.get(("opportunity-phases", phase))
        return choice.probability if choice else None

    def meaning(self, master: str, code: str) -> str:
        choice = self.by_code.get((master, code))
        return choice.meaning if choice else ""

    def first(self, master: str, meaning: str) -> str:
        """The first value in use with that meaning. Raises StopIteration if there is none."""
        return next(choice.code for choice in self.of(master) if choice.active and choice.meaning == meaning)

    def _labelled(self, master: str, label: str) -> Choice | None:
        return next((choice for choice in self.of(master) if label in (choice.label_ja, choice.label_en)), None)

    def chosen(self, master: str, named: str, field: str, errors: list[Field], kept: str | None = None) -> str:
        """The code of the value that is named by code or label; adds to `errors` if there is none, or if it is
        retired and not `kept`, the one that the record has already."""
        choice = self.by_code.get((master, named)) or self._labelled(master, named)
        if choice and (choice.active or choice.code == kept):
            return choice.code
        errors.append(
            Field(field, "unknown", ja=f"「{named}」は選択肢にありません。", en=f"“{named}” is not one of the choices.")
        )
        return named
