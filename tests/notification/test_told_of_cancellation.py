"""案件化の取消: the main owner who knows of the conversion is told that it is over; nobody is told of the own act."""

from datetime import UTC, datetime
from typing import Any

from contracts import events
from tests.cast import EIJI, ISAMU
from tests.notification.conftest import mails
from tests.notification.test_told_of_handover import told
from tests.parts import Part


def cancelled(**changed: Any) -> events.ConversionCancelled:
    now = datetime.now(UTC)
    facts: dict[str, Any] = {"lead_id": 1, "opportunity_id": 9, "campaign_id": 3, "converted_at": now}
    facts |= {"cancelled_at": now, "opportunity_name": "生産管理システム", "account_name": "株式会社北斗電機"}
    facts |= {"lead_name": "山田 太郎", "main_owner_id": EIJI.id, "notify": True}
    return events.ConversionCancelled(**facts | changed)


def test_the_main_owner_is_told_with_the_reason(notification: Part) -> None:
    assert notification.hear(cancelled(reason="会社を間違えた"), actor=ISAMU) == "done"
    assert told(notification, EIJI) == [("案件「生産管理システム」の案件化が取り消されました", "/opportunities/9")]
    (mail,) = mails(notification)
    assert mail.recipient_address == EIJI.email
    for part in (
        "石田 勇 さんがリードの案件化を取り消しました。",
        "山田 太郎 様",
        "会社を間違えた",
        "受領や差戻しは不要",
    ):
        assert part in mail.body


def test_an_opportunity_that_was_there_before_stays(notification: Part) -> None:
    notification.hear(cancelled(new_opportunity=False), actor=ISAMU)
    (entry,) = told(notification, EIJI)
    assert entry[0] == "案件「生産管理システム」へのリードの案件化が取り消されました"
    assert "案件はもとのまま残っています。" in mails(notification)[0].body


def test_nobody_is_told_of_what_was_never_said_or_of_the_own_act(notification: Part) -> None:
    notification.hear(cancelled(notify=False), actor=ISAMU)
    notification.hear(cancelled(), actor=EIJI)
    assert told(notification, EIJI) == mails(notification) == []
