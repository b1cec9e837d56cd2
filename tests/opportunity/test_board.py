"""案件 as a board by phase: counted and summed over everything found, many cards page by page; the sums of the list."""

from collections.abc import Callable
from typing import Any

from tests.cast import EIJI, MAKI, RIN
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


def test_columns_are_counted_and_summed(opportunity: Part, account: Create, deal: Create) -> None:
    known = account()
    for number in range(5):
        deal(account_id=known["id"], name=f"案件{number}", amount=100, expected_on=f"2027-02-0{5 - number}")
    deal(account_id=known["id"], name="日付なし", amount=100)
    deal(account_id=known["id"], name="提案中", phase="proposal", amount=1_000, main_owner_id=str(RIN.id))
    columns = opportunity.by(MAKI).get("/opportunities/board?page_size=2").get_json()["columns"]
    assert [column["label"] for column in columns][:3] == ["初回訪問", "ヒアリング", "提案"]
    first, hearing, proposal = columns[:3]
    assert (first["total"], first["amount"], first["expected_amount"]) == (6, 600, 60)
    assert (hearing["total"], hearing["amount"], hearing["items"], hearing["next_cursor"]) == (0, 0, [], None)
    assert (proposal["total"], proposal["expected_amount"], proposal["next_cursor"]) == (1, 400, None)
    names, cursor = [card["name"] for card in first["items"]], first["next_cursor"]
    while cursor:
        path = f"/opportunities?phase={first['phase']}&sort=expected_on&page_size=2&cursor={cursor}"
        page = opportunity.by(MAKI).get(path).get_json()
        names, cursor = names + [card["name"] for card in page["items"]], page["next_cursor"]
    assert names == ["案件4", "案件3", "案件2", "案件1", "案件0", "日付なし"]


def test_the_board_shows_what_the_search_finds(opportunity: Part, account: Create, deal: Create) -> None:
    known = account()
    deal(account_id=known["id"], amount=100)
    deal(account_id=known["id"], phase="proposal", amount=1_000, main_owner_id=str(RIN.id))
    columns = opportunity.by(EIJI).get("/opportunities/board?owner=me&phase_meaning=open").get_json()["columns"]
    assert [column["meaning"] for column in columns] == ["open"] * 5
    assert [column["total"] for column in columns] == [1, 0, 0, 0, 0]


def test_the_list_is_summed_over_all_pages(opportunity: Part, account: Create, deal: Create) -> None:
    known = account()
    for amount in (100, 200, 300):
        deal(account_id=known["id"], amount=amount)
    page = opportunity.by(EIJI).get("/opportunities?page_size=2").get_json()
    assert (len(page["items"]), page["amount"], page["expected_amount"]) == (2, 600, 60)
