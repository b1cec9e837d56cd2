"""A POST with an Idempotency-Key takes effect once, however often and however fast it comes."""

import threading
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from chassis.database import transaction
from tests.cast import MANA
from tests.chassis.notes import as_, numbers


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
