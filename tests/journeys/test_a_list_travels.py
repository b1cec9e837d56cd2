"""Every list goes all the way: upload → leads → bulk assignment → one mail and one portlet entry per owner → action →
conversion → stage 案件化, over real HTTP, RabbitMQ, PostgreSQL and SMTP."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.running import Running
from tests.waiting import until
from tests.workbooks import EXAMPLE_LISTS, Someone, list_workbook

OWN = Path("手もとのリスト.xlsx")
LISTS = [OWN, *sorted(file for file in EXAMPLE_LISTS.glob("*") if file.suffix in (".xlsx", ".csv"))]


@pytest.fixture(params=LISTS, ids=lambda file: file.stem)
def workbook(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path: Path = request.param
    if path != OWN:
        return path
    people = [Someone("道野", f"travels{n}@michi.example.jp", f"株式会社道のり{n:02}") for n in range(40)]
    return list_workbook(tmp_path / OWN, [*people, Someone("道野", "not an address")])


def campaign(running: Running, name: str) -> str:
    created = running.by("maki").post(
        "/campaigns",
        {
            "name": name,
            "category": "seminar",
            "status": "running",
            "start_date": "2026-11-01",
            "end_date": "2026-12-28",
            "owner_id": running.people["maki"]["id"],
            "goals": {"invited": 1000, "responded": 300},
        },
    )
    return str(created["id"])


def leads_of(running: Running, campaign_id: str) -> list[Any]:
    found: list[Any] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = running.by("maki").get("/leads", campaign_id=campaign_id, page_size=500, **more)
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            assert len(found) == page["total"]
            return found


def test_a_list_goes_all_the_way(running: Running, workbook: Path) -> None:
    maki, isamu, eiji = running.by("maki"), running.by("isamu"), running.by("eiji")
    campaign_id = campaign(running, f"道のり {workbook.stem}")

    # the list becomes leads
    kind = "invited" if "invited" in workbook.stem else "participants"
    state = maki.bring_in(workbook, kind, campaign_id)
    assert state["status"] == "finished", state
    assert sum(state["outcomes"].values()) == state["rows_read"] == state["rows_settled"]
    assert state["outcomes"]["created"] + state["outcomes"]["history_only"] > 0  # some may have come to other tests
    leads = leads_of(running, campaign_id)
    settled = state["outcomes"]["created"] + state["outcomes"]["history_only"] + state["outcomes"]["unchanged"]
    assert 0 < len(leads) <= settled
    if state["outcomes"]["error"]:
        rows = maki.get(f"/lists/{state['id']}/rows", outcome="error", page_size=500)["items"]
        assert len(rows) == state["outcomes"]["error"]
        assert all(row["reasons"] and row["reasons"][0]["message"] for row in rows)

    # the campaign counts them
    counted = "invited" if kind == "invited" else "responded"
    until(lambda: maki.get(f"/campaigns/{campaign_id}")["results"][counted] == len(leads), what="the results")

    # assignment tells each new owner once
    running.mailbox.forget()
    half = len(leads) // 2
    before = {login: assignments_told(running, login) for login in ("isamu", "sara")}
    ids = [lead["id"] for lead in leads]
    shares = {"isamu": ids[:half], "sara": ids[half:]}
    for login, share in shares.items():
        done = maki.post("/leads/assignments", {"lead_ids": share, "owner_id": running.people[login]["id"]})
        already = sum(1 for lead in leads if lead["id"] in set(share) and owner_of(lead) == login)
        assert done["changed"] == len(share) - already
    for login in shares:
        until(partial(mails_told, running, login), what=f"the mail to {login}")
        until(partial(has_assignments, running, login, before[login] + 1), what=f"the entry of {login}")
    assert [len(mails_told(running, login)) for login in shares] == [1, 1]

    # an action with its result and next stage in one save
    lead_id = next(lead["id"] for lead in leads[:half] if lead["stage"]["meaning"] == "open")
    action = isamu.post(
        f"/leads/{lead_id}/actions",
        {
            "type": "call_out",
            "occurred_at": "2026-11-20T01:30:00Z",
            "campaign_id": campaign_id,
            "reached": "person",
            "result": "appointment",
            "text": "来週火曜の午後に訪問の約束をいただいた。",
            "stage": "appointment",
        },
    )
    assert action["id"]
    assert isamu.get(f"/leads/{lead_id}")["stage"]["code"] == "appointment"

    # conversion hands the lead over to eiji
    running.mailbox.forget()
    told = portlet_count(running, "eiji")
    converted = isamu.post(
        f"/leads/{lead_id}/conversion",
        {
            "campaign_id": campaign_id,
            "account": {"name": f"道のり商事 {workbook.stem}"},
            "opportunity": {
                "name": "道のり商事 新規導入",
                "main_owner_id": running.people["eiji"]["id"],
                "amount": 1_200_000,
                "expected_on": "2027-03-31",
                "phase": "first_visit",
            },
            "notify": True,
        },
    )
    until(lambda: isamu.get(f"/leads/{lead_id}")["stage"]["meaning"] == "converted", what="stage 案件化")
    opportunity = eiji.get(f"/opportunities/{converted['opportunity_id']}")
    assert opportunity["main_owner_id"] == running.people["eiji"]["id"]
    until(lambda: running.mailbox.to("eiji@tsunagi.example.jp"), what="the mail to eiji")
    until(lambda: portlet_count(running, "eiji") == told + 1)
    until(lambda: maki.get(f"/campaigns/{campaign_id}")["results"]["converted"] == 1)
    assert len(running.mailbox.to("eiji@tsunagi.example.jp")) == 1
    fields = {change["field"] for change in isamu.get(f"/leads/{lead_id}/changes")["items"]}
    assert {"owner_id", "stage"} <= fields


def owner_of(lead: Any) -> str:
    return (lead.get("owner") or {}).get("login", "")


def has_assignments(running: Running, login: str, count: int) -> bool:
    return assignments_told(running, login) == count


def assignments_told(running: Running, login: str) -> int:
    """How often somebody was told of leads that came; of leads that went they are told apart."""
    items = running.by(login).get("/notifications", page_size=500)["items"]
    return sum(1 for item in items if item["kind"] == "lead_assigned")


def mails_told(running: Running, login: str) -> list[Any]:
    return [mail for mail in running.mailbox.to(f"{login}@tsunagi.example.jp") if "担当になりました" in mail["Subject"]]


def portlet_count(running: Running, login: str) -> int:
    return int(running.by(login).get("/notifications")["total"])
