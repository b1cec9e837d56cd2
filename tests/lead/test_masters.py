"""Masters and settings: what people choose from, said to others once per version."""

from typing import Any

from sqlalchemy import text

from contracts import events
from tests.cast import ADMIN, GAKU, MANA
from tests.parts import Part


def choices(lead: Part, name: str) -> list[dict[str, Any]]:
    answer = lead.by(GAKU).get(f"/masters/{name}")
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


def test_stages_in_their_order_with_their_meaning(lead: Part) -> None:
    assert [(stage["label"], stage["meaning"]) for stage in choices(lead, "lead-stages")] == [
        ("未対応", "open"),
        ("アプローチ中", "open"),
        ("接続済", "open"),
        ("育成中", "open"),
        ("アポ獲得", "appointment"),
        ("営業引継ぎ", "handed_over"),
        ("案件化", "converted"),
        ("見送り", "dropped"),
        ("対象外", "dropped"),
    ]
    assert lead.by(GAKU).get("/masters/colours").status_code == 404


def test_others_are_told_of_every_master_once(lead: Part) -> None:
    """`migrate` has said them all; only a change is said again."""
    tell = lead.service.on_migrate
    assert tell is not None
    with lead.transaction() as session:
        tell(session)
    assert lead.said(events.MastersChanged) == []
    with lead.transaction() as session:
        session.execute(text("UPDATE choice SET label_ja = '商談化' WHERE meaning = 'converted'"))
        session.execute(text("UPDATE master SET version = version + 1 WHERE name = 'lead-stages'"))
    with lead.transaction() as session:
        tell(session)
    (said,) = lead.said(events.MastersChanged)
    assert (said.master, said.version, said.choices[6].label) == ("lead-stages", 2, "商談化")


def test_the_administrator_chooses_the_matching_key(lead: Part) -> None:
    assert lead.by(MANA).patch("/settings/matching-key", json={"value": "email_name"}).status_code == 403
    assert lead.by(ADMIN).patch("/settings/matching-key", json={"value": "shoe_size"}).status_code == 422
    assert lead.by(ADMIN).patch("/settings/matching-key", json={"value": "email_name"}).get_json()["version"] == 2
    assert lead.by(MANA).get("/settings/matching-key").get_json()["value"] == "email_name"
