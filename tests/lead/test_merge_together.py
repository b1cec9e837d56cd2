"""Several workers at once: the same person is still made once, and who has nothing in common does not wait."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

from chassis.events import Cause
from contracts import events
from tests.cast import MAKI
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, all_outcomes, hanako, prepared, row, taro
from tests.parts import Part
from tests.waiting import until

merge_rows = import_module("services.lead.commands.lists").merge_rows
WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


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


def somebody_waits(lead: Part) -> bool:
    with lead.transaction() as session:
        return bool(session.scalar(text(WAITING)))


class Meanwhile:
    """A worker in the middle of a batch, merged and not yet committed, and another one that hears something."""

    def __init__(self, lead: Part, other: ThreadPoolExecutor) -> None:
        self.lead, self.other = lead, other

    def hears(self, first: Any, second: Any, waits: bool) -> None:
        with self.lead.transaction(MAKI) as session:
            merge_rows(session, first)
            heard: Future[str] = self.other.submit(self.lead.hear, second, cause=Cause.new("list", MAKI.id))
            until(lambda: heard.done() or somebody_waits(self.lead), what="the other worker")
            assert heard.done() is not waits, self.lead.why_set_aside()
        assert heard.result(20) == "done", self.lead.why_set_aside()


@pytest.fixture
def meanwhile(lead: Part) -> Iterator[Meanwhile]:
    with ThreadPoolExecutor(1) as other:
        yield Meanwhile(lead, other)


def total(lead: Part) -> int:
    return int(lead.by(MAKI).get("/leads").get_json()["total"])


def outcomes(lead: Part) -> dict[int, list[str]]:
    """List → what became of its rows."""
    return {said.list_id: [each.outcome for each in all_outcomes(said)] for said in lead.said(events.RowsSettled)}


def test_two_workers_with_the_same_people_make_them_once(lead: Part) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(100)]
    hear_together(lead, *(prepared(list_id, 0, *people) for list_id in (1, 2, 3)))
    assert total(lead) == 100


def test_the_same_batch_on_two_workers_counts_once(lead: Part) -> None:
    hear_together(lead, prepared(1, 0, taro(), hanako()), prepared(1, 0, taro(), hanako()))
    assert total(lead) == 2


def test_whoever_makes_other_people_does_not_wait(lead: Part, meanwhile: Meanwhile) -> None:
    meanwhile.hears(prepared(1, 0, taro()), prepared(2, 0, hanako()), waits=False)
    assert outcomes(lead) == {1: ["created"], 2: ["created"]}


def test_whoever_makes_the_same_person_waits_and_finds_them(lead: Part, meanwhile: Meanwhile) -> None:
    meanwhile.hears(prepared(1, 0, taro()), prepared(2, 0, hanako(), taro(note="二人目")), waits=True)
    assert outcomes(lead) == {1: ["created"], 2: ["created", "history_only"]}
    assert total(lead) == 2


def test_somebody_without_an_address_is_recognised_all_the_same(lead: Part, meanwhile: Meanwhile) -> None:
    meanwhile.hears(prepared(1, 0, taro(email="")), prepared(2, 0, taro(email="")), waits=True)
    assert total(lead) == 1


@pytest.mark.parametrize("campaign_id", [SEMINAR, WEBINAR])
def test_the_history_of_somebody_known_is_written_by_both(
    lists: Lists, lead: Part, meanwhile: Meanwhile, campaign_id: int
) -> None:
    """in this campaign or only in another one; the status is the higher of the two."""
    (known,) = lists.send(taro(), kind="invited", campaign_id=campaign_id)
    first = prepared(1, 0, taro(member_status="attended", survey="資料希望"))
    meanwhile.hears(first, prepared(2, 0, hanako(), taro(member_status="applied", note="申込")), waits=True)
    members = lead.by(MAKI).get(f"/leads/{known.lead_id}").get_json()["members"]
    (member,) = (each for each in members if each["campaign_id"] == str(SEMINAR))
    assert (member["status"], member["survey"], member["note"]) == ("attended", "資料希望", "申込")
    assert total(lead) == 2


def test_what_writes_into_leads_or_names_them_by_number_is_alone(
    lists: Lists, lead: Part, meanwhile: Meanwhile
) -> None:
    (known,) = lists.send(taro())
    meanwhile.hears(prepared(1, 0, hanako()), prepared(2, 0, row(lead_id=known.lead_id)), waits=True)
    update = prepared(4, 0, taro(title="部長"), kind="update", ordered=True, first=True)
    meanwhile.hears(prepared(3, 0, row("林", "凛", email="rin@example.jp")), update, waits=True)
    filled = prepared(6, 0, taro(title="部長"), overwrite={"title": "file"}, ordered=True, first=True)
    meanwhile.hears(prepared(5, 0, row("森", "勇", email="mori@example.jp")), filled, waits=True)


def test_whoever_registers_one_by_hand_waits_for_lists(lead: Part) -> None:
    """and is asked about the lead that the list has made."""
    person = {"family_name": "山田", "given_name": "太郎", "email": "taro@yamada.example.jp"}
    with ThreadPoolExecutor(1) as other:
        with lead.transaction(MAKI) as session:
            merge_rows(session, prepared(1, 0, taro()))
            asked = other.submit(lambda: lead.by(MAKI).post("/leads", json={"person": person}))
            until(lambda: somebody_waits(lead), what="the registration")
        assert asked.result(20).status_code == 409
    assert total(lead) == 1


def test_where_the_server_has_no_room_for_so_many_locks_batches_go_one_by_one(
    lead: Part, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.lead.matching_key.MOST_LOCKS", "0")
    meanwhile.hears(prepared(1, 0, taro()), prepared(2, 0, hanako()), waits=True)


def test_many_lists_of_few_people_at_once(lead: Part) -> None:
    """Whoever is quicker: everybody is one lead, and has the highest status of all rows about them."""
    chance = random.Random(5)
    ranks = ["applied", "attended"]
    sent = [
        [
            row("社員", f"{number}号", email=f"p{number}@many.example.jp", member_status=chance.choice(ranks))
            for number in chance.sample(range(60), 40)
        ]
        for _ in range(8)
    ]
    hear_together(lead, *(prepared(list_id, 0, *rows) for list_id, rows in enumerate(sent, start=1)))
    everybody = {cells["email"]: "applied" for rows in sent for cells in rows}
    everybody |= {cells["email"]: "attended" for rows in sent for cells in rows if cells["member_status"] == "attended"}
    with lead.transaction() as session:
        found = session.execute(
            text(
                "SELECT p.email, m.status FROM person p JOIN lead l ON l.person_id = p.id"
                " JOIN campaign_member m ON m.lead_id = l.id"
            )
        )
        assert sorted(tuple(each) for each in found) == sorted(everybody.items())
