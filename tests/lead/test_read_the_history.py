"""変更履歴: every change says by which act it came about; an act of a list says of which one."""

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, MAKI
from tests.parts import Part

from .conftest import Lists, taro


def acts(lead: Part, lead_id: int | None) -> dict[str, tuple[str, str | None]]:
    """What the newest change of each act says: kind of act → what it is called, and its list."""
    found = lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["items"]
    return {entry["cause"]: (entry["cause_label"], entry["list_id"]) for entry in reversed(found)}


def test_a_change_by_a_list_says_which_list_it_was(lead: Part, lists: Lists) -> None:
    (outcome,) = lists.send(taro())
    assert acts(lead, outcome.lead_id)["list"] == ("リスト取込", "101")
    lists.send(taro(title="部長"), kind="update")
    newest = lead.by(MAKI).get(f"/leads/{outcome.lead_id}/changes").get_json()["items"][0]
    assert (newest["field"], newest["list_id"]) == ("title", "102")


def test_so_does_a_change_by_taking_a_list_back(lead: Part, lists: Lists) -> None:
    (outcome,) = lists.send(taro())
    lists.send(taro(title="部長"), kind="update")
    lead.hear(events.ListUndoing(list_id=102), cause=Cause.new("list_undoing", MAKI.id))
    (cut,) = lead.said(events.UndoingCut)
    lead.hear(cut, cause=lead.said_with_cause(events.UndoingCut)[0][1])
    assert acts(lead, outcome.lead_id)["list_undoing"] == ("リストの取消", "102")


def test_an_edit_belongs_to_no_list_and_what_others_caused_has_a_name(lead: Part, lists: Lists) -> None:
    (outcome,) = lists.send(taro())
    changed = lead.by(MAKI).patch(f"/leads/{outcome.lead_id}", json={"version": 1, "interest": "MES"})
    assert changed.status_code == 200, changed.text
    saved = {
        "campaign_id": 11,
        "account_id": 700,
        "account_name": "山田商事",
        "main_owner_id": EIJI.id,
        "notify": False,
    }
    converted = {"lead_id": outcome.lead_id, "opportunity_id": 900, "opportunity_name": "新規導入", **saved}
    at = {"converted_at": "2026-11-20T00:00:00Z"}
    lead.hear(events.LeadConverted.model_validate(converted | at), cause=Cause.new("opportunity", EIJI.id))
    found = acts(lead, outcome.lead_id)
    assert (found["edit"], found["opportunity"]) == (("編集", None), ("案件の編集", None))
