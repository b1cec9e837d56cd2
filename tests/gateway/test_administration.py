"""Users and departments as an administrator keeps them: nobody is locked out, nothing is lost, absence has a deputy."""

from typing import Any

import pytest

from chassis.events import Cause
from chassis.problems import Invalid
from contracts import events
from gateway import commands
from gateway.models import User
from gateway.schemas import UserChange
from tests.cast import ADMIN, EIJI, GAKU, ISAMU, MANA, Person
from tests.gateway.conftest import PASSWORD, signed_in
from tests.parts import Part


def user(gateway: Part, login: str, by: Person = ADMIN) -> dict[str, Any]:
    found = signed_in(gateway, by).get(f"/api/v1/users?q={login}@").get_json()["items"]
    (one,) = [each for each in found if each["login"] == login]
    shown: dict[str, Any] = one
    return shown


def change(gateway: Part, login: str, status: int = 200, **changed: Any) -> dict[str, Any]:
    kept = user(gateway, login)
    answer = signed_in(gateway, ADMIN).patch(f"/api/v1/users/{kept['id']}", json={"version": kept["version"]} | changed)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


@pytest.mark.parametrize("wish", [{"roles": ["sales"]}, {"active": False}])
def test_nobody_takes_the_own_administrator_role_away(gateway: Part, wish: dict[str, Any]) -> None:
    (error,) = change(gateway, "admin", 422, **wish)["errors"]
    assert (error["field"], error["code"]) == (next(iter(wish)), "own_role")
    assert change(gateway, "admin", roles=["administrator", "manager"], given_name="管理")["name"] == "安藤 管理"


def test_the_last_administrator_stays_whoever_asks(gateway: Part) -> None:
    kept = change(gateway, "mana", roles=["manager", "administrator"])
    with gateway.transaction(MANA) as session:
        admin = session.get_one(User, ADMIN.id)
        demotion = {"version": admin.version, "roles": ["manager"]}
        commands.change_user(session, ADMIN.id, UserChange.model_validate(demotion))
    resignation = {"version": kept["version"], "active": False}
    with gateway.transaction(ADMIN) as session, pytest.raises(Invalid) as refused:
        commands.change_user(session, MANA.id, UserChange.model_validate(resignation))
    assert refused.value.errors[0].code == "last_administrator"


def test_an_invented_password_lets_in_once_and_is_changed_at_the_door(gateway: Part) -> None:
    with gateway.transaction(ADMIN) as session:
        session.info["cause"] = Cause.new("tool")
        password = commands.give_password(session, ISAMU.id)
    assert len(password) == 19
    client = gateway.by(None)
    assert client.post("/api/v1/session", json={"login": "isamu", "password": PASSWORD}).status_code == 401
    assert client.post("/api/v1/session", json={"login": "isamu", "password": password}).status_code == 200


def test_absence_is_told_with_its_deputy_and_makes_sense(gateway: Part) -> None:
    isamu = signed_in(gateway, ISAMU)
    for wrong, field in (
        ({"absent_until": "2026-12-05"}, "absent_from"),
        ({"absent_from": "2026-12-05", "absent_until": "2026-12-01"}, "absent_until"),
        ({"deputy_id": str(ISAMU.id)}, "deputy_id"),
        ({"deputy_id": "999"}, "deputy_id"),
        ({"preferences": {"weather": {"mail": "off"}}}, "preferences.weather.[key]"),
    ):
        refused = isamu.patch("/api/v1/me", json=wrong)
        assert refused.status_code == 422, wrong
        assert [error["field"] for error in refused.get_json()["errors"]] == [field]
    gateway.forget_said()
    absence = {"absent_from": "2026-12-01", "absent_until": "2026-12-05", "deputy_id": str(EIJI.id)}
    notices = {"preferences": {"lead_assigned": {"mail": "off"}}}
    assert isamu.patch("/api/v1/me", json=absence | notices).status_code == 200
    (event,) = gateway.said(events.UsersChanged)
    (told,) = event.users
    assert (str(told.absent_from), str(told.absent_until), told.deputy_id) == ("2026-12-01", "2026-12-05", EIJI.id)
    assert told.preferences == {"lead_assigned": {"mail": "off"}}
    assert isamu.get("/api/v1/me").get_json()["absent_until"] == "2026-12-05"


# -- 組織 -------------------------------------------------------------------------------------------------------------


def departments(gateway: Part) -> dict[str, dict[str, Any]]:
    found = signed_in(gateway, ADMIN).get("/api/v1/departments").get_json()["items"]
    return {each["name"]: each for each in found}


def keep(gateway: Part, which: str, status: int = 200, by: Person = ADMIN, **changed: Any) -> dict[str, Any]:
    kept = departments(gateway)[which]
    answer = signed_in(gateway, by).patch(
        f"/api/v1/departments/{kept['id']}", json={"version": kept["version"]} | changed
    )
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def make(gateway: Part, name: str, status: int = 201, by: Person = ADMIN, **given: Any) -> dict[str, Any]:
    answer = signed_in(gateway, by).post("/api/v1/departments", json={"name": name} | given)
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.get_json()
    return shown


def test_departments_are_a_tree_without_circles(gateway: Part) -> None:
    sales = departments(gateway)["営業部"]
    first = make(gateway, "第一課", parent_id=sales["id"])
    second = make(gateway, "第二課", parent_id=sales["id"])
    assert (first["position"], second["position"]) == (1, 2)
    assert keep(gateway, "第二課", position=1)["position"] == 1
    assert departments(gateway)["第一課"]["position"] == 2
    assert keep(gateway, "営業部", 422, parent_id=first["id"])["errors"][0]["code"] == "circle"
    assert keep(gateway, "営業部", 422, parent_id=sales["id"])["errors"][0]["code"] == "circle"
    assert keep(gateway, "第二課", parent_id=None)["position"] == 7
    assert make(gateway, "営業部", 422)["errors"][0]["code"] == "taken"
    assert keep(gateway, "第一課", 422, name="第二課")["errors"][0]["field"] == "name"


def test_a_department_is_retired_when_it_is_empty_and_takes_nobody_from_then_on(gateway: Part) -> None:
    full = keep(gateway, "営業部", 422, active=False)
    assert (full["errors"][0]["code"], "2人" in full["detail"]) == ("not_empty", True)
    made = make(gateway, "旧営業部")
    keep(gateway, "旧営業部", active=False)
    assert list(departments(gateway))[-1] == "旧営業部"
    refused = change(gateway, "isamu", 422, department_id=made["id"])
    assert refused["errors"][0]["field"] == "department_id"
    assert keep(gateway, "旧営業部", active=True)["active"]


def test_a_stale_change_of_a_department_is_refused(gateway: Part) -> None:
    kept = departments(gateway)["営業部"]
    client, path = signed_in(gateway, ADMIN), f"/api/v1/departments/{kept['id']}"
    assert client.patch(path, json={"version": kept["version"], "name": "営業本部"}).status_code == 200
    stale = client.patch(path, json={"version": kept["version"], "name": "営業統括部"})
    assert stale.status_code == 409 and stale.get_json()["current"]["name"] == "営業本部"


def test_only_administrators_keep_departments(gateway: Part) -> None:
    for somebody in (MANA, GAKU):
        make(gateway, "秘密課", 403, by=somebody)
    keep(gateway, "営業部", 403, by=MANA, name="x")
