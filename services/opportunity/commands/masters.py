"""Masters of accounts and opportunities, kept by an administrator."""

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from chassis.choices import ChoiceDraft, ChoicePatch, add_choice, change_choice, decided
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


def create_choice(session: Session, master: str, draft: ChoiceDraft) -> Choice:
    """Adds a value. Raises NotFound for a master of somebody else."""
    decides = decided(PhaseDecides, draft.extra).model_dump() if master == PHASES else {}
    made: Choice = add_choice(session, Choice, master, draft, MEANINGS.get(master, ("",)), decides)
    return made


def edit_choice(session: Session, master: str, code: str, patch: ChoicePatch) -> Choice:
    """Renames, moves, retires or revives a value, or changes a phase's probability; its meaning stays."""
    choice: Choice = change_choice(session, Choice, master, code, patch, ChoiceDetails)
    if master == PHASES and patch.extra is not None and "probability" in patch.extra:
        choice.probability = decided(PhaseDecides, patch.extra).probability
        session.flush()
    return choice
