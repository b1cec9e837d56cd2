"""Masters of campaigns, kept by an administrator."""

from sqlalchemy.orm import Session

from chassis.choices import ChoiceDraft, ChoicePatch, ChoiceShape, add_choice, change_choice

from .models import Choice

# What a new value of a master may mean; a campaign's stations and one's own staff are not doubled.
MEANINGS = {"campaign-statuses": ("planned", "preparing", "running")}


def create_choice(session: Session, master: str, draft: ChoiceDraft) -> Choice:
    """Adds a value. Raises NotFound for a master of somebody else."""
    made: Choice = add_choice(session, Choice, master, draft, MEANINGS.get(master, ("",)), {})
    return made


def edit_choice(session: Session, master: str, code: str, patch: ChoicePatch) -> Choice:
    """Renames, moves, retires or revives a value."""
    changed: Choice = change_choice(session, Choice, master, code, patch, ChoiceShape)
    return changed
