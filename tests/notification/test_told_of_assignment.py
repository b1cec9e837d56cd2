"""Whoever becomes owner of leads is told: once in the portlet and once by mail, however many leads it were."""

from typing import Any

from chassis.events import Cause, uuid7
from contracts import events
from tests.cast import EIJI, ISAMU, MANA, SARA
from tests.notification.conftest import assigned, mails
from tests.parts import Part


def _portlet(notification: Part, person, query: str = "") -> dict:
    answer = notification.by(person).get(f"/notifications{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_one_act_about_a_thousand_leads_is_one_entry_and_one_mail(notification: Part) -> None:
    assert notification.hear(assigned(ISAMU, 1_000), actor=MANA) == "done"
    portlet = _portlet(notification, ISAMU)
    assert (portlet["total"], portlet["unread"], portlet["next_cursor"]) == (1, 1, None)
    (entry,) = portlet["items"]
    assert entry["title"] == "リード 1,000件の担当になりました"
    assert (entry["kind"], entry["count"], len(entry["items"])) == ("lead_assigned", 1_000, 20)
    assert entry["items"][0] == {"id": "1", "number": "L-000001", "name": "山田 1郎", "company": "繋商事株式会社"}
    assert (entry["actor_id"], entry["actor_name"]) == (str(MANA.id), "真鍋 愛")
    assert entry["link"] == "/leads?owner=me" and entry["read_at"] is None
    assert entry["mail"] == {"state": "queued", "attempts": 0, "reason": ""}
    (mail,) = mails(notification)
    assert mail.recipient_address == ISAMU.email
    assert mail.subject == "【Tsunagi】リード 1,000件の担当になりました"
    assert "真鍋 愛 さんが一括変更で、次のリード 1,000件の担当者をあなたに変更しました。" in mail.body
    assert "・山田 10郎 様（繋商事株式会社） L-000010\n　ほか 990件" in mail.body
    assert "https://tsunagi.example.jp/leads?owner=me" in mail.body


def test_a_single_lead_is_named_and_linked(notification: Part) -> None:
    notification.hear(assigned(ISAMU, 1, act="edit"), actor=MANA)
    (entry,) = _portlet(notification, ISAMU)["items"]
    assert entry["title"] == "リード「山田 1郎 様（繋商事株式会社）」の担当になりました"
    assert entry["link"] == "/leads/1"
    assert "https://tsunagi.example.jp/leads/1\n" in mails(notification)[0].body


def test_leads_of_a_list_are_linked_as_those_of_the_list(notification: Part) -> None:
    notification.hear(assigned(ISAMU, 3, act="list").model_copy(update={"list_id": 9}), actor=MANA)
    assert _portlet(notification, ISAMU)["items"][0]["link"] == "/leads?owner=me&list_id=9"


def test_the_same_message_twice_tells_once(notification: Part) -> None:
    cause, event_id = Cause.new("bulk", MANA.id), uuid7()
    assert notification.hear(assigned(ISAMU, 3), cause=cause, event_id=event_id) == "done"
    assert notification.hear(assigned(ISAMU, 3), cause=cause, event_id=event_id) == "duplicate"
    assert notification.hear(assigned(ISAMU, 3), cause=cause) == "done"  # said again under another number
    assert _portlet(notification, ISAMU)["total"] == 1
    assert len(mails(notification)) == 1


def test_two_acts_tell_twice_and_each_owner_is_told_of_the_own(notification: Part) -> None:
    both = Cause.new("bulk", MANA.id)
    notification.hear(assigned(ISAMU, 2), cause=both)
    notification.hear(assigned(SARA, 5), cause=both)
    notification.hear(assigned(ISAMU, 4), actor=MANA)
    assert [each["count"] for each in _portlet(notification, ISAMU)["items"]] == [4, 2]
    assert [each["count"] for each in _portlet(notification, SARA)["items"]] == [5]
    assert len({mail.message_id for mail in mails(notification)}) == 3


def test_nobody_is_told_of_what_they_did_themselves(notification: Part) -> None:
    notification.hear(assigned(ISAMU, 3), actor=ISAMU)
    assert _portlet(notification, ISAMU)["total"] == 0
    assert mails(notification) == []


def test_nobody_is_told_where_nothing_changed(notification: Part) -> None:
    notification.hear(assigned(ISAMU, 0), actor=MANA)
    assert _portlet(notification, ISAMU)["total"] == 0


def _user(person, **changed) -> events.UsersChanged:
    fact = {"user_id": person.id, "login": person.login, "name": person.name, "email": person.email, "version": 2}
    return events.UsersChanged(users=(events.UserFact(**fact | changed),))


def test_who_has_left_is_not_told(notification: Part) -> None:
    notification.hear(_user(ISAMU, active=False))
    assert notification.hear(assigned(ISAMU, 3), actor=MANA) == "done"
    assert mails(notification) == []


def test_older_news_about_a_user_changes_nothing(notification: Part) -> None:
    notification.hear(_user(ISAMU, version=3, email="new@tsunagi.example.jp"))
    notification.hear(_user(ISAMU, version=2, email="old@tsunagi.example.jp"))
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    assert mails(notification)[0].recipient_address == "new@tsunagi.example.jp"


def test_news_about_a_user_nobody_has_heard_of_yet_waits_for_the_user(notification: Part) -> None:
    unknown = events.LeadsAssigned(owner_id=99, count=1, leads=(), act="edit")
    assert notification.hear(unknown, actor=MANA) == "retry"
    assert mails(notification) == []


def test_an_english_reader_is_told_in_english(notification: Part) -> None:
    notification.hear(_user(ISAMU, locale="en"))
    notification.hear(assigned(ISAMU, 12, act="list"), actor=MANA)
    (mail,) = mails(notification)
    assert mail.subject == "[Tsunagi] You are now the owner of 12 leads"
    assert "真鍋 愛 made you the owner of these 12 leads by importing a list:" in mail.body
    assert "and 2 more" in mail.body
    in_english = notification.by(ISAMU).get("/notifications", headers={"Accept-Language": "en"}).get_json()
    assert in_english["items"][0]["title"] == "You are now the owner of 12 leads"


def _converted(notify: bool = True, **changed) -> events.LeadConverted:
    values: dict[str, Any] = {
        "lead_id": 7,
        "opportunity_id": 3,
        "opportunity_name": "繋商事様 基幹刷新",
        "account_id": 2,
        "account_name": "繋商事株式会社",
        "campaign_id": 1,
        "main_owner_id": EIJI.id,
        "amount": 12_000_000,
        "notify": notify,
        "converted_at": "2026-11-23T00:00:00Z",
    }
    return events.LeadConverted(**values | changed)


def test_the_salesperson_is_told_of_a_conversion_if_that_was_chosen(notification: Part) -> None:
    notification.hear(_converted(notify=False), actor=ISAMU)
    assert _portlet(notification, EIJI)["total"] == 0
    notification.hear(_converted(lead_name="山田 太郎", handover_memo="決裁者は工場長。"), actor=ISAMU)
    (entry,) = _portlet(notification, EIJI)["items"]
    assert entry["title"] == "案件「繋商事様 基幹刷新」の主担当になりました"
    assert entry["link"] == "/opportunities/3"
    (mail,) = mails(notification)
    assert "石田 勇 さんがリードを案件化し、あなたを主担当に指定しました。" in mail.body
    assert "リード　: 山田 太郎 様\n見込金額: 12,000,000円\n\n引継ぎメモ:\n決裁者は工場長。" in mail.body
    assert "受領または差戻しを選んでください" in mail.body


def test_a_salesperson_who_converts_is_not_told(notification: Part) -> None:
    notification.hear(_converted(), actor=EIJI)
    assert _portlet(notification, EIJI)["total"] == 0


def test_a_conversion_into_an_existing_opportunity_says_so(notification: Part) -> None:
    notification.hear(_converted(new_opportunity=False, amount=None), actor=ISAMU)
    (entry,) = _portlet(notification, EIJI)["items"]
    assert entry["title"] == "あなたの案件「繋商事様 基幹刷新」にリードが案件化されました"
    assert "見込金額" not in mails(notification)[0].body and "受領" not in mails(notification)[0].body


def test_an_owner_hears_that_an_assignment_was_taken_back(notification: Part) -> None:
    leads = assigned(ISAMU, 12).leads
    taken_back = events.LeadsTakenBack(owner_id=ISAMU.id, count=12, leads=leads)
    assert notification.hear(taken_back, actor=MANA) == "done"
    (entry,) = _portlet(notification, ISAMU)["items"]
    assert entry["title"] == "リード 12件の割り当てが取り消されました"
    (mail,) = mails(notification)
    assert "次のリード 12件はあなたの担当ではなくなりました。" in mail.body
    assert "　ほか 2件" in mail.body
    assert notification.hear(taken_back, actor=ISAMU) == "done"
    assert _portlet(notification, ISAMU)["total"] == 1


def test_one_lead_whose_assignment_was_taken_back_is_named(notification: Part) -> None:
    leads = assigned(ISAMU, 1).leads
    for act in ("undoing", "list_undoing"):
        notification.hear(events.LeadsTakenBack(owner_id=ISAMU.id, count=1, leads=leads, act=act), actor=MANA)
    named = "リード「山田 1郎 様（繋商事株式会社）」の割り当てが取り消されました"
    # a list that is taken back may have deleted the lead
    told = [(entry["title"], entry["link"]) for entry in _portlet(notification, ISAMU)["items"]]
    assert told == [(named, "/leads?owner=me"), (named, "/leads/1")]
    bodies = [mail.body for mail in mails(notification)]
    assert "\nリードは次のページで" in bodies[0] and "現在の担当リードは次のページで" in bodies[1]


def test_the_mail_says_whether_a_bulk_change_or_a_list_was_taken_back(notification: Part) -> None:
    leads = assigned(ISAMU, 2).leads
    for act, how in (("undoing", "一括変更を取り消した"), ("list_undoing", "取り込んだリストを取り消した")):
        notification.hear(events.LeadsTakenBack(owner_id=ISAMU.id, count=2, leads=leads, act=act), actor=MANA)
        assert how in mails(notification)[-1].body


def test_who_has_leads_no_longer_is_told_of_an_edit_a_bulk_change_and_a_list(notification: Part) -> None:
    leads = assigned(ISAMU, 2).leads
    for act, count in (("edit", 1), ("bulk", 2), ("list", 2)):
        told = events.LeadsTakenBack(owner_id=ISAMU.id, count=count, leads=leads[:count], act=act)
        assert notification.hear(told, actor=MANA) == "done"
    titles = [entry["title"] for entry in _portlet(notification, ISAMU)["items"]]
    several = "リード 2件の担当から外れました"
    assert titles == [several, several, "リード「山田 1郎 様（繋商事株式会社）」の担当から外れました"]
    bodies = [mail.body for mail in mails(notification)]
    assert "真鍋 愛 さんが一括変更で担当者を変更したため、次のリード 2件はあなたの担当ではなくなりました。" in bodies[1]
    assert "リストの取り込みで担当者を変更したため" in bodies[2]
