"""The lead service that knows the cast and two campaigns, and lists as import would hand them over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest

from chassis.events import Cause
from contracts import events
from tests.cast import EIJI, GAKU, ISAMU, MAKI, Person
from tests.parts import Part

SEMINAR, WEBINAR = 11, 12
KINDS = {"invited": SEMINAR, "participants": SEMINAR, "update": None}

CELLS = (
    *("lead_id", "version", "company", "department", "title", "family_name_kana", "given_name_kana", "email", "phone"),
    *("mobile", "postal_code", "prefecture", "address", "industry", "source", "owner_id", "stage", "member_status"),
    *("responded_on", "survey", "temperature", "note", "do_not_call", "do_not_mail"),
)
Outcomes = list[events.RowOutcome]


def all_outcomes(settled: events.RowsSettled) -> Outcomes:
    """Of all rows, by their numbers."""
    made = [events.RowOutcome(row=row, outcome="created", lead_id=lead) for row, lead in settled.made().items()]
    return sorted([*made, *settled.outcomes], key=lambda outcome: outcome.row)


def row(family_name: str = "山田", given_name: str = "太郎", **cells: Any) -> dict[str, Any]:
    """A row of the list layout as import prepares it; what is not named is a blank cell."""
    return dict.fromkeys(CELLS, "") | {"family_name": family_name, "given_name": given_name} | cells


def taro(**cells: Any) -> dict[str, Any]:
    return row(company="山田商事株式会社", email="taro@yamada.example.jp", phone="0312345678") | cells


def hanako(**cells: Any) -> dict[str, Any]:
    return row("鈴木", "花子", company="鈴木電機", email="hanako@suzuki.example.jp") | cells


@dataclass
class Lists:
    """Hands lists to the lead service, batch by batch, and hears what it says about the rows."""

    lead: Part
    numbers: Any

    def send(
        self,
        *rows: dict[str, Any],
        kind: str = "participants",
        by: Person = MAKI,
        campaign_id: int | None = None,
        **options: Any,
    ) -> Outcomes:
        """One list of one batch, through to its end. What became of the rows."""
        list_id, cause = next(self.numbers), Cause.new("list", by.id)
        outcomes = self.batch(list_id, 0, *rows, kind=kind, campaign_id=campaign_id, cause=cause, **options)
        self.finish(list_id, kind, cause)
        return outcomes

    def batch(
        self,
        list_id: int,
        batch: int,
        *rows: dict[str, Any],
        kind: str = "participants",
        campaign_id: int | None = None,
        cause: Cause | None = None,
        **options: Any,
    ) -> Outcomes:
        before = len(self.lead.said(events.RowsSettled))
        self.lead.hear(prepared(list_id, batch, *rows, kind=kind, campaign_id=campaign_id, **options), cause=cause)
        assert self.lead.why_set_aside() == []
        said = self.lead.said(events.RowsSettled)[before:]
        return [outcome for settled in said for outcome in all_outcomes(settled)]

    def finish(self, list_id: int, kind: str, cause: Cause) -> None:
        finished = events.ListFinished(
            list_id=list_id, kind=kind, file_name="list.xlsx", status="finished", rows_read=1, outcomes={}
        )
        self.lead.hear(finished, cause=cause)
        assert self.lead.why_set_aside() == []


def prepared(
    list_id: int,
    batch: int,
    *rows: dict[str, Any],
    kind: str = "participants",
    campaign_id: int | None = None,
    seen: int | None = None,
    **options: Any,
) -> events.RowsPrepared:
    """`options` are those of the event; `seen` is for all rows."""
    return events.RowsPrepared(
        list_id=list_id,
        batch=batch,
        kind=kind,
        campaign_id=campaign_id or KINDS[kind],
        **events.by_columns([{"row": number, "values": cells, "seen": seen} for number, cells in enumerate(rows, 2)]),
        **options,
    )


@pytest.fixture
def lead(part: Callable[[str], Part]) -> Part:
    service = part("lead")
    service.knows_the_cast()
    for campaign_id, name in ((SEMINAR, "製造業DXセミナー"), (WEBINAR, "物流ウェビナー")):
        saved = events.CampaignSaved(
            campaign_id=campaign_id,
            code=f"C-{campaign_id}",
            campaign_name=name,
            category="seminar",
            status="running",
            start_date=date(2026, 10, 1),
            owner_id=MAKI.id,
            version=1,
        )
        assert service.hear(saved) == "done"
    service.forget_said()
    return service


@pytest.fixture
def lists(lead: Part) -> Lists:
    return Lists(lead, count(101))


@pytest.fixture
def show(lead: Part) -> Callable[..., dict[str, Any]]:
    """`show(lead_id)`: the lead as its page gets it."""

    def show(lead_id: int | str | None, by: Person = MAKI) -> dict[str, Any]:
        answer = lead.by(by).get(f"/leads/{lead_id}")
        assert answer.status_code == 200, answer.text
        details: dict[str, Any] = answer.get_json()
        return details

    return show


@pytest.fixture
def find(lead: Part) -> Callable[..., list[str]]:
    """`find(q="山田", by=MAKI)`: the names of the leads that a search finds."""

    def find(by: Person = MAKI, **filters: Any) -> list[str]:
        answer = lead.by(by).get("/leads", query_string=filters)
        assert answer.status_code == 200, answer.text
        page = answer.get_json()
        assert page["total"] == len(page["items"])
        return sorted(item["name"] for item in page["items"])

    return find


@pytest.fixture
def convert(lead: Part) -> Callable[..., None]:
    """`convert(lead_id)`: the opportunity service has made an opportunity of this lead."""

    def convert(
        lead_id: int | None, opportunity_id: int = 900, converted_at: datetime = datetime(2026, 11, 20, tzinfo=UTC)
    ) -> None:
        assert lead_id is not None
        converted = events.LeadConverted(
            lead_id=lead_id,
            opportunity_id=opportunity_id,
            opportunity_name="山田商事 新規導入",
            account_id=700,
            account_name="山田商事株式会社",
            campaign_id=SEMINAR,
            main_owner_id=EIJI.id,
            notify=True,
            converted_at=converted_at,
        )
        assert lead.hear(converted, actor=ISAMU) == "done", lead.why_set_aside()

    return convert


@pytest.fixture
def people(lists: Lists) -> dict[str, int | None]:
    """Four leads: two from the seminar (one invited, both came), two invited to the webinar; isamu and gaku own one."""
    takahashi = row(
        "髙橋",
        "一郎",
        family_name_kana="タカハシ",
        given_name_kana="イチロウ",
        company="株式会社ヤマダ電機",
        email="ichiro.takahashi@yamada.example.jp",
        phone="03-1234-5678",
        source="trade_fair",
        owner_id=ISAMU.id,
    )
    sato = row("佐藤", "花子", company="(有)佐藤商店", mobile="090-9999-0000", owner_id=GAKU.id)
    came = lists.send(takahashi, sato)
    lists.send(takahashi, kind="invited")
    ito = row("伊藤", "健", company="X-Tech合同会社", email="ito@x-tech.example.jp", stage="approaching")
    mori = row("森", "", company="森林組合", phone="0155-22-3333")
    invited = lists.send(ito, mori, kind="invited", campaign_id=WEBINAR)
    names = ("takahashi", "sato", "ito", "mori")
    return {name: outcome.lead_id for name, outcome in zip(names, [*came, *invited], strict=True)}
