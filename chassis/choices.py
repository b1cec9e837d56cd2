"""Sets of choices (masters) that an administrator keeps in a service's `choice` table: add, rename, reorder, retire.

A choice is never deleted: records hold its code. What programs rely on is its meaning, which stays what it was made
with; the last one in use of a meaning cannot be retired.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field as Limits
from pydantic import StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .problems import Conflict, Field, Invalid, NotFound
from .shapes import Shape

Label = Annotated[str, StringConstraints(min_length=1, max_length=60)]
# Held by whoever changes choices, so that two do not retire the last two of a meaning at once.
ONE_AT_A_TIME = 7_265_104


class ChoiceDraft(Shape):
    """A new choice, the last one of its set. `meaning` is one of those that the set knows; `extra` what else the
    choice decides."""

    label_ja: Label
    label_en: Label
    meaning: str = Limits("", max_length=40)
    extra: dict[str, Any] = Limits(default_factory=dict)


class ChoicePatch(Shape):
    """What is given is changed; `version` is the one that was read. `position` is the place in the set, from 1;
    `active: false` retires."""

    version: int
    label_ja: Label | None = None
    label_en: Label | None = None
    position: Annotated[int, Limits(ge=1, le=1_000)] | None = None
    active: bool | None = None
    extra: dict[str, Any] | None = None


def add_choice(
    session: Session, model: Any, master: str, draft: ChoiceDraft, meanings: Sequence[str], decides: Mapping[str, Any]
) -> Any:
    """A new row of `model` (with master, code, label_ja, label_en, meaning, position, active, version). `decides` are
    the columns that `extra` became."""
    session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    choices = _all(session, model, master)
    if draft.meaning not in meanings:
        ja, en = "この意味の値は追加できません。", "No choice of this meaning can be added."
        raise Invalid([Field("meaning", "unknown", ja, en)])
    _check_labels(choices, None, draft.label_ja, draft.label_en)
    taken = {choice.code for choice in choices}
    code = next(f"own_{number}" for number in range(1, 10_000) if f"own_{number}" not in taken)
    labels = {"label_ja": draft.label_ja, "label_en": draft.label_en}
    made = model(
        master=master, code=code, **labels, meaning=draft.meaning, position=len(choices) + 1, active=True, **decides
    )
    session.add(made)
    session.flush()
    return made


def change_choice(
    session: Session, model: Any, master: str, code: str, patch: ChoicePatch, kept: Sequence[str], current: Any
) -> Any:
    """Renames, moves, retires or revives. `kept` are codes that programs name and that are never retired; `current`
    makes the answer's `current` of a row, for a stale version. What `extra` decides the caller writes."""
    session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    choices = _all(session, model, master)
    choice = next((each for each in choices if each.code == code), None)
    if choice is None:
        raise NotFound(ja="この選択肢はありません。", en="There is no such choice.")
    if choice.version != patch.version:
        raise Conflict(
            code="stale_version",
            ja="ほかの人が先に更新しました。最新の内容を確認してから、もう一度保存してください。",
            en="Somebody saved this first. Look at what it is now, then save again.",
            current=current(choice),
        )
    label_ja, label_en = patch.label_ja or choice.label_ja, patch.label_en or choice.label_en
    _check_labels(choices, choice, label_ja, label_en)
    if patch.active is False and choice.active:
        _check_retirement(choices, choice, kept)
    choice.label_ja, choice.label_en = label_ja, label_en
    if patch.active is not None:
        choice.active = patch.active
    if patch.position is not None:
        choices.remove(choice)
        choices.insert(patch.position - 1, choice)
    for position, each in enumerate(choices, start=1):
        each.position = position
    session.flush()
    return choice


def _all(session: Session, model: Any, master: str) -> list[Any]:
    found = list(session.scalars(select(model).where(model.master == master).order_by(model.position, model.code)))
    if not found:
        raise NotFound(ja="このマスタはありません。", en="There is no such master.")
    return found


def _check_labels(choices: list[Any], own: Any, label_ja: str, label_en: str) -> None:
    """Lists name choices by their label: no two in use may have the same."""
    wrong = []
    for field, label in (("label_ja", label_ja), ("label_en", label_en)):
        if any(getattr(each, field) == label for each in choices if each is not own):
            wrong.append(Field(field, "taken", "同じ名前の選択肢があります。", "There is a choice of this name."))
    if wrong:
        raise Invalid(wrong)


def _check_retirement(choices: list[Any], choice: Any, kept: Sequence[str]) -> None:
    others = [each for each in choices if each.active and each is not choice]
    if choice.code in kept or not others or (choice.meaning and all(e.meaning != choice.meaning for e in others)):
        ja = f"「{choice.label_ja}」は仕組みが必要とするため、使用を停止できません。名前は変更できます。"
        en = f"“{choice.label_en}” is needed and cannot be retired. It can be renamed."
        raise Invalid([Field("active", "needed", ja, en)])
