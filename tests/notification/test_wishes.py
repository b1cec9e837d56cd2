"""What people do not want to hear stays unsaid, and a deputy hears what an absent owner is given."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, ISAMU, MANA, RIN, SARA, Person
from tests.notification.conftest import assigned, mails
from tests.notification.test_told_of_handover import moved
from tests.parts import Part

TODAY = datetime.now(UTC).date()
FAR, LONG_AGO = TODAY + timedelta(days=30), TODAY - timedelta(days=30)


def now_is(notification: Part, person: Person, **changed: Any) -> None:
    """The gateway says how this user is now."""
    fact = events.UserFact(
        user_id=person.id, login=person.login, name=person.name, email=person.email, version=2, **changed
    )
    assert notification.hear(events.UsersChanged(users=(fact,))) == "done"


def portlet(notification: Part, person: Person) -> list[str]:
    page = notification.by(person).get("/notifications").get_json()
    assert page["total"] == page["unread"] == len(page["items"])
    return [entry["title"] for entry in page["items"]]


@pytest.mark.parametrize(
    ("wish", "entries", "sent"),
    [
        ({}, 1, 1),
        ({"mail": "off"}, 1, 0),
        ({"portlet": "off"}, 0, 1),
        ({"portlet": "off", "mail": "off"}, 0, 0),
        ({"portlet": "at_once", "mail": "at_once"}, 1, 1),
    ],
)
def test_a_kind_of_notice_comes_by_the_wanted_channels(
    notification: Part, wish: dict[str, str], entries: int, sent: int
) -> None:
    now_is(notification, ISAMU, preferences={"lead_assigned": wish, "lead_converted": {"mail": "off"}})
    assert notification.hear(assigned(ISAMU, 3), actor=MANA) == "done"
    assert (len(portlet(notification, ISAMU)), len(mails(notification))) == (entries, sent)
    notification.by(ISAMU).post("/notifications/reading")
    assert notification.why_set_aside() == []


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (LONG_AGO, FAR, True),
        (LONG_AGO, None, True),
        (FAR, None, False),
        (LONG_AGO, LONG_AGO, False),
        (None, None, False),
    ],
)
def test_the_deputy_hears_of_it_while_the_owner_is_away(
    notification: Part, first: date | None, last: date | None, told: bool
) -> None:
    now_is(notification, ISAMU, absent_from=first, absent_until=last, deputy_id=RIN.id)
    assert notification.hear(assigned(ISAMU, 3), actor=MANA) == "done"
    assert portlet(notification, ISAMU) == ["リード 3件の担当になりました"]
    title = "不在の石田 勇 さん宛：リード 3件の担当になりました"
    assert portlet(notification, RIN) == ([title] if told else [])
    addresses = {mail.recipient_address for mail in mails(notification)}
    assert addresses == ({ISAMU.email, RIN.email} if told else {ISAMU.email})
    if told:
        entry = notification.by(RIN).get("/notifications").get_json()["items"][0]
        assert (entry["link"], entry["on_behalf_of"]) == (f"/leads?owner={ISAMU.id}", ISAMU.name)


def test_a_deputy_hears_of_an_opportunity_and_its_handover_too(notification: Part) -> None:
    now_is(notification, ISAMU, absent_from=LONG_AGO, deputy_id=RIN.id, locale="en")
    notification.hear(moved("requested", recipient_id=ISAMU.id, requester_id=MANA.id), actor=MANA)
    assert portlet(notification, RIN) == ["不在の石田 勇 さん宛：案件「生産管理システム」の引継ぎを依頼されました"]
    (own, deputys) = mails(notification)
    assert deputys.subject == "【Tsunagi】不在の石田 勇 さん宛：案件「生産管理システム」の引継ぎを依頼されました"
    told = (
        "石田 勇 さんは不在のため、代理のあなたにもお知らせします。以下は石田 勇 さん宛の通知です。\n\n真鍋 愛 さんが"
    )
    assert told in deputys.body and "You are asked" in own.subject
    now_is(notification, RIN, locale="en")
    notification.hear(moved("returned", requester_id=ISAMU.id, reason="x"), actor=EIJI)
    assert mails(notification)[-1].subject.startswith("[Tsunagi] For 石田 勇 (absent): Returned to you")


def test_the_deputy_of_two_hears_of_both_though_one_act_gave_leads_to_both(notification: Part) -> None:
    for absent in (ISAMU, SARA):
        now_is(notification, absent, absent_from=LONG_AGO, deputy_id=RIN.id)
    act = Cause.new("list", MANA.id)
    for owner, count in ((ISAMU, 2), (SARA, 3), (RIN, 4), (SARA, 3)):
        notification.hear(assigned(owner, count, act="list"), cause=act)
    assert portlet(notification, RIN) == [
        "リード 4件の担当になりました",
        "不在の佐々木 沙羅 さん宛：リード 3件の担当になりました",
        "不在の石田 勇 さん宛：リード 2件の担当になりました",
    ]
    own = [mail.message_id for mail in mails(notification) if mail.recipient_address == RIN.email]
    assert len(set(own)) == 3


def test_who_works_though_absent_needs_no_deputy(notification: Part) -> None:
    now_is(notification, ISAMU, absent_from=LONG_AGO, deputy_id=RIN.id)
    notification.hear(assigned(ISAMU, 1), actor=ISAMU)
    assert portlet(notification, RIN) == []


def test_a_deputy_who_does_not_want_to_hear_of_assignments_hears_of_none(notification: Part) -> None:
    now_is(notification, ISAMU, absent_from=LONG_AGO, deputy_id=EIJI.id)
    now_is(notification, EIJI, preferences={"lead_assigned": {"portlet": "off", "mail": "off"}})
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    assert portlet(notification, EIJI) == [] and len(mails(notification)) == 1


def test_a_deputy_who_gave_the_leads_is_not_told_of_it(notification: Part) -> None:
    now_is(notification, ISAMU, absent_from=LONG_AGO, deputy_id=RIN.id)
    notification.hear(assigned(ISAMU, 1), actor=RIN)
    assert portlet(notification, RIN) == [] and len(portlet(notification, ISAMU)) == 1
