"""リスト出力: a worker of import reads the rows of one search by a ticket, as cells of the list layout."""

import importlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from contracts import events
from contracts.roles import Role
from tests.cast import EIJI, GAKU, ISAMU, MAKI, Person
from tests.lead.conftest import SEMINAR, Lists, hanako, row, taro
from tests.parts import Part


def ticket(lead: Part, kind: str = "leads", by: Person = MAKI, **search: Any) -> str:
    answer = lead.by(by).post("/export-tickets", json={"kind": kind, "search": search})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["ticket"])


def read(lead: Part, held: str) -> Any:
    return lead.by(None).get("/export-rows", headers={"Export-Ticket": held})


def rows_of(lead: Part, kind: str = "leads", **search: Any) -> list[dict[str, Any]]:
    answer = read(lead, ticket(lead, kind, **search))
    assert answer.status_code == 200, answer.text
    head, *portions, end = (json.loads(line) for line in answer.text.splitlines())
    rows = [dict(zip(head["fields"], row, strict=True)) for portion in portions for row in portion]
    assert head["total"] == end["rows"] == len(rows)
    return rows


def test_rows_come_in_the_order_of_their_numbers_without_a_gap(
    lead: Part, lists: Lists, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [row("社員", f"{number}号", email=f"p{number}@many.example.jp") for number in range(5)]
    made = lists.send(*people)
    monkeypatch.setattr(importlib.import_module("services.lead.queries.export"), "PORTION", 2)
    rows = rows_of(lead)
    assert [item["lead_id"] for item in rows] == [f"L-{outcome.lead_id:06d}" for outcome in made]


def test_cells_are_those_of_the_list_layout(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=ISAMU.id, responded_on="2026-10-20", survey="資料希望", do_not_mail=True), hanako())
    (cells,) = rows_of(lead, campaign_id=[SEMINAR], owner=[str(ISAMU.id)])
    assert (cells["family_name"], cells["email"], cells["owner_id"]) == ("山田", "taro@yamada.example.jp", "3")
    assert (cells["member_status"], cells["responded_on"], cells["survey"]) == ("attended", "2026-10-20", "資料希望")
    assert (cells["do_not_mail"], cells["do_not_call"], cells["version"]) == (True, False, 1)
    (without,) = rows_of(lead, owner=[str(ISAMU.id)])
    assert (without["member_status"], without["responded_on"]) == (None, None)


def test_what_was_exported_comes_back_as_no_change(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=ISAMU.id, title="課長", postal_code="100-0001", do_not_call=True), hanako(note="メモ"))
    back = []
    for cells in rows_of(lead):
        cells |= {"lead_id": int(cells["lead_id"][2:]), "owner_id": cells["owner_id"] and int(cells["owner_id"])}
        back.append({name: "" if value is None else value for name, value in cells.items()})
    assert [outcome.outcome for outcome in lists.send(*back, kind="update")] == ["unchanged", "unchanged"]


def test_persons_are_rows_of_the_same_kind(lead: Part, lists: Lists) -> None:
    lists.send(taro(prefecture="東京都"), hanako(prefecture="大阪府"))
    (cells,) = rows_of(lead, "persons", prefecture=["大阪府"])
    assert (cells["family_name"], cells["stage"], cells["member_status"]) == ("鈴木", "new", None)


def test_a_filter_that_does_not_exist_never_means_everything(lead: Part, lists: Lists) -> None:
    for kind in ("leads", "persons"):
        answer = lead.by(MAKI).post("/export-tickets", json={"kind": kind, "search": {"onwer": "me"}})
        assert answer.status_code == 422
    assert ticket(lead, owner=["me"], sort="name")


def test_a_ticket_is_its_holders_search_and_no_more(lead: Part, lists: Lists) -> None:
    lists.send(taro(owner_id=ISAMU.id), hanako())
    for person in (EIJI, GAKU):
        assert lead.by(person).post("/export-tickets", json={"kind": "leads"}).status_code == 403
    answer = read(lead, ticket(lead, by=ISAMU, owner=["me"]))
    assert "山田" in answer.text and "鈴木" not in answer.text
    for guess in ("", "x" * 43):
        assert read(lead, guess).status_code == 404
    held = ticket(lead)
    assert lead.app.test_client().get("/leads", headers={"Authorization": f"Bearer {held}"}).status_code == 401


def test_a_ticket_is_stored_as_a_fingerprint_and_lasts_an_hour(lead: Part) -> None:
    held = ticket(lead)
    with lead.transaction() as session:
        (kept,) = session.execute(text("SELECT t::text FROM export_ticket t")).scalars()
        assert held not in kept
        session.execute(text("UPDATE export_ticket SET given_at = now() - :long"), {"long": timedelta(minutes=61)})
    assert read(lead, held).status_code == 404
    ticket(lead)  # and those that have ended go
    with lead.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM export_ticket")) == 1


def test_who_lost_the_right_meanwhile_takes_nothing_out(lead: Part) -> None:
    held = ticket(lead, by=ISAMU)
    isamu = events.UserFact(
        user_id=ISAMU.id, login="isamu", name="石田 勇", email="i@example.jp", roles=(Role.SALES,), version=9
    )
    lead.hear(events.UsersChanged(users=(isamu,)))
    assert read(lead, held).status_code == 403
    left = isamu.model_copy(update={"roles": ISAMU.roles, "active": False, "version": 10})
    lead.hear(events.UsersChanged(users=(left,)))
    assert read(lead, held).status_code == 403
