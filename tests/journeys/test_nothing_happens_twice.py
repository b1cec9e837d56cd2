"""The same file again, the same click again, the same message again, a process that dies: one effect."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from tests.journeys.test_a_list_travels import campaign, leads_of, portlet_count
from tests.running import Running
from tests.waiting import until
from tests.workbooks import Someone, list_workbook


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    unique = uuid4().hex[:6]
    people = [Someone(f"二度{number}", f"{unique}{number}@nido.example.jp") for number in range(1, 1201)]
    people += [
        Someone(f"無名{number}", "", phone=f"03{number:04d}5678", company=f"無電{unique}") for number in range(50)
    ]
    return list_workbook(tmp_path / "二度.xlsx", people)


def test_the_same_file_twice_changes_nothing(running: Running, workbook: Path) -> None:
    maki = running.by("maki")
    campaign_id = campaign(running, "同じ名簿を二度")
    first = maki.bring_in(workbook, "participants", campaign_id)
    assert first["outcomes"]["created"] == 1250
    before = leads_of(running, campaign_id)
    second = maki.bring_in(workbook, "participants", campaign_id)
    assert second["outcomes"]["unchanged"] == 1250, second["outcomes"]
    assert leads_of(running, campaign_id) == before


def test_a_double_click_uploads_once(running: Running, workbook: Path) -> None:
    maki = running.by("maki")
    campaign_id = campaign(running, "二重クリック")
    key = uuid4().hex
    answers = [maki.upload(workbook, "participants", campaign_id, Idempotency_Key=key) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert maki.finished(answers[0].json["id"])["outcomes"]["created"] == 1250


def test_messages_sent_twice_have_one_effect(running: Running, workbook: Path) -> None:
    """As when each relay had stopped between sending and marking."""
    maki = running.by("maki")
    campaign_id = campaign(running, "二度届く知らせ")
    state = maki.bring_in(workbook, "participants", campaign_id)
    done = maki.post(
        "/leads/assignments", {"search": {"campaign_id": [campaign_id]}, "owner_id": running.people["rin"]["id"]}
    )
    assert done["changed"] == 1250
    until(lambda: running.mailbox.to("rin@tsunagi.example.jp"))
    entries, mails, leads = portlet_count(running, "rin"), len(running.mailbox.received), leads_of(running, campaign_id)
    for service in ("gateway", "campaign", "lead", "import"):
        with psycopg.connect(running.house.database_url(service), autocommit=True) as connection:
            connection.execute("UPDATE outbox_event SET published_at = NULL")
    until(lambda: all(unsent(running, service) == 0 for service in ("gateway", "campaign", "lead", "import")), 60)
    # what comes after all that was sent again has come through: so has everything before it
    later = maki.bring_in(workbook, "participants", campaign_id)
    assert later["outcomes"]["unchanged"] == 1250
    assert leads_of(running, campaign_id) == leads
    assert maki.get(f"/lists/{state['id']}")["outcomes"] == state["outcomes"]
    assert (portlet_count(running, "rin"), len(running.mailbox.received)) == (entries, mails)
    assert maki.get(f"/campaigns/{campaign_id}")["results"]["responded"] == 1250


def test_killed_workers_and_relays_lose_and_double_nothing(running: Running, workbook: Path) -> None:
    maki, house = running.by("maki"), running.house
    campaign_id = campaign(running, "倒れる工程")
    answer = maki.upload(workbook, "participants", campaign_id)
    for name in ("import-worker", "import-worker-2", "lead-worker", "lead-relay", "import-relay"):
        house.kill(name)
        house.restart(name)
    state = maki.finished(answer.json["id"], seconds=90)
    assert state["outcomes"]["created"] == 1250, state
    assert len(leads_of(running, campaign_id)) == 1250


def unsent(running: Running, service: str) -> int:
    with psycopg.connect(running.house.database_url(service)) as connection:
        row: Any = connection.execute("SELECT count(*) FROM outbox_event WHERE published_at IS NULL").fetchone()
        return int(row[0])
