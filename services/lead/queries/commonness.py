"""How common pairs of characters are among persons, so that a keyword is looked for in the cheaper way."""

import time
from collections.abc import Mapping
from math import prod

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.keywords import search_terms, share

# What ANALYZE noted of the index: the thousand most common grams, each with the share of the persons that have it.
COMMON = text("""
    SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats WHERE tablename = 'person_search'
""")
REMEMBERED = 600  # seconds
_known: tuple[float, dict[str, float]] = (float("-inf"), {})


def gram_shares(session: Session) -> dict[str, float]:
    """Gram → share of the persons, between 0 and 1; rare ones are left out. Empty before the first ANALYZE."""
    global _known
    read_at, shares = _known
    if time.monotonic() - read_at > REMEMBERED:
        found = session.execute(COMMON).one_or_none()
        shares = dict(zip(found[0] or (), found[1] or (), strict=False)) if found else {}
        _known = (time.monotonic(), shares)
    return shares


def keyword_share(query: str, shares: Mapping[str, float]) -> float:
    """The part of the persons that a keyword finds, about: words are taken to be independent of each other."""
    return prod(share(term, shares) for term in search_terms(query))
