"""Several workers at once: the same person is still made once."""

import threading
from typing import Any

from chassis.events import Cause
from tests.cast import MAKI
from tests.lead.conftest import hanako, prepared, row, taro
from tests.parts import Part


def hear_together(lead: Part, *batches: Any) -> None:
    """Every batch on a thread and a connection of its own, all at the same moment."""
    ready = threading.Barrier(len(batches))
    results: list[str] = []

    def work(event: Any) -> None:
        ready.wait()
        results.append(lead.hear(event, cause=Cause.new("list", MAKI.id)))

    threads = [threading.Thread(target=work, args=(event,)) for event in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == ["done"] * len(batches), lead.why_set_aside()


def test_two_workers_with_the_same_people_make_them_once(lead: Part) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(100)]
    hear_together(lead, *(prepared(list_id, 0, *people) for list_id in (1, 2, 3)))
    assert lead.by(MAKI).get("/leads").get_json()["total"] == 100


def test_the_same_batch_on_two_workers_counts_once(lead: Part) -> None:
    hear_together(lead, prepared(1, 0, taro(), hanako()), prepared(1, 0, taro(), hanako()))
    assert lead.by(MAKI).get("/leads").get_json()["total"] == 2
