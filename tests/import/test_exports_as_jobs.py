"""リスト出力 as a job of a worker: how far it is, what ends it, and that it takes effect once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.problems import PassedOn, Unavailable
from chassis.settings import settings
from contracts import events
from tests.cast import ISAMU
from tests.parts import Part

from .exporting import Leads, export, shown
from .making import module


def test_what_cannot_be_exported_is_refused(importing: Part, leads: Leads, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = importing.by(ISAMU).post("/exports", json={"kind": "opportunities", "search": {}})
    assert answer.status_code == 422
    monkeypatch.setattr(module("commands.exporting"), "LAST_ROW", 2_000)
    told = shown(importing, export(importing))
    assert told["status"] == "failed" and "2,000" in told["problem"]
    assert importing.by(ISAMU).get(f"/exports/{told['id']}/file").status_code == 404
    assert importing.by(ISAMU).get("/export-ledger").get_json()["total"] == 0


def test_how_far_it_is_can_be_seen_while_it_is_written(importing: Part, leads: Leads) -> None:
    seen: list[tuple[str, int, int]] = []

    def look() -> None:
        told = importing.by(ISAMU).get("/exports").get_json()["items"][0]
        seen.append((told["status"], told["rows"], told["total"]))

    leads.in_between = look
    export(importing)
    assert seen[0] == ("running", 0, 2_500) and seen[-1] == ("running", 2_000, 2_500)


def test_a_lead_service_that_is_away_is_waited_for_and_then_the_export_fails(importing: Part, leads: Leads) -> None:
    leads.fails = Unavailable()
    answer = importing.by(ISAMU).post("/exports", json={"kind": "leads"})
    export_id, asked = answer.get_json()["id"], importing.said(events.ExportRequested)[0]
    assert importing.hear(asked) == "retry"
    assert shown(importing, export_id)["status"] == "running"
    models = module("models")
    with importing.transaction() as session:
        session.query(models.Export).update({"created_at": datetime.now(UTC) - timedelta(minutes=2)})
    assert importing.hear(asked) == "done"
    told = shown(importing, export_id)
    assert told["status"] == "failed" and told["problem"]
    english = importing.by(ISAMU).get(f"/exports/{export_id}", headers={"Accept-Language": "en"}).get_json()
    assert english["problem"] == "Not available for the moment. Try again shortly."
    assert [path for path in settings().files.rglob("*") if path.is_file()] == []


def test_a_right_that_was_withdrawn_meanwhile_ends_the_export(importing: Part, leads: Leads) -> None:
    leads.fails = PassedOn({"status": 403, "title": "forbidden", "detail": "権限がありません。"})
    told = shown(importing, export(importing))
    assert (told["status"], told["problem"]) == ("failed", "出力する権限がなくなりました。")


def test_an_export_that_nobody_finishes_fails_after_an_hour(importing: Part, leads: Leads) -> None:
    export_id = importing.by(ISAMU).post("/exports", json={"kind": "leads"}).get_json()["id"]
    minute, models = importing.service.every_minute, module("models")
    assert minute is not None
    with importing.transaction() as session:
        minute(session)
    assert shown(importing, export_id)["status"] == "running"
    with importing.transaction() as session:
        session.query(models.Export).update({"created_at": datetime.now(UTC) - timedelta(hours=2)})
    with importing.transaction() as session:
        minute(session)
    assert shown(importing, export_id)["status"] == "failed"
    importing.hear(importing.said(events.ExportRequested)[0])  # which came back from the dead
    assert shown(importing, export_id)["status"] == "failed"


def test_what_the_worker_needed_is_forgotten(importing: Part, leads: Leads) -> None:
    export(importing)
    with importing.transaction() as session:
        assert session.query(module("models").Export).one().ticket is None


def test_an_export_that_comes_to_nothing_leaves_no_file(
    importing: Part, leads: Leads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("the ledger cannot be written")

    monkeypatch.setattr(module("commands.exporting"), "_enter", fail)
    importing.by(ISAMU).post("/exports", json={"kind": "leads"})
    assert importing.hear(importing.said(events.ExportRequested)[0]) == "retry"
    assert [path for path in settings().files.rglob("*") if path.is_file()] == []


def test_an_export_is_written_once(importing: Part, leads: Leads) -> None:
    leads.count = 1
    first, again = (
        importing.by(ISAMU).post("/exports", json={"kind": "leads"}, headers={"Idempotency-Key": "k"}) for _ in range(2)
    )
    assert first.get_json() == again.get_json() and len(leads.asked) == 1
    (asked,) = importing.said(events.ExportRequested)
    assert [importing.hear(asked), importing.hear(asked)] == ["done", "done"]  # two messages, as after a crash
    assert importing.by(ISAMU).get("/export-ledger").get_json()["total"] == 1
