"""How common pairs of characters are among persons, so that a keyword is looked for in the cheaper way."""

import time
from collections.abc import Mapping
from math import prod

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.keywords import grams, search_terms, share

# What ANALYZE noted of the index: the thousand most common grams, each with the share of the persons that have it.
MOST_COMMON = text("""
    SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats WHERE tablename = 'person_search'
""")
COMMON = 0.004  # from this share of all persons on, a keyword is met soon by whoever goes through the leads in order
SURELY = 0.05  # a character or pair that more persons have is met sooner than its list in the index is read
# Statements are prepared after some uses. Their general plan would not know the keyword: one that nobody has takes
# 0.03 ms by its own plan; by the general one, which goes through 1,000,000 leads, it had not ended after a minute.
OWN_PLANS = text("SET LOCAL plan_cache_mode = force_custom_plan")
REMEMBERED = 600  # seconds
_known: tuple[float, dict[str, float]] = (float("-inf"), {})


def gram_shares(session: Session) -> dict[str, float]:
    """Gram → share of the persons, between 0 and 1; rare ones are left out. Empty before the first ANALYZE."""
    global _known
    read_at, shares = _known
    if time.monotonic() - read_at > REMEMBERED:
        found = session.execute(MOST_COMMON).one_or_none()
        shares = dict(zip(found[0] or (), found[1] or (), strict=False)) if found else {}
        _known = (time.monotonic(), shares)
    return shares


def keyword_share(query: str, shares: Mapping[str, float]) -> float:
    """The part of the persons that a keyword finds, about: words are taken to be independent of each other."""
    return prod(share(term, shares) for term in search_terms(query))


def surely_common(query: str, shares: Mapping[str, float]) -> bool:
    """Whether a query may do without the index: of single characters and pairs the shares are known, not guessed."""
    return all(len(grams(term)) <= 1 for term in search_terms(query)) and keyword_share(query, shares) >= SURELY
