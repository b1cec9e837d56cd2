"""Not ours: a unique address blocked by a deleted record. Whoever is gone, or has another address by now, keeps nobody
from coming in with it again."""

from typing import Any

import pytest

from tests.cast import MAKI, MANA
from tests.lead.conftest import Lists, row, taro
from tests.lead.test_take_a_list_back import take_back
from tests.parts import Part

ADDRESS = "taro@yamada.example.jp"
PERSON = {"family_name": "山田", "given_name": "太郎", "email": ADDRESS, "company": "山田商事株式会社"}


def found(lead: Part) -> list[str]:
    items = lead.by(MAKI).get("/leads", query_string={"q": ADDRESS}).get_json()["items"]
    return [item["id"] for item in items]


@pytest.mark.parametrize("door", ["lead", "person", "list"])
def test_a_unique_address_is_not_blocked_by_a_deleted_record(lead: Part, lists: Lists, door: str) -> None:
    (first,) = lists.send(taro())
    take_back(lists)
    assert found(lead) == []
    if door == "list":
        (again,) = lists.send(taro())
        assert again.outcome == "created"
    else:
        draft: dict[str, Any] = {"person": PERSON} if door == "lead" else PERSON
        answer = lead.by(MAKI).post(f"/{door}s", json=draft)
        assert answer.status_code == 201, answer.text  # nobody is known by it, so nobody is named either
    (now,) = found(lead)
    assert now != str(first.lead_id)


def test_taken_back_and_brought_in_again_as_often_as_one_likes(lead: Part, lists: Lists) -> None:
    for _ in range(3):
        outcome, _ = lists.send(taro(), row("山田", "次郎", email=ADDRESS))
        assert outcome.outcome == "created"
        take_back(lists)
        assert found(lead) == []
    (last,) = lists.send(taro())
    assert found(lead) == [str(last.lead_id)]
    (same,) = lists.send(taro())  # and there it is known
    assert (same.outcome, same.lead_id) == ("unchanged", last.lead_id)


def test_an_address_that_somebody_gave_up_is_free(lead: Part, lists: Lists) -> None:
    (first,) = lists.send(taro())
    version = lead.by(MANA).get(f"/leads/{first.lead_id}").get_json()["version"]
    moved = {"version": version, "person": {"email": "new@yamada.example.jp"}}
    assert lead.by(MANA).patch(f"/leads/{first.lead_id}", json=moved).status_code == 200
    (second,) = lists.send(row("鈴木", "一郎", email=ADDRESS))
    assert second.outcome == "created" and second.lead_id != first.lead_id
    assert found(lead) == [str(second.lead_id)]
