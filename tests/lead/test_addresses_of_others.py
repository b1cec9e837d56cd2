"""No list gives a lead the address of another one, and no screen does so without a word: a person decides."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import ADMIN, GAKU, ISAMU, MAKI
from tests.lead.conftest import Lists, hanako, row, taro
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


# -- リスト登録, where somebody chose that it writes addresses --------------------------------------------------------


@pytest.mark.parametrize("plan", [False, True])
def test_a_registration_that_overwrites_addresses_waits_too(
    plan: bool, lists: Lists, show: Show, known: list[int | None]
) -> None:
    rows = taro(lead_id=known[0], email="hanako@suzuki.example.jp", title="部長"), taro(lead_id=known[0], title="課長")
    waits, fine = lists.send(*rows, overwrite={"email": "file", "title": "file"}, plan=plan)
    assert (waits.outcome, fine.outcome) == ("review", "updated")
    assert waits.reasons[0]["ja"] == f"このメールアドレスは、ほかのリード（L-{known[1]:06d}）のものです。"
    person = show(known[0])["person"]
    assert (person["email"], person["title"]) == ("taro@yamada.example.jp", "" if plan else "課長")


def test_the_next_row_about_the_same_lead_tells_its_history(lists: Lists, known: list[int | None]) -> None:
    rows = taro(lead_id=known[0], email="hanako@suzuki.example.jp"), taro(lead_id=known[0])
    outcomes = lists.send(*rows, campaign_id=77, overwrite={"email": "file"})
    assert [outcome.outcome for outcome in outcomes] == ["review", "history_only"]


def test_where_addresses_are_only_filled_in_one_that_is_there_stays(lists: Lists, show: Show) -> None:
    blank, mine = lists.send(row("田中", "一郎", company="田中物産"), taro())
    address = {"email": "taro@yamada.example.jp"}
    (waits,) = lists.send(row("田中", "一郎", lead_id=blank.lead_id, **address), overwrite={"email": "fill"})
    assert waits.outcome == "review"
    lists.send(row("田中", "一郎", lead_id=blank.lead_id, email="ichiro@example.jp"), overwrite={"email": "fill"})
    (stays,) = lists.send(row("田中", "一郎", lead_id=blank.lead_id, **address), overwrite={"email": "fill"})
    assert stays.outcome == "unchanged" and show(blank.lead_id)["person"]["email"] == "ichiro@example.jp"
    (left,) = lists.send(row("田中", "一郎", lead_id=blank.lead_id, **address), overwrite={"title": "file"})
    assert left.outcome == "unchanged" and mine.lead_id, "an address that nobody chose is not written"


@pytest.mark.parametrize("plan", [False, True])
@pytest.mark.parametrize("first", [0, 1])
def test_nor_is_the_address_of_somebody_new_in_the_same_list_given_away(
    first: int, plan: bool, lists: Lists, show: Show, known: list[int | None]
) -> None:
    """Whichever row comes first: the new person is made, the known lead keeps its address."""
    rows = [taro(lead_id=known[0], email="new@example.jp"), row("新田", "新", email="NEW@example.jp")]
    outcomes = lists.send(*(rows if first == 0 else rows[::-1]), overwrite={"email": "file"}, plan=plan)
    waits, new = outcomes if first == 0 else outcomes[::-1]
    assert (waits.outcome, new.outcome) == ("review", "created")
    assert waits.reasons[0]["ja"] == f"このメールアドレスは、ほかのリード（{3 - first}行目の人）のものです。"
    assert waits.reasons[0]["en"] == f"Another lead has this address: whoever row {3 - first} is about."
    assert show(known[0])["person"]["email"] == "taro@yamada.example.jp"


# -- the screens -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["Hanako@suzuki.example.jp", " hanako@suzuki.example.jp"])
def test_a_screen_asks_before_it_gives_a_lead_the_address_of_another_one(
    address: str, lead: Part, show: Show, known: list[int | None]
) -> None:
    path, edit = f"/leads/{known[0]}", {"version": 1, "person": {"email": address, "title": "部長"}}
    refused = lead.by(MAKI).patch(path, json=edit)
    problem = refused.get_json()
    assert (refused.status_code, problem["title"], problem["lead_id"]) == (422, "address_taken", str(known[1]))
    (error,) = problem["errors"]
    assert (error["field"], error["code"]) == ("person.email", "address_taken")
    assert error["message"] == f"このメールアドレスは、ほかのリード（L-{known[1]:06d}）のものです。"
    assert show(known[0])["person"]["title"] == "", "nothing of the edit was saved"
    assert lead.by(MAKI).patch(path, json=edit | {"save_anyway": True}).status_code == 200
    again = {"version": 2, "person": {"email": "hanako@suzuki.example.jp", "title": "課長"}}
    assert lead.by(MAKI).patch(path, json=again).status_code == 200, "what it has already is not asked about"


def test_so_do_an_action_and_the_page_of_a_person(lead: Part, show: Show, known: list[int | None]) -> None:
    action = {"type": "call_out", "result": "no_answer", "lead": {"person": {"email": "hanako@suzuki.example.jp"}}}
    refused = lead.by(MAKI).post(f"/leads/{known[0]}/actions", json=action)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "person.email")
    person = f"/persons/{lead.by(MAKI).get(f'/leads/{known[0]}').get_json()['person']['id']}"
    edit = {"version": 1, "email": "hanako@suzuki.example.jp"}
    refused = lead.by(MAKI).patch(person, json=edit)
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "email")
    assert lead.by(MAKI).patch(person, json=edit | {"save_anyway": True}).status_code == 200


def test_who_sees_addresses_masked_cannot_try_them_out(lead: Part, lists: Lists) -> None:
    mine, _ = lists.send(taro(owner_id=GAKU.id), hanako(owner_id=ISAMU.id))
    edit = {"version": 1, "person": {"email": "hanako@suzuki.example.jp"}}
    assert lead.by(GAKU).patch(f"/leads/{mine.lead_id}", json=edit).status_code == 200
