"""リスト更新: the cells that differ are written, nothing else; whoever becomes owner is told once, at the end."""

from collections.abc import Callable
from typing import Any

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, SARA
from tests.lead.conftest import Lists, hanako, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


def test_owner_stage_and_data_of_known_leads_change(lead: Part, lists: Lists, show: Show) -> None:
    taro_row, _ = lists.send(taro(title="課長"), hanako())
    lead.forget_said()
    changed, unchanged = lists.send(
        taro(lead_id=taro_row.lead_id, owner_id=ISAMU.id, stage="approaching", title="部長", note="電話は午後"),
        hanako(),
        kind="update",
    )
    assert (changed.outcome, unchanged.outcome) == ("updated", "unchanged")
    details = show(taro_row.lead_id)
    assert (details["owner"]["name"], details["stage"]["code"]) == (ISAMU.name, "approaching")
    assert (details["person"]["title"], details["shared_memo"]) == ("部長", "電話は午後")
    assert (details["department_id"], details["assigned_by"]["name"]) == (str(ISAMU.department_id), MAKI.name)
    assert details["version"] == 2
    history = lead.by(MAKI).get(f"/leads/{taro_row.lead_id}/changes").get_json()["items"]
    owner = next(change for change in history if change["field"] == "owner_id")
    assert (owner["before_text"], owner["after_text"], owner["cause_label"]) == ("", ISAMU.name, "リスト取込")
    assert owner["actor"]["name"] == MAKI.name
    (said,) = lead.said(events.LeadsChanged)
    assert [(fact.owner_id, fact.version) for fact in said.leads] == [(ISAMU.id, 2)]


def test_a_blank_never_erases_and_other_writing_is_no_change(lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro(title="課長", phone="03-1234-5678 内線205", address="千代田区"))
    (same,) = lists.send(taro(phone="0312345678", email="Taro@Yamada.example.jp"), kind="update")
    assert same.outcome == "unchanged"
    details = show(known.lead_id)
    assert details["version"] == 1
    assert details["person"]["phone"] == "0312345678 内線205"
    assert (details["person"]["title"], details["person"]["address"]) == ("課長", "千代田区")


def test_a_row_that_matches_nobody_is_an_error_and_never_a_new_lead(lead: Part, lists: Lists) -> None:
    unknown, numbered = lists.send(taro(), hanako(lead_id=77), kind="update")
    assert (unknown.outcome, numbered.outcome) == ("error", "error")
    assert (unknown.reasons[0]["code"], unknown.reasons[0]["field"]) == ("no_match", "email")
    (nameless,) = lists.send(row("森", company="森林組合"), kind="update")
    assert (nameless.reasons[0]["code"], nameless.reasons[0]["field"]) == ("no_match", "family_name")
    assert unknown.reasons[0]["ja"] == "一致するリードがありません。"
    assert lead.by(MAKI).get("/leads").get_json()["total"] == 0


def test_a_changed_name_is_found_by_its_new_key(lists: Lists, find: Callable[..., list[str]]) -> None:
    (known,) = lists.send(taro())
    lists.send(row("佐藤", "太郎", lead_id=known.lead_id, email="taro@sato.example.jp"), kind="update")
    assert (find(q="佐藤太郎"), find(q="山田太郎")) == (["佐藤 太郎"], [])
    (again,) = lists.send(row("佐藤", "太郎", email="taro@sato.example.jp", owner_id=ISAMU.id), kind="update")
    assert (again.outcome, again.lead_id) == ("updated", known.lead_id)


def test_of_two_owners_in_one_list_the_last_one_holds_and_is_told(lead: Part, lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro())
    first, second = lists.send(taro(owner_id=ISAMU.id), taro(owner_id=SARA.id), kind="update")
    assert (first.outcome, second.outcome) == ("unchanged", "updated")
    assert show(known.lead_id)["owner"]["name"] == SARA.name
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.owner_id, told.count, told.act) == (SARA.id, 1, "list")


def test_each_new_owner_hears_once_per_list_over_all_batches(lead: Part, lists: Lists) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(50)]
    lists.send(*people)
    cause = Cause.new("list", MAKI.id)
    for batch, start in enumerate((0, 25)):
        rows = [cells | {"owner_id": ISAMU.id if number % 2 else SARA.id} for number, cells in enumerate(people)]
        lists.batch(500, batch, *rows[start : start + 25], kind="update", cause=cause)
    assert lead.said(events.LeadsAssigned) == []
    lists.finish(500, "update", cause)
    told = {assigned.owner_id: assigned for assigned in lead.said(events.LeadsAssigned)}
    assert {owner: assigned.count for owner, assigned in told.items()} == {ISAMU.id: 25, SARA.id: 25}
    assert len(told[ISAMU.id].leads) == 20
    assert (told[SARA.id].list_id, told[SARA.id].leads[0].person_name) == (500, "社員 0号")
    lists.finish(500, "update", cause)
    assert len(lead.said(events.LeadsAssigned)) == 2


def test_nobody_is_told_of_what_they_did_themselves_or_of_nothing(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=ISAMU.id), hanako(), by=MAKI)
    lead.forget_said()
    lists.send(taro(owner_id=ISAMU.id), hanako(owner_id=SARA.id), kind="update", by=SARA)
    assert lead.said(events.LeadsAssigned) == []


def test_an_owner_in_a_registered_list_is_told_too(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=EIJI.id))
    (told,) = lead.said(events.LeadsAssigned)
    assert (told.owner_id, told.leads[0].company) == (EIJI.id, "山田商事株式会社")


def test_a_converted_lead_keeps_its_stage(lists: Lists, lead: Part, convert: Callable[..., None]) -> None:
    (known,) = lists.send(taro())
    convert(known.lead_id)
    moved, same = lists.send(taro(stage="new"), taro(stage="converted", title="部長"), kind="update")
    assert (moved.outcome, moved.reasons[0]["code"]) == ("error", "already_converted")
    assert same.outcome == "updated"


def test_a_dropped_stage_needs_its_reason_in_the_note(lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro())
    (refused,) = lists.send(taro(stage="out_of_scope"), kind="update")
    assert (refused.outcome, refused.reasons[0]["field"]) == ("error", "note")
    lists.send(taro(stage="out_of_scope", note="個人の方"), kind="update")
    assert show(known.lead_id)["drop_reason"] == "個人の方"
    (again,) = lists.send(taro(stage="out_of_scope"), kind="update")
    assert again.outcome == "unchanged"
    lists.send(taro(stage="approaching"), kind="update")
    assert show(known.lead_id)["drop_reason"] == ""


def test_a_lead_that_is_taken_up_and_dropped_again_in_one_list(lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro())
    lists.send(taro(stage="passed", note="競合を採用"), kind="update")
    lists.send(taro(stage="new"), taro(stage="passed"), kind="update")
    assert show(known.lead_id)["stage"]["code"] == "passed"


def test_a_name_in_one_cell_is_the_same_name(lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro(family_name_kana="ヤマダ", given_name_kana="タロウ"))
    unsplit = {"family_name": "山田太郎", "given_name": "", "family_name_kana": "ヤマダタロウ", "given_name_kana": ""}
    (same,) = lists.send(taro(**unsplit), kind="update")
    person = show(known.lead_id)["person"]
    assert (person["family_name"], person["given_name"]) == ("山田", "太郎")
    assert (person["family_name_kana"], person["given_name_kana"]) == ("ヤマダ", "タロウ")
    assert same.outcome == "unchanged"


def test_an_inactive_owner_stays_where_nothing_changed_and_gets_nothing_new(
    lead: Part, lists: Lists, show: Show
) -> None:
    of_sara, of_isamu = lists.send(taro(owner_id=SARA.id), hanako(owner_id=ISAMU.id))
    gone = events.UserFact(user_id=SARA.id, login="sara", name=SARA.name, email="", active=False, version=2)
    assert lead.hear(events.UsersChanged(users=(gone,))) == "done"
    same, given = lists.send(
        taro(lead_id=of_sara.lead_id, version=1, owner_id=SARA.id),
        hanako(lead_id=of_isamu.lead_id, version=1, owner_id=SARA.id, title="部長"),
        kind="update",
    )
    assert (same.outcome, given.outcome) == ("unchanged", "error")
    assert [(each["field"], each["code"]) for each in given.reasons] == [("owner_id", "inactive_owner")]
    assert (show(of_isamu.lead_id)["owner"]["name"], show(of_isamu.lead_id)["person"]["title"]) == (ISAMU.name, "")


def test_an_extension_is_kept_and_stays_where_the_file_says_none(lists: Lists, show: Show) -> None:
    def phone_after(number: str, **cells: Any) -> tuple[str, str]:
        (known,) = lists.send(taro(phone=number, **cells), kind="update")
        return known.outcome, show(known.lead_id)["person"]["phone"]

    (known,) = lists.send(taro(phone="0312348888 内線12"))
    assert known.outcome == "created"
    version = {"lead_id": known.lead_id, "version": 1}
    assert phone_after("0312348888 内線12", **version) == ("unchanged", "0312348888 内線12")
    assert phone_after("0312348888", **version) == ("unchanged", "0312348888 内線12")
    assert phone_after("0312348888 内線13", **version) == ("updated", "0312348888 内線13")
    assert phone_after("0312348888 内線12", **version) == ("unchanged", "0312348888 内線13")  # as it was exported
    assert phone_after("0312348888", **version) == ("unchanged", "0312348888 内線13")
    assert phone_after("0312348888 内線14", **version) == ("conflict", "0312348888 内線13")
    assert phone_after("0366667777") == ("updated", "0366667777")


def test_a_number_is_found_whatever_its_extension(lists: Lists, find: Callable[..., list[str]]) -> None:
    lists.send(row("森", "進", company="森林組合", phone="0155223333 内線7"))
    assert find(q="0155-22-3333") == ["森 進"]
    (same,) = lists.send(row("森", "進", company="森林組合", phone="0155223333"), kind="invited")
    assert same.outcome != "created"


def test_a_blank_does_not_erase_the_last_thing_that_somebody_is_known_by(lists: Lists, show: Show) -> None:
    of_taro, of_hanako = lists.send(taro(), hanako())
    emptied, reached = lists.send(
        row(lead_id=of_taro.lead_id, title="部長"),
        row("鈴木", "花子", lead_id=of_hanako.lead_id, mobile="09011112222"),
        kind="update",
        erase_blanks=True,
    )
    assert (emptied.outcome, reached.outcome) == ("error", "updated")
    assert [each["code"] for each in emptied.reasons] == ["nothing_left"]
    person = show(of_taro.lead_id)["person"]
    assert (person["email"], person["title"]) == ("taro@yamada.example.jp", "")
    person = show(of_hanako.lead_id)["person"]
    assert (person["email"], person["company"], person["mobile"]) == ("", "", "09011112222")
