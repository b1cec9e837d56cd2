"""リスト登録: who is new becomes a lead, who is known gets campaign history and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import events
from tests.cast import ADMIN, ISAMU, MAKI
from tests.lead.conftest import SEMINAR, WEBINAR, Lists, hanako, row, taro
from tests.parts import Part

Show = Callable[..., dict[str, Any]]


def outcomes(settled: list[events.RowOutcome]) -> list[str]:
    return [outcome.outcome for outcome in settled]


def number_of_leads(lead: Part) -> int:
    return int(lead.by(MAKI).get("/leads").get_json()["total"])


def test_new_people_become_leads_with_campaign_history(lead: Part, lists: Lists, show: Show) -> None:
    first, second = lists.send(taro(survey="製品に興味", responded_on="2026-10-20", temperature="A"), hanako())
    assert (first.outcome, second.outcome) == ("created", "created")
    details = show(first.lead_id)
    assert details["number"] == f"L-{first.lead_id:06d}"
    assert details["person"]["company"] == "山田商事株式会社"
    assert details["stage"] == {"code": "new", "label": "未対応", "meaning": "open"}
    assert (details["owner"], details["temperature"]) == (None, "A")
    (member,) = details["members"]
    assert member["campaign_name"] == "製造業DXセミナー"
    assert (member["invited"], member["responded"], member["new_lead"]) == (False, True, True)
    assert (member["status_label"], member["survey"], member["list_row"]) == ("参加", "製品に興味", 2)
    assert member["first_responded_at"] == "2026-10-19T15:00:00Z"  # midnight in Japan
    assert [change["field"] for change in changes(lead, first.lead_id)] == ["created"] * 3


def test_rows_that_made_a_lead_are_told_by_their_numbers(lead: Part, lists: Lists) -> None:
    known, new = lists.send(taro(), hanako())
    lists.send(taro(), row("次郎"), hanako())
    first, second = lead.said(events.RowsSettled)
    assert (first.created, first.created_leads, first.outcomes) == ((2, 3), (known.lead_id, new.lead_id), ())
    assert first.created_leads + second.created_leads == (1, 2, 3) and second.created == (3,)
    assert [(told.row, told.outcome, told.lead_id) for told in second.outcomes] == [
        *((2, "unchanged", known.lead_id), (4, "unchanged", new.lead_id)),
    ]


def test_others_hear_what_became_of_the_rows(lead: Part, lists: Lists) -> None:
    settled = lists.send(taro(), hanako(), kind="invited")
    (changed,), (members,) = lead.said(events.LeadsChanged), lead.said(events.MembersChanged)
    assert [fact.lead_id for fact in changed.leads] == [outcome.lead_id for outcome in settled]
    assert {(fact.person_name, fact.company, fact.stage_meaning) for fact in changed.leads} == {
        ("山田 太郎", "山田商事株式会社", "open"),
        ("鈴木 花子", "鈴木電機", "open"),
    }
    assert members.campaign_id == SEMINAR
    assert {(fact.invited, fact.responded, fact.new_lead) for fact in members.members} == {(True, False, True)}


def test_the_same_file_again_creates_nothing(lead: Part, lists: Lists) -> None:
    bare = row("田中", "一郎", company="田中製作所", phone="06-1111-2222")
    file = [taro(), hanako(survey="資料希望"), bare]
    assert outcomes(lists.send(*file)) == ["created"] * 3
    lead.forget_said()
    again = lists.send(*file)
    assert outcomes(again) == ["unchanged"] * 3
    assert [outcome.match["rule"] for outcome in again if outcome.match] == ["email", "email", "bare"]
    assert number_of_leads(lead) == 3
    assert (lead.said(events.LeadsChanged), lead.said(events.MembersChanged)) == ([], [])


def test_the_same_batch_again_changes_nothing_and_says_nothing(lead: Part, lists: Lists) -> None:
    assert outcomes(lists.batch(7, 0, taro())) == ["created"]
    lead.forget_said()
    assert lists.batch(7, 0, taro(), hanako()) == []
    assert number_of_leads(lead) == 1
    assert lead.said(events.LeadsChanged) == []


def test_registration_leaves_a_known_leads_own_data_alone(lead: Part, lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro(owner_id=ISAMU.id, title="課長"))
    before = show(known.lead_id)
    (again,) = lists.send(
        taro(company="別の会社", title="部長", owner_id=MAKI.id, stage="connected", temperature="C", do_not_mail=True),
        campaign_id=WEBINAR,
        kind="invited",
    )
    after = show(known.lead_id)
    assert (again.outcome, again.lead_id) == ("history_only", known.lead_id)
    assert again.match == {"rule": "email", "value": "taro@yamada.example.jp"}
    assert [member["campaign_name"] for member in after.pop("members")] == ["物流ウェビナー", "製造業DXセミナー"]
    for field in ("members", "counts", "latest_campaign"):
        before.pop(field), after.pop(field, None)
    assert after == before


def test_a_lower_status_never_replaces_a_higher_one(lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro(responded_on="2026-10-20"))
    (invited,) = lists.send(taro(), kind="invited")
    (member,) = show(known.lead_id)["members"]
    assert (invited.outcome, member["status"]) == ("history_only", "attended")
    assert (member["invited"], member["responded"]) == (True, True)
    lists.send(taro(member_status="cancelled"))
    (member,) = show(known.lead_id)["members"]
    assert (member["status"], member["responded"]) == ("attended", True)


def test_whoever_was_invited_and_came_is_both(lists: Lists, show: Show) -> None:
    (known,) = lists.send(taro(), kind="invited")
    (came,) = lists.send(taro(responded_on="2026-10-21"))
    (member,) = show(known.lead_id)["members"]
    assert came.outcome == "history_only"
    assert (member["invited"], member["responded"], member["status"]) == (True, True, "attended")


def test_a_person_twice_in_the_list_is_one_lead(lead: Part, lists: Lists) -> None:
    first, second, third = lists.send(
        taro(member_status="applied"), hanako(), taro(email="ＴＡＲＯ@Yamada.example.jp", member_status="attended")
    )
    assert (first.outcome, second.outcome, third.outcome) == ("created", "created", "unchanged")
    assert third.lead_id == first.lead_id
    assert third.match == {"rule": "same_list", "row": "2"}
    (member,) = lead.by(MAKI).get(f"/leads/{first.lead_id}").get_json()["members"]
    assert member["status"] == "attended"


def test_ways_of_writing_do_not_hide_somebody_without_an_address(lead: Part, lists: Lists) -> None:
    (first,) = lists.send(row("髙橋", "一郎", company="株式会社ヤマダ", phone="03-1234-5678"))
    (second,) = lists.send(row("高橋", "一 郎", company="㈱ﾔﾏﾀﾞ", phone="+81-3-1234-5678"))
    assert (second.outcome, second.lead_id) == ("unchanged", first.lead_id)
    assert lead.by(MAKI).get(f"/leads/{first.lead_id}").get_json()["person"]["family_name"] == "髙橋"


def test_somebody_with_an_address_is_not_taken_for_somebody_without(lead: Part, lists: Lists) -> None:
    lists.send(row("田中", "一郎", company="田中製作所", phone="0611112222"))
    (other,) = lists.send(
        row("田中", "一郎", company="田中製作所", phone="0611112222", email="ichiro@tanaka.example.jp")
    )
    assert other.outcome == "created"


def test_a_lead_number_in_the_file_names_the_lead(lists: Lists) -> None:
    (known,) = lists.send(taro())
    named, unknown = lists.send(
        row("誰か", lead_id=known.lead_id, company="よそ"), row("誰か", lead_id=999, company="よそ"), kind="invited"
    )
    assert (named.outcome, named.lead_id) == ("history_only", known.lead_id)
    assert named.match == {"rule": "lead_id", "value": f"L-{known.lead_id:06d}"}
    assert unknown.outcome == "error"
    assert unknown.reasons[0]["code"] == "not_found"


def test_stages_from_a_file_obey_the_rules(lead: Part, lists: Lists, show: Show) -> None:
    converted, dropped, reasoned, unknown = lists.send(
        taro(stage="converted"),
        hanako(stage="passed"),
        row("佐藤", email="sato@sato.example.jp", stage="passed", note="競合のため"),
        row("加藤", email="kato@kato.example.jp", stage="no-such-stage"),
    )
    assert [converted.reasons[0]["code"], dropped.reasons[0]["code"]] == ["stage_by_conversion", "drop_reason"]
    assert (reasoned.outcome, show(reasoned.lead_id)["drop_reason"]) == ("created", "競合のため")
    assert (unknown.outcome, unknown.reasons[0]["field"]) == ("error", "stage")
    assert number_of_leads(lead) == 1


def test_an_email_shared_by_two_people_waits_for_a_person_unless_the_name_tells(lead: Part, lists: Lists) -> None:
    answer = lead.by(MAKI).patch("/settings/matching-key", json={"value": "email_name"})
    assert answer.status_code == 403
    assert lead.by(ADMIN).patch("/settings/matching-key", json={"value": "email_name"}).status_code == 200
    shared = "info@yamada.example.jp"
    first, second = lists.send(row("山田", "太郎", email=shared), row("山田", "次郎", email=shared))
    assert (first.outcome, second.outcome) == ("created", "created")
    (again,) = lists.send(row("山田", "次郎", email=shared))
    assert (again.outcome, again.lead_id) == ("unchanged", second.lead_id)
    assert again.match == {"rule": "email_name", "value": shared}
    lead.by(ADMIN).patch("/settings/matching-key", json={"value": "email"})
    named, unnamed = lists.send(row("山田", "太郎", email=shared), row("山田", "三郎", email=shared))
    assert (named.outcome, named.lead_id) == ("unchanged", first.lead_id)
    assert (unnamed.outcome, unnamed.reasons[0]["code"]) == ("review", "several_matches")
    assert first.lead_id and second.lead_id
    both = f"L-{first.lead_id:06d}、L-{second.lead_id:06d}"
    assert unnamed.reasons[0]["ja"] == f"一致するリードが複数あります（{both}）。"
    lead.by(ADMIN).patch("/settings/matching-key", json={"value": "email_name"})
    lists.send(*[row("山田", name, email=shared) for name in ("三郎", "四郎", "五郎", "六郎")])
    lead.by(ADMIN).patch("/settings/matching-key", json={"value": "email"})
    (more,) = lists.send(row("山田", "七郎", email=shared))
    assert more.reasons[0]["ja"].count("L-") == 5 and more.reasons[0]["ja"].endswith(" ほか）。")


@pytest.mark.parametrize("plan", [True, False])
def test_a_row_tells_what_it_writes_into_the_history(lists: Lists, plan: bool) -> None:
    def told(outcome: events.RowOutcome) -> set[tuple[str, Any, Any]]:
        return {(change.field, change.before, change.after) for change in outcome.changes}

    (new,) = lists.send(taro(survey="資料希望"), kind="invited")
    assert (new.outcome, new.changes) == ("created", ())
    came = taro(survey="見積希望", note="急ぎ", responded_on="2026-10-20")
    raised, again = lists.send(came, came, plan=plan)
    assert (raised.outcome, again.outcome, again.changes) == ("history_only", "unchanged", ())
    assert told(raised) == {
        ("member_status", "invited", "attended"),
        ("survey", "資料希望", "見積希望"),
        ("note", "", "急ぎ"),
        ("responded_on", None, "2026-10-20"),
    }
    lists.send(came)
    (earlier,) = lists.send(came | {"responded_on": "2026-09-11"}, plan=plan)
    assert earlier.outcome == "history_only"
    assert told(earlier) == {("first_responded_on", "2026-10-20", "2026-09-11")}
    (undated,) = lists.send(taro(), campaign_id=WEBINAR, plan=plan)
    assert told(undated) == {("member_status", None, "attended")}
    (both,) = lists.send(
        taro(title="部長", survey="資料希望"), campaign_id=WEBINAR, overwrite={"title": "file"}, plan=plan
    )
    assert both.outcome == "updated"
    assert {"title", "survey"} <= {change.field for change in both.changes}


def changes(lead: Part, lead_id: int | None) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = lead.by(MAKI).get(f"/leads/{lead_id}/changes").get_json()["items"]
    return items


def test_a_cell_as_long_as_excel_allows_harms_nobody(lists: Lists) -> None:
    long = "長" * 32_767
    monster = row(long, long, company=long, email=f"{'x' * 32_000}@long.example.jp", address=long, survey=long)
    first, second = lists.send(monster, taro())
    assert (first.outcome, second.outcome) == ("created", "created")
    bare = row(long, company=long, phone="0" * 32_767)
    assert outcomes(lists.send(bare)) == ["created"]
    assert outcomes(lists.send(monster, bare)) == ["unchanged", "unchanged"]
