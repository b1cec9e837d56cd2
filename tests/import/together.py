"""The services import and lead in one process, each on a database of its own: what they tell each other arrives in
whatever order, some of it twice."""

import random
from collections.abc import Callable
from importlib import import_module
from itertools import count

import pytest
from sqlalchemy import select, text

from chassis import outbox
from chassis.database import engine, use
from chassis.events import Cause, Event, opened
from contracts import events
from tests.lead.chance import Desk
from tests.lead.conftest import Lists
from tests.parts import Part

from .registering import CAMPAIGN, campaign

HEARD_BY: dict[type[Event], str] = {
    events.ListUploaded: "import",
    events.CorrectionsUploaded: "import",
    events.BatchCut: "import",
    events.RowsPrepared: "lead",
    events.RowsSettled: "import",
    events.TurnCome: "lead",
    events.ListFinished: "lead",
    events.ListUndoing: "lead",
    events.UndoingCut: "lead",
    events.UndoingSettled: "import",
    events.KeptLeadsUndone: "import",
}
LISTS = "uploaded_list, uploaded_row, batch, row_outcome, moved_row, former_row, kept_lead, released_lead, correction"
# Lists of a few rows are long ones.
SMALL = {
    "import.commands.reading": {"BATCH_ROWS": 3, "FIRST_ROWS": 6, "FIRST_ROWS_TOGETHER": 6, "MOST_ROWS": 6},
    "import.commands.going_on": {"BATCH_ROWS": 2},
    "import.commands.announcing": {"WINDOW": 2},
    "lead.commands.taking_back": {"PART": 2, "WINDOW": 2},
}


class Together:
    def __init__(self, part: Callable[[str], Part], monkeypatch: pytest.MonkeyPatch) -> None:
        for module, constants in SMALL.items():
            for name, value in constants.items():
                monkeypatch.setattr(import_module(f"services.{module}"), name, value)
        self.parts, self.engines = {}, {}
        self.waiting: list[tuple[Event, Cause]] = []
        self.chance = random.Random()
        for name in ("import", "lead"):
            self.parts[name], self.engines[name] = part(name), engine()
            self.parts[name].knows_the_cast()
            self.parts[name].hear(campaign(CAMPAIGN))
        self._tell_masters()

    def at(self, name: str) -> Part:
        """That service, which is the one that this process is from now on."""
        use(self.engines[name])
        return self.parts[name]

    def begin(self, chance: random.Random) -> None:
        """There are no lists and no leads."""
        self.chance, self.waiting = chance, []
        with self.at("import").transaction() as session:
            session.execute(text(f"TRUNCATE {LISTS} RESTART IDENTITY"))
        Desk(Lists(self.at("lead"), count())).clear()
        for name in self.parts:
            self.at(name).forget_said()

    def one_arrives(self) -> bool:
        """Something that was said is heard, or there is nothing."""
        for name in self.parts:
            self._collect(name)
        if not self.waiting:
            return False
        event, cause = self.waiting.pop(self.chance.randrange(len(self.waiting)))
        hearer = self.at(HEARD_BY[type(event)])
        for _ in range(self.chance.choice([1, 1, 1, 1, 1, 2])):
            assert hearer.hear(event, cause=cause) == "done", hearer.why_set_aside()
        return True

    def come_to_rest(self) -> None:
        for _ in range(2_000):
            if not self.one_arrives():
                return
        raise AssertionError(f"never comes to rest: {self.waiting}")

    def _collect(self, name: str) -> None:
        said = outbox.outbox_event
        with self.at(name).transaction() as session:
            for body in session.scalars(select(said.c.body).order_by(said.c.id)).all():
                event, cause = opened(body)[:2]
                if type(event) in HEARD_BY:
                    self.waiting.append((event, cause))
            session.execute(said.delete())

    def _tell_masters(self) -> None:
        with self.at("lead").transaction() as session:
            rows = session.execute(text("SELECT master, code, label_ja, meaning, position FROM choice")).all()
        for master in {row.master for row in rows}:
            choices = tuple(
                events.Choice(code=row.code, label=row.label_ja, meaning=row.meaning, position=row.position)
                for row in rows
                if row.master == master
            )
            self.at("import").hear(events.MastersChanged(master=master, choices=choices, version=1))
