"""The HTTP door: who gets in, and what is refused with which words."""

import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from chassis import auth
from chassis.database import engine, make_engine, transaction, use
from tests.cast import GAKU, ISAMU, MANA
from tests.chassis.notes import as_, numbers
from tests.parts import PRIVATE_KEY, pem


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


def test_a_token_that_was_good_ends(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    token = jwt.encode(GOOD | {"exp": int(now) + 60}, PRIVATE_KEY, algorithm=auth.ALGORITHM)
    assert client.get("/notes", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    monkeypatch.setattr(auth.time, "time", lambda: now + 60 + auth.LEEWAY + 1)
    assert client.get("/notes", headers={"Authorization": f"Bearer {token}"}).status_code == 401


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
    nothing = client.post("/notes", json={"number": 1, "of": ""}, headers=as_(MANA)).get_json(force=True)
    assert [error["message"] for error in nothing["errors"]] == ["選択してください。"]
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


def test_the_document_describes_every_route(client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    assert set(document["paths"]) == {"/notes", "/copies", "/stream", "/open"}
    draft = document["components"]["schemas"]["NoteDraft"]
    assert draft["properties"]["number"]["maximum"] == 99
    assert document["paths"]["/notes"]["post"]["x-roles"] == ["manager"]


def test_health_and_metrics(client: FlaskClient) -> None:
    assert client.get("/health/live").status_code == client.get("/health/ready").status_code == 200
    client.get("/open")
    measured = client.get("/metrics").get_data(as_text=True)
    assert "tsunagi_outbox_unpublished 0.0" in measured
    assert 'tsunagi_requests_total{route="GET /open",status="200"} 1.0' in measured


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


def test_an_answer_may_come_bit_by_bit_and_its_transaction_lasts_as_long(client: FlaskClient) -> None:
    for number in (1, 2):
        client.post("/notes", json={"number": number}, headers=as_(MANA))
    answer = client.get("/stream", headers=as_(GAKU))
    assert answer.is_streamed and answer.text == "1\n2\n"
    answer.close()
    assert numbers(client) == [1, 2, 99]
