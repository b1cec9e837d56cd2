"""リスト更新 compares three ways: what was exported, what the lead has now, what the file has."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, hanako, row, taro
from tests.lead.test_export_rows import rows_of
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


@pytest.fixture
def known(lists: Lists) -> int:
    """Taro with a title, an owner and a memo."""
    (made,) = lists.send(taro(title="課長", owner_id=SARA.id, industry="製造"))
    lists.send(taro(note="古いメモ"), kind="update")
    return made.lead_id or 0


@pytest.fixture
def exported(lead: Part) -> Callable[[int], dict[str, Any]]:
    """The row of リスト出力 as import would prepare it again, untouched."""

    def exported(lead_id: int) -> dict[str, Any]:
        (found,) = (cells for cells in rows_of(lead) if cells["lead_id"] == f"L-{lead_id:06d}")
        cells = {name: "" if value in (None, False) else value for name, value in found.items()}
        return cells | {"lead_id": lead_id, "owner_id": int(cells["owner_id"]) if cells["owner_id"] else ""}

    return exported


Exported = Callable[[int], dict[str, Any]]


def edit(lead: Part, lead_id: int, **changed: Any) -> None:
    version = lead.by(MAKI).get(f"/leads/{lead_id}").get_json()["version"]
    answer = lead.by(ISAMU).patch(f"/leads/{lead_id}", json={"version": version} | changed)
    assert answer.status_code == 200, answer.text


def test_a_file_that_nobody_changed_undoes_nobodys_work(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    file = exported(known)
    edit(
        lead,
        known,
        person={"title": "部長", "email": "new@yamada.example.jp"},
        owner_id=str(ISAMU.id),
        stage="approaching",
    )
    edit(lead, known, shared_memo="新しいメモ", do_not_mail=True, do_not_mail_reason="本人の希望", industry="")
    before = show(known)
    (outcome,) = lists.send(file, kind="update")
    assert (outcome.outcome, outcome.changes) == ("unchanged", ())
    assert show(known) == before


def test_only_the_cells_that_the_user_changed_are_written(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    file = exported(known)
    edit(lead, known, person={"title": "部長"}, owner_id=str(ISAMU.id))
    (outcome,) = lists.send(file | {"mobile": "09011112222", "temperature": "A"}, kind="update")
    assert outcome.outcome == "updated"
    assert {(change.field, change.before, change.after) for change in outcome.changes} == {
        ("mobile", "", "09011112222"),
        ("temperature", "", "A"),
    }
    details = show(known)
    assert (details["person"]["title"], details["owner"]["login"], details["temperature"]) == ("部長", "isamu", "A")


def test_what_both_changed_is_a_conflict_and_nothing_is_written(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    file = exported(known)
    edit(lead, known, person={"title": "部長"}, owner_id=str(ISAMU.id), shared_memo="画面のメモ")
    before = show(known)
    changed = {"title": "本部長", "owner_id": EIJI.id, "note": "ファイルのメモ", "mobile": "09011112222"}
    (outcome,) = lists.send(file | changed, kind="update")
    assert (outcome.outcome, outcome.lead_id, outcome.seen) == ("conflict", known, before["version"])
    told = {(each.field, each.exported, each.before, each.after) for each in outcome.changes if not each.besides}
    assert told == {
        ("title", "課長", "部長", "本部長"),
        ("owner_id", SARA.id, ISAMU.id, EIJI.id),
        ("note", "古いメモ", "画面のメモ", "ファイルのメモ"),
    }
    assert {(reason["field"], reason["code"]) for reason in outcome.reasons} == {
        (field, "both_changed") for field in ("title", "owner_id", "note")
    }
    assert show(known) == before


@pytest.mark.parametrize("takes", ["screen", "file"])
def test_somebody_chooses_between_the_two(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show, takes: str
) -> None:
    file = exported(known) | {"title": "本部長", "mobile": "09011112222"}
    edit(lead, known, person={"title": "部長", "department": "営業部"})
    (conflict,) = lists.send(file, kind="update")
    (outcome,) = lists.send(file, kind="update", takes=takes, seen=conflict.seen)
    assert outcome.outcome == "updated"
    person = show(known)["person"]
    assert person["title"] == {"screen": "部長", "file": "本部長"}[takes]
    assert (person["mobile"], person["department"]) == ("09011112222", "営業部")


def test_a_conflict_tells_what_is_written_besides_whatever_is_chosen(
    lead: Part, lists: Lists, known: int, exported: Exported
) -> None:
    file = exported(known)
    edit(lead, known, person={"title": "部長", "department": "営業部"}, do_not_call=True, do_not_call_reason="希望")
    changed = {"title": "本部長", "mobile": "09011112222", "owner_id": EIJI.id, "industry": ""}
    (outcome,) = lists.send(file | changed, kind="update")
    assert {(each.field, each.before, each.after) for each in outcome.changes if each.besides} == {
        ("mobile", "", "09011112222"),
        ("owner_id", SARA.id, EIJI.id),
    }
    (done,) = lists.send(file | changed, kind="update", takes="screen", seen=outcome.seen)
    assert {each.field for each in done.changes} == {"mobile", "owner_id"} and done.outcome == "updated"


def test_what_changed_again_since_somebody_looked_waits_again(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    file = exported(known) | {"title": "本部長", "department": "本社"}
    edit(lead, known, person={"title": "部長", "department": "営業部"})
    (conflict,) = lists.send(file, kind="update")
    edit(lead, known, person={"title": "取締役"})
    (again,) = lists.send(file, kind="update", takes="file", seen=conflict.seen)
    assert {(each.field, each.before, each.after) for each in again.changes} == {
        ("title", "取締役", "本部長"),
        ("department", "営業部", "本社"),
    }
    assert (again.outcome, show(known)["person"]["department"]) == ("conflict", "営業部")
    (done,) = lists.send(file, kind="update", takes="file", seen=again.seen)
    person = show(known)["person"]
    assert (done.outcome, person["title"], person["department"]) == ("updated", "本部長", "本社")


def test_both_changed_to_the_same_and_back_again_is_no_conflict(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    file = exported(known)
    edit(lead, known, person={"title": "部長", "department": "営業部"})
    edit(lead, known, person={"department": ""})
    (outcome,) = lists.send(file | {"title": "部長", "department": "技術部"}, kind="update")
    assert [(each.field, each.after) for each in outcome.changes] == [("department", "技術部")]


def test_a_bulk_change_and_an_undone_list_are_known_as_well(
    lead: Part, lists: Lists, known: int, exported: Exported
) -> None:
    file = exported(known)
    bulk = {"lead_ids": [str(known)], "owner_id": str(ISAMU.id)}
    assert lead.by(MAKI).post("/leads/assignments", json=bulk).status_code == 200
    (outcome,) = lists.send(file | {"owner_id": EIJI.id}, kind="update")
    assert (outcome.outcome, outcome.changes[0].exported) == ("conflict", SARA.id)


def test_rows_of_the_same_list_do_not_conflict_with_each_other(
    lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    file = exported(known)
    first = lists.batch(800, 0, file | {"title": "部長"}, kind="update")
    second = lists.batch(800, 1, file | {"title": "本部長"}, kind="update")
    assert [outcome.outcome for outcome in first + second] == ["updated", "updated"]
    assert show(known)["person"]["title"] == "本部長"


def test_without_a_version_two_are_compared(lead: Part, lists: Lists, known: int, show: Show) -> None:
    edit(lead, known, person={"title": "部長"})
    (outcome,) = lists.send(taro(title="本部長"), kind="update")
    assert outcome.outcome == "updated"


def test_a_blank_erases_only_where_that_was_chosen(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    blanks = dict.fromkeys(("title", "note", "owner_id", "industry", "phone", "family_name", "stage"), "")
    (kept,) = lists.send(exported(known) | blanks, kind="update")
    assert kept.outcome == "unchanged"
    (erased,) = lists.send(exported(known) | blanks, kind="update", erase_blanks=True)
    assert {change.field for change in erased.changes} == {"title", "note", "owner_id", "industry", "phone"}
    details = show(known)
    assert (details["person"]["title"], details["shared_memo"], details["owner"]) == ("", "", None)
    assert (details["person"]["family_name"], details["stage"]["code"]) == ("山田", "new")
    (told,) = [said for said in lead.said(events.LeadsAssigned) if said.owner_id == SARA.id]
    assert told


def test_an_erased_flag_is_off_and_an_untouched_blank_is_none(
    lead: Part, lists: Lists, known: int, exported: Exported, show: Show
) -> None:
    lists.send(taro(do_not_call=True), kind="update")
    file = exported(known) | {"do_not_call": ""}
    edit(lead, known, do_not_mail=True, do_not_mail_reason="本人の希望", person={"department": "営業部"})
    (outcome,) = lists.send(file, kind="update", erase_blanks=True)
    assert [(each.field, each.after) for each in outcome.changes] == [("do_not_call", False)]
    details = show(known)
    assert (details["do_not_call"], details["do_not_mail"]) == (False, True)
    assert details["person"]["department"] == "営業部"


def test_registration_fills_or_overwrites_what_was_chosen(lead: Part, lists: Lists, known: int, show: Show) -> None:
    lists.send(hanako(title="主任"))
    choices = {"title": "file", "department": "fill", "industry": "fill", "owner_id": "fill", "temperature": "file"}
    file = taro(
        title="部長", department="営業部", industry="小売", owner_id=EIJI.id, temperature="", address="千代田区"
    )
    outcome, nothing = lists.send(file, hanako(title="主任"), overwrite=choices)
    assert (outcome.outcome, nothing.outcome) == ("updated", "unchanged")
    assert {(each.field, each.before, each.after) for each in outcome.changes} == {
        ("title", "課長", "部長"),
        ("department", "", "営業部"),
    }
    details = show(known)
    assert (details["industry"], details["owner"]["login"], details["person"]["address"]) == ("製造", "sara", "")


def test_registration_may_move_a_stage_by_the_rules(
    lists: Lists, known: int, show: Show, convert: Callable[..., None]
) -> None:
    moved, refused = lists.send(
        taro(stage="appointment"), row("山田", "太郎", lead_id=known, stage="passed"), overwrite={"stage": "file"}
    )
    assert (moved.outcome, refused.outcome) == ("updated", "error")
    member = show(known)["members"][0]
    assert (show(known)["stage"]["code"], member["appointment"]) == ("appointment", True)
    convert(known)
    (kept,) = lists.send(taro(stage="approaching"), overwrite={"stage": "file"})
    assert kept.reasons[0]["code"] == "already_converted"


def test_a_person_with_a_new_address_is_found_by_it(lists: Lists, known: int, find: Callable[..., list[str]]) -> None:
    lists.send(taro(lead_id=known, email="new@yamada.example.jp"), overwrite={"email": "file"})
    (again,) = lists.send(taro(email="new@yamada.example.jp"))
    assert (again.lead_id, find(q="new@yamada")) == (known, ["山田 太郎"])


def test_a_stage_that_was_left_as_exported_is_no_wish(
    lists: Lists, known: int, exported: Exported, show: Show, convert: Callable[..., None]
) -> None:
    file = exported(known)
    convert(known)
    untouched, moved = lists.send(file | {"title": "部長"}, file | {"stage": "connected"}, kind="update")
    assert (untouched.outcome, moved.outcome) == ("updated", "conflict")
    (refused,) = lists.send(file | {"stage": "connected"}, kind="update", takes="file", seen=moved.seen)
    assert (refused.outcome, refused.reasons[0]["code"]) == ("error", "already_converted")
