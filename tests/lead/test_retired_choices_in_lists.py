"""A retired choice stays where a lead has it; no list gives it to anybody anew, whenever it was retired."""

from typing import Any

import pytest

from tests.cast import MAKI
from tests.lead.conftest import Lists, hanako, row, taro
from tests.lead.test_keep_masters import add, keep
from tests.parts import Part

LABELS = {"stage": "育成中", "source": "展示会", "temperature": "B"}
RETIRED = {"stage": "nurturing", "source": "trade_fair", "temperature": "B"}
MASTERS = {"stage": "lead-stages", "source": "lead-sources", "temperature": "temperatures"}


def retire(lead: Part, *cells: str) -> None:
    if "temperature" in cells or not cells:  # the last one of its meaning may not be retired
        add(lead, "temperatures", label_ja="D", label_en="D", meaning="warm")
    for cell in cells or RETIRED:
        keep(lead, MASTERS[cell], RETIRED[cell], active=False)


def told(outcome: Any) -> tuple[str, list[tuple[str, str]]]:
    return outcome.outcome, [(each["field"], each["code"]) for each in outcome.reasons]


@pytest.mark.parametrize("cell", RETIRED)
def test_an_update_gives_no_retired_choice(lead: Part, lists: Lists, show: Any, cell: str) -> None:
    had, other = lists.send(taro(**RETIRED), hanako(stage="new", source="seminar", temperature="A"))
    retire(lead, cell)
    same, given = lists.send(
        taro(**RETIRED, title="課長"), hanako(title="課長", **{cell: RETIRED[cell]}), kind="update"
    )
    assert (same.outcome, told(given)) == ("updated", ("error", [(cell, "retired_choice")]))
    assert LABELS[cell] in given.reasons[0]["ja"]
    assert show(had.lead_id)["person"]["title"] == "課長" and show(other.lead_id)["person"]["title"] == ""


def test_the_reason_says_what_may_be_chosen(lead: Part, lists: Lists) -> None:
    lists.send(taro())
    retire(lead, "temperature")
    (refused,) = lists.send(taro(temperature="B"), kind="update")
    assert refused.reasons[0]["ja"] == "「B」は使用が停止されています。ほかの値を選んでください。選択肢：A、C、D"
    assert refused.reasons[0]["en"] == "“B” can no longer be chosen. Choose another value: A, C, D"
    retire(lead, "stage")
    (refused,) = lists.send(taro(stage="nurturing"), kind="update")
    assert "選択肢：未対応、アプローチ中、接続済、アポ獲得、営業引継ぎ、見送り、対象外" in refused.reasons[0]["ja"]


def test_an_exported_list_that_comes_back_keeps_what_it_had(lead: Part, lists: Lists, show: Any) -> None:
    """And what somebody chose since is not put back where only the screen changed it."""
    (known,) = lists.send(taro(**RETIRED))
    retire(lead)
    edit = {"version": 1, "source": "seminar"}
    assert lead.by(MAKI).patch(f"/leads/{known.lead_id}", json=edit).status_code == 200
    (again,) = lists.send(taro(**RETIRED, lead_id=known.lead_id, version=1, title="部長"), kind="update")
    assert again.outcome == "updated"
    (back,) = lists.send(taro(**RETIRED, lead_id=known.lead_id, version=3), kind="update")
    assert told(back) == ("error", [("source", "retired_choice")])


def test_a_choice_retired_since_the_plan_is_refused_by_the_commit(lead: Part, lists: Lists, show: Any) -> None:
    (known,) = lists.send(taro())
    (planned,) = lists.batch(1, 0, taro(source="trade_fair"), kind="update", plan=True)
    retire(lead, "source")
    (done,) = lists.batch(1, 0, taro(source="trade_fair"), kind="update")
    assert (planned.outcome, told(done)) == ("updated", ("error", [("source", "retired_choice")]))
    assert show(known.lead_id)["source"] == ""


@pytest.mark.parametrize("cell", RETIRED)
def test_a_registration_makes_no_lead_with_one(lead: Part, lists: Lists, cell: str) -> None:
    lists.send(taro())
    retire(lead, cell)
    known, new, twice = lists.send(*(each | {cell: RETIRED[cell]} for each in (taro(), hanako(), hanako())))
    assert known.outcome == "unchanged"  # it keeps its own data
    assert told(new) == told(twice) == ("error", [(cell, "retired_choice")])


def test_a_registration_writes_none_into_known_leads(lead: Part, lists: Lists, show: Any) -> None:
    full, blank = lists.send(taro(source="seminar", temperature="A"), hanako())
    retire(lead)
    chosen = {"source": "fill", "temperature": "file"}
    rows = (taro(source="trade_fair"), hanako(source="trade_fair"), taro(temperature="B"))
    kept, filled, written = lists.send(*rows, overwrite=chosen)
    assert kept.outcome == "unchanged"
    assert told(filled) == ("error", [("source", "retired_choice")])
    assert told(written) == ("error", [("temperature", "retired_choice")])
    assert [show(each.lead_id)["source"] for each in (full, blank)] == ["seminar", ""]


def test_a_member_status_stays_and_is_given_to_nobody(lead: Part, lists: Lists) -> None:
    lists.send(taro(member_status="applied"), hanako(member_status="invited"))
    keep(lead, "member-statuses", "applied", active=False)
    someone = row("森", email="mori@example.jp", member_status="applied")
    same, raised, new = lists.send(taro(member_status="applied"), hanako(member_status="applied"), someone)
    assert same.outcome == "unchanged"
    assert told(raised) == told(new) == ("error", [("member_status", "retired_choice")])
    (update,) = lists.send(hanako(member_status="applied", title="部長"), kind="update")
    assert update.outcome == "updated"  # an update writes no campaign history
