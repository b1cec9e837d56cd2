"""取引先 that may be the same company are told while somebody types, with the reason; the legal form is split out."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cast import EIJI, GAKU, MAKI
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


def found(opportunity: Part, **query: Any) -> list[tuple[str, list[str]]]:
    answer = opportunity.by(MAKI).get(f"/accounts/possible-duplicates?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.text
    return [(one["name"], [reason["code"] for reason in one["reasons"]]) for one in answer.get_json()["items"]]


@pytest.mark.parametrize(
    ("typed", "reasons"),
    [
        ({"name": "㈱ホクト電機"}, []),
        ({"name": "北斗電機㈱"}, ["name"]),
        ({"corporate_number": "7000-0120-50002"}, ["corporate_number"]),
        ({"corporate_number": "７００００１２０５０００２"}, ["corporate_number"]),
        ({"corporate_number": "7000"}, []),
        ({"domains": ["hokuto.example.jp"]}, ["domain"]),
        ({"domains": ["Taro@Hokuto.example.jp"]}, ["domain"]),
        ({"url": "https://www.hokuto.example.jp/company"}, ["domain"]),
        ({"domains": ["gmail.com"]}, []),
        ({"phone": "０３（１０００）００１５"}, ["phone"]),
        ({"phone": "+81 3-1000-0015"}, ["phone"]),
        ({"phone": "03"}, []),
        ({"name": "北斗電機", "phone": "0310000015", "domains": ["hokuto.example.jp"]}, ["name", "domain", "phone"]),
        ({}, []),
    ],
)
def test_what_is_the_same_is_told(
    opportunity: Part, account: Create, typed: dict[str, Any], reasons: list[str]
) -> None:
    account(corporate_number="7000012050002", domains=["hokuto.example.jp", "gmail.com"], phone="03-1000-0015")
    assert found(opportunity, **typed) == ([("株式会社北斗電機", reasons)] if reasons else [])


def test_an_account_is_no_duplicate_of_itself(opportunity: Part, account: Create) -> None:
    known = account()
    assert found(opportunity, name="北斗電機", except_id=known["id"]) == []
    assert opportunity.by(GAKU).get("/accounts/possible-duplicates?name=x").status_code == 403


@pytest.mark.parametrize(
    ("name", "form", "side"),
    [
        ("株式会社北斗電機", "株式会社", "before"),
        ("北斗電機㈱", "株式会社", "after"),
        ("（有）南十字", "有限会社", "before"),
        ("医療法人社団 青葉会", "医療法人社団", "before"),
        ("北斗電機", "", ""),
        ("株式会社", "", ""),
    ],
)
def test_the_legal_form_and_its_side_are_split_out(account: Create, name: str, form: str, side: str) -> None:
    made = account(name=name)
    assert (made["name"], made["legal_form"], made["legal_form_side"]) == (name, form, side)


def test_a_legal_form_that_is_given_stays(opportunity: Part, account: Create) -> None:
    made = account(name="北斗電機", legal_form="合同会社", legal_form_side="after")
    assert (made["legal_form"], made["legal_form_side"]) == ("合同会社", "after")
    patch = {"version": made["version"], "name": "株式会社北斗電機"}
    changed = opportunity.by(EIJI).patch(f"/accounts/{made['id']}", json=patch).get_json()
    assert (changed["legal_form"], changed["legal_form_side"]) == ("株式会社", "before")


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"owner": "unassigned"}, ["株式会社北斗電機"]),
        ({"owner": ["me", "unassigned"]}, ["南十字工業", "株式会社北斗電機"]),
        ({"owner": "others"}, []),
        ({"do_not_approach": "true"}, ["南十字工業"]),
        ({"prefecture": "宮城県"}, ["株式会社北斗電機"]),
    ],
)
def test_more_conditions(opportunity: Part, account: Create, filters: dict[str, Any], names: list[str]) -> None:
    account(prefecture="宮城県")
    account(name="南十字工業", sales_owner_id=str(EIJI.id), do_not_approach=True, do_not_approach_reason="先方の申し出")
    page = opportunity.by(EIJI).get(f"/accounts?{urlencode(filters, doseq=True)}").get_json()
    assert [item["name"] for item in page["items"]] == names
