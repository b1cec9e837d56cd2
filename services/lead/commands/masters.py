"""Masters of leads, kept by an administrator; whoever has a copy hears of every change."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import update
from sqlalchemy.orm import Session

from chassis.choices import ChoiceDraft, ChoicePatch, add_choice, change_choice, decided
from chassis.problems import Field as Wrong
from chassis.problems import Invalid
from chassis.shapes import Shape

from ..masters import masters
from ..models import Choice, Master
from ..schemas import ChoiceShape
from .administration import announce_masters

# What a new value of a master may mean. 案件化 is the conversion's own stage: there is only one.
MEANINGS: dict[str, tuple[str, ...]] = {
    "lead-stages": ("open", "appointment", "handed_over", "dropped"),
    "member-statuses": ("none", "response"),
    "action-types": ("", "phone", "mail", "meeting", "letter"),
    "action-reached": ("person", "other"),
    "person-statuses": ("present", "gone"),
    "temperatures": ("hot", "warm", "cold"),
}
# Values that programs name: what a list means by 招待 and 参加, a person who is there, the boxes of a call.
KEPT = {"member-statuses": ("invited", "attended"), "person-statuses": ("present",)}


class MemberStatusDecides(Shape):
    """A lower rank never replaces a higher one."""

    rank: int = Field(10, ge=0, le=1_000)


class ResultDecides(Shape):
    """What registering an action with this result does to the lead."""

    contact: bool = False
    reached: bool = False
    next_stage: str | None = None
    days: Annotated[int, Field(ge=0, le=365)] | None = None
    do_not_call: bool = False


DECIDES: dict[str, type[Shape]] = {"member-statuses": MemberStatusDecides, "action-results": ResultDecides}


def create_choice(session: Session, master: str, draft: ChoiceDraft) -> ChoiceShape:
    """Adds a value. Raises NotFound for a master of somebody else."""
    extra = _decided(session, master, draft.extra)
    if master == "action-results":
        draft = draft.model_copy(update={"meaning": _meaning(extra)})
        allowed: tuple[str, ...] = ("none", "contact", "reached")
    else:
        allowed = MEANINGS.get(master, ("",))
    made = add_choice(session, Choice, master, draft, allowed, {"extra": extra})
    return _told(session, master, made)


def edit_choice(session: Session, master: str, code: str, patch: ChoicePatch) -> ChoiceShape:
    """Renames, moves, retires or revives a value, or changes what it decides; its meaning stays."""

    choice = change_choice(session, Choice, master, code, patch, ChoiceShape, KEPT.get(master, ()))
    if patch.extra is not None:
        choice.extra = _decided(session, master, choice.extra | patch.extra)
        if master == "action-results":
            choice.meaning = _meaning(choice.extra)
    return _told(session, master, choice)


def _decided(session: Session, master: str, extra: dict[str, Any]) -> dict[str, Any]:
    """What else the value decides, checked; the fields stand under `extra` in what is refused."""
    shape = DECIDES.get(master)
    if shape is None:
        return {}
    found = decided(shape, extra).model_dump()
    if found.get("next_stage"):
        stage = masters(session).check("lead-stages", found["next_stage"], "extra.next_stage")
        if stage.meaning == "converted":
            ja, en = "案件化は案件作成によってのみ設定されます。", "Only a conversion sets this stage."
            raise Invalid([Wrong("extra.next_stage", "stage_by_conversion", ja, en)])
    return found


def _meaning(extra: dict[str, Any]) -> str:
    return "reached" if extra["reached"] else "contact" if extra["contact"] else "none"


def _told(session: Session, master: str, choice: Choice) -> ChoiceShape:
    session.execute(update(Master).where(Master.name == master).values(version=Master.version + 1))
    session.flush()
    session.expire_all()
    session.info.pop("masters", None)
    announce_masters(session)
    return ChoiceShape.model_validate(choice)
