"""The gateway on a database of its own with the demo company's people in it, and clients as they come to its door."""

import re
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from chassis.events import Cause
from gateway import csrf, demo_users, passwords, remembered
from gateway.api import document
from tests.cast import Person
from tests.gateway.upstream import Upstream
from tests.parts import Part, Signed

PASSWORD = demo_users.PASSWORD
MakePart = Callable[[str], Part]


@pytest.fixture
def upstream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Upstream]:
    """A server that stands where the five services would be."""
    server = Upstream()
    for name in ("CAMPAIGN", "LEAD", "OPPORTUNITY", "NOTIFICATION", "IMPORT"):
        monkeypatch.setenv(f"TSUNAGI_{name}_URL", server.url)
    yield server
    server.close()


@pytest.fixture
def gateway(part: MakePart, upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> Iterator[Part]:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # eight people, in every test
    monkeypatch.setattr(passwords, "_hasher", cheap)
    passwords._nobodys.cache_clear()
    made = part("gateway")
    remembered.forget()
    document.forget()
    with made.transaction() as session:
        session.info["cause"] = Cause.new("tool")
        demo_users.create(session)
    yield made
    passwords._nobodys.cache_clear()


def signed_in(gateway: Part, person: Person) -> Signed:
    """A program that signed in over the API."""
    client = gateway.by(None)
    answer = client.post("/api/v1/session", json={"login": person.login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    client.token = answer.get_json()["token"]
    return client


def browser(gateway: Part, person: Person | None) -> FlaskClient:
    """A browser, at the sign-in page or already past it."""
    client = gateway.app.test_client()
    if person:
        form = {"login": person.login, "password": PASSWORD, "csrf_token": form_token(client, "/sign-in")}
        answer = client.post("/sign-in", data=form)
        assert answer.status_code == 303, answer.text
    return client


def own_token(client: FlaskClient) -> str:
    """The token that the forms of this signed-in browser carry, without asking for a page."""
    cookie = client.get_cookie(csrf.session_cookie())
    assert cookie, "nobody is signed in"
    return csrf.derived_from(cookie.value)


def form_token(client: FlaskClient, path: str) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).text)
    assert found, f"{path} has no form"
    return found[1]
