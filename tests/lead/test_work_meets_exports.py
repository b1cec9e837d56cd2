"""An exported list comes back while people work on its leads: what they changed since is never written over, and what
only the file changed is written."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.events import Cause
from tests.cast import ISAMU, MAKI
from tests.lead.chance import CELLS, HURRIED, Desk, people, seeds
from tests.lead.conftest import Lists, row
from tests.lead.expecting import Records
from tests.lead.screens import Act, acts, perform
from tests.lead.test_take_a_list_back import everything

OF_PERSON = ("company", "department", "title", "mobile", "prefecture", "address")
OF_LEAD = ("industry", "source", "temperature", "owner_id", "stage", "do_not_call", "do_not_mail")
CHANGED = [cell for cell in (*OF_PERSON, *OF_LEAD) if cell in CELLS]
SETTLED = {"updated", "unchanged", "conflict"}


@pytest.fixture
def desk(lists: Lists) -> Desk:
    return Desk(lists)


def stored(records: Records, lead_id: int) -> dict[str, Any]:
    """What the cells of its row say, blank ones as they are kept."""
    lead = records["lead"][lead_id]
    person = records["person"][lead["person_id"]]
    found = {cell: person[cell] for cell in OF_PERSON} | {cell: lead[cell] for cell in OF_LEAD}
    return found | {"note": lead["shared_memo"]}


def exported(desk: Desk, records: Records, lead_id: int) -> dict[str, Any]:
    person = records["person"][records["lead"][lead_id]["person_id"]]
    names = {name: person[name] for name in ("family_name", "given_name")}
    with desk.lead.transaction() as session:
        version = session.connection().exec_driver_sql(f"SELECT version FROM lead WHERE id = {lead_id}").scalar()
    cells = {cell: value or "" for cell, value in stored(records, lead_id).items()}
    return row(**names, **cells, lead_id=lead_id, version=version)


def edited(cells: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """What the user made of the row: a few cells say something else."""
    for cell in chance.sample(CHANGED, chance.choice([0, 2, 4, 6])):
        cells[cell] = chance.choice([value for value in CELLS[cell] if "-" not in str(value)])
    return cells | {"note": "理由"}


def _saved(chance: random.Random) -> Act:
    """Somebody saves some of the same cells on the screen."""
    body: dict[str, Any] = {"drop_reason": "予算なし", "do_not_call_reason": "申し出", "do_not_mail_reason": "申し出"}
    for cell in chance.sample(CHANGED, 4):
        value = chance.choice([value for value in CELLS[cell] if value])
        body |= {"person": body.get("person", {}) | {cell: value}} if cell in OF_PERSON else {cell: value}
    return "both", chance.randrange(12), body, ISAMU


work = st.one_of(seeds.map(_saved), seeds.map(_saved), acts)


@given(known=people, chance=seeds, before=st.lists(work, min_size=2, max_size=5), between=st.lists(work, max_size=3))
@HURRIED
def test_what_the_screen_has_since_is_kept(desk: Desk, known: Any, chance: Any, before: Any, between: Any) -> None:
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    then = everything(desk.lead)
    content = [[edited(exported(desk, then, lead_id), chance)] for lead_id in sorted(then["lead"])]
    list_id, cause = desk.number(), Cause.new("list", MAKI.id)
    for act in before:
        perform(desk.lead, act, then["lead"].keys())
    for at, (cells,) in enumerate(content):
        lead_id = cells["lead_id"]
        was, screen = stored(then, lead_id), stored(everything(desk.lead), lead_id)
        (outcome,) = desk.batch(list_id, at, ("update", content, {}), cause).values()
        now = stored(everything(desk.lead), lead_id)
        both = {
            cell for cell in was if cells[cell] not in ("", was[cell]) and screen[cell] not in (was[cell], cells[cell])
        }
        if outcome.outcome not in SETTLED:
            assert now == screen
        elif both:
            assert (outcome.outcome, now) == ("conflict", screen)
        else:
            wanted = {cell: cells[cell] if cells[cell] not in ("", was[cell]) else screen[cell] for cell in was}
            assert (outcome.outcome != "conflict", now) == (True, wanted)
        for act in between[at : at + 1]:
            perform(desk.lead, act, then["lead"].keys())
