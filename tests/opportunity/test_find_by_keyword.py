"""取引先 and 案件 are found by a keyword in every way of writing it; all words have to occur."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from chassis.database import transaction
from tests.cast import EIJI
from tests.parts import Part

Create = Callable[..., dict[str, Any]]


@pytest.fixture
def yamada(account: Create) -> dict[str, Any]:
    account(name="北斗電機株式会社", phone="06-9999-0000")
    return account(
        name="㈱山﨑ヤマダ精機",
        kana="ヤマザキヤマダセイキ",
        code="Y-0042",
        corporate_number="7000012050002",
        phone="03-1234-5678",
        domains=["yamada-seiki.example.jp"],
    )


WRITTEN = [
    *("山崎", "山﨑", "崎", "ヤマダ", "ﾔﾏﾀﾞ精機", "やまだ", "せいき"),
    *("株式会社山崎ヤマダ精機", "（株）山崎", "山崎ヤマダ精機 ㈱", "山崎 精機"),
    *("03-1234-5678", "0312345678", "０３－１２３４", "1234-5678", "4567"),
    *("Y-0042", "y0042", "7000012050002", "yamada-seiki", "SEIKI.example", "Ｙ-00"),
]


@pytest.mark.parametrize("path", ["/accounts", "/opportunities"])
def test_a_keyword_finds_every_way_of_writing(
    opportunity: Part, yamada: dict[str, Any], deal: Create, path: str
) -> None:
    made = yamada if path == "/accounts" else deal(name="受注管理", account_id=yamada["id"])
    assert {word: found(opportunity, path, word) for word in WRITTEN} == {word: [made["id"]] for word in WRITTEN}
    for word in ("山崎 北斗", "精山", "03-1234-9999", "%", "_", "zz"):
        assert found(opportunity, path, word) == [], word


def test_an_opportunity_is_found_by_its_own_words_together_with_the_accounts(
    opportunity: Part, yamada: dict[str, Any], deal: Create
) -> None:
    made = deal(name="ＤＸ生産システム", account_id=yamada["id"])
    for words in ("dx", "生", "セイキ dx", made["code"], made["code"].replace("-", "").lower()):
        assert found(opportunity, "/opportunities", words) == [made["id"]], words
    assert found(opportunity, "/opportunities", "北斗 dx") == []


def test_one_character_is_looked_up_in_the_index(opportunity: Part, yamada: dict[str, Any]) -> None:
    with transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.scalars(text("EXPLAIN SELECT id FROM account WHERE grams(search_key) @> ARRAY[hashtext('崎')]"))
        assert "account_search" in " ".join(plan)


def test_a_number_is_known_by_three_digits_in_a_row(opportunity: Part, yamada: dict[str, Any]) -> None:
    """Two say nothing about it; an account's numbers stand beside its name."""
    with transaction() as session:
        known = "SELECT count(*) FROM account WHERE grams(search_key) @> ARRAY[hashtext(:digits)]"
        numbers = {digits: session.scalar(text(known), {"digits": digits}) for digits in ("031", "345", "678", "34")}
    assert numbers == {"031": 1, "345": 1, "678": 1, "34": 0}


def found(opportunity: Part, path: str, words: str) -> list[str]:
    answer = opportunity.by(EIJI).get(path, query_string={"q": words})
    assert answer.status_code == 200, answer.text
    page = answer.get_json()
    assert page["total"] == len(page["items"])
    return [item["id"] for item in page["items"]]
