"""編集 on the detail page: what is given changes, the new owner hears of it, a stale save is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text

from chassis.database import engine
from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, SARA, Person
from tests.lead.conftest import Lists, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def lead_id(lists: Lists, lead: Part) -> int:
    (outcome,) = lists.send(taro(title="課長", owner_id=ISAMU.id))
    lead.forget_said()
    assert outcome.lead_id
    return outcome.lead_id


def edit(lead: Part, lead_id: int, by: Person = ISAMU, **changed: Any) -> dict[str, Any]:
    answer = lead.by(by).patch(f"/leads/{lead_id}", json={"version": 1} | changed)
    assert answer.status_code == 200, answer.text
    details: dict[str, Any] = answer.get_json()
    return details


def refusal(lead: Part, lead_id: int, by: Person = ISAMU, **changed: Any) -> tuple[int, dict[str, Any]]:
    answer = lead.by(by).patch(f"/leads/{lead_id}", json={"version": 1} | changed)
    problem: dict[str, Any] = answer.get_json()
    return answer.status_code, problem


def test_handing_over_to_sales_tells_the_salesperson(lead: Part, lead_id: int) -> None:
    details = edit(lead, lead_id, owner_id=str(EIJI.id), stage="handed_over")
    assert (details["owner"]["name"], details["owner"]["department"]) == (EIJI.name, EIJI.department)
    assert (details["stage"]["label"], details["stage_by"]["login"]) == ("営業引継ぎ", "isamu")
    assert details["version"] == 2
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.owner_id, told.count, told.act) == (EIJI.id, 1, "edit")
    (changed,) = lead.said(events.LeadsChanged)
    assert (changed.leads[0].stage_meaning, changed.leads[0].version) == ("handed_over", 2)


def test_only_what_is_given_changes_and_is_in_the_history(lead: Part, lead_id: int, show: Show) -> None:
    before = show(lead_id)
    details = edit(
        lead,
        lead_id,
        temperature="A",
        need="在庫の見える化",
        person={"title": "部長"},
        next_action_at="2026-12-01T01:00:00Z",
    )
    assert (details["temperature"], details["need"], details["person"]["title"]) == ("A", "在庫の見える化", "部長")
    assert details["person"]["company"] == before["person"]["company"]
    assert details["next_action_at"] == "2026-12-01T01:00:00Z"
    history = lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["items"]
    told = {
        (item["field_label"], item["before_text"], item["after_text"]) for item in history if item["cause"] == "edit"
    }
    assert told == {
        ("温度感", "", "A"),
        ("ニーズ", "", "在庫の見える化"),
        ("役職", "課長", "部長"),
        ("次回アクション日", "", "2026/12/01 10:00"),
    }
    assert lead.said(events.LeadsChanged) == []


def test_all_changes_of_an_edit_are_noted_by_one_statement(lead: Part, lead_id: int) -> None:
    said: list[str] = []
    event.listen(engine(), "before_cursor_execute", lambda *call: said.append(call[2]))
    edit(lead, lead_id, temperature="A", person={"title": "部長", "department": "営業部", "phone": "0312345678"})
    assert len([statement for statement in said if statement.startswith("INSERT INTO change")]) == 1


def test_an_edit_that_changes_nothing_is_no_change(lead: Part, lead_id: int) -> None:
    assert edit(lead, lead_id, owner_id=str(ISAMU.id), person={"title": "課長"})["version"] == 1
    assert lead.said(events.LeadsAssigned) == []


def test_a_stale_save_is_refused_with_what_is_there_now(lead: Part, lead_id: int) -> None:
    edit(lead, lead_id, by=SARA, person={"title": "部長"})
    status, problem = refusal(lead, lead_id, temperature="B")
    assert (status, problem["title"]) == (409, "stale_version")
    assert problem["detail"].startswith("ほかの人が")
    assert (problem["current"]["version"], problem["current"]["person"]["title"]) == (2, "部長")
    assert problem["current"]["updated_by"]["login"] == "sara"


def test_stages_obey_their_meaning(lead: Part, lead_id: int, convert: Any) -> None:
    for stage, code in (("converted", "stage_by_conversion"), ("passed", "drop_reason"), ("nowhere", "unknown_choice")):
        status, problem = refusal(lead, lead_id, stage=stage)
        assert (status, problem["errors"][0]["code"]) == (422, code)
    details = edit(lead, lead_id, stage="passed", drop_reason="予算なし")
    assert (details["drop_reason"], details["stage_path"][-1]["state"]) == ("予算なし", "current")
    convert(lead_id)
    status, problem = refusal(lead, lead_id, version=3, stage="new")
    assert (status, problem["errors"][0]["code"]) == (422, "already_converted")


def test_nobody_can_be_owner_who_is_not_there(lead: Part, lead_id: int) -> None:
    status, problem = refusal(lead, lead_id, owner_id="99")
    assert (status, problem["errors"][0]["field"]) == (422, "owner_id")
    assert "数秒おいて" in problem["detail"], "news of a new user may be on their way"
    gone = events.UserFact(user_id=EIJI.id, login="eiji", name="江口 英二", email="", active=False, version=2)
    lead.hear(events.UsersChanged(users=(gone,)))
    status, problem = refusal(lead, lead_id, owner_id=str(EIJI.id))
    assert (status, problem["errors"][0]["code"]) == (422, "inactive_owner")


def test_a_person_keeps_a_name_and_a_readable_address(lead: Part, lead_id: int) -> None:
    for person, field in (({"family_name": ""}, "person.family_name"), ({"email": "taro"}, "person.email")):
        status, problem = refusal(lead, lead_id, person=person)
        assert (status, problem["errors"][0]["field"]) == (422, field)
    assert refusal(lead, lead_id, source="nowhere")[1]["errors"][0]["field"] == "source"


def test_a_changed_person_is_found_by_the_new_name(lead: Part, lead_id: int, find: Callable[..., list[str]]) -> None:
    edit(lead, lead_id, person={"family_name": "渡邉", "company": "渡邉商店"})
    assert (find(q="渡辺商店"), find(q="山田商事")) == (["渡邉 太郎"], [])


def test_the_shared_memo_keeps_its_versions(lead: Part, lead_id: int) -> None:
    edit(lead, lead_id, shared_memo="一回目")
    edit(lead, lead_id, version=2, shared_memo="二回目")
    with lead.transaction() as session:
        kept = session.execute(text("SELECT number, text, written_by FROM memo_version ORDER BY number")).all()
    assert [tuple(row) for row in kept] == [(1, "一回目", ISAMU.id), (2, "二回目", ISAMU.id)]
    page = lead.by(SARA).get(f"/leads/{lead_id}/memo-versions?page_size=1").get_json()
    assert (page["total"], page["items"][0]["text"], page["items"][0]["written_by"]["login"]) == (2, "二回目", "isamu")
    path = f"/leads/{lead_id}/memo-versions?page_size=1&cursor={page['next_cursor']}"
    assert [one["text"] for one in lead.by(SARA).get(path).get_json()["items"]] == ["一回目"]
    assert lead.by(GAKU).get(path).status_code == 404


def test_an_outsourced_caller_may_not_give_leads_away(lead: Part, lead_id: int) -> None:
    edit(lead, lead_id, owner_id=str(GAKU.id))
    assert refusal(lead, lead_id, by=GAKU, version=2, owner_id=str(ISAMU.id))[0] == 403
    assert edit(lead, lead_id, by=GAKU, version=2, stage="approaching")["stage"]["code"] == "approaching"


def test_a_masked_address_that_comes_back_leaves_the_real_one(lead: Part, lists: Lists, show: Show) -> None:
    (outcome,) = lists.send(taro(email="hidden@example.jp", owner_id=GAKU.id))
    assert outcome.lead_id
    seen = show(outcome.lead_id, by=GAKU)["person"]["email"]
    edit(lead, outcome.lead_id, by=GAKU, person={"email": seen, "title": "部長"})
    person = show(outcome.lead_id)["person"]
    assert (person["email"], person["title"]) == ("hidden@example.jp", "部長")


def test_the_first_response_has_a_day_to_be_due(lead: Part, lead_id: int) -> None:
    assert (
        edit(lead, lead_id, first_response_due="2026-12-01T01:00:00Z")["first_response_due"] == "2026-12-01T01:00:00Z"
    )
    by_itself = edit(lead, lead_id, version=2, first_response_due=None)["first_response_due"]
    assert by_itself not in ("2026-12-01T01:00:00Z", None)  # the setting's, for the lead has an owner


def test_a_step_that_is_taken_back_has_reached_nothing(lead: Part, lead_id: int) -> None:
    reached = edit(lead, lead_id, stage="appointment")
    assert reached["members"][0]["appointment"]
    act = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"][0]["cause_id"]
    lead.forget_said()
    back = edit(lead, lead_id, version=reached["version"], stage="new", takes_back=act)
    assert (back["stage"]["code"], back["members"][0]["appointment"]) == ("new", False)
    assert [fact.appointment for said in lead.said(events.MembersChanged) for fact in said.members] == [False]


def test_another_persons_step_stays_reached(lead: Part, lead_id: int) -> None:
    reached = edit(lead, lead_id, stage="appointment")
    act = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"][0]["cause_id"]
    back = edit(lead, lead_id, by=SARA, version=reached["version"], stage="new", takes_back=act)
    assert (back["stage"]["code"], back["members"][0]["appointment"]) == ("new", True)


def test_a_step_is_taken_back_by_going_where_it_came_from(lead: Part, lead_id: int) -> None:
    reached = edit(lead, lead_id, stage="appointment")
    act = lead.by(ISAMU).get(f"/leads/{lead_id}/changes").get_json()["items"][0]["cause_id"]
    on = edit(lead, lead_id, version=reached["version"], stage="nurturing", takes_back=act)
    assert (on["stage"]["code"], on["members"][0]["appointment"]) == ("nurturing", True)


@pytest.mark.parametrize("flag", ["do_not_call", "do_not_mail"])
def test_who_may_not_be_approached_has_a_reason(lead: Part, lead_id: int, lists: Lists, flag: str) -> None:
    reason = f"{flag}_reason"
    wrong: dict[str, Any] = {flag: True, "person": {"phone": "なし"}}
    status, problem = refusal(lead, lead_id, **wrong)
    assert (status, [error["field"] for error in problem["errors"]]) == (422, [reason, "person.phone"])
    draft = {"person": {"family_name": "森", "company": "森林組合"}, flag: True}
    assert lead.by(SARA).post("/leads", json=draft).status_code == 422
    told: dict[str, Any] = {flag: True, reason: "本人の希望"}
    said = edit(lead, lead_id, **told)
    erased: dict[str, Any] = {reason: "", "version": said["version"]}
    assert refusal(lead, lead_id, **erased)[0] == 422
    erased[flag] = False
    freed = edit(lead, lead_id, **erased)
    assert (freed[flag], freed[reason]) == (False, "")
    lists.send(taro(**{flag: True}), kind="update")  # a list has no place for the reason
    assert edit(lead, lead_id, version=freed["version"] + 1, temperature="A")["temperature"] == "A"
