"""SIGKILL at every stage of a list, at the moment in which it works: the list finishes once, and right."""

import hashlib
import io
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from tests.faults.moments import IMPORT_WORKERS, Held, figure, held, kill, kill_reader, readers
from tests.journeys.system import System
from tests.journeys.test_a_list_is_planned_and_taken_back import once, outcomes
from tests.journeys.test_a_list_travels import campaign, leads_of, portlet_count
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook

KNOWN, NEW, TWICE, WRONG = 20, 700, 3, 2
ROWS = KNOWN + NEW + TWICE + WRONG  # over two batches
OWNED = {"リード担当者": "sara", "備考": "長い話" * 400}  # more than a pipe holds, and than one batch takes
ENDS = "routing_key = 'import.list_finished.v1' AND convert_from(body, 'UTF8')::jsonb #>> '{data,list_id}' = %s"
SET_ASIDE = "SELECT count(*) FROM inbox_event WHERE status IN ('retry', 'parked', 'started')"


@dataclass(frozen=True)
class Stage:
    """`steps`: tables that are held one after another, each with the statement that waits for it; the last is that of
    the stage. `killed`: who does it."""

    steps: tuple[tuple[str, str, str], ...]
    killed: tuple[str, ...]


AT_LEAD = ("lead", "change", "change")
REGISTERING = {
    "reading": Stage((("import", "uploaded_row", "COPY uploaded_row"),), IMPORT_WORKERS),
    "cutting": Stage((("import", "batch", "INSERT INTO batch"),), IMPORT_WORKERS),
    "normalising": Stage((("import", "row_outcome", "COPY row_outcome"),), IMPORT_WORKERS),
    "merging": Stage((AT_LEAD,), ("lead-worker",)),
    "adding history": Stage((("lead", "campaign_member", "campaign_member"),), ("lead-worker",)),
    "telling outcomes": Stage((AT_LEAD, ("lead", "outbox_event", "INSERT INTO outbox_event")), ("lead-worker",)),
    "sending": Stage((AT_LEAD, ("import", "outbox_event", "outbox_event")), ("import-relay", *IMPORT_WORKERS)),
    "settling": Stage((AT_LEAD, ("import", "row_outcome", "COPY row_outcome")), IMPORT_WORKERS),
    "finishing": Stage((AT_LEAD, ("import", "uploaded_list", "UPDATE uploaded_list")), IMPORT_WORKERS),
    "telling owners": Stage((("lead", "planned_row", "DELETE FROM planned_row"),), ("lead-worker",)),
    "counting results": Stage((("campaign", "campaign_member_copy", "campaign_member_copy"),), ("campaign-worker",)),
    "the notice": Stage((("notification", "notification", "INSERT INTO notification"),), ("notification-worker",)),
}


class List:
    """A file whose rows are known, new, twice in it, or wrong; and what must have become of them in the end."""

    def __init__(self, running: Running, folder: Path, name: str) -> None:
        self.running, self.house, self.maki = running, running.house, running.by("maki")
        self.campaign_id, self.mark = campaign(running, name), uuid4().hex[:6]
        self.before = campaign(running, f"{name}の前")
        known = [Someone(f"倒{number}", self.address(number)) for number in range(KNOWN)]  # nobody's
        self.maki.bring_in(list_workbook(folder / "前.xlsx", known), "invited", self.before)
        people = [self.someone(number) for number in range(KNOWN + NEW)]
        twice = [people[30], people[3], people[600]]
        wrong = [Someone("誤", "no address"), Someone("", f"{self.mark}nobody@kill.example.jp")]
        self.file = list_workbook(folder / f"{self.mark}.xlsx", [wrong[0], *people, *twice, wrong[1]])
        self.entries, self.mails = portlet_count(running, "sara"), len(self.mails_to_sara())

    def someone(self, number: int) -> Someone:
        return Someone(f"倒{number}", self.address(number), more=OWNED)

    def address(self, number: int) -> str:
        return f"{self.mark}{number}@kill.example.jp"

    def mails_to_sara(self) -> list[Any]:
        return self.running.mailbox.to("sara@tsunagi.example.jp")

    def upload(self, mode: str = "commit") -> str:
        answer = self.maki.upload(self.file, "participants", self.campaign_id, mode=mode)
        assert answer.status == 202, answer.content.decode()
        return str(answer.json["id"])

    def addresses(self) -> int:
        """How many persons of this list there are, each with an address of its own."""
        said = "SELECT count(*) FROM person WHERE email LIKE %s"
        return int(figure(self.house, "lead", said, f"{self.mark}%@kill.example.jp"))

    def is_right(self, list_id: str) -> None:
        """Finished once, every row has its outcome, nobody is there twice."""
        state = self.maki.finished(list_id, 90)
        assert state["status"] == "finished", state
        self.has_every_outcome(state)
        leads = leads_of(self.running, self.campaign_id)
        assert len(leads) == len({lead["id"] for lead in leads}) == KNOWN + NEW
        assert self.addresses() == KNOWN + NEW
        self.is_said_once(list_id)

    def has_every_outcome(self, state: Any) -> None:
        assert sum(state["outcomes"].values()) == state["rows_read"] == state["rows_settled"] == ROWS, state
        found = {name: count for name, count in state["outcomes"].items() if count}
        assert found == {"created": NEW, "history_only": KNOWN, "unchanged": TWICE, "error": WRONG}
        assert figure(self.house, "import", "SELECT count(*) FROM batch WHERE list_id = %s", int(state["id"])) > 1
        rows = "SELECT count(*) FROM row_outcome WHERE list_id = %s"
        assert figure(self.house, "import", rows, int(state["id"])) == ROWS

    def is_said_once(self, list_id: str) -> None:
        ended = f"SELECT count(*) FROM outbox_event WHERE {ENDS}"
        assert figure(self.house, "import", ended, list_id) == 1

    def owner_is_told(self, times: int) -> None:
        """In her portlet and by mail, so many times and no more: nothing is on its way any longer."""
        until(lambda: len(self.mails_to_sara()) >= self.mails + times, 60, "sara's mail")
        self.nothing_is_left()
        assert portlet_count(self.running, "sara") == self.entries + times
        assert len(self.mails_to_sara()) == self.mails + times

    def nothing_is_left(self) -> None:
        for service in ("import", "lead", "notification", "campaign"):
            unsent = "SELECT count(*) FROM outbox_event WHERE published_at IS NULL"
            until(partial(nothing, self.running, service, unsent), 60, f"{service} to send")
            until(partial(nothing, self.running, service, SET_ASIDE), 60, f"{service} to take what waits")


def nothing(running: Running, service: str, statement: str) -> bool:
    return bool(figure(running.house, service, statement) == 0)


@pytest.fixture
def uploaded(running: Running, tmp_path: Path, request: pytest.FixtureRequest) -> List:
    return List(running, tmp_path, f"倒れる {request.node.name[-40:]}")


def catch(running: Running, at_end: ExitStack, stage: Stage, begin: Any) -> tuple[Any, Held]:
    """Begins, and follows what happens until the stage's last step waits. What `begin` answered, and the lock."""
    service, table, statement = stage.steps[0]
    lock = at_end.enter_context(held(running.house, service, table))
    begun = begin()
    lock.until_somebody_waits(statement)
    for service, table, statement in stage.steps[1:]:
        following = at_end.enter_context(held(running.house, service, table))
        lock.release()
        following.until_somebody_waits(statement)
        lock = following
    return begun, lock


@pytest.mark.parametrize("name", REGISTERING)
def test_a_list_finishes_once_and_right(running: Running, uploaded: List, name: str) -> None:
    stage = REGISTERING[name]
    with ExitStack() as at_end:
        list_id, lock = catch(running, at_end, stage, uploaded.upload)
        if name == "reading":
            assert readers(running.house)
        kill(running.house, *stage.killed)
        lock.release()
        uploaded.is_right(list_id)
    uploaded.owner_is_told(1)
    until(lambda: readers(running.house) == [], what="those who read for the dead to end")
    path = f"/campaigns/{uploaded.campaign_id}"
    results = once(uploaded.maki, path, ("results", "responded"), KNOWN + NEW)["results"]
    assert results["new_leads"] == NEW


def test_an_upload_that_nobody_answers_is_sent_again(running: Running, uploaded: List) -> None:
    with held(running.house, "import", "uploaded_list") as lock:
        first = threading.Thread(
            target=uploaded.maki.upload, args=(uploaded.file, "participants", uploaded.campaign_id)
        )
        first.start()
        lock.until_somebody_waits("INSERT INTO uploaded_list")
        kill(running.house, "import-web")
    first.join()
    until(lambda: running.house.is_ready("import"), 60, "import's web")
    uploaded.is_right(uploaded.upload())
    lists = uploaded.maki.get("/lists", campaign_id=uploaded.campaign_id)["items"]
    assert len(lists) == 1


def test_the_reading_process_alone_is_killed(running: Running, uploaded: List) -> None:
    """As by a machine that has no memory left: no fault of the file."""
    with held(running.house, "import", "uploaded_row") as lock:
        list_id = uploaded.upload()
        lock.until_somebody_waits("COPY uploaded_row")
        kill_reader(running.house)
    uploaded.is_right(list_id)


def test_a_plan_its_commit_and_its_undoing(running: Running, uploaded: List) -> None:
    house, maki = running.house, uploaded.maki
    with held(house, "lead", "change") as lock:
        list_id = uploaded.upload("plan")
        lock.until_somebody_waits("WITH met")  # the leads that are known; a plan makes no new ones
        kill(house, "lead-worker")
    path = f"/lists/{list_id}"
    planned = maki.finished(list_id)
    assert planned["status"] == "planned"
    uploaded.has_every_outcome(planned)
    told = outcomes(maki, list_id)
    assert uploaded.addresses() == KNOWN

    # 確定: the process that takes it in dies before it has answered; the click is repeated
    with held(house, "import", "batch") as lock:
        clicked = threading.Thread(target=maki.ask, args=("POST", f"{path}/commitment"))
        clicked.start()
        lock.until_somebody_waits("UPDATE batch")
        kill(house, "import-web")
    clicked.join()
    until(lambda: house.is_ready("import"), 60, "import's web")
    with ExitStack() as at_end:
        merging = Stage((AT_LEAD,), ("lead-worker",))
        _, lock = catch(running, at_end, merging, lambda: maki.post(f"{path}/commitment", None))
        settling = at_end.enter_context(held(house, "import", "row_outcome"))
        kill(house, "lead-worker")
        lock.release()
        settling.until_somebody_waits("INSERT INTO row_outcome")
        kill(house, *IMPORT_WORKERS)
    uploaded.is_right(list_id)
    after = outcomes(maki, list_id)
    assert {row: (told[row], after[row]) for row in told if told[row] != after[row]} == {}
    assert maki.get(f"{path}/rows", moved="true")["items"] == []
    uploaded.owner_is_told(1)

    # 取消, killed when it is cut into parts, while a part is undone, and when that is noted
    with ExitStack() as at_end:
        cutting = Stage((("lead", "undoing", "INSERT INTO undoing"),), ("lead-worker",))
        _, lock = catch(running, at_end, cutting, lambda: maki.post(f"{path}/undoing", None))
        undoing = at_end.enter_context(held(house, "lead", "change"))
        kill(house, "lead-worker")
        lock.release()
        undoing.until_somebody_waits("change")
        settling = at_end.enter_context(held(house, "import", "kept_lead"))
        kill(house, "lead-worker")
        undoing.release()
        settling.until_somebody_waits("COPY kept_lead")
        kill(house, *IMPORT_WORKERS)
    undone = until(partial(in_state, maki, path, "undone"), 90, "the list to be taken back")
    assert (undone["undoing"]["undone"], undone["undoing"]["kept"]) == (KNOWN + NEW, 0)
    assert uploaded.addresses() == len(leads_of(running, uploaded.before)) == KNOWN
    assert leads_of(running, uploaded.campaign_id) == []
    uploaded.owner_is_told(2)


def test_a_list_that_is_stopped_while_its_workers_die(running: Running, uploaded: List) -> None:
    with ExitStack() as at_end:
        reading = Stage((("import", "row_outcome", "row_outcome"),), IMPORT_WORKERS)
        list_id, lock = catch(running, at_end, reading, uploaded.upload)
        cancelling = threading.Thread(target=uploaded.maki.post, args=(f"/lists/{list_id}/cancellation", None))
        cancelling.start()
        kill(running.house, *IMPORT_WORKERS)
        lock.release()
        cancelling.join()
        state = uploaded.maki.finished(list_id, 90)
    assert sum(state["outcomes"].values()) == state["rows_read"] == ROWS
    uploaded.nothing_is_left()
    uploaded.is_said_once(list_id)
    there = state["outcomes"]["created"] + state["outcomes"]["history_only"]
    assert len(leads_of(running, uploaded.campaign_id)) == there
    assert uploaded.addresses() == KNOWN + state["outcomes"]["created"]


EXPORTING = {
    "while its rows are handed out": (("lead", "person", "ACCESS EXCLUSIVE"), "person", ("lead-web",)),
    "while its rows are read": (("lead", "person", "ACCESS EXCLUSIVE"), "person", IMPORT_WORKERS),
    "between its file and its commit": (("import", "ledger_entry"), "INSERT INTO ledger_entry", IMPORT_WORKERS),
}


@pytest.mark.parametrize("name", EXPORTING)
def test_an_export(running: Running, uploaded: List, name: str) -> None:
    maki, (table, statement, killed) = uploaded.maki, EXPORTING[name]
    with held(running.house, *table) as lock:
        wish = {"kind": "leads", "search": {"campaign_id": [uploaded.before]}}
        export_id = maki.post("/exports", wish)["id"]
        lock.until_somebody_waits(statement)
        kill(running.house, *killed)
    done = until(partial(ended, maki, export_id), 90, "the export")
    assert (done["status"], done["rows"]) == ("finished", KNOWN), done
    content = maki.ask("GET", f"/exports/{export_id}/file").content
    assert hashlib.sha256(content).hexdigest() == done["sha256"]
    assert openpyxl.load_workbook(io.BytesIO(content))["リスト"].max_row == KNOWN + 1
    lines = [line for line in maki.get("/export-ledger")["items"] if line["export_id"] == export_id]
    assert sorted(line["act"] for line in lines) == ["downloaded", "exported"]


def in_state(system: System, path: str, status: str) -> Any:
    found = system.get(path)
    return found if found["status"] == status else None


def ended(system: System, export_id: str) -> Any:
    found = system.get(f"/exports/{export_id}")
    return found if found["status"] != "running" else None
