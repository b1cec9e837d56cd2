"""Users and departments as an administrator keeps them: nobody is locked out, nothing is lost, absence has a deputy."""

import json
import re
from typing import Any

import pytest

from chassis.events import Cause
from chassis.problems import Invalid
from contracts import events
from gateway import commands
from gateway.models import User
from gateway.schemas import UserChange
from tests.cast import ADMIN, EIJI, GAKU, ISAMU, MANA, Person
from tests.gateway.conftest import PASSWORD, browser, own_token, signed_in
from tests.gateway.upstream import Upstream
from tests.parts import Part, Signed


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
    assert _signed_in_by(gateway, "isamu", PASSWORD) is None
    _must_replace(gateway, "isamu", password)


def _signed_in_by(gateway: Part, login: str, password: str) -> Signed | None:
    client = gateway.by(None)
    answer = client.post("/api/v1/session", json={"login": login, "password": password})
    client.token = (answer.get_json() or {}).get("token", "")
    return client if answer.status_code == 200 else None


def _must_replace(gateway: Part, login: str, password: str) -> None:
    """A sign-in by this password opens nothing but the password's change, after which it opens everything."""
    client, other = _signed_in_by(gateway, login, password), _signed_in_by(gateway, login, password)
    assert client and other
    for method, path in (
        ("GET", "/api/v1/me"),
        ("PATCH", "/api/v1/me"),
        ("GET", "/api/v1/leads"),
        ("POST", "/api/v1/tokens"),
        ("GET", "/api/v1/saved-searches"),
    ):
        refused = client.open(path, method=method, json={"name": "x"} if method == "POST" else None)
        assert (refused.status_code, refused.mimetype) == (403, "application/problem+json"), path
        assert refused.get_json()["title"] == "first_password"
    own = {"old_password": password, "password": "a-password-of-ones-own"}
    wrong = client.put("/api/v1/me/password", json=own | {"old_password": "not-this-one"})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "old_password")
    assert client.put("/api/v1/me/password", json=own | {"password": "short"}).status_code == 422
    assert client.put("/api/v1/me/password", json=own).status_code == 204
    assert client.get("/api/v1/me").get_json()["login"] == login
    assert client.post("/api/v1/tokens", json={"name": "x"}).status_code == 201
    assert other.get("/api/v1/me").status_code == 401, "other sign-ins have ended"
    assert _signed_in_by(gateway, login, password) is None


def test_a_password_that_an_administrator_chose_is_a_first_one_too(gateway: Part) -> None:
    admin, chosen = signed_in(gateway, ADMIN), "chosen-by-another"
    draft = {"login": "new", "family_name": "新", "email": "new@ex.jp", "roles": ["sales"], "password": chosen}
    assert admin.post("/api/v1/users", json=draft).status_code == 201
    _must_replace(gateway, "new", chosen)
    change(gateway, "eiji", password=chosen)
    _must_replace(gateway, "eiji", chosen)
    change(gateway, "admin", password="of-the-own-choice")
    own = _signed_in_by(gateway, "admin", "of-the-own-choice")
    assert own and own.get("/api/v1/me").status_code == 200


def test_a_browser_with_a_first_password_asks_the_api_in_vain(gateway: Part) -> None:
    client = browser(gateway, ISAMU)
    with gateway.transaction() as session:
        session.get_one(User, ISAMU.id).must_change_password = True
    assert client.get("/api/v1/leads").status_code == 403
    assert client.get("/leads").headers["Location"] == "/settings/password"


def test_programs_go_on_while_their_owner_replaces_a_first_password(gateway: Part) -> None:
    program = gateway.by(None)
    program.token = signed_in(gateway, ISAMU).post("/api/v1/tokens", json={"name": "script"}).get_json()["token"]
    with gateway.transaction(ADMIN) as session:
        commands.give_password(session, ISAMU.id)
    assert program.get("/api/v1/me").status_code == 200
    assert program.post("/api/v1/tokens", json={"name": "another"}).status_code == 403


def test_nothing_is_cleared_that_every_user_has(gateway: Part) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("family_name", "email", "locale", "active", "roles", "password"))
    kept = change(gateway, "isamu", **nothing, department_id=None)
    assert (kept["login"], kept["family_name"], kept["active"]) == ("isamu", "石田", True)
    assert kept["department_id"] is None


def test_a_deputy_works_here_and_an_outsourced_one_in_the_same_department(gateway: Part) -> None:
    isamu = signed_in(gateway, ISAMU)

    def deputy(person: Person) -> list[str]:
        answer = isamu.patch("/api/v1/me", json={"deputy_id": str(person.id)})
        return [error["code"] for error in (answer.get_json().get("errors") or [])]

    assert deputy(GAKU) == ["outsourced"]
    change(gateway, "isamu", department_id=str(GAKU.department_id))
    assert deputy(GAKU) == []
    change(gateway, "eiji", active=False)
    assert deputy(EIJI) == ["unknown"]
    change(gateway, "gaku", active=False)
    assert isamu.patch("/api/v1/me", json={"locale": "en"}).status_code == 200, "what is set already stays"


def test_absence_is_told_with_its_deputy_and_makes_sense(gateway: Part) -> None:
    isamu = signed_in(gateway, ISAMU)
    for wrong, field in (
        ({"absent_until": "2026-12-05"}, "absent_from"),
        ({"absent_from": "2026-12-05", "absent_until": "2026-12-01"}, "absent_until"),
        ({"deputy_id": str(ISAMU.id)}, "deputy_id"),
        ({"deputy_id": "999"}, "deputy_id"),
        ({"preferences": {"weather": {"mail": "off"}}}, "preferences.weather.[key]"),
        ({"preferences": {"lead_assigned": {"portlet": "digest"}}}, "preferences.lead_assigned.portlet"),
    ):
        refused = isamu.patch("/api/v1/me", json=wrong)
        assert refused.status_code == 422, wrong
        assert [error["field"] for error in refused.get_json()["errors"]] == [field]
    gateway.forget_said()
    absence = {"absent_from": "2026-12-01", "absent_until": "2026-12-05", "deputy_id": str(EIJI.id)}
    notices = {"preferences": {"lead_assigned": {"mail": "off"}, "lead_converted": {"mail": "digest"}}}
    assert isamu.patch("/api/v1/me", json=absence | notices).status_code == 200
    (event,) = gateway.said(events.UsersChanged)
    (told,) = event.users
    assert (str(told.absent_from), str(told.absent_until), told.deputy_id) == ("2026-12-01", "2026-12-05", EIJI.id)
    assert told.preferences == notices["preferences"]
    assert isamu.get("/api/v1/me").get_json()["absent_until"] == "2026-12-05"


def wrong_fields(gateway: Part, path: str, **typed: Any) -> set[str]:
    """What the form of a user tells to be wrong."""
    client = browser(gateway, ADMIN)
    answer = client.post(path, data={"csrf_token": own_token(client), "roles.shown": "1"} | typed)
    assert answer.status_code == 422, answer.text
    return set(re.findall(r'class="error" id="([\w.]+)-error"', answer.text))


def test_every_mistake_in_the_form_of_a_user_is_told_at_once(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/campaigns", {"items": [], "total": 0, "next_cursor": None})
    retired = make(gateway, "旧組織")["id"]
    keep(gateway, "旧組織", active=False)
    new = {"family_name": "新井", "login": "ISAMU", "email": "aoi@ex.jp", "department_id": retired}
    new |= {"locale": "ja"}
    assert wrong_fields(gateway, "/administration/users/new", **new) == {"roles", "login", "department_id"}
    free = new | {"login": "aoi", "department_id": "", "family_name": ""}
    assert wrong_fields(gateway, "/administration/users/new", **free) == {"roles", "family_name"}

    kept = user(gateway, "isamu")
    seen = {"login": "isamu", "email": kept["email"], "roles": "inside_sales", "department_id": ""}
    seen |= {"absent_from": "", "absent_until": "", "deputy_id": ""}
    typed = {"login": "eiji", "email": "no address", "department_id": retired}
    typed |= {"absent_until": "2026-12-05", "deputy_id": kept["id"]}
    path = f"/administration/users/{kept['id']}/edit"
    wrong = wrong_fields(gateway, path, version=str(kept["version"]), seen=json.dumps(seen), **typed)
    assert wrong == {"login", "email", "roles", "department_id", "absent_from", "deputy_id"}
    assert user(gateway, "isamu") == kept


def test_the_page_of_roles_shows_what_everybody_may_do_too(gateway: Part) -> None:
    page = browser(gateway, MANA).get("/administration/roles").text
    assert "個人設定（言語・通知・不在）" in page and "API の呼び出しも表示" in page and "PATCH /users" not in page
    page = browser(gateway, MANA).get("/administration/roles?calls=1").text
    assert "DELETE /tokens/{id}" in page and "PATCH /users/{id}" in page
    assert "POST /session" not in page, "what needs no sign-in is no matter of roles"


def test_a_department_saved_as_it_was_is_no_change(gateway: Part) -> None:
    sales, client = departments(gateway)["営業部"], browser(gateway, ADMIN)
    seen = {"name": "営業部", "parent_id": ""}
    form = seen | {"csrf_token": own_token(client), "version": str(sales["version"]), "seen": json.dumps(seen)}
    told = client.post(f"/administration/departments/{sales['id']}/edit", data=form, follow_redirects=True).text
    assert "変更はありませんでした。" in told and "組織を更新しました。" not in told
    assert departments(gateway)["営業部"] == sales


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


def test_a_department_does_not_come_back_below_a_retired_one(gateway: Part) -> None:
    """It would stand nowhere in the tree."""
    above = make(gateway, "旧事業部")
    make(gateway, "旧一課", parent_id=above["id"])
    keep(gateway, "旧一課", active=False)
    keep(gateway, "旧事業部", active=False)
    refused = keep(gateway, "旧一課", 422, active=True)
    assert refused["errors"][0]["field"] == "parent_id"
    assert keep(gateway, "旧一課", active=True, parent_id=None)["active"]


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
