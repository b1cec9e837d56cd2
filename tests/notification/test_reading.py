"""People read their notifications: their own only, page by page, one by one or all at once."""

from tests.cast import GAKU, ISAMU, MANA, SARA
from tests.notification.conftest import assigned
from tests.parts import Part


def test_reading_one_leaves_the_others_unread(notification: Part) -> None:
    for count in (1, 2, 3):
        notification.hear(assigned(ISAMU, count), actor=MANA)
    reader = notification.by(ISAMU)
    newest = reader.get("/notifications").get_json()["items"][0]
    assert reader.post(f"/notifications/{newest['id']}/reading").get_json() == {"read": 1}
    assert reader.post(f"/notifications/{newest['id']}/reading").get_json() == {"read": 0}
    unread = reader.get("/notifications?unread=true").get_json()
    assert (unread["total"], unread["unread"]) == (2, 2)
    assert [each["count"] for each in unread["items"]] == [2, 1]
    read = reader.get("/notifications?unread=false").get_json()
    assert (read["total"], read["unread"]) == (1, 2)
    assert read["items"][0]["read_at"]


def test_reading_all_is_one_call(notification: Part) -> None:
    for count in (1, 2, 3):
        notification.hear(assigned(ISAMU, count), actor=MANA)
    notification.hear(assigned(SARA, 1), actor=MANA)
    assert notification.by(ISAMU).post("/notifications/reading").get_json() == {"read": 3}
    assert notification.by(ISAMU).get("/notifications?unread=true").get_json()["total"] == 0
    assert notification.by(SARA).get("/notifications?unread=true").get_json()["total"] == 1


def test_nobody_sees_or_reads_anothers(notification: Part) -> None:
    notification.hear(assigned(ISAMU, 1), actor=MANA)
    entry = notification.by(ISAMU).get("/notifications").get_json()["items"][0]
    assert notification.by(SARA).get("/notifications").get_json()["items"] == []
    assert notification.by(SARA).post(f"/notifications/{entry['id']}/reading").status_code == 404
    assert notification.by(ISAMU).get("/notifications?unread=true").get_json()["unread"] == 1


def test_the_portlet_comes_page_by_page_newest_first(notification: Part) -> None:
    for count in range(1, 8):
        notification.hear(assigned(ISAMU, count), actor=MANA)
    counts, cursor = [], ""
    while cursor is not None:
        page = notification.by(ISAMU).get(f"/notifications?page_size=3&cursor={cursor}").get_json()
        assert page["total"] == 7
        counts += [each["count"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert counts == [7, 6, 5, 4, 3, 2, 1]
    wrong = notification.by(ISAMU).get("/notifications?cursor=nonsense")
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "cursor")


def test_everybody_with_an_account_has_a_portlet_and_nobody_else(notification: Part) -> None:
    assert notification.by(GAKU).get("/notifications").get_json()["total"] == 0
    assert notification.by(None).get("/notifications").status_code == 401
