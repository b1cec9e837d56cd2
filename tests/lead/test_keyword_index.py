"""The pieces of keywords in Python and of texts in the database: what is in a text is found by its index."""

from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import text

from chassis import keywords
from tests.parts import Part

TEXTS = strategies.text("0129ab.@-_ヤ山髙 ", max_size=12)


@given(before=TEXTS, term=TEXTS.map(lambda text: text.replace(" ", "")), after=TEXTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_index_knows_every_piece_of_a_keyword(lead: Part, before: str, term: str, after: str) -> None:
    with lead.transaction() as session:
        known = session.scalar(text("SELECT grams(:text)"), {"text": before + term + after})
    assert {*keywords.grams(term)} <= {*(known or ())}
