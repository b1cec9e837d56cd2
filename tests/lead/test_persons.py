"""パーソン: found, registered, changed with their consent, and taken out as the rows of a list."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, SARA, Person
from tests.lead.conftest import SEMINAR, Lists, hanako, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]
Convert = Callable[..., None]
JIRO: dict[str, Any] = {
    "family_name": "佐藤",
    "given_name": "次郎",
    "company": "佐藤工業",
    "email": "jiro@sato.example.jp",
}


def found(lead: Part, **search: Any) -> list[str]:
    page = lead.by(EIJI).get("/persons", query_string=search).get_json()
    assert page["total"] == len(page["items"])
    return [person["name"] for person in page["items"]]


def ask(lead: Part, method: str, path: str, code: int = 200, by: Person = SARA, **body: Any) -> dict[str, Any]:
    answer = lead.by(by).open(path, method=method, json=body or None)
    assert answer.status_code == code, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


@pytest.fixture
def person(lead: Part, lists: Lists) -> dict[str, Any]:
    lists.send(taro(title="課長", prefecture="東京都", owner_id=ISAMU.id))
    (summary,) = lead.by(EIJI).get("/persons").get_json()["items"]
    lead.forget_said()
    return ask(lead, "GET", f"/persons/{summary['id']}")


def test_persons_are_found_by_company_prefecture_status_and_account(lead: Part, lists: Lists) -> None:
    lists.send(
        taro(prefecture="東京都"),
        hanako(prefecture="大阪府"),
        row("伊藤", "三郎", company="山田運輸", email="saburo@unyu.example.jp", prefecture="東京都"),
    )
    assert set(found(lead)) == {"鈴木 花子", "伊藤 三郎", "山田 太郎"}
    assert set(found(lead, company="山田")) == {"山田 太郎", "伊藤 三郎"}
    assert found(lead, q="山田", company="運輸") == ["伊藤 三郎"]
    assert set(found(lead, prefecture="東京都")) == {"山田 太郎", "伊藤 三郎"}
    assert len(found(lead, prefecture=["東京都", "大阪府"], status="present")) == 3
    assert found(lead, status="left") == [] and found(lead, has_account="true") == []
    assert found(lead, sort="-created_at")[::-1] == found(lead, sort="created_at")
    assert lead.by(EIJI).get("/persons?sort=shoe_size").status_code == 422


def test_a_page_in_a_hurry_counts_no_further_than_it_has_to(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists.send(taro(), hanako(), row("伊藤", "三郎", email="saburo@unyu.example.jp"))
    monkeypatch.setattr(sys.modules["services.lead.queries.persons"], "QUICK", 2)

    def page(**query: Any) -> dict[str, Any]:
        answer: dict[str, Any] = lead.by(EIJI).get("/persons", query_string={"page_size": 1} | query).get_json()
        return answer

    first = page(total="quick")
    assert (first["total"], first["total_is_exact"]) == (2, False)
    after = page(cursor=first["next_cursor"])
    assert (after["total"], after["total_is_exact"]) == (2, False)
    assert (page()["total"], page(total="quick", company="鈴木")["total_is_exact"]) == (3, True)


@pytest.mark.parametrize("sort", ["name", "-name", "company", "-company", "created_at", "-created_at"])
def test_every_order_is_paged_without_gaps(lead: Part, lists: Lists, sort: str) -> None:
    lists.send(*(row("同姓", f"{n}", company="同社", email=f"g{n}@same.example.jp") for n in range(5)))
    whole, pages, cursor = found(lead, sort=sort), [], ""
    while cursor is not None:
        page = lead.by(EIJI).get(f"/persons?sort={sort}&page_size=2&cursor={cursor}").get_json()
        pages += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert pages == whole and len(whole) == 5


def test_a_person_is_shown_with_the_lead_and_its_campaigns(lead: Part, person: dict[str, Any]) -> None:
    assert (person["name"], person["title"], person["status_label"]) == ("山田 太郎", "課長", "在籍")
    assert person["lead"]["owner"]["login"] == "isamu" and person["lead"]["stage"]["code"] == "new"
    assert [member["campaign_id"] for member in person["members"]] == [str(SEMINAR)]
    assert person["consent"] == {}
    assert ask(lead, "GET", "/persons/999", 404)["detail"]


def test_a_new_person_is_a_lead_and_nobody_is_registered_twice(lead: Part) -> None:
    made = ask(lead, "POST", "/persons", 201, source="referral", **JIRO)
    shown = ask(lead, "GET", f"/leads/{made['lead']['id']}")
    assert (shown["person"]["id"], shown["source"], shown["owner"]) == (made["id"], "referral", None)
    again = ask(lead, "POST", "/persons", 409, **JIRO)
    assert (again["title"], again["lead_id"]) == ("known_person", made["lead"]["id"])
    namesake = ask(lead, "POST", "/persons", 201, register_anyway=True, **JIRO)
    assert namesake["id"] != made["id"]
    for wrong, place in (
        ({"family_name": "", "email": "x@y.jp"}, "family_name"),
        ({"email": "x@y.jp"}, "family_name"),
        ({"family_name": "森"}, "email"),
        (JIRO | {"email": "no address"}, "email"),
    ):
        refused = ask(lead, "POST", "/persons", 422, **wrong)
        assert [error["field"] for error in refused["errors"]] == [place]


def test_an_edit_changes_what_is_given_and_is_in_both_histories(lead: Part, person: dict[str, Any]) -> None:
    edit = {"version": person["version"], "title": "部長", "status": "moved", "family_name": "山口"}
    changed = ask(lead, "PATCH", f"/persons/{person['id']}", **edit)
    assert (changed["title"], changed["status_label"], changed["name"]) == ("部長", "異動", "山口 太郎")
    assert changed["company"] == person["company"] and changed["version"] == person["version"] + 1
    history = ask(lead, "GET", f"/persons/{person['id']}/changes")["items"]
    assert {(entry["field"], entry["before_text"], entry["after_text"]) for entry in history[:3]} == {
        ("title", "課長", "部長"),
        ("status", "在籍", "異動"),
        ("family_name", "山田", "山口"),
    }
    assert all(entry["record"] == "person" for entry in history)
    told = [entry["field"] for entry in ask(lead, "GET", f"/leads/{person['lead']['id']}/changes")["items"]]
    assert {"title", "status", "family_name"} <= set(told)
    assert [fact.person_name for said in lead.said(events.LeadsChanged) for fact in said.leads] == ["山口 太郎"]
    assert found(lead, q="山口") == ["山口 太郎"] and found(lead, q="山田 課長") == []


def test_the_second_save_is_refused_with_what_is_stored(lead: Part, person: dict[str, Any]) -> None:
    path = f"/persons/{person['id']}"
    ask(lead, "PATCH", path, version=person["version"], title="部長")
    refused = ask(lead, "PATCH", path, 409, version=person["version"], title="次長")
    assert refused["current"]["title"] == "部長"


def test_a_save_of_the_lead_makes_an_open_form_of_the_person_stale(lead: Part, person: dict[str, Any]) -> None:
    lead_id = person["lead"]["id"]
    version = ask(lead, "GET", f"/leads/{lead_id}")["version"]
    ask(lead, "PATCH", f"/leads/{lead_id}", version=version, person={"title": "部長"})
    ask(lead, "PATCH", f"/persons/{person['id']}", 409, version=person["version"], title="次長")
    # and the other way round
    now = ask(lead, "GET", f"/persons/{person['id']}")["version"]
    ask(lead, "PATCH", f"/persons/{person['id']}", version=now, title="次長")
    ask(lead, "PATCH", f"/leads/{lead_id}", 409, version=version + 1, person={"title": "主任"})


def test_consent_is_kept_with_its_evidence_and_a_refusal_closes_the_channel(lead: Part, person: dict[str, Any]) -> None:
    path, form = f"/persons/{person['id']}", {"on": "2026-11-20", "how": "セミナーの申込書"}

    def say(version: int, code: int = 200, evidence: Any = None, **consent: str) -> dict[str, Any]:
        return ask(lead, "PATCH", path, code, version=version, consent=consent, consent_evidence=evidence)

    refused = say(1, 422, phone="granted")
    assert [error["field"] for error in refused["errors"]] == ["consent_evidence.phone.how"]
    assert [e["field"] for e in say(1, 422, {"phone": form | {"how": ""}}, phone="granted")["errors"]] == [
        "consent_evidence.phone.how"
    ]
    kept = say(1, evidence={"phone": form}, phone="granted")
    assert kept["consent"] == {"phone": "granted"} and not kept["lead"]["do_not_call"]
    evidence = kept["consent_evidence"]["phone"]
    assert (evidence["on"], evidence["how"], evidence["by"]) == ("2026-11-20", "セミナーの申込書", str(SARA.id))
    assert say(kept["version"], evidence={"phone": form}, phone="granted")["version"] == kept["version"]
    call = {"on": "2026-11-24", "how": "電話で本人から"}
    closed = say(kept["version"], evidence={"mail": call}, mail="refused")
    assert closed["lead"]["do_not_mail"] and closed["consent"] == {"phone": "granted", "mail": "refused"}
    shown = ask(lead, "GET", f"/leads/{person['lead']['id']}")
    assert shown["do_not_mail_reason"] == "2026-11-24 電話で本人から"
    history = ask(lead, "GET", f"{path}/changes")["items"]
    told = {entry["field_label"]: entry["after_text"] for entry in history[:2]}
    assert told == {
        "連絡の同意": "電話: 同意、メール: 拒否",
        "同意の確認": "電話: 2026-11-20 セミナーの申込書、メール: 2026-11-24 電話で本人から",
    }
    again = say(closed["version"], mail="")
    assert again["consent"].keys() == again["consent_evidence"].keys() == {"phone"}


def test_who_may_see_persons(lead: Part, person: dict[str, Any]) -> None:
    for method, path in (("GET", "/persons"), ("GET", f"/persons/{person['id']}"), ("POST", "/persons")):
        assert lead.by(GAKU).open(path, method=method, json=JIRO).status_code == 403


def test_lead_and_person_belong_to_one_account(lead: Part, lists: Lists, show: Show, convert: Convert) -> None:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    details = show(outcome.lead_id)
    path, person = f"/leads/{outcome.lead_id}", f"/persons/{details['person']['id']}"
    before = lead.by(MAKI).get(person).get_json()["version"]
    linked = lead.by(ISAMU).patch(path, json={"version": details["version"], "account_id": "31"}).get_json()
    assert (linked["account_id"], linked["person"]["account_id"], linked["version"]) == ("31", "31", 2)
    shown = lead.by(MAKI).get(person).get_json()
    assert (shown["account_id"], shown["version"]) == ("31", before + 1)
    again = lead.by(ISAMU).patch(path, json={"version": 2, "account_id": "31"}).get_json()
    assert again["version"] == 2
    alone = lead.by(ISAMU).patch(path, json={"version": 2, "account_id": None}).get_json()
    assert (alone["account_id"], alone["person"]["account_id"]) == (None, None)
    convert(outcome.lead_id)
    version = show(outcome.lead_id)["version"]
    refused = lead.by(ISAMU).patch(path, json={"version": version, "account_id": "31"})
    assert refused.status_code == 422 and refused.get_json()["errors"][0]["code"] == "account_of_conversion"
    assert show(outcome.lead_id)["conversion"]["account_name"] == "山田商事株式会社"
