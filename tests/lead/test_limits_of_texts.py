"""What a record holds, a list brings in and takes out: one limit for each text."""

import importlib
from typing import Any

import pytest

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
