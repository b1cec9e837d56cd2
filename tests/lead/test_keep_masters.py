"""マスタ as an administrator keeps them: renamed, put in order, added to, retired, and nothing breaks."""

from typing import Any

import pytest

from contracts import events
from tests.cast import ADMIN, ISAMU, MAKI, MANA, Person
from tests.lead.conftest import Lists, taro
from tests.parts import Part


def choices(lead: Part, master: str) -> dict[str, dict[str, Any]]:
    return {each["code"]: each for each in lead.by(MAKI).get(f"/masters/{master}").get_json()["items"]}


def keep(lead: Part, master: str, code: str, status: int = 200, by: Person = ADMIN, **changed: Any) -> dict[str, Any]:
    version = choices(lead, master)[code]["version"]
    answer = lead.by(by).patch(f"/masters/{master}/{code}", json={"version": version} | changed)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def add(lead: Part, master: str, status: int = 201, by: Person = ADMIN, **given: Any) -> dict[str, Any]:
    answer = lead.by(by).post(f"/masters/{master}", json=given)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def test_a_renamed_stage_is_told_and_breaks_no_conversion(lead: Part, lists: Lists, convert: Any, show: Any) -> None:
    (outcome,) = lists.send(taro())
    lead.forget_said()
    keep(lead, "lead-stages", "converted", label_ja="商談化", label_en="Deal")
    (told,) = lead.said(events.MastersChanged)
    assert (told.master, told.version) == ("lead-stages", 2)
    assert [choice.label for choice in told.choices if choice.meaning == "converted"] == ["商談化"]
    convert(outcome.lead_id)
    assert show(outcome.lead_id)["stage"] == {"code": "converted", "label": "商談化", "meaning": "converted"}
    assert lead.by(ISAMU).get("/masters/lead-stages", headers={"Accept-Language": "en"}).get_json()["items"][6][
        "label"
    ] == ("Deal")


def test_choices_are_put_in_order(lead: Part) -> None:
    keep(lead, "lead-sources", "referral", position=1)
    order = list(choices(lead, "lead-sources"))
    assert order[:3] == ["referral", "trade_fair", "seminar"] and len(order) == 10
    assert [each["position"] for each in choices(lead, "lead-sources").values()] == list(range(1, 11))


def test_a_retired_choice_stays_readable_and_is_not_chosen_any_more(lead: Part, lists: Lists, show: Any) -> None:
    (outcome,) = lists.send(taro(source="purchased_list"))
    keep(lead, "lead-sources", "purchased_list", active=False)
    shown = show(outcome.lead_id)
    assert shown["source_label"] == "購入リスト"
    edit = {"version": shown["version"], "source": "purchased_list", "temperature": "A"}
    assert lead.by(ISAMU).patch(f"/leads/{outcome.lead_id}", json=edit).status_code == 200  # it has it already
    other = lead.by(ISAMU).post("/leads", json={"person": {"family_name": "森", "email": "m@ex.jp"}, "source": "x"})
    assert other.status_code == 422
    draft = {"person": {"family_name": "森", "email": "m@ex.jp"}, "source": "purchased_list"}
    assert lead.by(ISAMU).post("/leads", json=draft).status_code == 422
    assert keep(lead, "lead-sources", "purchased_list", active=True)["active"]


@pytest.mark.parametrize(
    ("master", "code"),
    [
        ("lead-stages", "converted"),
        ("lead-stages", "handed_over"),
        ("member-statuses", "attended"),
        ("person-statuses", "present"),
    ],
)
def test_what_programs_rely_on_is_renamed_but_not_retired(lead: Part, master: str, code: str) -> None:
    (error,) = keep(lead, master, code, 422, active=False)["errors"]
    assert (error["field"], error["code"]) == ("active", "needed")
    assert keep(lead, master, code, label_ja="別の名前")["label_ja"] == "別の名前"


def test_a_new_stage_is_worked_like_any_other(lead: Part, lists: Lists, show: Any) -> None:
    made = add(lead, "lead-stages", label_ja="検討中", label_en="Considering", meaning="open")
    assert keep(lead, "lead-stages", made["code"], position=4)["position"] == 4
    (outcome,) = lists.send(taro())
    edit = {"version": show(outcome.lead_id)["version"], "stage": made["code"]}
    assert lead.by(ISAMU).patch(f"/leads/{outcome.lead_id}", json=edit).get_json()["stage"]["label"] == "検討中"
    assert [step["label"] for step in show(outcome.lead_id)["stage_path"]][3] == "検討中"
    refused: list[tuple[dict[str, Any], str]] = [
        ({"label_ja": "検討中", "label_en": "Other", "meaning": "open"}, "label_ja"),
        ({"label_ja": "新しい", "label_en": "Again", "meaning": "converted"}, "meaning"),
        ({"label_ja": "", "label_en": "Blank", "meaning": "open"}, "label_ja"),
    ]
    for wrong, field in refused:
        assert [error["field"] for error in add(lead, "lead-stages", 422, **wrong)["errors"]] == [field]


def test_what_a_result_decides_is_changed_and_obeyed(lead: Part, lists: Lists, show: Any) -> None:
    decides = {"contact": True, "reached": True, "next_stage": "nurturing", "days": 3, "do_not_call": False}
    made = add(lead, "action-results", label_ja="資料希望", label_en="Wants material", extra=decides)
    assert made["meaning"] == "reached" and made["extra"] == decides
    (outcome,) = lists.send(taro())
    action = {"type": "call_out", "result": made["code"]}
    assert lead.by(ISAMU).post(f"/leads/{outcome.lead_id}/actions", json=action).status_code == 201
    shown = show(outcome.lead_id)
    assert shown["stage"]["code"] == "nurturing" and shown["last_contact_at"] and shown["next_action_at"]
    changed = keep(lead, "action-results", made["code"], extra={"reached": False, "days": None})
    assert (changed["meaning"], changed["extra"]["days"], changed["extra"]["contact"]) == ("contact", None, True)
    for wrong, field in (
        ({"days": -1}, "extra.days"),
        ({"next_stage": "nowhere"}, "extra.next_stage"),
        ({"next_stage": "converted"}, "extra.next_stage"),
    ):
        (error,) = keep(lead, "action-results", made["code"], 422, extra=wrong)["errors"]
        assert error["field"] == field
    status = add(
        lead, "member-statuses", label_ja="懇親会参加", label_en="Dinner", meaning="response", extra={"rank": 95}
    )
    assert status["extra"] == {"rank": 95}


def test_a_stale_change_is_refused_and_only_administrators_may(lead: Part) -> None:
    version = choices(lead, "lead-sources")["other"]["version"]
    keep(lead, "lead-sources", "other", label_ja="その他の経路")
    path = "/masters/lead-sources/other"
    stale = lead.by(ADMIN).patch(path, json={"version": version, "label_ja": "ほか"})
    assert stale.status_code == 409 and stale.get_json()["current"]["label_ja"] == "その他の経路"
    keep(lead, "lead-sources", "other", 403, by=MANA, label_ja="x")
    add(lead, "lead-sources", 403, by=MANA, label_ja="x", label_en="y")
    assert lead.by(ADMIN).post("/masters/colours", json={"label_ja": "赤", "label_en": "red"}).status_code == 404


def test_a_result_that_proposes_a_retired_stage_moves_nobody(lead: Part, lists: Lists, show: Any) -> None:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    keep(lead, "lead-stages", "approaching", active=False)
    call = {"type": "call_out", "result": "no_answer"}
    assert lead.by(ISAMU).post(f"/leads/{outcome.lead_id}/actions", json=call).status_code == 201
    assert show(outcome.lead_id)["stage"]["code"] == "new"


def test_an_action_keeps_a_value_that_was_retired_since(lead: Part, lists: Lists) -> None:
    (outcome,) = lists.send(taro(owner_id=ISAMU.id))
    path, sent = f"/leads/{outcome.lead_id}/actions", {"type": "call_out", "result": "material_sent"}
    action = lead.by(ISAMU).post(path, json=sent).get_json()
    keep(lead, "action-results", "material_sent", active=False)
    fix = sent | {"version": action["version"], "text": "カタログ"}
    assert lead.by(ISAMU).patch(f"{path}/{action['id']}", json=fix).get_json()["text"] == "カタログ"
    other = {"version": action["version"] + 1, "result": "nothing"}
    assert lead.by(ISAMU).patch(f"{path}/{action['id']}", json=other).status_code == 422
    assert lead.by(ISAMU).post(path, json=sent).status_code == 422
