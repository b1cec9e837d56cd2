"""A registration that may not be: wrong fields, a closed campaign, no permission, a double click."""

import io
from typing import Any

from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, SARA
from tests.parts import Part

from .making import people
from .registering import CAMPAIGN, CLOSED, campaign, read_and_check, settle, upload

REFUSED: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "no file": ({"file": ""}, 422, "file", "missing"),
    "no kind": ({"kind": ""}, 422, "kind", "missing"),
    "unknown kind": ({"kind": "everything"}, 422, "kind", "literal_error"),
    "no campaign": ({"campaign_id": ""}, 422, "campaign_id", "missing"),
    "closed campaign": ({"campaign_id": str(CLOSED)}, 422, "campaign_id", "campaign_closed"),
    "update with campaign": ({"kind": "update"}, 422, "campaign_id", "not_allowed"),
    "unknown field": ({"overwrite": '{"note": "file"}'}, 422, "overwrite", "unknown_field"),
    "stage filled": ({"overwrite": '{"stage": "fill"}'}, 422, "overwrite", "unknown_field"),
    "erasing": ({"erase_blanks": "true"}, 422, "erase_blanks", "not_allowed"),
    "choices of an update": (
        {"kind": "update", "campaign_id": "", "overwrite": '{"phone": "file"}'},
        422,
        "overwrite",
        "not_allowed",
    ),
    "bad overwrite": ({"overwrite": "{"}, 422, "overwrite", "json"),
    "no list": ({"file": "案内.txt"}, 422, "file", "not_a_workbook"),
}


def test_a_bad_request_is_refused_before_anything_is_stored(importing: Part, campaigns: dict[str, Any]) -> None:
    for name, (form, status, field, code) in REFUSED.items():
        for language in ("ja", "en"):
            sent = {"file": (io.BytesIO("ご案内\n".encode()), "案内.txt")} if form.get("file") else {}
            answer = upload(importing, people(1), language=language, **(form | sent))
            assert answer.status_code == status, name
            (error,) = answer.get_json()["errors"]
            assert (error["field"], error["code"]) == (field, code), name
            assert error["message"].isascii() is (language == "en") or "“" in error["message"], name
    assert importing.said(events.ListUploaded) == []
    assert importing.by(MAKI).get("/lists").get_json()["total"] == 0


def test_only_those_who_keep_lists_may_register(importing: Part) -> None:
    for person, status in ((EIJI, 403), (GAKU, 403), (None, 401), (ISAMU, 202)):
        assert upload(importing, people(1), person).status_code == status


def test_a_double_click_registers_once(importing: Part) -> None:
    first = upload(importing, people(5), key="form-1")
    again = upload(importing, people(5), key="form-1")
    assert first.get_json() == again.get_json()
    assert len(importing.said(events.ListUploaded)) == 1


def test_the_same_file_at_work_is_refused_until_it_has_finished(importing: Part) -> None:
    content = people(5)
    first = upload(importing, content).get_json()["id"]
    answer = upload(importing, content)
    assert answer.status_code == 409 and "処理中" in answer.get_json()["detail"]
    assert answer.get_json()["list_id"] == first
    assert upload(importing, content, SARA).status_code == 202  # somebody else's is another act
    assert upload(importing, content, kind="participants").status_code == 202
    for prepared in read_and_check(importing):
        settle(importing, prepared)
    assert upload(importing, content).status_code == 202


def test_a_campaign_called_off_meanwhile_is_known(importing: Part, campaigns: dict[str, Any]) -> None:
    importing.hear(campaign(CAMPAIGN, is_open=False, version=2))
    importing.hear(campaign(CAMPAIGN, is_open=True, version=1))  # older news, late
    campaigns[f"/campaigns/{CAMPAIGN}"] = {"name": "秋のセミナー", "open_for_lists": False}
    refused = upload(importing, people(1))
    assert (refused.status_code, "中止されている" in refused.get_json()["errors"][0]["message"]) == (422, True)


def test_a_campaign_that_is_open_again_need_not_be_heard_of_first(importing: Part, campaigns: dict[str, Any]) -> None:
    importing.hear(campaign(CAMPAIGN, is_open=False, version=2))
    campaigns[f"/campaigns/{CAMPAIGN}"] = {"name": "秋のセミナー", "open_for_lists": True}
    assert upload(importing, people(1)).status_code == 202


def test_a_campaign_not_heard_of_yet_is_asked_for(importing: Part, campaigns: dict[str, Any]) -> None:
    campaigns["/campaigns/77"] = {"name": "たった今のセミナー", "open_for_lists": True}
    assert upload(importing, people(1), campaign_id="77").status_code == 202
