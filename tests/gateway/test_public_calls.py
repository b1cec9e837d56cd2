"""Other systems call the API: each call reaches its owner with everything it carries, and comes back as it is."""

import io
import re

import pytest

from chassis.service import NAMES, load
from chassis.settings import settings
from gateway import guard
from gateway.api.public_calls import CALLS, MASTERS
from tests.cast import GAKU, ISAMU, MAKI
from tests.gateway.conftest import browser, own_token, signed_in
from tests.gateway.upstream import Upstream
from tests.parts import Part


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}|<[^>]+>", "{}", path)


@pytest.mark.parametrize("service", NAMES)
def test_the_owner_answers_every_public_call(service: str) -> None:
    answered = {(route.method, _pattern(route.path.removeprefix("/api/v1"))) for route in load(service).routes.declared}
    calls = {(call.method, _pattern(call.path)) for call in CALLS if call.service == service}
    if service in MASTERS.values():
        calls.add(("GET", "/masters/{}"))
    assert calls - answered == set()


def test_a_call_reaches_its_owner_as_it_was_made(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/leads", {"items": [], "total": 0, "next_cursor": None})
    client = signed_in(gateway, ISAMU)
    headers = {"Accept-Language": "en", "X-Request-Id": "request-12345"}
    answer = client.get("/api/v1/leads?q=%E5%B1%B1%E7%94%B0&stage=open&stage=appointment", headers=headers)
    assert answer.get_json() == {"items": [], "total": 0, "next_cursor": None}
    assert answer.headers["X-Request-Id"] == "request-12345"
    asked = upstream.asked[-1]
    assert (asked.method, asked.path) == ("GET", "/leads?q=%E5%B1%B1%E7%94%B0&stage=open&stage=appointment")
    assert asked.headers["x-request-id"] == "request-12345"
    assert asked.headers["accept-language"] == "en"
    assert client.token not in str(asked.headers), "the token of the person stays at the gateway"


def test_a_post_carries_its_body_and_its_key(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/leads/7/actions", {"id": "3"}, status=201, Idempotent_Replay="true")
    headers = {"Idempotency-Key": "once-only"}
    answer = signed_in(gateway, ISAMU).post("/api/v1/leads/7/actions", json={"type": "phone_out"}, headers=headers)
    assert (answer.status_code, answer.get_json()) == (201, {"id": "3"})
    assert answer.headers["Idempotent-Replay"] == "true"
    asked = upstream.asked[-1]
    assert asked.body == b'{"type": "phone_out"}' and asked.headers["content-type"] == "application/json"
    assert asked.headers["idempotency-key"] == "once-only"


def test_a_path_cannot_climb_to_another_call(gateway: Part, upstream: Upstream) -> None:
    client = signed_in(gateway, ISAMU)
    upstream.asked.clear()
    for method, path in (
        ("POST", "/leads/assignments/../undoing"),
        ("POST", "/leads/assignments/%2e%2e/undoing"),
        ("PATCH", "/masters/lead-stages/.."),
        ("GET", "/leads/assignments/."),
    ):
        assert client.open(f"/api/v1{path}", method=method, json={}).status_code == 404, path
    assert upstream.asked == []


def test_a_conversion_goes_to_the_owner_of_opportunities(
    gateway: Part, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings().service_urls, "lead", "http://127.0.0.1:9")
    upstream.answers("/leads/7/conversion", {"opportunity_id": "1", "account_id": "2"}, status=201)
    answer = signed_in(gateway, ISAMU).post("/api/v1/leads/7/conversion", json={"campaign_id": "1"})
    assert (answer.status_code, answer.get_json()) == (201, {"opportunity_id": "1", "account_id": "2"})


def test_a_problem_passes_through_as_its_owner_said_it(gateway: Part, upstream: Upstream) -> None:
    problem = {"type": "urn:x", "title": "stale_version", "status": 409, "detail": "…", "current": {"version": 3}}
    upstream.answers("/leads/7", problem, status=409)
    answer = signed_in(gateway, ISAMU).patch("/api/v1/leads/7", json={"version": 2})
    assert (answer.status_code, answer.get_json()) == (409, problem)
    assert answer.mimetype == "application/problem+json"


def test_a_master_is_asked_of_its_owner(gateway: Part, monkeypatch: pytest.MonkeyPatch, upstream: Upstream) -> None:
    urls, client = settings().service_urls, signed_in(gateway, MAKI)
    assert {"action-reached", "person-statuses"} <= MASTERS.keys()
    for name, owner in MASTERS.items():
        for service in urls:
            monkeypatch.setitem(urls, service, upstream.url if service == owner else "http://127.0.0.1:9")
        assert client.get(f"/api/v1/masters/{name}").status_code == 200, name
        assert upstream.asked[-1].path == f"/masters/{name}"


def test_an_unknown_master_is_not_found(gateway: Part, upstream: Upstream) -> None:
    answer = signed_in(gateway, MAKI).get("/api/v1/masters/users")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert upstream.asked == []


def test_a_file_goes_up_unread_and_comes_down_with_its_name(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/lists", {"id": "5"}, status=202)
    client = signed_in(gateway, MAKI)
    content = bytes(range(256)) * 4_000
    form = {"kind": "invited", "campaign_id": "1", "file": (io.BytesIO(content), "リスト.xlsx")}
    answer = client.post("/api/v1/lists", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.get_json()) == (202, {"id": "5"})
    asked = upstream.asked[-1]
    boundary = asked.headers["content-type"].removeprefix("multipart/form-data; boundary=").strip('"')
    assert content in asked.body and "リスト.xlsx".encode() in asked.body
    assert asked.body.endswith(f"--{boundary}--\r\n".encode())

    disposition = "attachment; filename*=UTF-8''%E3%83%AA.xlsx"
    upstream.answers("/exports/3/file", content, Content_Disposition=disposition, ETag='"abc"')
    file = client.get("/api/v1/exports/3/file")
    assert file.data == content
    assert file.headers["Content-Disposition"] == disposition and file.headers["ETag"] == '"abc"'
    assert int(file.headers["Content-Length"]) == len(content)


def test_a_file_over_the_limit_is_refused_before_any_service_sees_it(
    gateway: Part, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(gateway.app.config, "MAX_CONTENT_LENGTH", 10_000)
    client = signed_in(gateway, MAKI)
    form = {"kind": "invited", "file": (io.BytesIO(b"x" * 20_000), "big.xlsx")}
    answer = client.post("/api/v1/lists", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert "200 MB" in answer.get_json()["detail"]
    assert upstream.asked == []
    assert guard.LARGEST == 200 * 1024 * 1024


def test_while_a_part_is_down_its_calls_say_when_to_come_back(
    gateway: Part, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings().service_urls, "lead", "http://127.0.0.1:9")
    client = signed_in(gateway, ISAMU)
    down = client.get("/api/v1/leads")
    assert (down.status_code, down.mimetype) == (503, "application/problem+json")
    assert int(down.headers["Retry-After"]) > 0
    assert client.get("/api/v1/campaigns").status_code == 200, "the others work on"
    page = browser(gateway, ISAMU).get("/leads")
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert int(page.headers["Retry-After"]) > 0


def test_who_may_what_is_the_owners_decision(gateway: Part, upstream: Upstream) -> None:
    refusal = {"type": "urn:x", "title": "forbidden", "status": 403, "detail": "…"}
    upstream.answers("/exports", refusal, status=403)
    assert signed_in(gateway, GAKU).post("/api/v1/exports", json={}).status_code == 403


def test_ids_are_numbers_and_other_paths_are_not_found(gateway: Part, upstream: Upstream) -> None:
    client = signed_in(gateway, ISAMU)
    for path in ("/api/v1/leads/abc", "/api/v1/leads/7/secrets", "/api/v1/health/live", "/api/v1/leads/../users/x"):
        assert client.get(path).status_code == 404, path
    assert upstream.asked == []


def test_a_browser_changes_things_over_the_api_with_its_forms_token(gateway: Part, upstream: Upstream) -> None:
    client = browser(gateway, ISAMU)
    headers = {"X-CSRF-Token": own_token(client)}
    assert client.post("/api/v1/notifications/reading", headers=headers).status_code == 200


def test_a_browser_shows_the_api_its_token_in_the_header(gateway: Part, upstream: Upstream) -> None:
    # Looking for it in the body would use the body up, and the owner would wait for one that never comes.
    client = browser(gateway, MAKI)
    hidden = client.post("/api/v1/lists", data={"csrf_token": own_token(client), "kind": "invited"})
    assert hidden.status_code == 403
    shown = client.post("/api/v1/lists", data={"kind": "invited"}, headers={"X-CSRF-Token": own_token(client)})
    assert shown.status_code == 200
    assert b"kind=invited" in upstream.asked[-1].body
