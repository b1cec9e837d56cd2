"""How somebody is reached is read from a form as from the cell of a list: one form is kept, what is none is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import engine
from tests.cast import MAKI, SARA
from tests.lead.conftest import Lists, row, taro
from tests.parts import Part

WRONG = {
    "email": ("abc@@", "「abc@@」はメールアドレスとして読めません。"),
    "second_email": ("x y@z", "「x y@z」はメールアドレスとして読めません。"),
    "phone": ("あいう", "「あいう」は電話番号として読めません。"),
    "direct_phone": ("-", "「-」は電話番号として読めません。"),
    "mobile": ("なし", "「なし」は電話番号として読めません。"),
    "fax": ("03-1", "「03-1」は電話番号として読めません。"),
    "postal_code": ("12345678", "「12345678」は7桁の郵便番号として読めません。"),
    "prefecture": ("火星県", "「火星県」という都道府県はありません。"),
    "family_name_kana": ("漢字", "「漢字」はカナとして読めません。"),
}
RIGHT = {
    "email": ("Ｔａｒｏ@Yamada.example.jp", "taro@yamada.example.jp"),
    "phone": ("０３（１２３４）５６７８ 内線205", "0312345678 内線205"),
    "mobile": ("+81 90-1234-5678", "09012345678"),
    "postal_code": ("〒1000001", "100-0001"),
    "prefecture": ("東京都", "東京都"),
    "family_name_kana": ("やまだ", "ヤマダ"),
    "given_name_kana": ("Taro ﾀﾛｳ", "Taro タロウ"),
}
TYPED = {field: typed for field, (typed, _) in WRONG.items()}


def told(answer: Any, place: str = "") -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["field"].removeprefix(place): error["message"] for error in answer.get_json(force=True)["errors"]}


@pytest.fixture
def known(lead: Part, lists: Lists) -> dict[str, Any]:
    (outcome,) = lists.send(taro())
    shown: dict[str, Any] = lead.by(SARA).get(f"/leads/{outcome.lead_id}").get_json()
    return shown


def test_what_no_list_would_take_is_refused_all_at_once(lead: Part, known: dict[str, Any]) -> None:
    said = {field: message for field, (_, message) in WRONG.items()}
    by, path = lead.by(SARA), f"/leads/{known['id']}"
    assert told(by.patch(path, json={"version": 1, "person": TYPED}), "person.") == said
    action = {"type": "call_out", "result": "connected", "lead": {"person": {"phone": "あいう"}}}
    assert told(by.post(f"{path}/actions", json=action)) == {"person.phone": said["phone"]}
    person = by.get(f"/persons/{known['person']['id']}").get_json()
    assert told(by.patch(f"/persons/{person['id']}", json={"version": person["version"], **TYPED})) == said
    assert told(by.post("/persons", json=TYPED))["family_name"] == "姓は必須です。"
    assert by.get(path).get_json() == known


@pytest.mark.parametrize("nothing", ["あいう", "-", "なし"])
def test_what_is_no_number_is_no_way_to_be_known(lead: Part, nothing: str) -> None:
    answer = lead.by(SARA).post("/persons", json={"family_name": "田中", "phone": nothing})
    assert told(answer) == {"phone": f"「{nothing}」は電話番号として読めません。"}
    assert lead.by(SARA).get("/persons").get_json()["items"] == []


def test_one_form_is_kept(lead: Part, known: dict[str, Any]) -> None:
    typed = {field: written for field, (written, _) in RIGHT.items()}
    saved = lead.by(SARA).patch(f"/leads/{known['id']}", json={"version": 1, "person": typed}).get_json()["person"]
    assert {field: saved[field] for field in RIGHT} == {field: kept for field, (_, kept) in RIGHT.items()}


def test_what_was_stored_before_stands_in_nobodys_way(lead: Part, known: dict[str, Any]) -> None:
    lines = ", ".join(f"{field} = :{field}" for field in TYPED)
    with engine().begin() as connection:
        connection.execute(text(f"UPDATE person SET {lines}"), TYPED)
    edit = {"version": known["version"], "person": TYPED | {"title": "部長"}, "temperature": "A"}
    saved = lead.by(SARA).patch(f"/leads/{known['id']}", json=edit).get_json()
    assert {field: saved["person"][field] for field in TYPED} == TYPED
    assert (saved["person"]["title"], saved["temperature"]) == ("部長", "A")
    assert told(
        lead.by(SARA).patch(f"/leads/{known['id']}", json={"version": saved["version"], "person": {"phone": "不明"}})
    ) == {"person.phone": "「不明」は電話番号として読めません。"}


def test_characters_of_names_are_kept_and_meet_the_usual_ones(
    lead: Part, lists: Lists, find: Callable[..., list[str]]
) -> None:
    """U+FA1B and U+F9DC are how Windows writes 福 and 隆 of some people."""
    (known,) = lists.send(row("\ufa1b田", "\uf9dc", company="\ufa1b田商店"))
    assert known.lead_id is not None
    person = lead.by(MAKI).get(f"/leads/{known.lead_id}").get_json()["person"]
    assert (person["family_name"], person["given_name"], person["company"]) == ("\ufa1b田", "\uf9dc", "\ufa1b田商店")
    assert find(q="福田隆") == find(q="\ufa1b田") == find(q="福田商店") == ["\ufa1b田 \uf9dc"]
    (met,) = lists.send(row("福田", "隆", company="福田商店", phone=""), kind="invited")
    assert met.outcome != "created"
