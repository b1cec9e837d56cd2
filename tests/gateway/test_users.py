"""Users: the demo company's, made once; made and changed by an administrator; and the house is told."""

import io
import sys

import pytest
from sqlalchemy import select, update

from chassis.events import Cause
from contracts import events
from gateway import commands, demo_users, directory, first_administrator, remembered
from gateway.models import Department, User
from gateway.schemas import DepartmentChange
from tests import cast
from tests.cast import ADMIN, GAKU, ISAMU, MANA
from tests.gateway.conftest import PASSWORD, browser, signed_in
from tests.parts import Part

NEW = {"login": "Hanako.Y", "family_name": "山田", "given_name": "花子", "email": "hanako@ex.jp", "roles": ["sales"]}


def test_the_demo_company_has_its_cast(gateway: Part) -> None:
    found = signed_in(gateway, ADMIN).get("/api/v1/users").get_json()
    assert found["total"] == 8 and found["next_cursor"] is None
    shown = {each["login"]: (each["name"], each["department"], tuple(each["roles"])) for each in found["items"]}
    assert shown == {each.login: (each.name, each.department, each.roles) for each in cast.EVERYBODY}


def test_making_the_demo_company_again_changes_nothing(gateway: Part) -> None:
    gateway.forget_said()
    with gateway.transaction() as session:
        demo_users.create(session)
    assert gateway.said(events.UsersChanged) == []
    with gateway.transaction() as session:
        assert len(session.scalars(select(User.id)).all()) == 8
        assert len(session.scalars(select(Department.id)).all()) == 6


def test_the_house_is_told_of_every_new_user(gateway: Part) -> None:
    told = [user for event in gateway.said(events.UsersChanged) for user in event.users]
    isamu = next(user for user in told if user.login == "isamu")
    assert len(told) == 8
    assert (isamu.name, isamu.department, isamu.roles) == ("石田 勇", "インサイドセールス部", ("inside_sales",))
    assert isamu.email == "isamu@tsunagi.example.jp" and isamu.version == 1 and isamu.active


def test_an_administrator_makes_a_user_who_then_signs_in(gateway: Part) -> None:
    gateway.forget_said()
    made = signed_in(gateway, ADMIN).post("/api/v1/users", json=NEW | {"password": "a-long-password"})
    assert made.status_code == 201 and made.get_json()["name"] == "山田 花子"
    assert "password" not in made.text
    sign_in = {"login": "hanako.y", "password": "a-long-password"}
    assert gateway.by(None).post("/api/v1/session", json=sign_in).status_code == 200
    (event,) = gateway.said(events.UsersChanged)
    assert [user.login for user in event.users] == ["Hanako.Y"]


def test_what_is_wrong_with_a_new_user_is_told_by_field(gateway: Part) -> None:
    client = signed_in(gateway, ADMIN)
    for wrong, field in (
        ({"login": "ISAMU"}, "login"),
        ({"login": "山田"}, "login"),
        ({"email": "no address"}, "email"),
        ({"email": "a@b.jp\nBcc: x@y.jp"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles.0"),
        ({"department_id": "999"}, "department_id"),
        ({"password": "short"}, "password"),
        ({"family_name": " "}, "family_name"),
    ):
        refused = client.post("/api/v1/users", json=NEW | wrong)
        assert refused.status_code == 422, wrong
        assert [error["field"] for error in refused.get_json()["errors"]] == [field]
    assert client.post("/api/v1/users", json=NEW | {"roles": []}).get_json()["detail"] == "1つ以上選んでください。"
    assert client.get("/api/v1/users").get_json()["total"] == 8


def test_only_an_administrator_makes_and_changes_users(gateway: Part) -> None:
    client = signed_in(gateway, MANA)
    assert client.post("/api/v1/users", json=NEW).status_code == 403
    assert client.patch("/api/v1/users/1", json={"version": 1, "roles": ["administrator"]}).status_code == 403


def test_a_change_is_told_with_a_higher_version_and_a_stale_one_is_refused(gateway: Part) -> None:
    client = signed_in(gateway, ADMIN)
    (isamu,) = client.get("/api/v1/users?q=石田").get_json()["items"]
    gateway.forget_said()
    change = {"version": isamu["version"], "family_name": "石川", "roles": ["sales", "inside_sales"]}
    changed = client.patch(f"/api/v1/users/{isamu['id']}", json=change)
    assert changed.status_code == 200 and changed.get_json()["name"] == "石川 勇"
    (event,) = gateway.said(events.UsersChanged)
    assert event.users[0].version == changed.get_json()["version"] == isamu["version"] + 1
    stale = client.patch(f"/api/v1/users/{isamu['id']}", json=change | {"family_name": "石橋"})
    assert stale.status_code == 409
    assert stale.get_json()["current"]["family_name"] == "石川"


def test_a_user_who_leaves_is_signed_out_everywhere_and_told_as_inactive(gateway: Part) -> None:
    gone = signed_in(gateway, ISAMU)
    made = gone.post("/api/v1/tokens", json={"name": "script"}).get_json()["token"]
    admin = signed_in(gateway, ADMIN)
    (isamu,) = admin.get("/api/v1/users?q=isamu").get_json()["items"]
    gateway.forget_said()
    admin.patch(f"/api/v1/users/{isamu['id']}", json={"version": isamu["version"], "active": False})
    assert gone.get("/api/v1/me").status_code == 401
    gone.token = made
    assert gone.get("/api/v1/me").status_code == 401
    assert gateway.said(events.UsersChanged)[0].users[0].active is False
    assert admin.get("/api/v1/users?q=isamu").get_json()["total"] == 0
    assert admin.get("/api/v1/users?q=isamu&active=false").get_json()["total"] == 1


def test_a_new_password_ends_the_sign_ins_before(gateway: Part) -> None:
    before = signed_in(gateway, ISAMU)
    admin = signed_in(gateway, ADMIN)
    (isamu,) = admin.get("/api/v1/users?q=isamu").get_json()["items"]
    change = {"version": isamu["version"], "password": "another-password"}
    assert admin.patch(f"/api/v1/users/{isamu['id']}", json=change).status_code == 200
    assert before.get("/api/v1/me").status_code == 401
    refused = gateway.by(None).post("/api/v1/session", json={"login": "isamu", "password": PASSWORD})
    assert refused.status_code == 401


def test_users_are_found_by_role_and_page_by_page(gateway: Part) -> None:
    client = signed_in(gateway, MANA)
    sellers = client.get("/api/v1/users?role=sales").get_json()
    assert [each["login"] for each in sellers["items"]] == ["eiji", "rin"]
    logins, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/users?page_size=3&cursor={cursor}").get_json()
        logins += [each["login"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert logins == sorted(each.login for each in cast.EVERYBODY)
    assert client.get("/api/v1/users?cursor=nonsense").status_code == 422
    assert client.get("/api/v1/users?page_size=501").status_code == 422


def test_a_cursor_that_holds_nothing_is_refused(gateway: Part) -> None:
    client = signed_in(gateway, ADMIN)
    for cursor in ("W10", "e30", "x"):  # [], {} and no JSON
        assert client.get(f"/api/v1/users?cursor={cursor}").status_code == 422, cursor


def test_an_outsourced_caller_sees_the_own_group_only(gateway: Part) -> None:
    client = signed_in(gateway, GAKU)
    assert [each["login"] for each in client.get("/api/v1/users").get_json()["items"]] == ["gaku"]
    assert client.get("/api/v1/departments").status_code == 403
    with gateway.transaction() as session:
        session.execute(update(User).where(User.login.in_(("gaku", "mana"))).values(department_id=None))
    assert [each["login"] for each in client.get("/api/v1/users").get_json()["items"]] == ["gaku"]


def test_an_outsourced_caller_chooses_a_deputy_among_the_own_group(gateway: Part) -> None:
    page = browser(gateway, GAKU).get("/settings").text
    assert "石田 勇" not in page and "すぐに" in page
    with gateway.transaction() as session:
        session.execute(update(User).where(User.login == "sara").values(department_id=GAKU.department_id))
    remembered.forget()
    page = browser(gateway, GAKU).get("/settings").text
    assert "佐々木 沙羅" in page and "石田 勇" not in page


def test_a_renamed_department_is_told_with_all_its_users(gateway: Part) -> None:
    gateway.forget_said()
    with gateway.transaction() as session:
        sales = session.scalars(select(Department).where(Department.name == "営業部")).one()
        change = DepartmentChange(version=sales.version, name="第一営業部")
        commands.change_department(session, sales.id, change)
    (event,) = gateway.said(events.UsersChanged)
    told = {user.login: (user.department, user.version) for user in event.users}
    assert told == {"eiji": ("第一営業部", 2), "rin": ("第一営業部", 2)}


def test_a_service_with_an_empty_copy_can_be_told_of_everybody(gateway: Part) -> None:
    gateway.forget_said()
    with gateway.transaction() as session:
        commands.say_everybody(session)
    assert [len(event.users) for event in gateway.said(events.UsersChanged)] == [8]


def test_pages_look_names_up_without_asking_the_database_each_time(gateway: Part) -> None:
    with gateway.app.test_request_context():
        isamu = next(person for person in directory.users() if person.login == "isamu")
        assert directory.name_of(isamu.id) == directory.name_of(str(isamu.id)) == "石田 勇"
        assert directory.name_of(None) == directory.name_of(999) == directory.name_of("me") == ""
        assert [unit.name for unit in directory.departments()][:2] == ["情報システム部", "マーケティング部"]


def _create_administrator(gateway: Part, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    with gateway.transaction() as session:
        session.info["cause"] = Cause.new("tool")
        first_administrator.create(session)


def test_a_real_installation_gets_its_first_administrator(gateway: Part, monkeypatch) -> None:
    _create_administrator(gateway, monkeypatch, "root", "根本", "一", "root@example.jp", "a-long-password")
    sign_in = gateway.by(None).post("/api/v1/session", json={"login": "root", "password": "a-long-password"})
    client = gateway.by(None)
    client.token = sign_in.get_json()["token"]
    assert client.get("/api/v1/me").get_json()["roles"] == ["administrator"]


def test_a_first_administrator_with_a_poor_password_is_refused_with_the_reason(gateway: Part, monkeypatch) -> None:
    with pytest.raises(SystemExit, match="password: A password has 10 to 200 characters"):
        _create_administrator(gateway, monkeypatch, "root", "根本", "一", "root@example.jp", "short")
