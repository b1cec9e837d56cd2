"""引継ぎ: who is asked is told if that was chosen; who asked is told of 受領 and 差戻し, with the reason."""

from typing import Any

import pytest

from contracts import events
from tests.cast import EIJI, ISAMU
from tests.notification.conftest import mails
from tests.parts import Part


def moved(state: str, **changed: Any) -> events.HandoverChanged:
    facts: dict[str, Any] = {
        "opportunity_id": 9,
        "opportunity_name": "生産管理システム",
        "account_name": "株式会社北斗電機",
    }
    facts |= {"requester_id": ISAMU.id, "recipient_id": EIJI.id, "message": "来期予算"}
    return events.HandoverChanged(state=state, **facts | changed)


def told(notification: Part, person: Any) -> list[tuple[str, str]]:
    items = notification.by(person).get("/notifications").get_json()["items"]
    return [(item["title"], item["link"]) for item in items]


def test_who_is_asked_is_told(notification: Part) -> None:
    assert notification.hear(moved("requested"), actor=ISAMU) == "done"
    assert told(notification, EIJI) == [("案件「生産管理システム」の引継ぎを依頼されました", "/opportunities/9")]
    (mail,) = mails(notification)
    assert "石田 勇 さんが案件の引継ぎを依頼しました。" in mail.body and "来期予算" in mail.body


def test_nobody_is_told_where_that_was_not_chosen(notification: Part) -> None:
    notification.hear(moved("requested", notify=False), actor=ISAMU)
    assert told(notification, EIJI) == mails(notification) == []


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("accepted", "案件「生産管理システム」の引継ぎが受領されました"),
        ("returned", "案件「生産管理システム」の引継ぎが差し戻されました"),
    ],
)
def test_who_asked_is_told_what_became_of_it(notification: Part, state: str, title: str) -> None:
    notification.hear(moved(state, reason="担当地域外", notify=False), actor=EIJI)
    assert told(notification, ISAMU) == [(title, "/opportunities/9")]
    (mail,) = mails(notification)
    assert ("担当地域外" in mail.body) == (state == "returned")
    assert "来期予算" not in mail.body, "that is what the reader had written"
