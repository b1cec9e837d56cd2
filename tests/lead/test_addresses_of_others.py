"""リスト更新 never gives a lead the address of another one: a person decides who is meant."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import ADMIN
from tests.lead.conftest import Lists, hanako, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def known(lists: Lists) -> list[int | None]:
    return [outcome.lead_id for outcome in lists.send(taro(), hanako())]


def test_a_changed_address_that_is_another_leads_waits_for_a_person(
    lists: Lists, show: Show, known: list[int | None]
) -> None:
    (waits,) = lists.send(taro(lead_id=known[0], email="Hanako@suzuki.example.jp", title="部長"), kind="update")
    assert waits.outcome == "review"
    (reason,) = waits.reasons
    assert (reason["field"], reason["code"]) == ("email", "address_taken")
    assert reason["ja"] == f"このメールアドレスは、ほかのリード（L-{known[1]:06d}）のものです。"
    person = show(known[0])["person"]
    assert (person["email"], person["title"]) == ("taro@yamada.example.jp", "")


def test_nor_do_two_leads_of_one_list_get_one_address(lists: Lists, show: Show, known: list[int | None]) -> None:
    rows = taro(lead_id=known[0], email="new@example.jp"), hanako(lead_id=known[1], email="new@example.jp")
    assert [outcome.outcome for outcome in lists.send(*rows, kind="update")] == ["updated", "review"]
    assert [outcome.outcome for outcome in lists.send(*rows, kind="update")] == ["unchanged", "review"]
    assert show(known[1])["person"]["email"] == "hanako@suzuki.example.jp"


def test_by_address_and_name_colleagues_may_share_one(lead: Part, lists: Lists, known: list[int | None]) -> None:
    def recognised_by(key: str) -> None:
        assert lead.by(ADMIN).patch("/settings/matching-key", json={"value": key}).status_code == 200

    recognised_by("email_name")
    shared = hanako(lead_id=known[1], email="taro@yamada.example.jp")
    (changed,) = lists.send(shared, kind="update")
    assert changed.outcome == "updated"
    recognised_by("email")
    (same,) = lists.send(shared | {"title": "課長"}, kind="update")
    assert same.outcome == "updated", "what they share already was not changed"
