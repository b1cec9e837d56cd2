"""A page asks services in the name of who is signed in: parameters, keys, files both ways, and what goes wrong."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from flask import g
from werkzeug.datastructures import FileStorage
from werkzeug.formparser import parse_form_data

from chassis.auth import NotSignedIn
from chassis.problems import Problem
from chassis.settings import settings
from gateway import calling
from gateway.authentication import SignedIn
from gateway.calling import call, together
from tests.cast import ISAMU
from tests.gateway.upstream import Asked, Upstream
from tests.parts import Part


@contextmanager
def page(gateway: Part, **request: object) -> Iterator[None]:
    """Inside a page's view, with isamu signed in."""
    with gateway.app.test_request_context(**request):
        roles = frozenset(ISAMU.roles)
        g.signed_in = SignedIn(ISAMU.id, ISAMU.login, ISAMU.name, ISAMU.email, 3, ISAMU.department, roles, "ja")
        g.language, g.request_id = "en", "request-1"
        yield


def _form(asked: Asked) -> tuple[dict[str, str], dict[str, FileStorage]]:
    environ = {
        "REQUEST_METHOD": "POST",
        "wsgi.input": io.BytesIO(asked.body),
        "CONTENT_TYPE": asked.headers["content-type"],
        "CONTENT_LENGTH": asked.headers["content-length"],
    }
    _, fields, files = parse_form_data(environ)
    return fields.to_dict(), files.to_dict()


def test_parameters_are_written_as_the_api_reads_them(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/leads", {"items": []})
    with page(gateway):
        search = {"q": "山田", "stage": ["open", "dropped"], "invited": True, "source": None, "page_size": 50}
        assert call("lead").get("/leads", search) == {"items": []}
    asked = upstream.asked[-1]
    assert asked.path == "/leads?q=%E5%B1%B1%E7%94%B0&stage=open&stage=dropped&invited=true&page_size=50"
    assert (asked.headers["accept-language"], asked.headers["x-request-id"]) == ("en", "request-1")


def test_what_a_page_asks_together_is_asked_at_once_in_the_name_and_language_of_the_reader(
    gateway: Part, upstream: Upstream
) -> None:
    upstream.all_here = threading.Barrier(3)
    for number in range(3):
        upstream.answers(f"/leads/{number}", {"id": number})
    with page(gateway):
        found = together(*(partial(call("lead").get, f"/leads/{number}") for number in range(3)))
    assert [lead["id"] for lead in found] == [0, 1, 2]
    assert {(asked.headers["accept-language"], asked.headers["x-request-id"]) for asked in upstream.asked} == {
        ("en", "request-1")
    }
    upstream.all_here = None
    upstream.answers("/leads/1", {"status": 404, "code": "not_found"}, status=404)
    with page(gateway), pytest.raises(Problem) as refused:
        together(*(partial(call("lead").get, f"/leads/{number}") for number in range(3)))
    assert refused.value.status == 404


def test_a_page_waits_for_no_other_pages_questions(gateway: Part, upstream: Upstream) -> None:
    let_go = threading.Event()
    hanging = [calling._askers.submit(let_go.wait, 30) for _ in range(8)]
    upstream.answers("/leads/1", {"id": 1})
    try:
        with page(gateway):
            assert together(*[partial(call("lead").get, "/leads/1")] * 3) == [{"id": 1}] * 3
    finally:
        let_go.set()
        assert all(one.result() for one in hanging)


def test_a_form_sent_twice_carries_the_same_key_and_another_for_another_purpose(
    gateway: Part, upstream: Upstream
) -> None:
    for _ in range(2):
        with page(gateway, method="POST", data={"form_key": "abc"}):
            call("lead").post("/leads/7/actions", {})
            call("lead").post("/leads/8/actions", {})
    keys = [asked.headers["idempotency-key"] for asked in upstream.asked]
    assert keys[:2] == keys[2:] and keys[0] != keys[1]


def test_a_file_of_a_form_is_passed_on_with_its_name_whatever_it_is_called(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/lists", {"id": "1"}, status=202)
    content = bytes(range(256)) * 1_000
    name = '招待リスト"2026".xlsx'
    with page(gateway, method="POST", data={}):
        file = FileStorage(io.BytesIO(content), name, content_type="application/x-xlsx")
        fields = {"kind": "invited", "campaign_id": 3, "mode": None}
        assert call("import").upload("/lists", fields, {"file": file}, key="k") == {"id": "1"}
    got, files = _form(upstream.asked[-1])
    assert got == {"kind": "invited", "campaign_id": "3"}
    assert files["file"].read() == content
    assert files["file"].filename == name
    assert files["file"].mimetype == "application/x-xlsx"
    assert upstream.asked[-1].headers["idempotency-key"] == "k"


def test_a_download_is_passed_on_as_it_arrives(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/list-template.xlsx", b"PK" * 100_000, Content_Disposition="attachment; filename=x.xlsx")
    with page(gateway):
        response = call("import").download("/list-template.xlsx")
        assert response.headers["Content-Disposition"] == "attachment; filename=x.xlsx"
        assert b"".join(response.response) == b"PK" * 100_000  # type: ignore[arg-type]


def test_who_asks_for_the_headers_of_a_file_alone_takes_nothing_out(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/exports/7/file", b"PK", Content_Disposition="attachment; filename=x.xlsx")
    upstream.answers("/exports/8/file", {"status": 404}, status=404)
    with page(gateway, method="HEAD"):
        found, missing = (call("import").download(f"/exports/{number}/file") for number in (7, 8))
    assert [asked.method for asked in upstream.asked] == ["HEAD", "HEAD"]
    assert found.headers["Content-Disposition"] == "attachment; filename=x.xlsx"
    assert (found.status_code, missing.status_code) == (200, 404)


@pytest.mark.parametrize("ask", ["get", "post", "download", "upload"])
def test_a_problem_of_the_service_is_raised_with_all_it_says(gateway: Part, upstream: Upstream, ask: str) -> None:
    errors = [{"field": "email", "code": "invalid", "message": "…"}]
    problem = {"type": "urn:x", "title": "invalid", "status": 422, "detail": "…", "errors": errors}
    upstream.answers("/lists", problem, status=422)
    with page(gateway, method="POST", data={}), pytest.raises(Problem) as raised:
        client = call("import")
        if ask == "upload":
            client.upload("/lists", {}, {"file": FileStorage(io.BytesIO(b"x"), "x.xlsx")})
        else:
            getattr(client, ask)("/lists")
    assert raised.value.status == 422 and raised.value.as_json()["errors"] == errors


def test_a_service_that_is_down_is_unavailable(gateway: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings().service_urls, "lead", "http://127.0.0.1:9")
    with page(gateway), pytest.raises(Problem) as raised:
        call("lead").get("/leads")
    assert raised.value.status == 503


def test_nobody_asks_in_nobodys_name(gateway: Part) -> None:
    with gateway.app.test_request_context(), pytest.raises(NotSignedIn):
        call("lead")
