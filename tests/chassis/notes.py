"""A service of notes in process, for testing the HTTP door."""

from collections.abc import Iterator

from flask import Response
from flask.testing import FlaskClient
from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from chassis.auth import PUBLIC, SIGNED_IN, Actor
from chassis.problems import Conflict, FieldError
from chassis.routes import Routes
from chassis.shapes import Id, Shape
from contracts.roles import Role
from tests.cast import MANA
from tests.chassis import sample
from tests.parts import token

routes = Routes()


class NoteDraft(Shape):
    number: int = Field(ge=1, le=99)
    text: str = Field("", max_length=5)
    of: Id | None = None

    @field_validator("text")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        if "/" in value:
            raise FieldError("slash", ja="斜線は使えません。", en="No slashes.")
        return value


class NoteSearch(Shape):
    stage: list[str] = Field([])
    open: bool | None = None
    page_size: int = Field(50, le=500)


class NoteDetails(Shape):
    id: Id
    number: int
    text: str


@routes.post("/notes", allow=(Role.MANAGER,), body=NoteDraft, answer=NoteDetails, status=201, cause="note")
def make_note(session: Session, actor: Actor, body: NoteDraft) -> sample.Note:
    if body.number == 13:
        raise Conflict(ja="13 は使われています。", en="13 is taken.", current={"number": 13})
    note = sample.Note(number=body.number, text=f"{body.text} {actor.login}")
    session.add(note)
    session.flush()
    if body.number == 66:
        raise ZeroDivisionError
    return note


@routes.get("/notes", allow=SIGNED_IN, query=NoteSearch)
def list_notes(session: Session, query: NoteSearch) -> dict[str, object]:
    return {"asked": query.model_dump(), "numbers": [note.number for note in session.query(sample.Note)]}


@routes.post("/copies", allow=(Role.MANAGER,), status=201, cause="note")
def copy_notes(session: Session) -> Response:
    session.add(sample.Note(number=77, text=""))
    return Response((part for part in (b"[1,", b"2]")), 201, content_type="application/json", direct_passthrough=True)


@routes.get("/stream", allow=SIGNED_IN)
def stream_notes(session: Session) -> Iterator[str]:
    for note in session.query(sample.Note).order_by(sample.Note.number):
        yield f"{note.number}\n"
    session.add(sample.Note(number=99, text=""))


@routes.get("/open", allow=PUBLIC)
def open_to_all() -> dict[str, bool]:
    return {"open": True}


def as_(person: object, **more: str) -> dict[str, str]:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Authorization": f"Bearer {token(person)}", **headers}  # type: ignore[arg-type]


def numbers(client: FlaskClient) -> list[int]:
    found: list[int] = client.get("/notes", headers=as_(MANA)).get_json()["numbers"]
    return found
