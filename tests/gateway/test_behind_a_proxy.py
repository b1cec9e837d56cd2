"""The gateway behind a reverse proxy: who counts wrong passwords of whom, and whom nobody may pretend to be."""

import pytest

from chassis.settings import settings
from chassis.web import create_app
from gateway.commands import signing_in
from tests.gateway.conftest import PASSWORD
from tests.parts import Part, Signed

PROXY = {"REMOTE_ADDR": "10.0.0.1"}


def _wrong(gateway: Part, forwarded: str) -> int:
    return _sign_in(gateway, "not-this-one", forwarded)


def _sign_in(gateway: Part, password: str, forwarded: str) -> int:
    form, headers = {"login": "maki", "password": password}, {"X-Forwarded-For": forwarded}
    return gateway.by(None).post("/api/v1/session", json=form, headers=headers, environ_base=PROXY).status_code


@pytest.fixture
def behind_a_proxy(gateway: Part, monkeypatch: pytest.MonkeyPatch) -> Part:
    monkeypatch.setenv("TSUNAGI_TRUSTED_PROXIES", "1")
    settings.cache_clear()
    gateway.app = create_app(gateway.service)
    gateway.app.test_client_class = Signed
    return gateway


def test_wrong_passwords_from_elsewhere_keep_nobody_out(behind_a_proxy: Part) -> None:
    for _ in range(signing_in.ATTEMPTS):
        assert _wrong(behind_a_proxy, "203.0.113.5") == 401
    assert _wrong(behind_a_proxy, "203.0.113.5") == 429
    assert _sign_in(behind_a_proxy, PASSWORD, "198.51.100.7") == 200


def test_only_what_the_proxy_itself_saw_counts(behind_a_proxy: Part) -> None:
    for number in range(signing_in.ATTEMPTS):
        assert _wrong(behind_a_proxy, f"192.0.2.{number}, 203.0.113.5") == 401
    assert _wrong(behind_a_proxy, "192.0.2.99, 203.0.113.5") == 429


def test_without_a_trusted_proxy_nobody_chooses_an_address(gateway: Part) -> None:
    for number in range(signing_in.ATTEMPTS):
        assert _wrong(gateway, f"192.0.2.{number}") == 401
    assert _wrong(gateway, "192.0.2.99") == 429
