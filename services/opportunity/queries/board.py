"""The opportunities of a search as a board: a column for each phase, counted and summed over all of its cards."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from chassis.auth import Actor
from chassis.shapes import write_cursor

from ..choices import Choices
from ..models import Opportunity
from ..schemas import Board, BoardColumn, BoardQuery, OpportunityItem
from .filters import PHASES, SUMS, matching
from .opportunities import SORTS, opportunity_items


def show_board(session: Session, actor: Actor, query: BoardQuery) -> Board:
    """Each column begins with the cards that are expected first."""
    found = matching(query, actor)
    by_phase = found.with_only_columns(Opportunity.phase, func.count(), *SUMS).group_by(Opportunity.phase)
    counted = {row[0]: row[1:] for row in session.execute(by_phase)}
    cards = _first_cards(session, found, query.page_size)
    items: dict[str, list[OpportunityItem]] = {}
    for item in opportunity_items(session, [card for column in cards.values() for card in column]):
        items.setdefault(item.phase, []).append(item)
    choices = Choices.known(session).of(PHASES)
    columns = []
    for choice in choices:
        if (query.phase and choice.code not in query.phase) or not (choice.active or choice.code in counted):
            continue
        if query.phase_meaning and choice.meaning not in query.phase_meaning:
            continue
        count, amount, expected = counted.get(choice.code, (0, 0, 0))
        shown = cards.get(choice.code, [])
        columns.append(
            BoardColumn(
                phase=choice.code,
                label=choice.label,
                meaning=choice.meaning,
                items=items.get(choice.code, []),
                total=count,
                amount=int(amount),
                expected_amount=int(expected),
                next_cursor=_cursor(shown[-1]) if count > len(shown) else None,
            )
        )
    return Board(columns=columns)


def _first_cards(session: Session, found: Any, size: int) -> dict[str, list[Opportunity]]:
    order = SORTS["expected_on"].expression, Opportunity.id
    place = func.row_number().over(partition_by=Opportunity.phase, order_by=order).label("place")
    placed = found.add_columns(place).subquery()
    card = aliased(Opportunity, placed)
    cards: dict[str, list[Opportunity]] = {}
    for one in session.scalars(select(card).where(placed.c.place <= size).order_by(placed.c.place)):
        cards.setdefault(one.phase, []).append(one)
    return cards


def _cursor(last: Opportunity) -> str:
    """Where a search sorted by `expected_on` goes on after this one."""
    return write_cursor(["expected_on", last.expected_on or date.max, last.id])
