"""A manager is told once, however many leads nobody answered in time."""

from chassis.events import Cause
from contracts import events
from tests.cast import MANA
from tests.notification.conftest import mails
from tests.parts import Part


def overdue(count: int) -> events.FirstResponsesOverdue:
    leads = tuple(
        events.AssignedLead(lead_id=number, number=f"L-{number:06d}", person_name=f"山田 {number}郎", company="繋商事")
        for number in range(1, min(count, 20) + 1)
    )
    return events.FirstResponsesOverdue(manager_id=MANA.id, count=count, leads=leads)


def test_one_entry_and_one_mail_for_all_of_them(notification: Part) -> None:
    cause = Cause.new("clock")
    for _ in range(2):
        assert notification.hear(overdue(31), cause=cause) == "done", notification.why_set_aside()
    (entry,) = notification.by(MANA).get("/notifications").get_json()["items"]
    assert (entry["kind"], entry["count"]) == ("first_response_overdue", 31)
    assert entry["title"] == "初回対応の期限を過ぎたリードが 31件あります"
    assert entry["link"] == "/leads?first_response=overdue" and entry["actor_name"] == ""
    (mail,) = mails(notification)
    assert mail.recipient_address == MANA.email
    assert "・山田 10郎 様（繋商事） L-000010\n　ほか 21件" in mail.body


def test_a_single_lead_is_linked(notification: Part) -> None:
    notification.hear(overdue(1), cause=Cause.new("clock"))
    assert notification.by(MANA).get("/notifications").get_json()["items"][0]["link"] == "/leads/1"
