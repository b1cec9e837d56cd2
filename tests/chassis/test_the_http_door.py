"""The HTTP door: who gets in, what is refused with which words, and one effect for one key."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, Response
from flask.testing import FlaskClient
from pydantic import Field, field_validator
from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis import auth, outbox
from chassis.auth import PUBLIC, SIGNED_IN, Actor
from chassis.database import engine, make_engine, transaction, use
from chassis.problems import Conflict, FieldError
from chassis.routes import Routes
from chassis.service import Service
from chassis.settings import settings
from chassis.shapes import Id, Shape
from chassis.web import create_app
from contracts.roles import Role
from tests.cast import GAKU, ISAMU, MANA
from tests.chassis import sample
from tests.chassis.running import fresh_database
from tests.parts import PRIVATE_KEY, PUBLIC_KEY, pem, token

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


@routes.get("/open", allow=PUBLIC)
def open_to_all() -> dict[str, bool]:
    return {"open": True}


@pytest.fixture
def app(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    (tmp_path / "public.pem").write_bytes(PUBLIC_KEY)
    monkeypatch.setenv("TSUNAGI_TOKEN_PUBLIC_KEY_FILE", str(tmp_path / "public.pem"))
    settings.cache_clear()
    auth._public_key.cache_clear()
    made = make_engine(fresh_database(postgres_url).replace("postgresql://", "postgresql+psycopg://"))
    outbox.machinery.create_all(made)
    sample.Base.metadata.create_all(made)
    use(made)
    yield create_app(Service("sample", routes=routes, metadata=sample.Base.metadata))
    use(None)
    made.dispose()
    settings.cache_clear()
    auth._public_key.cache_clear()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def as_(person: object, **more: str) -> dict[str, str]:
    headers = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Authorization": f"Bearer {token(person)}", **headers}  # type: ignore[arg-type]


def numbers(client: FlaskClient) -> list[int]:
    found: list[int] = client.get("/notes", headers=as_(MANA)).get_json()["numbers"]
    return found


def test_nobody_gets_in_without_a_token(client: FlaskClient) -> None:
    answer = client.post("/notes", json={"number": 1})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.get_json(force=True)["detail"] == "サインインしてください。"
    assert client.get("/open").get_json() == {"open": True}


GOOD = {
    "sub": "7",
    "login": "mana",
    "name": "真鍋 愛",
    "roles": ["manager"],
    "iss": auth.ISSUER,
    "aud": auth.AUDIENCE,
    "exp": 9_999_999_999,
}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"exp": 1}, PRIVATE_KEY),
        ({"iss": "mallory"}, PRIVATE_KEY),
        ({"aud": "elsewhere"}, PRIVATE_KEY),
        ({"iat": 9_999_999_998}, PRIVATE_KEY),
        ({}, pem(Ed25519PrivateKey.generate())),
    ],
    ids=["expired", "of another issuer", "for another audience", "of tomorrow", "signed by another"],
)
def test_a_token_that_is_not_the_gateways_is_refused(
    client: FlaskClient, changed: dict[str, object], key: bytes
) -> None:
    a_little_ahead = {"iat": int(time.time()) + 3}  # clocks differ
    good = jwt.encode(GOOD | a_little_ahead, PRIVATE_KEY, algorithm=auth.ALGORITHM)
    bad = jwt.encode(GOOD | changed, key, algorithm=auth.ALGORITHM)
    assert client.get("/notes", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    assert client.get("/notes", headers={"Authorization": f"Bearer {bad}"}).status_code == 401


def test_a_token_without_a_signature_is_refused(client: FlaskClient) -> None:
    unsigned = jwt.encode(GOOD, "", algorithm="none")
    assert client.get("/notes", headers={"Authorization": f"Bearer {unsigned}"}).status_code == 401


def test_only_the_named_roles_get_in(client: FlaskClient) -> None:
    assert client.post("/notes", json={"number": 1}, headers=as_(ISAMU)).status_code == 403
    assert client.post("/notes", json={"number": 1}, headers=as_(MANA)).status_code == 201
    assert client.get("/notes", headers=as_(GAKU)).status_code == 200


def test_every_mistake_is_named_by_field_in_the_language_asked_for(client: FlaskClient) -> None:
    wrong = {"number": 0, "text": "長すぎる文字です", "of": "x"}
    japanese = client.post("/notes", json=wrong, headers=as_(MANA)).get_json(force=True)
    assert {error["field"]: error["message"] for error in japanese["errors"]} == {
        "number": "1以上で入力してください。",
        "text": "5文字以内で入力してください。",
        "of": "ID の形が正しくありません。",
    }
    english = client.post("/notes", json={"number": 1, "text": "a/b"}, headers=as_(MANA, Accept_Language="en"))
    assert english.status_code == 422
    assert english.get_json(force=True)["errors"] == [{"field": "text", "code": "slash", "message": "No slashes."}]
    assert client.post("/notes", data=b"{", headers=as_(MANA)).status_code == 422


def test_lists_and_blanks_in_a_search_are_understood(client: FlaskClient) -> None:
    asked = client.get("/notes?stage=open&stage=won&open=true&page_size=", headers=as_(MANA)).get_json()["asked"]
    assert asked == {"stage": ["open", "won"], "open": True, "page_size": 50}
    assert client.get("/notes?page_size=501", headers=as_(MANA)).status_code == 422


def test_a_conflict_tells_what_is_and_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/notes", json={"number": 13}, headers=as_(MANA))
    assert answer.status_code == 409
    assert answer.get_json(force=True)["current"] == {"number": 13}
    assert numbers(client) == []


def test_an_unexpected_failure_leaves_nothing_behind_and_hides_its_inside(client: FlaskClient) -> None:
    answer = client.post("/notes", json={"number": 66}, headers=as_(MANA))
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.get_data(as_text=True)
    assert numbers(client) == []


def test_an_unknown_address_is_a_problem_too(client: FlaskClient) -> None:
    assert client.get("/nowhere").get_json(force=True)["detail"] == "このアドレスはありません。"


def test_the_same_key_takes_effect_once(client: FlaskClient) -> None:
    headers = as_(MANA, Idempotency_Key=str(uuid4()))
    first, second = (client.post("/notes", json={"number": 5}, headers=headers) for _ in range(2))
    assert (first.status_code, first.get_json()) == (second.status_code, second.get_json())
    assert numbers(client) == [5]
    other = client.post("/notes", json={"number": 6}, headers=headers)
    assert other.status_code == 409
    assert other.get_json(force=True)["title"] == "idempotency_key_reused"


def test_a_refused_request_does_not_use_its_key_up(client: FlaskClient) -> None:
    headers = as_(MANA, Idempotency_Key=str(uuid4()))
    assert client.post("/notes", json={"number": 13}, headers=headers).status_code == 409
    assert client.post("/notes", json={"number": 14}, headers=headers).status_code == 201


def test_a_double_click_takes_effect_once(app: Flask, client: FlaskClient) -> None:
    headers = as_(MANA, Idempotency_Key=str(uuid4()))
    answers = []
    barrier = threading.Barrier(4)

    def click() -> None:
        barrier.wait()
        answers.append(app.test_client().post("/notes", json={"number": 8}, headers=headers).get_json())

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert numbers(client) == [8]
    assert all(answer == answers[0] for answer in answers)


def test_the_document_describes_every_route(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    assert set(document["paths"]) == {"/notes", "/copies", "/open"}
    draft = document["components"]["schemas"]["NoteDraft"]
    assert draft["properties"]["number"]["maximum"] == 99
    assert document["paths"]["/notes"]["post"]["x-roles"] == ["manager"]


def test_health_and_metrics(client: FlaskClient) -> None:
    assert client.get("/health/live").status_code == client.get("/health/ready").status_code == 200
    client.get("/open")
    measured = client.get("/metrics").get_data(as_text=True)
    assert "tsunagi_outbox_unpublished 0.0" in measured
    assert 'tsunagi_requests_total{route="GET /open",status="200"} 1.0' in measured


def test_an_answer_that_streams_is_kept_for_its_key_like_any_other(client: FlaskClient) -> None:
    headers = as_(MANA, Idempotency_Key=str(uuid4()))
    first, second = (client.post("/copies", headers=headers) for _ in range(2))
    assert (first.status_code, first.data) == (second.status_code, second.data) == (201, b"[1,2]")
    assert numbers(client) == [77]


def test_forgetting_old_keys_waits_for_nobody(app: Flask) -> None:
    old = (
        "INSERT INTO idempotent_answer (user_id, key, asked, status, kept_at) VALUES (1, 'old', '', 200, '2020-01-01')"
    )
    with transaction() as session:
        session.execute(text(old))
    answers: list[int] = []
    headers = as_(MANA, Idempotency_Key=str(uuid4()))

    def ask() -> None:
        answers.append(app.test_client().post("/notes", json={"number": 5}, headers=headers).status_code)

    asking = threading.Thread(target=ask)
    with transaction() as other:  # another request, still at work, has just forgotten the old key
        other.execute(text("DELETE FROM idempotent_answer"))
        asking.start()
        asking.join(10)
        assert answers == [201]
    asking.join()


def test_too_many_requests_at_once_are_asked_to_come_again(app: Flask, client: FlaskClient) -> None:
    narrow = make_engine(str(engine().url.render_as_string(hide_password=False)), pool_size=1)
    narrow.pool._timeout = 0.1  # type: ignore[attr-defined]
    narrow.pool._max_overflow = 0  # type: ignore[attr-defined]
    use(narrow)
    with transaction() as session:
        session.execute(text("SELECT 1"))
        answer = client.get("/notes", headers=as_(MANA))
    narrow.dispose()
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
