"""Masters of campaigns, kept by an administrator."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.choices import ChoiceDraft, ChoicePatch, add_choice, change_choice

from .models import Choice
from .schemas import ChoiceDetails

# What a new value of a master may mean; a campaign's stations and one's own staff are not doubled.
MEANINGS = {"campaign-statuses": ("planned", "preparing", "running")}


def create_choice(session: Session, master: str, draft: ChoiceDraft) -> ChoiceDetails:
    """Adds a value. Raises NotFound for a master of somebody else."""
    made = add_choice(session, Choice, master, draft, MEANINGS.get(master, ("",)), {})
    session.refresh(made)
    return ChoiceDetails.model_validate(made)


def edit_choice(session: Session, master: str, code: str, patch: ChoicePatch) -> ChoiceDetails:
    """Renames, moves, retires or revives a value."""

    def current(choice: Choice) -> dict[str, Any]:
        return ChoiceDetails.model_validate(choice).model_dump(mode="json")

    choice = change_choice(session, Choice, master, code, patch, (), current)
    session.refresh(choice)
    return ChoiceDetails.model_validate(choice)
