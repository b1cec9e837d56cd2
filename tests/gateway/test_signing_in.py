"""Somebody signs in and out: on the page and over the API; what is wrong, what is too often, what has ended."""

import time
from datetime import UTC, datetime, timedelta

import jwt
from argon2 import PasswordHasher
from sqlalchemy import func, select, text, update

from chassis.settings import settings
from gateway import csrf, passwords, tokens
from gateway.commands import signing_in
from gateway.models import FailedSignIn, SignedInSession, User
from tests.cast import ADMIN, ISAMU, MAKI
from tests.gateway.conftest import PASSWORD, browser, form_token, own_token, signed_in
from tests.parts import PUBLIC_KEY, Part


def _try(gateway: Part, login: str, password: str, address: str = "10.0.0.1"):
    return gateway.by(None).post(
        "/api/v1/session", json={"login": login, "password": password}, environ_base={"REMOTE_ADDR": address}
    )


def test_a_program_signs_in_and_asks_who_it_is(gateway: Part) -> None:
    me = signed_in(gateway, MAKI).get("/api/v1/me").get_json()
    assert (me["login"], me["name"], me["department"]) == ("maki", "牧野 真紀", "マーケティング部")
    assert me["roles"] == ["marketing"]
    assert me["email"] == "maki@tsunagi.example.jp"
    assert isinstance(me["id"], str)


def test_the_answer_says_when_the_token_ends(gateway: Part) -> None:
    answer = _try(gateway, "maki", PASSWORD).get_json()
    assert set(answer) == {"token", "expires_at"}
    ends = datetime.fromisoformat(answer["expires_at"])
    assert timedelta(days=6) < ends - datetime.now(UTC) <= timedelta(days=7)


def test_the_case_of_a_login_does_not_matter(gateway: Part) -> None:
    for login in ("MAKI", " maki ", "Maki"):
        assert _try(gateway, login, PASSWORD).status_code == 200, login


def test_a_space_is_part_of_a_password(gateway: Part) -> None:
    assert _try(gateway, "maki", f" {PASSWORD}").status_code == 401


def test_a_wrong_password_and_an_unknown_login_read_the_same(gateway: Part) -> None:
    wrong, unknown = _try(gateway, "maki", "not-this-one"), _try(gateway, "nobody", "not-this-one")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json() == unknown.get_json()
    assert wrong.get_json()["detail"] == "ログインIDまたはパスワードが正しくありません。"


def test_an_unknown_login_takes_as_long_as_a_wrong_password() -> None:
    kept = passwords.hashed(PASSWORD)
    passwords.matches(None, "warm")

    def seconds(hash_kept: str | None) -> float:
        start = time.process_time()
        for _ in range(5):
            assert not passwords.matches(hash_kept, "not-this-one")
        return time.process_time() - start

    assert 0.5 < seconds(None) / seconds(kept) < 2


def test_five_wrong_passwords_close_the_door_for_a_while(gateway: Part) -> None:
    for _ in range(signing_in.ATTEMPTS):
        assert _try(gateway, "isamu", "wrong-password").status_code == 401
    refused = _try(gateway, "Isamu", PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= signing_in.WINDOW.total_seconds()
    assert "時間をおいて" in refused.get_json()["detail"]
    assert _try(gateway, "maki", PASSWORD).status_code == 200  # another login
    assert _try(gateway, "isamu", PASSWORD, "10.0.0.2").status_code == 200  # another address
    with gateway.transaction() as session:
        session.execute(update(FailedSignIn).values(failed_at=func.now() - signing_in.WINDOW))
    assert _try(gateway, "isamu", PASSWORD).status_code == 200


def test_a_right_password_forgets_the_wrong_ones_before(gateway: Part) -> None:
    for _ in range(3):
        for _ in range(signing_in.ATTEMPTS - 1):
            assert _try(gateway, "isamu", "wrong-password").status_code == 401
        assert _try(gateway, "isamu", PASSWORD).status_code == 200


def test_unknown_logins_are_counted_too(gateway: Part) -> None:
    statuses = [_try(gateway, "nobody", "x" * 12).status_code for _ in range(signing_in.ATTEMPTS + 1)]
    assert statuses == [401] * signing_in.ATTEMPTS + [429]


def test_another_sign_in_of_a_browser_ends_the_one_before(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    before = client.get_cookie(csrf.session_cookie())
    assert before
    form = {"login": "isamu", "password": PASSWORD, "csrf_token": own_token(client)}
    assert client.post("/sign-in", data=form).status_code == 303
    assert client.get("/api/v1/me").get_json()["login"] == "isamu"
    other = gateway.by(None)
    other.token = before.value
    assert other.get("/api/v1/me").status_code == 401


def test_who_is_no_longer_active_stays_outside(gateway: Part) -> None:
    client = signed_in(gateway, ISAMU)
    with gateway.transaction() as session:
        session.execute(update(User).where(User.login == "isamu").values(active=False))
    assert client.get("/api/v1/me").status_code == 401
    assert _try(gateway, "isamu", PASSWORD).status_code == 401


def test_a_sign_in_ends_after_its_lifetime_and_when_nobody_uses_it(gateway: Part) -> None:
    old, idle, fresh = (signed_in(gateway, MAKI) for _ in range(3))

    def age(client, **values) -> None:
        with gateway.transaction() as session:
            mine = SignedInSession.token_hash == tokens.fingerprint(client.token)
            session.execute(update(SignedInSession).where(mine).values(values))

    age(old, expires_at=func.now())
    age(idle, last_seen_at=func.now() - text("interval '13 hours'"))
    age(fresh, last_seen_at=func.now() - text("interval '11 hours'"))
    assert [client.get("/api/v1/me").status_code for client in (old, idle, fresh)] == [401, 401, 200]
    age(fresh, expires_at=func.now() + text("interval '1 hour'"))
    with gateway.transaction() as session:
        seen = session.scalars(select(SignedInSession.last_seen_at)).all()
    assert max(seen) > datetime.now(UTC) - timedelta(minutes=1), "its use was noted"


def test_only_the_hash_of_a_token_is_kept(gateway: Part) -> None:
    token = signed_in(gateway, MAKI).token
    with gateway.transaction() as session:
        assert token not in str(session.execute(text("SELECT * FROM session")).all())
        assert session.scalar(text("SELECT count(*) FROM idempotent_answer")) == 0


def test_the_answer_to_a_sign_in_is_not_kept_for_repeats(gateway: Part) -> None:
    form, headers = {"login": "maki", "password": PASSWORD}, {"Idempotency-Key": "the-same"}
    first = gateway.by(None).post("/api/v1/session", json=form, headers=headers)
    second = gateway.by(None).post("/api/v1/session", json=form, headers=headers)
    assert first.get_json()["token"] != second.get_json()["token"]


def test_a_password_hashed_with_older_parameters_is_hashed_anew(gateway: Part) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with gateway.transaction() as session:
        session.execute(update(User).where(User.login == "maki").values(password_hash=old))
    assert _try(gateway, "maki", PASSWORD).status_code == 200
    with gateway.transaction() as session:
        kept = session.scalar(select(User.password_hash).where(User.login == "maki"))
    assert kept and kept != old and not passwords.outdated(kept)
    assert _try(gateway, "maki", PASSWORD).status_code == 200


def test_services_are_shown_a_signed_token_of_a_minute_or_little_more(gateway: Part, upstream) -> None:
    client, before = signed_in(gateway, ISAMU), time.time()
    client.get("/api/v1/leads")
    token = upstream.asked[-1].headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, PUBLIC_KEY, ["EdDSA"], audience="tsunagi", issuer="gateway")
    assert claims["exp"] - before >= 60 and claims["exp"] - time.time() <= 90
    assert (claims["login"], claims["name"], claims["roles"]) == ("isamu", "石田 勇", ["inside_sales"])
    assert claims["locale"] == "ja" and claims["department_id"] > 0 and claims["sub"].isdigit()


def test_a_person_signs_in_on_the_page_and_goes_on_to_where_they_were(gateway: Part, upstream) -> None:
    client = browser(gateway, None)
    sent_away = client.get("/leads?owner=me")
    assert sent_away.status_code == 303
    assert sent_away.location == "/sign-in?next=%2Fleads%3Fowner%3Dme"
    form = {"login": "maki", "password": PASSWORD, "next": "/leads?owner=me"}
    answer = client.post("/sign-in", data=form | {"csrf_token": form_token(client, sent_away.location)})
    assert (answer.status_code, answer.location) == (303, "/leads?owner=me")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie


def test_the_cookie_is_for_this_host_over_tls_where_it_is_asked_for(gateway: Part, monkeypatch) -> None:
    monkeypatch.setenv("TSUNAGI_SECURE_COOKIES", "1")
    settings.cache_clear()
    client = gateway.app.test_client()
    opts = {"base_url": "https://localhost"}
    token = _token_in(client.get("/sign-in", **opts).text)
    form = {"login": "maki", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/sign-in", data=form, **opts)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-tsunagi=") and "Secure" in cookie
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def _token_in(page: str) -> str:
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def test_nobody_is_sent_to_another_site_after_signing_in(gateway: Part) -> None:
    others = ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example")
    for target in (*others, "javascript:x()", "x", "//["):
        client = browser(gateway, None)
        form = {"login": "maki", "password": PASSWORD, "next": target, "csrf_token": form_token(client, "/sign-in")}
        assert client.post("/sign-in", data=form).location == "/", target


def test_a_wrong_password_on_the_page_says_so_and_asks_again(gateway: Part) -> None:
    client = browser(gateway, None)
    form = {"login": "maki", "password": "wrong-password", "csrf_token": form_token(client, "/sign-in")}
    answer = client.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "ログインIDまたはパスワードが正しくありません。" in answer.text
    assert "wrong-password" not in answer.text
    for _ in range(signing_in.ATTEMPTS):
        answer = client.post("/sign-in", data=form)
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_signing_out_ends_the_sign_in_itself(gateway: Part, upstream) -> None:
    client = browser(gateway, MAKI)
    cookie = client.get_cookie("tsunagi")
    assert cookie
    client.post("/sign-out", data={"csrf_token": own_token(client)})
    assert client.get_cookie("tsunagi") is None
    client.set_cookie("tsunagi", cookie.value)
    assert client.get("/").status_code == 303


def test_a_program_signs_out(gateway: Part) -> None:
    client = signed_in(gateway, ADMIN)
    assert client.delete("/api/v1/session").status_code == 204
    assert client.get("/api/v1/me").status_code == 401


def test_a_browser_signs_out_over_the_api(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    assert client.delete("/api/v1/session", headers={"X-CSRF-Token": own_token(client)}).status_code == 204
    assert client.get("/api/v1/me").status_code == 401
