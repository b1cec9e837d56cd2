"""Sets of choices (masters) that an administrator keeps in a service's `choice` table: add, rename, reorder, retire.

A choice is never deleted: records hold its code. What programs rely on is its meaning, which stays what it was made
with; the last one in use of a meaning cannot be retired.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import BaseModel, StringConstraints, ValidationError
from pydantic import Field as Limits
from sqlalchemy import Boolean, Integer, Text, func, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from .auth import Allowed
from .problems import Conflict, Field, Invalid, NotFound, from_pydantic, text
from .routes import Routes
from .shapes import Page, Shape

Label = Annotated[str, StringConstraints(min_length=1, max_length=60)]
# Held by whoever changes choices, so that two do not retire the last two of a meaning at once.
ONE_AT_A_TIME = 7_265_104
CACHE = "choices"  # where a transaction keeps what it has read


class ChoiceRow:
    """The columns of a `choice` table. Code asks for `meaning`; the labels are whatever the administrator calls it."""

    __tablename__ = "choice"
    master: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    label_ja: Mapped[str] = mapped_column(Text)
    label_en: Mapped[str] = mapped_column(Text)
    meaning: Mapped[str] = mapped_column(Text, server_default="")
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    version: Mapped[int] = mapped_column(Integer, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        # The table is the class's that this is mixed into.
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]

    @property
    def label(self) -> str:
        """In the language of the request."""
        return text(ja=self.label_ja, en=self.label_en)


class Choices:
    """All choices of all sets of a service, a few dozen rows. A service names its table: `model = Choice`."""

    model: ClassVar[Any]

    def __init__(self, session: Session) -> None:
        rows = session.scalars(select(self.model).order_by(self.model.master, self.model.position)).all()
        self.by_code = {(choice.master, choice.code): choice for choice in rows}

    @classmethod
    def known(cls, session: Session) -> Self:
        """Read once in a transaction."""
        found: Self | None = session.info.get(CACHE)
        if found is None:
            found = session.info[CACHE] = cls(session)
        return found

    def of(self, master: str) -> list[Any]:
        """In their order; empty for a set that does not exist."""
        return [choice for choice in self.by_code.values() if choice.master == master]

    def label(self, master: str, code: str | None) -> str:
        """What to show for a code; "" for none, the code itself for one that is gone."""
        choice = self.by_code.get((master, code or ""))
        return choice.label if choice else code or ""

    def meaning(self, master: str, code: str) -> str:
        choice = self.by_code.get((master, code))
        return choice.meaning if choice else ""

    def first(self, master: str, meaning: str) -> str:
        """The first value in use with that meaning. Raises StopIteration if there is none."""
        return next(choice.code for choice in self.of(master) if choice.active and choice.meaning == meaning)

    def chosen(
        self, master: str, named: str, field: str, errors: list[Field], kept: Collection[str | None] = ()
    ) -> str:
        """The code of the value that is named by code or label; adds to `errors` if there is none, or if it is
        retired and not `kept`, one that the record has already."""
        labelled = (choice for choice in self.of(master) if named in (choice.label_ja, choice.label_en))
        choice = self.by_code.get((master, named)) or next(labelled, None)
        if choice and (choice.active or choice.code in kept):
            return str(choice.code)
        ja, en = f"「{named}」は選択肢にありません。", f"“{named}” is not one of the choices."
        errors.append(Field(field, "unknown", ja=ja, en=en))
        return named


class ChoiceShape(Shape):
    """One value of a master: `code` is stored, `label` is shown, `meaning` is what programs may rely on."""

    code: str
    label: str
    label_ja: str
    label_en: str
    meaning: str
    position: int
    active: bool
    version: int


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
    session.info.pop(CACHE, None)
    return made


def change_choice(
    session: Session,
    model: Any,
    master: str,
    code: str,
    patch: ChoicePatch,
    shape: type[ChoiceShape],
    kept: Sequence[str] = (),
) -> Any:
    """Renames, moves, retires or revives. `shape` is that of the answer's `current`, for a stale version; `kept` are
    codes that programs name and that are never retired. What `extra` decides the caller writes."""
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
            current=shape.model_validate(choice).model_dump(mode="json"),
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
    session.info.pop(CACHE, None)
    return choice


Decides = TypeVar("Decides", bound=BaseModel)


def decided(shape: type[Decides], extra: Mapping[str, Any]) -> Decides:
    """What else a choice decides, checked. Raises Invalid, whose fields stand under `extra`."""
    try:
        return shape.model_validate(extra)
    except ValidationError as error:
        told = from_pydantic(error.errors(include_url=False)).errors
        raise Invalid([Field(f"extra.{each.field}", each.code, each.ja, each.en) for each in told]) from error


def declare_masters(
    routes: Routes,
    *,
    shape: type[ChoiceShape],
    read: Allowed,
    keep: Allowed,
    choices_of: Callable[[Session, str], list[Any]],
    create: Callable[[Session, str, ChoiceDraft], Any],
    edit: Callable[[Session, str, str, ChoicePatch], Any],
) -> None:
    """The routes of a service's masters. `choices_of` are the values of one in their order, none if there is no such
    master."""

    # The shape of a page is made of what the service gives, which a type checker does not see.
    @routes.get("/masters/<master>", allow=read, answer=Page[shape])  # type: ignore[valid-type]
    def list_choices(session: Session, master: str) -> Page[Any]:
        found = [shape.model_validate(choice) for choice in choices_of(session, master)]
        if not found:
            raise NotFound(ja="このマスタはありません。", en="There is no such master.")
        return Page[shape](items=found, total=len(found))  # type: ignore[valid-type]

    @routes.post("/masters/<master>", allow=keep, body=ChoiceDraft, answer=shape, status=201, cause="master")
    def create_choice(session: Session, master: str, body: ChoiceDraft) -> Any:
        return create(session, master, body)

    @routes.patch("/masters/<master>/<code>", allow=keep, body=ChoicePatch, answer=shape, cause="master")
    def edit_choice(session: Session, master: str, code: str, body: ChoicePatch) -> Any:
        return edit(session, master, code, body)


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
