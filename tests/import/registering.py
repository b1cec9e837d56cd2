"""Registering a list in tests: what the dialog sends, what the workers do, what lead would answer."""

import io
from typing import Any

from contracts import events
from tests.cast import MAKI, Person
from tests.parts import Part

OUTCOMES = ("created", "updated", "unchanged", "history_only", "review", "conflict", "error", "cancelled")
CAMPAIGN, CLOSED = 11, 12


def campaign(campaign_id: int, is_open: bool = True, version: int = 1) -> events.CampaignSaved:
    return events.CampaignSaved(
        campaign_id=campaign_id, code=f"C{campaign_id}", campaign_name=f"秋のセミナー{campaign_id}", category="seminar",
        status="running", owner_id=MAKI.id, open_for_lists=is_open, version=version,
    )  # fmt: skip


def upload(
    service: Part, content: bytes, person: Person | None = MAKI, key: str = "", language: str = "ja", **form: Any
) -> Any:
    """Sends a file as the dialog does; an empty value leaves a field out."""
    fields = {"kind": "invited", "campaign_id": str(CAMPAIGN), "file": (io.BytesIO(content), "名簿.xlsx")} | form
    headers = {"Accept-Language": language} | ({"Idempotency-Key": key} if key else {})
    data = {name: value for name, value in fields.items() if value != ""}
    return service.by(person).post("/lists", data=data, headers=headers)


def read_and_check(service: Part) -> list[events.RowsPrepared]:
    """What the workers do with everything that was announced so far."""
    for announced in service.said(events.ListUploaded):
        assert service.hear(announced) == "done", service.why_set_aside()
    for cut in service.said(events.BatchCut):
        assert service.hear(cut) == "done", service.why_set_aside()
    return service.said(events.RowsPrepared)


def values(prepared: events.RowsPrepared) -> list[dict[str, Any]]:
    """The values of each row that goes to lead, by field."""
    return [row["values"] for row in prepared.one_by_one()]


def settle(service: Part, prepared: events.RowsPrepared, outcome: str = "created") -> str:
    """What lead would answer."""
    leads = tuple(1_000 + row for row in prepared.rows)
    told: dict[str, Any] = {"created": prepared.rows, "created_leads": leads}
    if outcome != "created":
        match = {"why": "メールアドレス"}
        rows = zip(prepared.rows, leads, strict=True)
        told = {"outcomes": [{"row": row, "outcome": outcome, "lead_id": lead, "match": match} for row, lead in rows]}
    batch = {"list_id": prepared.list_id, "batch": prepared.batch}
    return service.hear(events.RowsSettled.model_validate(batch | told))


def details(service: Part, list_id: str, person: Person = MAKI) -> Any:
    return service.by(person).get(f"/lists/{list_id}").get_json()
