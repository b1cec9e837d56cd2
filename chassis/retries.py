"""What failed and is tried again, for those who wait for it. The inbox decides when (inbox.py)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .events import Event, opened
from .inbox import inbox_event


def next_attempts(session: Session, *kinds: type[Event]) -> Iterator[tuple[Event, datetime]]:
    """Events of these kinds that failed, and by when each is tried again: a process that takes one up has five minutes
    for it before another does."""
    found = select(inbox_event.c.body, inbox_event.c.next_attempt_at).where(
        inbox_event.c.status == "retry",
        inbox_event.c.routing_key.in_([key for kind in kinds for key in kind.routing_keys()]),
        inbox_event.c.next_attempt_at > func.now(),
    )
    for body, at in session.execute(found):
        yield opened(body)[0], at
