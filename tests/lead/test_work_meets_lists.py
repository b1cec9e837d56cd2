"""Whatever people do on the screen while a list goes in: it is kept and told, and all else is given back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.events import Cause
from tests.cast import MAKI
from tests.lead.chance import HURRIED, Desk, files, people
from tests.lead.conftest import Lists
from tests.lead.expecting import Watch, differences
from tests.lead.screens import acts, perform
from tests.lead.test_take_a_list_back import everything, take_back


@pytest.fixture
def desk(lists: Lists) -> Desk:
    return Desk(lists)


# None: the next batch goes, of the plan and then of the commit. What is left of them goes before what is `late`.
steps = st.lists(st.one_of(st.none(), acts), min_size=3, max_size=9)


@given(known=people, file=files(), planned=st.booleans(), steps=steps, late=st.lists(acts, max_size=3))
@HURRIED
def test_work_at_any_moment_is_kept_and_told_and_all_else_given_back(
    desk: Desk, known: Any, file: Any, planned: bool, steps: Any, late: Any
) -> None:
    desk.clear()
    desk.send(desk.number(), ("participants", known, {}))
    file = desk.naming_only_leads_that_are_there(file)
    list_id, cause, watch = desk.number(), Cause.new("list", MAKI.id), Watch(desk.lead)
    waiting = [(plan, at) for plan in ([True, False] if planned else [False]) for at in range(len(file[1]))]
    outcomes: dict[bool, dict[int, str]] = {True: {}, False: {}}

    def next_batch() -> None:
        plan, at = waiting.pop(0)
        before = watch.now
        told = watch.the_list(lambda: desk.batch(list_id, at, file, cause, plan=plan, as_planned=planned and not plan))
        assert told.keys().isdisjoint(outcomes[plan])
        outcomes[plan] |= told
        assert not plan or watch.now == before

    def work(act: Any) -> None:
        watch.somebody(act[3], lambda: perform(desk.lead, act, watch.now["lead"].keys()))

    for step in [*steps, *[None] * 2 * len(file[1])]:
        if step is not None:
            work(step)
        elif waiting:
            next_batch()
    for act in late:
        work(act)
    assert len(outcomes[False]) == sum(len(batch) for batch in file[1])
    assert not planned or outcomes[True].keys() == outcomes[False].keys()
    wanted, told = watch.after_taking_back(), watch.kept()
    settled = take_back(desk.lists, list_id)
    assert [*differences(wanted, everything(desk.lead))] == []
    kept = {lead.lead_id: lead for part in settled for lead in part.kept}
    assert kept.keys() == told.keys()
    for lead_id, lead in kept.items():
        assert any(
            lead.changed_by == actor.id and began <= lead.changed_at <= ended for actor, began, ended in told[lead_id]
        )
    assert sum(part.undone + len(part.kept) for part in settled) == len(watch.leads())
