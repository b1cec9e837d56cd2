"""Programs at the door: personal tokens made, shown once, used, revoked; and what is no token at all."""

from sqlalchemy import func, text, update

from gateway.models import ApiToken
from tests.cast import ISAMU, MAKI
from tests.gateway.conftest import browser, own_token, signed_in
from tests.parts import Part, token


def _personal(gateway: Part, **draft: str) -> str:
    made = signed_in(gateway, MAKI).post("/api/v1/tokens", json={"name": "MA連携"} | draft)
    assert made.status_code == 201, made.text
    return made.get_json()["token"]


def _with(gateway: Part, secret: str):
    client = gateway.by(None)
    client.token = secret
    return client


def test_a_personal_token_opens_the_api_in_its_owners_name(gateway: Part) -> None:
    secret = _personal(gateway)
    assert secret.startswith("tsunagi_pat_")
    assert _with(gateway, secret).get("/api/v1/me").get_json()["login"] == "maki"


def test_a_personal_token_is_shown_once_and_kept_as_a_hash(gateway: Part) -> None:
    secret = _personal(gateway)
    listed = signed_in(gateway, MAKI).get("/api/v1/tokens").get_json()["items"]
    assert [(each["name"], each["ending"]) for each in listed] == [("MA連携", secret[-4:])]
    assert "token" not in listed[0]
    with gateway.transaction() as session:
        assert secret not in str(session.execute(text("SELECT * FROM api_token")).all())


def test_a_revoked_token_and_one_past_its_end_are_refused(gateway: Part) -> None:
    revoked, ended = _personal(gateway), _personal(gateway, expires_at="2099-01-01T00:00:00Z")
    owner = signed_in(gateway, MAKI)
    first = owner.get("/api/v1/tokens").get_json()["items"][-1]
    assert owner.delete(f"/api/v1/tokens/{first['id']}").status_code == 204
    assert _with(gateway, revoked).get("/api/v1/me").status_code == 401
    assert _with(gateway, ended).get("/api/v1/me").status_code == 200
    with gateway.transaction() as session:
        session.execute(update(ApiToken).values(expires_at=func.now()))
    assert _with(gateway, ended).get("/api/v1/me").status_code == 401


def test_nobody_revokes_anothers_token(gateway: Part) -> None:
    secret = _personal(gateway)
    listed = signed_in(gateway, MAKI).get("/api/v1/tokens").get_json()["items"]
    assert signed_in(gateway, ISAMU).delete(f"/api/v1/tokens/{listed[0]['id']}").status_code == 404
    assert _with(gateway, secret).get("/api/v1/me").status_code == 200


def test_what_is_no_token_is_refused_by_a_problem(gateway: Part) -> None:
    for secret in ("nonsense", "tsunagi_pat_nonsense", "a.b.c", "x" * 5_000):
        answer = _with(gateway, secret).get("/api/v1/leads")
        assert answer.status_code == 401
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_for_services_opens_nothing_at_the_gateway(gateway: Part) -> None:
    assert _with(gateway, token(MAKI)).get("/api/v1/me").status_code == 401


def test_without_any_token_there_is_only_the_sign_in_and_the_description(gateway: Part) -> None:
    visitor = gateway.by(None)
    for path in ("/api/v1/me", "/api/v1/users", "/api/v1/leads", "/api/v1/masters/lead-stages", "/api/v1/tokens"):
        assert visitor.get(path).status_code == 401, path
    assert visitor.get("/api/v1/docs").status_code == 200


def test_a_browser_reads_the_api_with_its_cookie_but_changes_nothing_without_the_forms_token(
    gateway: Part, upstream
) -> None:
    client = browser(gateway, ISAMU)
    upstream.answers("/leads/1", {"id": "1"})
    assert client.get("/api/v1/leads/1").status_code == 200
    upstream.asked.clear()
    refused = client.patch("/api/v1/leads/1", json={"version": 1})
    assert (refused.status_code, refused.get_json()["title"]) == (403, "csrf")
    assert upstream.asked == []
    headers = {"X-CSRF-Token": own_token(client)}
    assert client.patch("/api/v1/leads/1", json={"version": 1}, headers=headers).status_code == 200


def test_a_token_that_would_have_ended_is_not_made_nor_one_by_another_token(gateway: Part) -> None:
    for past in ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00"):
        refused = signed_in(gateway, MAKI).post("/api/v1/tokens", json={"name": "x", "expires_at": past})
        assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "expires_at")
    client = browser(gateway, MAKI)
    form = {"csrf_token": own_token(client), "name": "x", "expires_at": "2020-01-01"}
    page = client.post("/administration/tokens", data=form)
    assert page.status_code == 422 and "有効期限には今日以降の日を指定してください。" in page.text
    secret = _personal(gateway, expires_at="2099-01-01T00:00:00Z")
    assert _with(gateway, secret).post("/api/v1/tokens", json={"name": "x"}).status_code == 403


def test_making_a_token_needs_a_name(gateway: Part) -> None:
    refused = signed_in(gateway, MAKI).post("/api/v1/tokens", json={"name": " "})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["field"] == "name"
    client = browser(gateway, MAKI)
    for name in (" ", "長" * 101):
        page = client.post("/administration/tokens", data={"csrf_token": own_token(client), "name": name})
        assert page.status_code == 422 and 'id="name-error"' in page.text
    assert signed_in(gateway, MAKI).get("/api/v1/tokens").get_json()["total"] == 0
