"""The digest: who wants one mail a day gets one, with what is new and unread by kind; nothing twice, nothing lost."""

import importlib
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from contracts import events
from gateway.schemas import NOTICE_KINDS
from tests.cast import ISAMU, MANA, RIN, SARA, Person
from tests.notification.conftest import MailServer, assigned, mails
from tests.notification.test_told_of_handover import moved
from tests.parts import Part
from tests.waiting import until

digest = importlib.import_module("services.notification.digest")
commands = importlib.import_module("services.notification.commands")
mail = importlib.import_module("services.notification.channels.mail")
DAILY = {"lead_assigned": {"mail": "digest"}, "handover_accepted": {"mail": "digest"}}


def wishes(notification: Part, person: Person, version: int = 2, **changed: Any) -> None:
    fact = events.UserFact(
        user_id=person.id,
        login=person.login,
        name=person.name,
        email=person.email,
        version=version,
        **{"preferences": DAILY} | changed,
    )
    assert notification.hear(events.UsersChanged(users=(fact,))) == "done", notification.why_set_aside()


def on_day(number: int, hour: int = 9) -> datetime:
    """Company time; day 1 is the 2nd of March 2026, a Monday."""
    return datetime(2026, 3, 1 + number, hour, tzinfo=digest.COMPANY_TIME)


def came_in(notification: Part, moment: datetime) -> None:
    """All notices so far without a mail came in at this moment."""
    with notification.transaction() as session:
        session.execute(text("UPDATE notification SET created_at = :at WHERE waits_for_digest"), {"at": moment})


def write(notification: Part, now: datetime) -> int:
    """How many digests are written at this moment by the one process that is there."""
    before, more = len(mails(notification)), True
    while more:
        with notification.transaction() as session:
            more = commands.write_next_digest(session, now)
    return len(mails(notification)) - before


def test_one_mail_names_what_is_new_by_kind(notification: Part) -> None:
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    notification.hear(assigned(ISAMU, 12), actor=MANA)
    notification.hear(moved("accepted"), actor=RIN)
    assert mails(notification) == []
    came_in(notification, on_day(1, 18))
    assert write(notification, on_day(2, 7)) == 0, "not before its hour"
    assert write(notification, on_day(2, 8)) == 1
    (one,) = mails(notification)
    assert (one.recipient_address, one.digest_for) == (ISAMU.email, ISAMU.id)
    assert one.subject == "【Tsunagi】通知のまとめ（3/3・3件）"
    assert one.body == (
        "石田 勇 様\n\n"
        "前回のまとめのあとに届いた、未読の通知が 3件あります。\n\n"
        "■ 引継ぎの受領（1件）\n"
        "・案件「生産管理システム」の引継ぎが受領されました（3/2 18:00）\n"
        "　https://tsunagi.example.jp/opportunities/9\n\n"
        "■ リードの担当（2件）\n"
        "・リード「山田 1郎 様（繋商事株式会社）」の担当になりました（3/2 18:00）\n"
        "　https://tsunagi.example.jp/leads/1\n"
        "・リード 12件の担当になりました（3/2 18:00）\n"
        "　https://tsunagi.example.jp/leads?owner=me\n\n"
        "すべての未読の通知は、次のページで確認できます。\n"
        "https://tsunagi.example.jp/notifications?unread=true\n\n"
        "このメールは1日1回、午前8時にまとめてお送りしています。受け取り方は個人設定で変更できます。\n"
        "https://tsunagi.example.jp/settings\n\n"
        "―\nこのメールは Tsunagi が自動で送信しています。ご返信いただいてもお答えできません。\n"
    )
    shown = notification.by(ISAMU).get("/notifications").get_json()["items"]
    assert [item["mail"]["state"] for item in shown] == ["queued"] * 3, "the entries say how their digest fares"


def test_an_english_reader_gets_it_in_english(notification: Part) -> None:
    wishes(notification, ISAMU, locale="en")
    notification.hear(assigned(ISAMU, 12), actor=MANA)
    came_in(notification, on_day(1))
    write(notification, on_day(2))
    (one,) = mails(notification)
    assert one.subject == "[Tsunagi] Your digest of 03 Mar: 1 new notice"
    assert "* Leads assigned to you (1)\n- You are now the owner of 12 leads (02 Mar 09:00)\n" in one.body


def test_nothing_comes_twice_and_what_came_later_comes_tomorrow(notification: Part) -> None:
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    came_in(notification, on_day(1))
    assert write(notification, on_day(2)) == 1
    assert write(notification, on_day(2, 23)) == 0
    notification.hear(assigned(ISAMU, 2), actor=MANA)
    came_in(notification, on_day(2, 10))
    assert write(notification, on_day(2, 23)) == 0
    assert write(notification, on_day(3)) == 1
    assert "リード 2件の担当" in mails(notification)[1].body and "山田 1郎" not in mails(notification)[1].body
    assert write(notification, on_day(4)) == 0, "nothing new, no mail"


def test_a_process_that_was_away_in_the_morning_sends_late_and_a_clock_put_back_sends_nothing(
    notification: Part,
) -> None:
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    came_in(notification, on_day(1))
    assert write(notification, on_day(4, 23)) == 1
    notification.hear(assigned(ISAMU, 2), actor=MANA)
    came_in(notification, on_day(4, 7))  # as a clock that was put back would have it
    assert [write(notification, on_day(day)) for day in (2, 4, 5)] == [0, 0, 1], "the day had its digest"


def test_what_was_read_meanwhile_or_is_not_wanted_any_more_is_left_out(notification: Part) -> None:
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    notification.by(ISAMU).post("/notifications/reading")
    notification.hear(moved("accepted"), actor=RIN)
    came_in(notification, on_day(1))
    wishes(notification, ISAMU, 3, preferences=DAILY | {"handover_accepted": {"mail": "off"}})
    assert write(notification, on_day(2)) == 0
    assert write(notification, on_day(3)) == 0


def test_who_has_left_gets_none(notification: Part) -> None:
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    came_in(notification, on_day(1))
    wishes(notification, ISAMU, 3, active=False)
    assert write(notification, on_day(2)) == 0


def test_who_wants_no_portlet_gets_the_digest_all_the_same(notification: Part) -> None:
    wishes(notification, ISAMU, preferences={"lead_assigned": {"mail": "digest", "portlet": "off"}})
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    came_in(notification, on_day(1))
    assert notification.by(ISAMU).get("/notifications").get_json()["total"] == 0
    assert write(notification, on_day(2)) == 1


def test_many_of_a_kind_are_counted_not_all_named(notification: Part) -> None:
    wishes(notification, ISAMU)
    for _ in range(digest.NAMED + 3):
        notification.hear(assigned(ISAMU, 2), actor=MANA)
    came_in(notification, on_day(1))
    write(notification, on_day(2))
    (one,) = mails(notification)
    assert one.body.count("・リード") == digest.NAMED and "■ リードの担当（23件）" in one.body
    assert "　ほか 3件\n" in one.body


def test_every_kind_of_notice_has_its_place_in_the_digest_and_among_the_wishes() -> None:
    told = {kind for kind, _ in importlib.import_module("services.notification.wording").TITLES}
    assert told == set(digest.KINDS) == set(NOTICE_KINDS)


@pytest.mark.parametrize("people", [[ISAMU], [ISAMU, SARA]])
def test_two_processes_write_each_digest_once(notification: Part, people: list[Person]) -> None:
    for person in people:
        wishes(notification, person)
        for count in (1, 2, 3):
            notification.hear(assigned(person, count), actor=MANA)
    came_in(notification, on_day(1))
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        write(notification, on_day(2))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert sorted(each.digest_for for each in mails(notification)) == [person.id for person in people]


def test_a_digest_that_another_is_writing_is_left_to_it(notification: Part) -> None:
    """The other holds its person; whoever comes second has nothing to write, and does not wait."""
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    came_in(notification, on_day(1))
    with notification.transaction() as first:
        assert commands.write_next_digest(first, on_day(2))
        with notification.transaction() as second:
            assert not commands.write_next_digest(second, on_day(2))
    assert len(mails(notification)) == 1


def test_the_mail_process_writes_and_sends_what_is_due(notification: Part, mail_server: MailServer) -> None:
    wishes(notification, ISAMU)
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    came_in(notification, datetime.now(digest.COMPANY_TIME) - timedelta(days=2))
    stop = threading.Event()
    worker = threading.Thread(target=mail.deliver, args=(stop.is_set,))
    worker.start()
    until(lambda: mail_server.mails, 5, "the digest")
    stop.set()
    worker.join(10)
    assert not worker.is_alive() and "まとめ" in mail_server.mails[0]["Subject"]
    (kept,) = mails(notification)
    assert kept.state == "sent"


def test_a_digest_that_cannot_be_written_holds_no_mail_up(
    notification: Part, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> bool:
        raise ValueError("no words for it")

    monkeypatch.setattr(commands, "write_next_digest", fail)
    notification.hear(assigned(SARA, 3), actor=MANA)
    stop = threading.Event()
    worker = threading.Thread(target=mail.deliver, args=(stop.is_set,))
    worker.start()
    until(lambda: mail_server.mails, 5, "the mail")
    stop.set()
    worker.join(10)
    assert not worker.is_alive() and "a digest could not be written" in caplog.text


@pytest.mark.parametrize(
    ("now", "cut"),
    [
        (datetime(2026, 3, 3, 7, 59, tzinfo=digest.COMPANY_TIME), datetime(2026, 3, 2, 8, tzinfo=digest.COMPANY_TIME)),
        (datetime(2026, 3, 3, 8, 0, tzinfo=digest.COMPANY_TIME), datetime(2026, 3, 3, 8, tzinfo=digest.COMPANY_TIME)),
    ],
)
def test_the_hour_is_company_time(now: datetime, cut: datetime) -> None:
    assert digest.last_cut(now) == cut
