"""Forms of the pages count only from our own pages; and every answer tells the browser what it may do."""

import json
import re

import pytest
from flask import Response

from chassis.problems import Field, Invalid
from gateway import csrf, guard
from gateway.pages import editing, frame
from gateway.pages.forms import Form
from tests.cast import MAKI
from tests.gateway.conftest import PASSWORD, browser, form_token, own_token
from tests.parts import Part


def _sign_in(client, **form: str):
    return client.post("/sign-in", data={"login": "maki", "password": PASSWORD} | form)


def test_a_form_without_the_token_is_refused_on_a_page_in_plain_words(gateway: Part) -> None:
    refused = _sign_in(gateway.app.test_client())
    assert refused.status_code == 403
    assert refused.mimetype == "text/html"
    assert "読み込み直して" in refused.text


def test_a_token_of_another_browser_is_refused(gateway: Part) -> None:
    mine, other = gateway.app.test_client(), gateway.app.test_client()
    stolen = form_token(other, "/sign-in")
    form_token(mine, "/sign-in")
    assert _sign_in(mine, csrf_token=stolen).status_code == 403
    assert _sign_in(other, csrf_token=stolen).status_code == 303


def test_what_is_wrong_with_one_of_several_values_stands_beside_the_field(gateway: Part) -> None:
    wrong = [
        Field("domains.1", "domain", "ドメイン", "domain"),
        Field("stakeholders.0.email", "email", "メール", "mail"),
    ]
    with gateway.app.test_request_context("/accounts/new"):
        form = Form(problem=Invalid(wrong))
        assert (form.error("domains"), form.error("stakeholders")) == ("ドメイン", "")
        assert form.other_errors() == ["メール"]


def test_the_token_before_the_sign_in_is_worth_nothing_after_it(gateway: Part) -> None:
    client = gateway.app.test_client()
    before = form_token(client, "/sign-in")
    assert _sign_in(client, csrf_token=before).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 403
    assert client.post("/sign-out", data={"csrf_token": own_token(client)}).status_code == 303


def test_the_token_may_come_in_the_header(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    assert client.post("/sign-out", headers={"X-CSRF-Token": own_token(client)}).status_code == 303


def test_a_form_on_another_site_is_refused_whatever_it_carries(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
        form, headers = {"csrf_token": own_token(client)}, {"Sec-Fetch-Site": site}
        assert client.post("/sign-out", data=form, headers=headers).status_code == status, site


def test_htmx_is_told_to_go_to_the_sign_in_and_come_back_to_the_page_it_stood_on(gateway: Part) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/leads?stage=open"}
    answer = gateway.app.test_client().get("/notifications/count", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Fleads%3Fstage%3Dopen"


def test_every_answer_carries_the_headers(gateway: Part) -> None:
    for path in ("/sign-in", "/nowhere", "/api/v1/me", "/api/v1/nowhere", "/api/v1/docs", "/static/x"):
        answer = gateway.app.test_client().get(path)
        assert {name: answer.headers[name] for name in guard.HEADERS} == guard.HEADERS, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert re.fullmatch(r"[\w-]{8,64}", answer.headers["X-Request-Id"])


def test_errors_are_json_for_programs_and_pages_for_people(gateway: Part) -> None:
    client = gateway.app.test_client()
    for path in ("/api/v1/nowhere", "/api/nowhere"):
        unknown = client.get(path)
        assert (unknown.status_code, unknown.mimetype) == (404, "application/problem+json")
    assert client.put("/api/v1/me").status_code == 405
    assert client.put("/api/v1/me").mimetype == "application/problem+json"
    page = client.get("/nowhere")
    assert (page.status_code, page.mimetype) == (404, "text/html")


def test_the_language_is_chosen_by_switch_or_by_the_browser(gateway: Part) -> None:
    british = {"Accept-Language": "en-GB,ja;q=0.5"}
    for wish, language in (("?lang=en", "en"), ("?lang=ja", "ja"), ("", "en"), ("?lang=xx", "en")):
        client = gateway.app.test_client()
        assert f'<html lang="{language}"' in client.get(f"/sign-in{wish}", headers=british).text, wish
        if wish in ("?lang=en", "?lang=ja"):
            assert f'<html lang="{language}"' in client.get("/sign-in").text, "it is remembered"


@pytest.mark.parametrize("stored", ["在庫\n納期", "在庫\r\n納期"])
def test_lines_that_nobody_touched_are_no_change(gateway: Part, stored: str) -> None:
    for typed, changed in (("在庫\r\n納期", {}), ("在庫\r\n価格 ", {"need": "在庫\n価格"})):
        form = {"seen": json.dumps({"need": stored}), "need": typed}
        with gateway.app.test_request_context("/", method="POST", data=form):
            assert editing.touched() == changed


def test_a_message_too_long_for_a_cookie_goes_without_its_undo_not_unsaid(gateway: Part) -> None:
    for reason, kept in (("短い理由", True), ("長い理由" * 200, False)):
        with gateway.app.test_request_context("/"):
            frame.say("変更しました。", action=frame.address("/leads/1/stage", {"why": reason}), action_text="元に戻す")
            sent = gateway.app.process_response(Response()).headers["Set-Cookie"]
        assert len(sent.split(";")[0]) < 4_000
        with gateway.app.test_request_context("/", headers={"Cookie": sent.split(";")[0]}):
            (shown,) = frame.take_messages()
        assert (shown["text"], "action" in shown) == ("変更しました。", kept)


def test_what_is_sent_without_a_sign_in_leads_to_the_sign_in_which_says_that_it_is_lost(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    token = own_token(client)
    client.delete_cookie(csrf.session_cookie())
    form, there = {"csrf_token": token}, "/sign-in?next=%2Flists%2Fnew%3Fkind%3Dupdate&unsent=1"
    plain = client.post("/lists", data=form, headers={"Referer": "http://localhost/lists/new?kind=update"})
    assert (plain.status_code, plain.location) == (303, there)
    headers = {"HX-Request": "true", "HX-Current-URL": "https://tsunagi.example/lists", "X-CSRF-Token": token}
    answer = client.post("/lists", headers=headers)
    assert answer.headers["HX-Redirect"] == "/sign-in?next=%2Flists&unsent=1"
    for elsewhere in ("http://elsewhere.example/lists/new", "http://["):
        foreign = client.post("/lists", data=form, headers={"Referer": elsewhere})
        assert foreign.location == "/sign-in?unsent=1"
    assert client.post("/sign-out", data=form).location == "/sign-in"
    told = "サインインの有効期限が切れたため、送信した内容は登録していません。"
    assert told in client.get(there).text and told not in client.get("/sign-in?next=%2Flists").text
    typed = {"login": "maki", "password": "wrong", "next": "/lists", "unsent": "1"}
    refused = client.post("/sign-in", data=typed | {"csrf_token": form_token(client, there)})
    assert refused.status_code == 401 and told in refused.text


def test_a_page_that_is_older_than_the_sign_in_says_so_and_leads_back(gateway: Part) -> None:
    client = browser(gateway, MAKI)
    headers = {"Referer": "http://localhost/lists/new"}
    answer = client.post("/lists", data={"csrf_token": "of another sign-in"}, headers=headers)
    assert answer.status_code == 403 and "権限" not in answer.text
    assert "画面の有効期限が切れました" in answer.text and 'href="/lists/new"' in answer.text
