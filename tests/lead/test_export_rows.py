"""リスト出力: import fetches the search in portions, as cells of the list layout."""

from typing import Any

from tests.cast import ISAMU, MAKI
from tests.lead.conftest import SEMINAR, Lists, hanako, row, taro
from tests.parts import Part


def portions(lead: Part, **query: Any) -> list[dict[str, Any]]:
    rows, after = [], None
    while True:
        found = lead.by(MAKI).get("/leads/export-rows", query_string=query | ({"after": after} if after else {}))
        assert found.status_code == 200, found.text
        rows += found.get_json()["items"]
        after = found.get_json()["next_after"]
        if after is None:
            return rows


def test_rows_come_in_the_order_of_their_numbers_without_a_gap(lead: Part, lists: Lists) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(5)]
    made = lists.send(*people)
    rows = portions(lead, page_size=2)
    assert [item["lead_id"] for item in rows] == [str(outcome.lead_id) for outcome in made]


def test_cells_are_those_of_the_list_layout(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=ISAMU.id, responded_on="2026-10-20", survey="資料希望", do_not_mail=True), hanako())
    (cells,) = portions(lead, campaign_id=SEMINAR, owner=str(ISAMU.id))
    assert (cells["family_name"], cells["email"], cells["owner_id"]) == ("山田", "taro@yamada.example.jp", "3")
    assert (cells["member_status"], cells["responded_on"], cells["survey"]) == ("attended", "2026-10-20", "資料希望")
    assert (cells["do_not_mail"], cells["do_not_call"], cells["version"]) == (True, False, 1)
    (without,) = portions(lead, owner=str(ISAMU.id))
    assert (without["member_status"], without["responded_on"]) == ("", None)


def test_what_was_exported_comes_back_as_no_change(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=ISAMU.id, title="課長", postal_code="100-0001", do_not_call=True), hanako(note="メモ"))
    back = []
    for cells in portions(lead):
        cells |= {"lead_id": int(cells["lead_id"]), "owner_id": cells["owner_id"] and int(cells["owner_id"])}
        back.append({name: "" if value is None else value for name, value in cells.items()})
    assert [outcome.outcome for outcome in lists.send(*back, kind="update")] == ["unchanged", "unchanged"]


def test_a_filter_that_does_not_exist_never_means_everything(lead: Part, lists: Lists) -> None:
    answer = lead.by(MAKI).get("/leads/export-rows", query_string={"onwer": "me"})
    assert answer.status_code == 422
    assert lead.by(MAKI).get("/leads/export-rows", query_string={"owner": "me", "sort": "name"}).status_code == 200
