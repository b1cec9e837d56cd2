"""Somebody writes another lead's address into a lead: the page says whose it is, leads there, and saves it all the same
where that is wished."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk
from tests.running import Running

Pair = tuple[dict[str, Any], dict[str, Any]]


@pytest.fixture
def pair(running: Running, request: pytest.FixtureRequest) -> Pair:
    """Two leads; the first one's address is wanted for the second one."""
    mark = "".join(sign for sign in request.node.name if sign.isalnum()).lower()[-40:]
    people = [
        {"family_name": name, "email": f"{name.encode().hex()}-{mark}@example.jp", "company": "番地商会"}
        for name in ("先", "後")
    ]
    made = [running.by("maki").post("/leads", {"person": person}) for person in people]
    return made[0], made[1]


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
@pytest.mark.parametrize("place", ["lead", "person", "action"])
def test_the_address_of_another_lead_is_saved_only_where_somebody_says_so(
    desk: Callable[..., Desk], running: Running, pair: Pair, place: str, javascript: bool
) -> None:
    (first, second), maki = pair, desk("maki", javascript=javascript)
    page, address = maki.page, first["person"]["email"]
    path = {"lead": "/leads/{id}", "person": "/persons/{person}", "action": "/leads/{id}"}[place]
    page.goto(path.format(id=second["id"], person=second["person"]["id"]))
    name, save = ("アクションを登録", "登録") if place == "action" else ("編集", "更新")
    page.get_by_role("link", name=name, exact=place != "action").first.click()
    form = maki.form()
    if place == "action":
        form.get_by_text("不通・留守電").click()
        form.get_by_text("リード情報も更新する").click()
    form.get_by_label("メールアドレス", exact=True).fill(address)
    form.get_by_role("button", name=save, exact=True).click()
    expect(form.get_by_role("link", name="登録済みのリードを開く")).to_have_attribute("href", f"/leads/{first['id']}")
    expect(form.get_by_text(f"（{first['number']}）のものです。")).to_be_visible()
    expect(form.get_by_label("メールアドレス", exact=True)).to_have_value(address)
    maki.look(f"address-taken-{place}")
    if javascript:  # what is said of the field is in sight with it, above the buttons of the dialog
        choice = form.get_by_text("このメールアドレスのまま保存する").bounding_box()
        foot = form.locator(".form-foot").bounding_box()
        assert choice and foot and choice["y"] + choice["height"] <= foot["y"]
    form.get_by_label("このメールアドレスのまま保存する").check()
    form.get_by_role("button", name=save, exact=True).click()
    expect(maki.message()).to_contain_text("しました")
    assert running.by("maki").get(f"/leads/{second['id']}")["person"]["email"] == address


def test_in_place_it_is_the_same(desk: Callable[..., Desk], running: Running, pair: Pair) -> None:
    (first, second), maki = pair, desk("maki")
    page, address = maki.page, first["person"]["email"]
    page.goto(f"/leads/{second['id']}")
    fact = page.locator(".fact", has=page.get_by_text("メールアドレス", exact=True))
    fact.get_by_role("link").last.click()
    writing = page.locator(".fact.is-writing")
    writing.get_by_label("メールアドレス", exact=True).fill(address)
    writing.get_by_role("button", name="保存", exact=True).click()
    expect(writing.get_by_role("link", name="登録済みのリードを開く")).to_have_attribute(
        "href", f"/leads/{first['id']}"
    )
    maki.look("address-taken-in-place")
    writing.get_by_label("このメールアドレスのまま保存する").check()
    writing.get_by_role("button", name="保存", exact=True).click()
    expect(writing).to_have_count(0)
    assert running.by("maki").get(f"/leads/{second['id']}")["person"]["email"] == address
