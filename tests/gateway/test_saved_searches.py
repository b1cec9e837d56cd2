"""保存した検索 over the API: own and shared ones, and who may change them."""

from typing import Any

import pytest

from tests.cast import ADMIN, GAKU, ISAMU, MAKI, Person
from tests.gateway.conftest import browser, own_token, signed_in
from tests.gateway.upstream import Upstream
from tests.parts import Part

SEARCH = {
    "name": "未割当の資料請求",
    "filters": {"owner": ["unassigned"], "source": ["document_request"], "responded": "true"},
    "sort": "-updated_at",
    "columns": ["company", "name", "stage"],
}


def save(gateway: Part, by: Person = MAKI, **changed: Any) -> dict[str, Any]:
    answer = signed_in(gateway, by).post("/api/v1/saved-searches", json=SEARCH | changed)
    assert answer.status_code == 201, answer.text
    saved: dict[str, Any] = answer.get_json()
    return saved


def names(gateway: Part, person: Person) -> list[str]:
    return [each["name"] for each in signed_in(gateway, person).get("/api/v1/saved-searches").get_json()["items"]]


def test_a_search_keeps_conditions_order_and_columns(gateway: Part) -> None:
    saved = save(gateway)
    found = signed_in(gateway, MAKI).get(f"/api/v1/saved-searches/{saved['id']}").get_json()
    assert {key: found[key] for key in SEARCH} == SEARCH
    assert (found["shared"], found["owner"], found["may_change"]) == (False, "牧野 真紀", True)


def test_the_own_are_the_owners_and_the_shared_everybodys(gateway: Part) -> None:
    own, shared = save(gateway), save(gateway, name="共有の検索", shared=True)
    assert names(gateway, MAKI) == ["共有の検索", "未割当の資料請求"]
    assert names(gateway, ISAMU) == names(gateway, GAKU) == ["共有の検索"]
    isamu = signed_in(gateway, ISAMU)
    assert isamu.get(f"/api/v1/saved-searches/{own['id']}").status_code == 404
    for method in ("patch", "delete"):
        ask = getattr(isamu, method)
        assert ask(f"/api/v1/saved-searches/{own['id']}", json={"version": 1, "name": "x"}).status_code == 404
        assert ask(f"/api/v1/saved-searches/{shared['id']}", json={"version": 1, "name": "x"}).status_code == 403
    admin = signed_in(gateway, ADMIN)
    answer = admin.patch(f"/api/v1/saved-searches/{shared['id']}", json={"version": 1, "name": "全員の検索"})
    assert answer.status_code == 200 and answer.get_json()["owner_id"] == str(MAKI.id)
    assert admin.delete(f"/api/v1/saved-searches/{own['id']}").status_code == 404
    assert signed_in(gateway, MAKI).delete(f"/api/v1/saved-searches/{own['id']}").status_code == 204
    assert names(gateway, MAKI) == ["全員の検索"]


def test_the_second_save_is_refused_with_what_is_there(gateway: Part) -> None:
    saved, maki = save(gateway), signed_in(gateway, MAKI)
    path = f"/api/v1/saved-searches/{saved['id']}"
    change = {"version": saved["version"], "filters": {"stage": ["new"]}}
    assert maki.patch(path, json=change).status_code == 200
    answer = maki.patch(path, json=change)
    assert answer.status_code == 409
    assert answer.get_json()["current"]["filters"] == {"stage": ["new"]}


def test_a_filter_that_does_not_exist_is_refused(gateway: Part) -> None:
    answer = signed_in(gateway, MAKI).post("/api/v1/saved-searches", json=SEARCH | {"filters": {"campain_id": "1"}})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == ["filters.campain_id"]


@pytest.mark.parametrize(
    ("by", "changed", "status"), [(MAKI, {}, 422), (ISAMU, {}, 201), (GAKU, {"shared": True}, 403)]
)
def test_a_name_is_used_once_by_each_and_an_outsourced_caller_shares_nothing(
    gateway: Part, by: Person, changed: dict[str, Any], status: int
) -> None:
    save(gateway)
    answer = signed_in(gateway, by).post("/api/v1/saved-searches", json=SEARCH | changed)
    assert answer.status_code == status
    if status == 422:
        assert [error["field"] for error in answer.get_json()["errors"]] == ["name"]


@pytest.mark.parametrize(("total", "exact", "told"), [(0, True, "0"), (12, True, "12"), (1_000, False, "1,000+")])
def test_what_a_search_finds_is_counted_apart_from_the_page(
    gateway: Part, upstream: Upstream, total: int, exact: bool, told: str
) -> None:
    saved = save(gateway, shared=True)
    upstream.answers("/leads", {"items": [], "total": total, "total_is_exact": exact, "next_cursor": None})
    answer = browser(gateway, ISAMU).get(f"/saved-searches/{saved['id']}/count")
    assert (answer.status_code, answer.text) == (200, told)
    assert answer.headers["Cache-Control"] == "private, max-age=30" and "Cookie" in answer.headers["Vary"]
    asked = upstream.asked[-1].path
    assert asked.startswith("/leads?owner=unassigned&") and asked.endswith("page_size=1&total=quick")


def test_a_count_that_cannot_be_had_is_blank_and_nobody_counts_for_others(gateway: Part, upstream: Upstream) -> None:
    own = save(gateway)
    upstream.answers("/leads", {"title": "refused", "status": 422, "detail": "x"}, status=422)
    answer = browser(gateway, MAKI).get(f"/saved-searches/{own['id']}/count")
    assert (answer.status_code, answer.text) == (200, "")
    assert "max-age" not in answer.headers["Cache-Control"]
    assert browser(gateway, ISAMU).get(f"/saved-searches/{own['id']}/count").status_code == 404


def delete(gateway: Part, by: Person, saved: dict[str, Any]) -> str:
    """The list of saved searches as it is shown after a deletion."""
    client = browser(gateway, by)
    path = f"/saved-searches/{saved['id']}/deletion"
    assert client.post(path, data={"csrf_token": own_token(client)}).status_code == 303
    return client.get("/saved-searches").text


def test_who_made_a_search_may_take_its_deletion_back(gateway: Part) -> None:
    assert "元に戻す" in delete(gateway, MAKI, save(gateway))


def test_nobody_becomes_the_owner_of_a_search_by_taking_its_deletion_back(gateway: Part) -> None:
    page = delete(gateway, ADMIN, save(gateway, shared=True))
    assert "を削除しました" in page and "元に戻す" not in page


def test_a_deletion_that_is_taken_back_twice_says_so(gateway: Part) -> None:
    save(gateway)
    client = browser(gateway, MAKI)
    path = "/saved-searches/restoration?search=owner%3Dunassigned&name=" + str(SEARCH["name"])
    assert client.post(path, data={"csrf_token": own_token(client)}).status_code == 303
    assert "同じ名前の保存した検索があります。" in client.get("/saved-searches").text
    assert names(gateway, MAKI) == [SEARCH["name"]]
