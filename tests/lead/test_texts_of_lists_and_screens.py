"""A text is the same, whether it was typed on a screen or stood in the cell of a list: as long, and as clean."""

import importlib
from typing import Any

import pytest

from chassis import contacts
from tests.cast import MAKI
from tests.lead.conftest import Lists, taro
from tests.parts import Part

BY_CODE = importlib.import_module("services.import.columns").BY_CODE
TEXTS = ("company", "department", "title", "family_name", "given_name", "address")


@pytest.fixture
def lead_id(lists: Lists) -> int | None:
    return lists.send(taro())[0].lead_id


def save(lead: Part, lead_id: int | None, version: int, **fields: Any) -> Any:
    return lead.by(MAKI).patch(f"/leads/{lead_id}", json={"version": version, **fields})


def test_the_longest_text_of_a_cell_is_the_longest_of_the_record(lead: Part, lead_id: int | None) -> None:
    longest = {code: "あ" * BY_CODE[code].limit for code in TEXTS}
    memo, industry = "あ" * BY_CODE["note"].limit, "あ" * BY_CODE["industry"].limit
    answer = save(lead, lead_id, 1, person=longest, shared_memo=memo, industry=industry)
    assert answer.status_code == 200, answer.text
    too_long = {"person": {code: each + "あ" for code, each in longest.items()}}
    answer = save(lead, lead_id, 2, **too_long, shared_memo=memo + "あ", industry=industry + "あ")
    refused = {each["field"] for each in answer.get_json()["errors"]}
    assert refused == {"shared_memo", "industry", *(f"person.{code}" for code in TEXTS)}


TYPED = {
    "company": "サン\u00adプル\u200b\ufeff\u200e\t商事\n東京",
    "family_name": "葛\U000e0100\u200b城か\u3099",
    "title": "課\u202a長",
}
MEMO = "家族 \U0001f468\u200d\U0001f469\u200d\U0001f467\r\n\u200b終\u2764\ufe0f"


def test_what_is_typed_is_cleaned_as_a_cell_is(lead: Part, lists: Lists, lead_id: int | None) -> None:
    saved = save(lead, lead_id, 1, person=TYPED, shared_memo=MEMO, industry="製\u00ad造").get_json()
    texts = {field: saved["person"][field] for field in TYPED}
    assert texts == {field: contacts.one_line(text) for field, text in TYPED.items()}
    assert texts == {"company": "サンプル 商事 東京", "family_name": "葛\U000e0100城が", "title": "課長"}
    memo = "家族 \U0001f468\u200d\U0001f469\u200d\U0001f467\n終\u2764\ufe0f"
    assert (saved["shared_memo"], saved["industry"]) == (contacts.lines(memo), "製造") == (memo, "製造")
    cells = texts | {"lead_id": lead_id, "version": 2, "note": memo, "industry": "製造", "given_name": "太郎"}
    (same,) = lists.send(taro(**cells), kind="update")
    assert same.outcome == "unchanged"
