"""Bringing new persons' keywords into their place in the index, beside whoever adds the persons.

PostgreSQL first lays the keywords of new persons on a list at the index's side, which every search looks through, and
whoever fills that list to its limit has to sort it in. A long list filled it many times over, at the limit that
PostgreSQL has by itself, and merging waited. So a thread sorts it in, on a connection of its own, many batches at once:
the place of a piece is looked for once, however many persons bring it. Each of 40,000 persons takes 10 µs of a
processor so, each of 5,000 takes 10 to 12, where 300,000 are in the index. All processes do so at the same moments:
whoever comes first takes the keywords of all, the others look again at the next. Should it fail, the limit still holds.
https://www.postgresql.org/docs/current/gin.html#GIN-FAST-UPDATE
"""

import logging
import threading
import time
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from chassis.database import look

log = logging.getLogger(__name__)

SORTING = 7_265_106  # held by who sorts in
# NULL where another process is at it. It may not see what came since it began.
SORT_IN = text(f"""
SELECT CASE WHEN pg_try_advisory_xact_lock({SORTING}) THEN gin_clean_pending_list('person_search'::regclass) END
""")
ROUND = 8.0  # seconds; until then a keyword takes longer, by 20 to 45 ms where 40,000 persons wait


class _Sorter(threading.Thread):
    """Sorts in once in each round of the clock in which it was asked to."""

    def __init__(self) -> None:
        super().__init__(name="keyword-index", daemon=True)
        self.wanted = threading.Event()

    def run(self) -> None:
        while True:
            self.wanted.wait()
            time.sleep(ROUND - time.time() % ROUND)  # no waiting for a condition: who comes until then is taken along
            self.wanted.clear()
            try:
                with look() as connection:
                    if connection.scalar(SORT_IN) is None:
                        self.wanted.set()
            except Exception:  # the next batch asks again, and autovacuum does it too
                log.info("the keywords of new persons stay on their list for now", exc_info=True)


_sorter: _Sorter | None = None
_sorter_lock = threading.Lock()


def sort_in_after_commit(session: Session) -> None:
    """Persons were added: their keywords are brought into their place once this transaction is through."""
    if not event.contains(session, "after_commit", _sort_in):
        event.listen(session, "after_commit", _sort_in)


def _sort_in(_session: Any) -> None:
    global _sorter
    with _sorter_lock:
        if _sorter is None or not _sorter.is_alive():
            _sorter = _Sorter()
            _sorter.start()
    _sorter.wanted.set()
