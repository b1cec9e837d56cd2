"""The pieces of keywords in Python and of texts in the database: what is in a text is found by its index, and what a
list brings is brought into its place there while the next rows are merged."""

from importlib import import_module

import pytest
from hypothesis import assume, given, strategies
from sqlalchemy import text

from chassis import keywords
from tests.cast import MAKI
from tests.lead.conftest import Lists, hanako, taro
from tests.parts import Part
from tests.trying import tried
from tests.waiting import until

keyword_index = import_module("services.lead.keyword_index")

TEXTS = strategies.text("0129ab.@-_ヤ山髙 ", max_size=12)


@given(before=TEXTS, term=TEXTS.map(lambda text: text.replace(" ", "")), after=TEXTS)
@tried(300)
def test_the_index_knows_every_piece_of_a_keyword(lead: Part, before: str, term: str, after: str) -> None:
    with lead.transaction() as session:
        known = session.scalar(text("SELECT grams(:text)"), {"text": before + term + after})
    ways = [{keywords.hashed(gram) for gram in pieces} for pieces in keywords.grams(term)]
    assert not ways or any(pieces <= {*(known or ())} for pieces in ways)


@given(gram=strategies.text(min_size=1, max_size=2) | strategies.from_regex(r"[0-9]{3}", fullmatch=True))
@tried(300)
def test_a_piece_has_the_number_that_the_statistics_know_it_by(lead: Part, gram: str) -> None:
    assume("\0" not in gram)
    with lead.transaction() as session:
        assert session.scalar(text("SELECT hashtext(:gram)"), {"gram": gram}) == keywords.hashed(gram)


def test_digits_make_a_common_word_rare() -> None:
    shares = {keywords.hashed(gram): 0.04 for gram in ("sa", "at", "to", "o9", "90", "03", "031", "312")}
    assert keywords.share("sato", shares) == 0.04
    assert keywords.share("sato90", shares) == pytest.approx(0.0004)
    assert keywords.share("o9", shares) == 0.04  # nothing but digits to go by
    assert keywords.share("0312", shares) == pytest.approx(0.04**2)  # a number; as part of a word it is rare
    assert (keywords.share("satou", shares), keywords.share("9", shares)) == (0, 1)
    common = {keywords.hashed(gram): 0.3 for gram in ("@1", "16", "63", "3.", ".c", "co", "om")}
    assert keywords.share("@163.com", common) == 0.3  # everybody's domain


def test_the_keywords_of_new_persons_are_sorted_in_beside_the_merge(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lead.transaction() as session:
        session.execute(text("CREATE TABLE sorted_in (pages bigint)"))
    noting = text(f"INSERT INTO sorted_in {keyword_index.SORT_IN.text} RETURNING pages")
    monkeypatch.setattr(keyword_index, "SORT_IN", noting)
    monkeypatch.setattr(keyword_index, "ROUND", 0.01)
    with lead.transaction() as session:
        with lead.transaction() as other:  # another process that is sorting in
            other.execute(text("SELECT pg_advisory_xact_lock(:sorting)"), {"sorting": keyword_index.SORTING})
            lists.send(taro(), hanako())
            until(lambda: session.scalar(text("SELECT count(*) > 2 FROM sorted_in")), what="looks, round after round")
            assert session.scalar(text("SELECT max(pages) FROM sorted_in")) is None
        assert until(lambda: session.scalar(text("SELECT max(pages) FROM sorted_in")), what="pages of keywords") == 1
    assert [found["number"] for found in lead.by(MAKI).get("/leads?q=鈴木電機").get_json()["items"]] == ["L-000002"]


def test_lists_go_on_where_sorting_in_fails(lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyword_index, "SORT_IN", text("SELECT 1 / 0"))
    monkeypatch.setattr(keyword_index, "ROUND", 0.01)
    assert [row.outcome for row in lists.send(taro())] == ["created"]
    assert [row.outcome for row in lists.send(hanako())] == ["created"]
