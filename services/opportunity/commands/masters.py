"""Masters of accounts and opportunities, kept by an administrator."""

from typing import Annotated, Any

from pydantic import Field, ValidationError
from sqlalchemy.orm import Session

from chassis.choices import ChoiceDraft, ChoicePatch, add_choice, change_choice
from chassis.problems import Field as Wrong
from chassis.problems import Invalid, from_pydantic
from chassis.shapes import Shape

from ..models import Choice
from ..schemas import ChoiceDetails

PHASES = "opportunity-phases"
# What a new value of a master may mean.
MEANINGS = {
    PHASES: ("open", "won", "lost", "on_hold"),
    "account-relations": ("new", "existing", "dormant", "competitor", "no_dealings"),
}


class PhaseDecides(Shape):
    """What a phase makes of the probability, in percent; null: it says nothing."""

    probability: Annotated[int, Field(ge=0, le=100)] | None = None


def create_choice(session: Session, master: str, draft: ChoiceDraft) -> ChoiceDetails:
    """Adds a value. Raises NotFound for a master of somebody else."""
    decides = {"probability": _probability(draft.extra)} if master == PHASES else {}
    made = add_choice(session, Choice, master, draft, MEANINGS.get(master, ("",)), decides)
    session.refresh(made)
    return ChoiceDetails.model_validate(made)


def edit_choice(session: Session, master: str, code: str, patch: ChoicePatch) -> ChoiceDetails:
    """Renames, moves, retires or revives a value, or changes a phase's probability; its meaning stays."""

    def current(choice: Choice) -> dict[str, Any]:
        return ChoiceDetails.model_validate(choice).model_dump(mode="json")

    choice = change_choice(session, Choice, master, code, patch, (), current)
    if master == PHASES and patch.extra is not None and "probability" in patch.extra:
        choice.probability = _probability(patch.extra)
        session.flush()
    session.refresh(choice)
    return ChoiceDetails.model_validate(choice)


def _probability(extra: dict[str, Any]) -> int | None:
    try:
        return PhaseDecides.model_validate(extra).probability
    except ValidationError as error:
        told = from_pydantic(error.errors(include_url=False)).errors
        raise Invalid([Wrong(f"extra.{each.field}", each.code, each.ja, each.en) for each in told]) from error
