"""A form offers what its record has, though nobody could choose it anew: else the next save would take it away."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway import remembered
from gateway.models import Department, SavedSearch, User
from tests.cast import ADMIN, EIJI, GAKU, MAKI, RIN
from tests.gateway.conftest import browser, own_token, signed_in
from tests.gateway.upstream import Upstream
from tests.parts import Part

DAY, MOMENT = "2026-11-01", "2026-11-01T00:00:00Z"
MASTERS = ["account-relations", "opportunity-phases", "campaign-categories", "campaign-statuses", "venue-types"]
MASTERS += ["stakeholder-kinds", "cost-kinds"]
SAVED: dict[str, Any] = {"id": "1", "version": 1, "code": "X-1", "created_at": MOMENT, "updated_at": MOMENT}
BLANKS = ["kana", "legal_form", "legal_form_side", "corporate_number", "industry", "phone", "url", "postal_code"]
BLANKS += ["prefecture", "address", "do_not_approach_reason", "relation"]
ACCOUNT: dict[str, Any] = SAVED | dict.fromkeys(BLANKS, "")
ACCOUNT |= {"name": "北斗電機", "employees": None, "capital": None, "domains": [], "do_not_approach": False}
OPPORTUNITY: dict[str, Any] = SAVED | {"name": "生産管理", "account_id": "1", "phase": "hearing", "campaign_id": "900"}
CAMPAIGN: dict[str, Any] = SAVED | {"name": "秋の展示会", "category": "x", "status": "x", "parent_id": "900"}
CAMPAIGN |= {"start_date": DAY, "end_date": DAY, "goals": {}, "budget_lines": [], "department_id": None}


@pytest.fixture(autouse=True)
def company(gateway: Part, upstream: Upstream) -> None:
    """rin has left; campaign 900 is too old to be among those that a select offers."""
    remembered.forget()
    admin = signed_in(gateway, ADMIN)
    rin = next(user for user in admin.get("/api/v1/users").get_json()["items"] if user["login"] == RIN.login)
    left = admin.patch(f"/api/v1/users/{rin['id']}", json={"version": rin["version"], "active": False})
    assert left.status_code == 200, left.text
    remembered.forget()
    upstream.answers("/campaigns", {"items": [{"id": "1", "name": "新しい会"}], "total": 1, "next_cursor": None})
    upstream.answers("/campaigns/900", CAMPAIGN | {"id": "900", "name": "昔の展示会"})
    upstream.answers("/accounts", {"items": [ACCOUNT], "total": 1, "next_cursor": None})
    for name in MASTERS:
        upstream.answers(f"/masters/{name}", {"items": []})


def chosen(page: str, name: str) -> str:
    """What a select of the page has chosen, as people read it."""
    found = re.search(rf'<select id="{re.escape(name)}".*?</select>', page, re.DOTALL)
    assert found, page
    option = re.search(r"<option[^>]* selected>([^<]*)</option>", found[0])
    return option[1] if option else ""


def test_a_deputy_who_has_left_and_a_retired_department_stay(gateway: Part) -> None:
    with gateway.transaction() as session:
        session.execute(update(User).where(User.login == "maki").values(deputy_id=RIN.id))
        session.execute(update(User).where(User.login == "gaku").values(active=False))
        session.execute(update(Department).where(Department.id == GAKU.department_id).values(active=False))
    remembered.forget()
    name = f"{RIN.name}（{RIN.department}） 無効"
    maki, admin = browser(gateway, MAKI), browser(gateway, ADMIN)
    assert chosen(maki.get("/settings").text, "deputy_id") == name
    assert chosen(admin.get(f"/administration/users/{MAKI.id}/edit").text, "deputy_id") == name
    assert chosen(admin.get(f"/administration/users/{GAKU.id}/edit").text, "department_id") == GAKU.department
    assert RIN.name not in admin.get(f"/administration/users/{EIJI.id}/edit").text


def test_what_is_not_there_is_not_edited(gateway: Part) -> None:
    admin = browser(gateway, ADMIN)
    for path in ("departments/999/edit", "users/999/edit", "masters/venue-types/party/edit"):
        assert admin.get(f"/administration/{path}").status_code == 404, path


def test_who_changed_a_user_or_a_saved_search_on_a_page_is_kept(gateway: Part, upstream: Upstream) -> None:
    upstream.answers("/masters/lead-stages", {"items": []})
    maki = browser(gateway, MAKI)
    token = {"csrf_token": own_token(maki)}
    assert maki.post("/language", data=token | {"locale": "en"}).status_code == 303
    assert maki.post("/saved-searches", data=token | {"name": "山田", "search": "q=山田"}).status_code == 303
    with gateway.transaction() as session:
        assert session.scalars(select(User.updated_by).where(User.login == "maki")).one() == MAKI.id
        assert session.scalars(select(SavedSearch.created_by)).one() == MAKI.id


def test_who_has_left_stays_the_owner(gateway: Part, upstream: Upstream) -> None:
    rin, name = str(RIN.id), f"{RIN.name}（{RIN.department}） 無効"
    upstream.answers("/accounts/1", ACCOUNT | {"sales_owner_id": rin})
    upstream.answers("/opportunities/1", OPPORTUNITY | {"main_owner_id": rin})
    eiji = browser(gateway, EIJI)
    assert chosen(eiji.get("/accounts/1/edit").text, "sales_owner_id") == name
    page = eiji.get("/opportunities/1/edit").text
    assert chosen(page, "main_owner_id") == name
    assert chosen(page, "campaign_id") == "昔の展示会"
    assert RIN.name not in eiji.get("/accounts/new").text
    blank = dict.fromkeys(["name", "company", "department", "title", "email", "phone", "role", "note"], "")
    people = [blank | {"kind": "x", "user_id": rin, "name": RIN.name}]
    upstream.answers("/campaigns/1", CAMPAIGN | {"owner_id": rin, "stakeholders": people})
    page = browser(gateway, MAKI).get("/campaigns/1/edit").text
    assert chosen(page, "owner_id") == name
    assert chosen(page, "stakeholders.0.user_id") == name
    assert chosen(page, "parent_id") == "昔の展示会"
