"""取引先: register, find, change; the same company written differently is pointed out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from chassis.database import engine
from tests.cast import EIJI, GAKU, MAKI, RIN
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


def change(opportunity: Part, known: dict[str, Any], **values: Any) -> Any:
    version = values.pop("version", known["version"])
    return opportunity.by(RIN).patch(f"/accounts/{known['id']}", json={"version": version, **values})


def test_every_field_comes_back(opportunity: Part, account: Create) -> None:
    made = account(
        name="北斗電機",
        kana="ホクトデンキ",
        legal_form="株式会社",
        legal_form_side="before",
        corporate_number="7000-0120-50002",
        industry="製造業",
        employees=4245,
        capital=1_000_000_000,
        phone="03-1000-0015",
        url="https://hokuto.example.jp",
        domains=["@Hokuto.example.jp"],
        postal_code="012-3456",
        prefecture="宮城県",
        address="西区7-24-8",
        sales_owner_id=str(EIJI.id),
        relation="existing",
        do_not_approach=True,
        do_not_approach_reason="訴訟中",
    )
    assert opportunity.by(MAKI).get(f"/accounts/{made['id']}").get_json() == made
    assert (made["corporate_number"], made["domains"]) == ("7000012050002", ["hokuto.example.jp"])
    assert (made["relation_label"], made["sales_owner_name"], made["created_by_name"]) == ("既存", EIJI.name, EIJI.name)
    assert (made["code"], made["version"], made["opportunities"]) == ("A-000001", 1, 0)
    assert account()["relation"] == "new"


@pytest.mark.parametrize(
    "written",
    ["㈱北斗電機", "北斗電機(株)", "株式会社　北斗電機", "北斗電機株式会社", "（株）北斗電機", "北斗 電機"],
)
def test_the_same_name_written_differently_is_pointed_out(account: Create, written: str) -> None:
    known = account()
    (similar,) = account(name=written)["similar"]
    assert (similar["id"], similar["code"], similar["name"]) == (known["id"], known["code"], known["name"])
    assert [reason["code"] for reason in similar["reasons"]] == ["name"]


@pytest.mark.parametrize(
    ("one", "other"), [("やまだ工業", "ヤマダ工業"), ("髙島商事", "高島商事"), ("ＡＢＣ", "abc inc.")]
)
def test_kana_old_forms_and_width_do_not_hide_it(account: Create, one: str, other: str) -> None:
    account(name=one)
    assert [similar["name"] for similar in account(name=other)["similar"]] == [one]


def test_another_name_is_another_company(account: Create) -> None:
    account()
    assert account(name="北斗電気")["similar"] == []


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"name": ""}, "name", "入力してください"),
        ({"corporate_number": "1234567890123"}, "corporate_number", "検査用数字"),
        ({"corporate_number": "12345"}, "corporate_number", "13桁"),
        ({"legal_form_side": "left"}, "legal_form_side", "選択肢"),
        ({"url": "ftp://x"}, "url", "http://"),
        ({"domains": ["a b"]}, "domains.0", "example.co.jp"),
        ({"employees": -1}, "employees", "0以上"),
        ({"relation": "friend"}, "relation", "「friend」"),
        ({"sales_owner_id": "999"}, "sales_owner_id", "数秒おいて"),
        ({"do_not_approach": True}, "do_not_approach_reason", "理由"),
    ],
)
def test_a_mistake_is_named(opportunity: Part, values: dict[str, Any], field: str, message: str) -> None:
    answer = opportunity.by(EIJI).post("/accounts", json={"name": "北斗電機"} | values)
    assert answer.status_code == 422, answer.text
    (error,) = answer.get_json()["errors"]
    assert error["field"] == field
    assert message in error["message"]
    assert opportunity.by(EIJI).get("/accounts").get_json()["total"] == 0


@pytest.mark.parametrize("number", ["7000012050002", "1180301018771", "5010401067252"])
def test_real_corporate_numbers_are_right(account: Create, number: str) -> None:
    assert account(corporate_number=number)["corporate_number"] == number


def test_code_and_corporate_number_are_given_once(opportunity: Part, account: Create) -> None:
    account(code="K1", corporate_number="7000012050002")
    for values in ({"code": "K1"}, {"corporate_number": "7000012050002"}):
        answer = opportunity.by(EIJI).post("/accounts", json={"name": "別"} | values)
        assert answer.status_code == 409
        assert answer.get_json()["errors"][0]["field"] == next(iter(values))
    other = account(name="別")
    assert change(opportunity, other, code="K1", sales_owner_id=str(EIJI.id)).status_code == 409
    assert account(name="番号なし")["corporate_number"] == account(name="番号なし二")["corporate_number"] == ""


def test_only_what_is_named_changes_and_is_noted(opportunity: Part, account: Create) -> None:
    made = account(phone="03-1000-0015", industry="製造業")
    changed = change(opportunity, made, phone="", sales_owner_id=str(RIN.id)).get_json()
    assert (changed["phone"], changed["industry"], changed["version"]) == ("", "製造業", 2)
    assert changed["updated_by_name"] == RIN.name
    changes = opportunity.by(EIJI).get(f"/accounts/{made['id']}/changes").get_json()["items"]
    assert [(one["field"], one["before"], one["after"], one["actor_name"]) for one in changes] == [
        ("sales_owner_id", None, RIN.id, RIN.name),
        ("phone", "0310000015", "", RIN.name),
        ("created", None, made["code"], EIJI.name),
    ]
    assert changes[0]["cause_id"] == changes[1]["cause_id"] != changes[2]["cause_id"]
    assert change(opportunity, changed, phone="").get_json() == changed


def test_the_second_of_two_editors_is_told_what_is_there_now(opportunity: Part, account: Create) -> None:
    made = account()
    change(opportunity, made, industry="製造業")
    answer = change(opportunity, made, industry="商社")
    assert (answer.status_code, answer.get_json()["current"]["industry"]) == (409, "製造業")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"q": "北斗"}, ["株式会社北斗電機"]),
        ({"q": "ﾎｸﾄ"}, ["株式会社北斗電機"]),
        ({"q": "ほくと"}, ["株式会社北斗電機"]),
        ({"q": "北斗電機株式会社"}, ["株式会社北斗電機"]),
        ({"q": "0310000015"}, ["株式会社北斗電機"]),
        ({"q": "03-1000"}, ["株式会社北斗電機"]),
        ({"q": "南"}, ["南十字工業"]),
        ({"q": "minami.example"}, ["南十字工業"]),
        ({"q": "000002"}, ["南十字工業"]),
        ({"owner": "me"}, ["南十字工業"]),
        ({"relation": "existing"}, ["南十字工業"]),
        ({"sort": "code"}, ["株式会社北斗電機", "南十字工業"]),
        ({"sort": "-updated_at"}, ["南十字工業", "株式会社北斗電機"]),
    ],
)
def test_they_are_found(opportunity: Part, account: Create, filters: dict[str, str], names: list[str]) -> None:
    account(kana="ホクトデンキ", phone="03-1000-0015")
    account(name="南十字工業", domains=["minami.example.jp"], sales_owner_id=str(EIJI.id), relation="既存")
    page = opportunity.by(EIJI).get(f"/accounts?{urlencode(filters)}").get_json()
    assert [item["name"] for item in page["items"]] == names
    assert page["total"] == len(names)


def test_who_may(opportunity: Part, account: Create) -> None:
    made = account()
    for path in ("/accounts", f"/accounts/{made['id']}", "/opportunities", "/masters/opportunity-phases"):
        assert opportunity.by(GAKU).get(path).status_code == 403
        assert opportunity.by(MAKI).get(path).status_code == 200
        assert opportunity.by(None).get(path).status_code == 401
    assert opportunity.by(MAKI).get("/accounts/999").status_code == 404
    for person in (MAKI, GAKU):  # who does not work deals keeps no accounts, as the pages have it
        assert opportunity.by(person).post("/accounts", json={"name": "別"}).status_code == 403
        patch = {"version": made["version"], "name": "別"}
        assert opportunity.by(person).patch(f"/accounts/{made['id']}", json=patch).status_code == 403


def test_how_a_company_is_reached_is_read_as_in_lists(opportunity: Part, account: Create) -> None:
    wrong = {"phone": "あいう", "postal_code": "12345678", "prefecture": "火星県"}
    said = {
        "phone": "「あいう」は電話番号として読めません。",
        "postal_code": "「12345678」は7桁の郵便番号として読めません。",
        "prefecture": "「火星県」という都道府県はありません。",
    }
    made = account(phone="03-1000-0015", postal_code="１０００００１", prefecture="東京都")
    assert (made["phone"], made["postal_code"]) == ("0310000015", "100-0001")
    by_form = opportunity.by(RIN).post("/accounts", json={"name": "新会社"} | wrong)
    for answer in (by_form, change(opportunity, made, **wrong)):
        assert answer.status_code == 422
        assert {error["field"]: error["message"] for error in answer.get_json()["errors"]} == said
    with engine().begin() as connection:
        connection.execute(text("UPDATE account SET phone = :phone, postal_code = :postal_code"), wrong)
    kept = change(opportunity, made, phone="あいう", industry="製造業").get_json()
    assert (kept["phone"], kept["postal_code"], kept["industry"]) == ("あいう", "12345678", "製造業")


def test_a_code_is_the_same_in_any_width_and_case(opportunity: Part, account: Create) -> None:
    known = account(code="Ａ-００００16")
    assert known["code"] == "A-000016"
    answer = opportunity.by(RIN).post("/accounts", json={"name": "新会社", "code": "ａ-000016"})
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (409, "code")
    also = {"name": "新会社", "code": "a-000016", "employees": "多数", "phone": "あいう"}
    answer = opportunity.by(RIN).post("/accounts", json=also)
    assert {each["field"] for each in answer.get_json()["errors"]} == {"code", "employees", "phone"}
