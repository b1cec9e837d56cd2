"""A mail finds its way: sent once, tried again, given up for good, or in doubt; over a real SMTP conversation."""

import importlib
import socketserver
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from chassis.settings import settings
from contracts import events
from tests.cast import ISAMU, MANA, SARA
from tests.notification.conftest import MailServer, assigned, mails
from tests.parts import Part
from tests.waiting import until

mail = importlib.import_module("services.notification.channels.mail")
smtp = importlib.import_module("services.notification.channels.smtp")


@pytest.fixture
def line(notification: Part) -> Iterator:
    opened = smtp.Line(settings().smtp_url)
    yield opened
    opened.close()


def _due_now(notification: Part) -> None:
    with notification.transaction() as session:
        session.execute(text("UPDATE mail SET next_attempt_at = now()"))


def test_a_mail_arrives_as_it_was_meant(notification: Part, mail_server: MailServer, line) -> None:
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    assert mail.send_next(line) is True
    assert mail.send_next(line) is False
    (got,) = mail_server.mails
    assert mail_server.recipients == [ISAMU.email]
    assert got["Subject"] == "【Tsunagi】リード 3件の担当になりました"
    assert got["To"].addresses[0].display_name == "石田 勇"
    assert got["From"].addresses[0].addr_spec == "no-reply@tsunagi.example.jp"
    assert got["Auto-Submitted"] == "auto-generated" and got["Date"]
    assert got.get_content_type() == "text/plain" and got.get_content_charset() == "utf-8"
    assert "石田 勇 様" in got.get_content() and "https://tsunagi.example.jp/leads?owner=me" in got.get_content()
    (kept,) = mails(notification)
    assert (kept.state, kept.attempts, got["Message-ID"]) == ("sent", 1, kept.message_id)
    entry = notification.by(ISAMU).get("/notifications").get_json()["items"][0]
    assert entry["mail"] == {"state": "sent", "attempts": 1, "reason": ""}


def test_many_mails_go_over_one_connection(notification: Part, mail_server: MailServer, line) -> None:
    for _ in range(5):
        notification.hear(assigned(ISAMU, 3), actor=MANA)
    while mail.send_next(line):
        pass
    assert (len(mail_server.mails), mail_server.connections) == (5, 1)


def test_a_mail_that_fails_for_now_is_tried_again_later_and_then_arrives(
    notification: Part, mail_server: MailServer, line
) -> None:
    mail_server.replies = ["451 mailbox is busy"]
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    assert mail.send_next(line)
    (kept,) = mails(notification)
    assert (kept.state, kept.attempts, kept.reply) == ("retry", 1, "451 mailbox is busy")
    assert kept.next_attempt_at > kept.created_at
    assert mail.send_next(line) is False, "not before its time"
    entry = notification.by(ISAMU).get("/notifications").get_json()["items"][0]
    assert entry["mail"] == {"state": "queued", "attempts": 1, "reason": "451 mailbox is busy"}
    _due_now(notification)
    assert mail.send_next(line)
    (kept,) = mails(notification)
    assert (kept.state, kept.attempts, len(mail_server.mails)) == ("sent", 2, 1)


def test_a_mail_that_is_refused_for_good_is_given_up_and_the_reader_sees_why(
    notification: Part, mail_server: MailServer, line
) -> None:
    mail_server.replies = ["550 no such mailbox"]
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    notification.hear(assigned(SARA, 3), actor=MANA)
    assert mail.send_next(line) and mail.send_next(line)
    assert [each.state for each in mails(notification)] == ["dead", "sent"]
    entry = notification.by(ISAMU).get("/notifications").get_json()["items"][0]
    assert entry["mail"] == {"state": "failed", "attempts": 1, "reason": "550 no such mailbox"}


def test_while_the_mail_server_is_down_mails_wait(notification: Part, mail_server: MailServer) -> None:
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    nowhere = smtp.Line("smtp://127.0.0.1:9")
    assert mail.send_next(nowhere)
    (kept,) = mails(notification)
    assert kept.state == "retry" and "refused" in kept.reply
    _due_now(notification)
    assert mail.send_next(smtp.Line(settings().smtp_url))
    assert mails(notification)[0].state == "sent"


def test_a_mail_outlives_a_mail_server_that_is_away_for_a_long_weekend() -> None:
    assert sum(mail.BACK_OFF) > 4 * 86_400  # RFC 5321 4.5.4.1: four to five days


def test_a_mail_is_given_up_after_the_last_attempt(notification: Part, mail_server: MailServer, line) -> None:
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    mail_server.replies = ["451 later"] * (len(mail.BACK_OFF) + 1)
    for attempt in range(1, len(mail.BACK_OFF) + 2):
        _due_now(notification)
        assert mail.send_next(line), attempt
    assert mails(notification)[0].state == "dead"
    _due_now(notification)
    assert mail.send_next(line) is False


def test_a_mail_whose_last_word_is_not_heard_is_in_doubt_and_repeated_once_with_the_same_number(
    notification: Part, mail_server: MailServer, line
) -> None:
    mail_server.replies = ["vanish", "vanish"]
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    assert mail.send_next(line)
    (kept,) = mails(notification)
    assert (kept.state, kept.doubts) == ("unknown", 1)
    assert (kept.next_attempt_at - kept.created_at).total_seconds() > mail.DOUBT_WAIT - 60
    _due_now(notification)
    assert mail.send_next(line)
    assert mails(notification)[0].state == "dead"
    assert len({each["Message-ID"] for each in mail_server.mails}) == 1 and len(mail_server.mails) == 2


def test_a_process_that_died_while_sending_leaves_a_doubt_not_a_loss(
    notification: Part, mail_server: MailServer, line
) -> None:
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    with notification.transaction() as session:
        session.execute(mail.CLAIM)
    assert mail.send_next(line) is False, "it is another's"
    with notification.transaction() as session:
        session.execute(text("UPDATE mail SET lease_until = now() - interval '1 second'"))
    assert mail.send_next(line) is True
    assert [(each.state, each.doubts) for each in mails(notification)] == [("sent", 1)]


def test_a_name_cannot_smuggle_lines_into_the_head_of_a_mail(notification: Part, mail_server: MailServer, line) -> None:
    fact: dict[str, Any] = {"user_id": ISAMU.id, "login": "isamu", "email": ISAMU.email, "version": 2}
    evil = 'Isamu"\r\nBcc: evil@example.jp\r\n\r\nHello'
    notification.hear(events.UsersChanged(users=(events.UserFact(name=evil, **fact),)))
    lead = events.AssignedLead(lead_id=1, number="L-1", person_name="山田\r\nBcc: evil@example.jp", company="x\ny")
    notification.hear(events.LeadsAssigned(owner_id=ISAMU.id, count=1, leads=(lead,), act="edit"), actor=MANA)
    assert mail.send_next(line)
    (got,) = mail_server.mails
    assert got["Bcc"] is None and mail_server.recipients == [ISAMU.email]
    assert "\n" not in got["Subject"] and "\n" not in got["To"]


def test_an_address_that_is_none_harms_no_other_mail(notification: Part, mail_server: MailServer, line) -> None:
    fact: dict[str, Any] = {"user_id": ISAMU.id, "login": "isamu", "name": "石田 勇", "version": 2}
    for number, address in enumerate(("no address", "a@b.jp>\r\nRCPT TO:<evil@example.jp", "山田@例え.jp"), start=2):
        changed = events.UserFact(**fact | {"email": address, "version": number})
        notification.hear(events.UsersChanged(users=(changed,)))
        notification.hear(assigned(ISAMU, 3), actor=MANA)
    notification.hear(assigned(SARA, 3), actor=MANA)
    while mail.send_next(line):
        pass
    assert [each.state for each in mails(notification)] == ["dead", "dead", "dead", "sent"]
    assert mail_server.recipients == [SARA.email]


def test_two_processes_share_the_work_and_send_nothing_twice(notification: Part, mail_server: MailServer) -> None:
    for _ in range(30):
        notification.hear(assigned(ISAMU, 3), actor=MANA)
    stop = threading.Event()
    workers = [threading.Thread(target=mail.deliver, args=(stop.is_set,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    until(lambda: all(each.state == "sent" for each in mails(notification)), what="all mails to be sent")
    stop.set()
    for worker in workers:
        worker.join(10)
    assert len(mail_server.mails) == 30
    assert len({each["Message-ID"] for each in mail_server.mails}) == 30


def test_the_process_outlives_a_database_that_goes_away(
    notification: Part, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, real, calls = threading.Event(), mail.send_next, []

    def sometimes(line) -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))
        return real(line)

    monkeypatch.setattr(mail, "send_next", sometimes)
    monkeypatch.setattr(mail, "DATABASE_PAUSE", 0.01)
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    worker = threading.Thread(target=mail.deliver, args=(stop.is_set,))
    worker.start()
    until(lambda: mail_server.mails, 5, "the mail")
    stop.set()
    worker.join(10)
    assert not worker.is_alive()


def test_a_waiting_worker_notices_a_new_mail(notification: Part, mail_server: MailServer) -> None:
    stop = threading.Event()
    worker = threading.Thread(target=mail.deliver, args=(stop.is_set,))
    worker.start()
    notification.hear(assigned(ISAMU, 3), actor=MANA)
    until(lambda: mail_server.mails, 10, "the mail")
    stop.set()
    worker.join(10)
    assert not worker.is_alive()


class Naive(socketserver.StreamRequestHandler):
    """A server that refuses the recipient, and would take the message all the same (RFC 5321 3.3 allows it)."""

    heard: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 hello\r\n")
        while line := self.rfile.readline().decode().strip():
            self.heard.append(line)
            reply = {"RCPT": "550 no such mailbox", "DATA": "354 go on", "QUIT": "221 bye"}.get(line[:4].upper())
            self.wfile.write(f"{reply or '250 OK'}\r\n".encode())


def test_after_a_refused_recipient_no_message_is_begun(notification: Part) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Naive) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        naive = smtp.Line(f"smtp://127.0.0.1:{server.server_address[1]}")
        notification.hear(assigned(ISAMU, 3), actor=MANA)
        assert mail.send_next(naive) is True
        naive.close()
        server.shutdown()
    (kept,) = mails(notification)
    assert (kept.state, kept.reply) == ("dead", "550 no such mailbox")
    assert [line for line in Naive.heard if line.upper().startswith("DATA")] == []
