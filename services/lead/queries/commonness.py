"""How common the pieces of keywords are among persons, so that a keyword is looked for in the cheaper way."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod, sqrt
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.keywords import search_terms, share

# What ANALYZE noted: how many persons there are, and the most common grams with the share of the persons that have it.
NOTED = text("""
    SELECT reltuples, words.most_common_elems::text::int[], words.most_common_elem_freqs,
        stages.most_common_vals::text::text[], stages.most_common_freqs,
        owners.most_common_vals::text::bigint[], owners.most_common_freqs
    FROM pg_class LEFT JOIN pg_stats words ON words.tablename = 'person_search'
        LEFT JOIN pg_stats stages ON stages.tablename = 'lead' AND stages.attname = 'stage'
        LEFT JOIN pg_stats owners ON owners.tablename = 'lead' AND owners.attname = 'owner_id'
    WHERE oid = 'person'::regclass
""")
# A page of leads that have a keyword is found in two ways: on the way through the leads in their order, where one in
# 1/share has it, or by the index, which gives share × persons of them to be sorted. Measured on 1,000,000 persons:
# 0.9 µs for each lead on the way, 3.3 µs for each that the index gives. They take the same time for this share.
PAGE = 51
LEAD_ON_THE_WAY, LEAD_BY_INDEX = 0.9, 3.3  # µs
# Leads of a stage or owner in an order of persons. Of few, each one's person is looked up and sorted (3 µs); of many,
# one goes through the persons and looks each one's lead up (2.5 µs). Between them it is cheaper to read who all are out
# of the index (0.15 µs), and to go through the persons with that list (0.25 µs).
PERSON_OF_LEAD, LEAD_OF_PERSON, LISTED, PERSON_ON_THE_WAY = 3.0, 2.5, 0.15, 0.25  # µs
COUNTED = 5_000  # leads that have a keyword; more are not counted while somebody waits
REMEMBERED = 600  # seconds


@dataclass(frozen=True)
class Commonness:
    """Hash of a gram → share of the persons, stage and owner → share of the leads, between 0 and 1; rare ones are left
    out. Empty before the first ANALYZE."""

    persons: float = 0
    shares: dict[int, float] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    owners: dict[int, float] = field(default_factory=dict)
    noted_at: float = float("-inf")

    def share_of(self, query: str) -> float:
        """The part of the persons that a keyword finds, about: words are taken to be independent of each other."""
        return prod(share(term, self.shares) for term in search_terms(query))

    def is_met_soon(self, query: str) -> bool:
        """Whether it is cheaper to go through the leads in their order than to ask the index."""
        even = sqrt(PAGE * LEAD_ON_THE_WAY / LEAD_BY_INDEX / max(self.persons, 1))
        return bool(query) and self.share_of(query) >= min(even, 1)

    def is_worth_listing(self, stages_or_owners: Sequence[Any], shares: Mapping[Any, float]) -> bool:
        """Whether, in an order of persons, to list the leads of these stages or owners first."""
        leads = sum(shares.get(each, 0.0) for each in stages_or_owners) * self.persons
        on_the_way = PAGE * max(self.persons, 1)
        return (
            sqrt(on_the_way * PERSON_ON_THE_WAY / PERSON_OF_LEAD) < leads < sqrt(on_the_way * LEAD_OF_PERSON / LISTED)
        )

    def too_many_to_count(self, query: str) -> bool:
        return bool(query) and self.share_of(query) * self.persons > COUNTED


_known = Commonness()


def commonness(session: Session) -> Commonness:
    """As the last ANALYZE noted it; asked for every ten minutes."""
    global _known
    if time.monotonic() - _known.noted_at > REMEMBERED:
        persons, *noted = session.execute(NOTED).one()
        grams, stages, owners = (dict(zip(noted[n] or (), noted[n + 1] or (), strict=False)) for n in (0, 2, 4))
        _known = Commonness(persons, grams, stages, owners, time.monotonic())
    return _known
