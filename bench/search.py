"""Searching at scale: a house with 1,000,000 leads, four people at once, measured at the gateway.

    python -m bench.search [LEADS]

Every filter and every order, on its first page, in the middle and on the last page: as the page リード一覧 (the first
whole, the others as a browser asks that pages on: the part that changes), and as GET /api/v1/leads?total=quick, which
counts no more than the page does; then リード詳細, and 案件化 until the answer and until the lead's stage shows it.
Milliseconds; what is above the target is marked. Putting the leads there takes some minutes, and some GB below the
temporary folder.
"""

import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import urllib3

from chassis.shapes import write_cursor
from deploy.local.house import House
from tests.journeys.system import System
from tests.mailbox import Mailbox
from tests.waiting import until

from .crowd import FIRST_CAMPAIGN, fill
from .list_house import campaign

CLIENTS, ROUNDS, TARGET = 4, 10, 60.0
BIG, MIDDLE, SMALL = FIRST_CAMPAIGN, FIRST_CAMPAIGN + 7, FIRST_CAMPAIGN + 29
Query = dict[str, Any]

FILTERS: dict[str, Query] = {
    "nothing": {},
    "keyword 1 kanji, common": {"q": "山"},
    "keyword 1 kanji, rare": {"q": "倉"},
    "keyword 2 kanji": {"q": "山田"},
    "keyword kana": {"q": "やまだ"},
    "keyword half-width kana": {"q": "ﾔﾏﾓﾄ"},
    "keyword company": {"q": "株式会社山田製作所"},
    "keyword two words": {"q": "佐藤 製作所"},
    "keyword phone digits": {"q": "12345"},
    "keyword phone": {"q": "03-4567"},
    "keyword e-mail": {"q": "yamada1234"},
    "keyword e-mail domain": {"q": "@c77.example.jp"},
    "keyword 1 letter": {"q": "q"},
    "keyword nobody": {"q": "存在しない"},
    "lead number": {"q": "L-000777"},
    "owner unassigned": {"owner": "unassigned"},
    "owner me": {"owner": "me"},
    "owner others": {"owner": "others"},
    "stage new": {"stage": "new"},
    "stage rare": {"stage": "out_of_scope"},
    "campaign big": {"campaign_id": BIG},
    "campaign middle": {"campaign_id": MIDDLE},
    "campaign small": {"campaign_id": SMALL},
    "invited": {"invited": "true"},
    "not invited": {"invited": "false"},
    "responded": {"responded": "true"},
    "not responded": {"responded": "false"},
    "campaign big, not responded": {"campaign_id": BIG, "responded": "false"},
    "campaign small, responded": {"campaign_id": SMALL, "responded": "true"},
    "source": {"source": "referral"},
    "department": {"department": "3"},
    "updated since": {"updated_since": (date.today() - timedelta(days=7)).isoformat()},
    "next action until": {"next_action_until": (date.today() - timedelta(days=20)).isoformat()},
    "mine, approaching": {"owner": "me", "stage": "approaching"},
    "unassigned of campaign, 山": {"owner": "unassigned", "campaign_id": BIG, "q": "山"},
    "not invited, 山田, new": {"invited": "false", "q": "山田", "stage": "new"},
    "others, webinar, responded": {"owner": "others", "source": "webinar", "responded": "true"},
}
# What each order compares, for places in its middle.
ORDERS = {
    "updated_at": "l.updated_at",
    "created_at": "l.id",
    "name": "p.reading",
    "company": "left(p.company, 100)",
    "next_action_at": "coalesce(l.next_action_at, '9999-01-01Z')",
    "last_contact_at": "coalesce(l.last_contact_at, '1900-01-01Z')",
    "stage": "(SELECT position FROM choice WHERE master = 'lead-stages' AND code = l.stage)",
    "owner": "coalesce(l.owner_id, 0)",
}
SORTED: dict[str, Query] = {
    f"{name} by {sort}": FILTERS[name] | {"sort": sort}
    for name in ("nothing", "keyword 2 kanji", "owner me", "stage rare", "campaign middle", "not responded")
    for order in ORDERS
    for sort in (order, f"-{order}")
    if sort != "-updated_at"
}


class Client:
    """The gateway as a browser and as another system ask it, in the name of one user."""

    def __init__(self, house: House, login: str) -> None:
        self.system = System(house.gateway_url).sign_in(login)
        self.url = house.gateway_url
        self.pool = urllib3.PoolManager(maxsize=CLIENTS, retries=False, timeout=60)

    def page(self, path: str, query: Query) -> float:
        return self._timed(f"{self.url}{path}?{urlencode(query)}", {"Cookie": f"tsunagi={self.system.token}"})

    def part(self, path: str, query: Query) -> float:
        """What the page changes when somebody pages on."""
        htmx = {"HX-Request": "true", "HX-Target": "results", "Cookie": f"tsunagi={self.system.token}"}
        return self._timed(f"{self.url}{path}?{urlencode(query)}", htmx)

    def api(self, path: str, query: Query) -> float:
        signed_in = {"Authorization": f"Bearer {self.system.token}"}
        return self._timed(f"{self.system.url}{path}?{urlencode(query)}", signed_in)

    def _timed(self, url: str, headers: dict[str, str]) -> float:
        began = time.perf_counter()
        answer = self.pool.request("GET", url, headers=headers, redirect=False)
        took = (time.perf_counter() - began) * 1000
        assert answer.status == 200, (url, answer.status, answer.data[:200])
        return took


def at_once(ask: Callable[[], float]) -> list[float]:
    """Milliseconds of CLIENTS × ROUNDS questions, CLIENTS of them at any time."""
    with ThreadPoolExecutor(CLIENTS) as people:
        rounds = [people.submit(lambda: [ask() for _ in range(ROUNDS)]) for _ in range(CLIENTS)]
        return [took for person in rounds for took in person.result()]


def middles(url: str, count: int) -> dict[str, str]:
    """A cursor in the middle of each order."""
    opened: Any = psycopg.connect(url)  # whose types want every statement spelled out in the source
    with opened as connection:
        found = {}
        for order, value in ORDERS.items():
            place = f"SELECT {value}, l.id FROM lead l JOIN person p ON p.id = l.person_id WHERE l.id = %s"
            row = connection.execute(place, [count // 2]).fetchone()
            assert row is not None
            found[order] = write_cursor([*row, count, 1])
    return found


def places(client: Client, query: Query, middle: dict[str, str]) -> Iterator[tuple[str, Query]]:
    """The first page, one in the middle, the last."""
    sort = query.get("sort", "-updated_at")
    yield "first", query
    yield "middle", query | {"cursor": middle[sort.removeprefix("-")]}
    turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    beyond = client.system.get("/leads", **query | {"sort": turned, "total": "quick"})["next_cursor"]
    if beyond:  # the same place, looked at the other way round
        yield "last", query | {"cursor": beyond}


def high(took: list[float]) -> float:
    """p95."""
    return statistics.quantiles(took, n=20)[-1]


def lists(client: Client, middle: dict[str, str]) -> None:
    heads = ("page first", "middle", "last", "API first", "middle", "last")
    print(f"{'milliseconds, p50/p95':44}" + "".join(f"{head:>14}" for head in heads))
    highs: list[float] = []
    everything: dict[str, list[float]] = {"page": [], "API": []}
    for _ in range(5):  # processes, connections, plans
        at_once(lambda: client.page("/leads", {}) + client.api("/leads", {}))
    for name, query in (FILTERS | SORTED).items():
        cells = []
        found = dict(places(client, query, middle))
        quick = {place: at | {"total": "quick"} for place, at in found.items()}
        pages = [(client.page, found, "first"), (client.part, found, "middle"), (client.part, found, "last")]
        for ask, asked, place in [*pages, *((client.api, quick, place) for place in ("first", "middle", "last"))]:
            if place not in asked:
                cells.append("–")
                continue
            took = at_once(partial(ask, "/leads", asked[place]))
            highs.append(high(took))
            everything["API" if ask == client.api else "page"] += took
            cells.append(f"{statistics.median(took):.0f}/{high(took):.0f}{'!' if high(took) > TARGET else ''}")
        print(f"{name:44}" + "".join(f"{cell:>14}" for cell in cells), flush=True)
    for what, took in everything.items():
        print(f"{what}, all places together: p50 {statistics.median(took):.0f}, p95 {high(took):.0f}")
    for bound in (TARGET, 80, 100):
        print(f"p95 within {bound:.0f} ms: {sum(p95 <= bound for p95 in highs)} of {len(highs)}")


def details(client: Client, count: int) -> None:
    took = [client.page(f"/leads/{number}", {}) for number in range(1, count, count // 40)]
    print(f"lead detail, one person: p50 {statistics.median(took):.0f}, p95 {high(took):.0f}")
    numbers = iter(range(7, count, count // 200))
    took = at_once(lambda: client.page(f"/leads/{next(numbers)}", {}))
    print(f"lead detail, {CLIENTS} at once: p50 {statistics.median(took):.0f}, p95 {high(took):.0f}")


def entered(client: Client, lead: Query) -> Any:
    """The new lead; None while the lead service has not heard of the campaign."""
    answer = client.system.ask("POST", "/leads", lead)
    return answer.json if answer.status == 201 else None


def conversion_of(client: Client, lead_id: str) -> Any:
    """What the lead became; None while it has not heard of that."""
    return client.system.get(f"/leads/{lead_id}")["conversion"]


def conversions(client: Client, owner_id: str, campaign_id: str) -> None:
    """Leads made for it; a conversion names a campaign of the lead's history."""
    answered, visible = [], []
    run = time.time_ns()  # in a house that is measured once more, they are not known either
    for number in range(20):
        person = {
            "family_name": f"転換{number}",
            "email": f"convert{run}.{number}@example.jp",
            "company": "株式会社転換",
        }
        made = until(partial(entered, client, {"person": person, "campaign_id": campaign_id}), 20)
        draft = {
            "campaign_id": campaign_id,
            "account": {"name": f"株式会社転換{number}"},
            "opportunity": {"name": "導入", "main_owner_id": owner_id},
            "notify": True,
        }
        began = time.perf_counter()
        client.system.post(f"/leads/{made['id']}/conversion", draft)
        answered.append((time.perf_counter() - began) * 1000)
        until(partial(conversion_of, client, made["id"]), 20)
        visible.append((time.perf_counter() - began) * 1000 - answered[-1])
    print(f"conversion: p50 {statistics.median(answered):.0f} until the answer")
    print(f"until the stage shows it: p50 {statistics.median(visible):.0f} more, at most {max(visible):.0f}")


def main(count: int) -> None:
    with contextlib.ExitStack() as at_end:
        folder = Path(at_end.enter_context(tempfile.TemporaryDirectory(prefix="tsunagi-bench-")))
        folder.chmod(0o711)
        mailbox = at_end.enter_context(Mailbox())
        house = at_end.enter_context(House(folder / "house", smtp_url=mailbox.url, throwaway=False))
        house.run("gateway", "demo-users")
        client = Client(house, "mana")
        users = client.system.everybody()
        began = time.perf_counter()
        fill(house.database_url("lead"), count, [int(users[login]["id"]) for login in ("mana", "isamu", "sara")])
        print(f"{count} leads in {time.perf_counter() - began:.0f} s")
        measure(house, client, users, count)


def measure(house: House, client: Client, users: dict[str, Any], count: int) -> None:
    lists(client, middles(house.database_url("lead"), count))
    details(client, count)
    conversions(client, users["eiji"]["id"], campaign(client.system, "転換", users["mana"]["id"]))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
