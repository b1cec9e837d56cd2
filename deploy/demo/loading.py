"""Loading the demo company through the public API, each step as the person whose work it is."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .company import ACCOUNTS, CAMPAIGNS
from .people import fair_list, webinar_list
from .system import System

# type, reached, result, text
_CALLS = (
    ("call_out", "", "no_answer", "留守番電話に伝言を残した。"),
    ("call_out", "reception", "blocked", "受付で用件を聞かれ、取り次いでもらえなかった。"),
    ("call_out", "proxy", "absent", "外出中。夕方にかけ直す。"),
    ("call_out", "person", "connected", "在庫の棚卸に毎月3日かかっているとのこと。"),
    ("call_out", "person", "material_sent", "事例集をメールで送った。"),
    ("call_out", "person", "prospect", "来期の予算で検討したい。"),
    ("call_out", "person", "callback", "来週の会議のあとに電話がほしい。"),
    ("mail", "person", "mail_answered", "料金の考え方について質問があった。"),
    ("call_out", "person", "refused", "今は必要ないとのこと。"),
)
_APPOINTMENT = ("call_out", "person", "appointment", "工場見学を兼ねて訪問する約束をした。")


def load(gateway_url: str) -> None:
    """Needs the demo users. What an interrupted loading of the same day brought in is not brought in twice."""
    today = datetime.now(ZoneInfo("Asia/Tokyo")).date()
    by = {
        login: System(gateway_url, login, today.isoformat())
        for login in ("admin", "maki", "mana", "isamu", "sara", "eiji")
    }
    users = {user["login"]: user["id"] for user in by["maki"].all("/users")}
    campaigns = {
        each.key: by["maki"].post("/campaigns", each.document(today, users["maki"]))["id"] for each in CAMPAIGNS
    }
    accounts = {
        each.full_name: by["eiji"].post("/accounts", each.document(number, users[("eiji", "rin")[number % 2]]))["id"]
        for number, each in enumerate(ACCOUNTS)
    }
    by["maki"].upload(
        "ものづくりDX展_来場者.xlsx", fair_list(today), kind="participants", campaign_id=campaigns["fair"]
    )
    by["maki"].upload("ウェビナー招待.xlsx", webinar_list(today), kind="invited", campaign_id=campaigns["webinar"])
    for each in CAMPAIGNS:
        if each.ended:
            path = f"/campaigns/{campaigns[each.key]}"
            by["maki"].patch(path, {"status": "ended", "version": by["maki"].get(path)["version"]})
    caller = next(user for user in by["admin"].all("/users") if user["login"] == "gaku")
    by["admin"].patch(f"/users/{caller['id']}", {"campaign_ids": [campaigns["fair"]], "version": caller["version"]})
    work = _assign(by["mana"], users, campaigns["fair"])
    met = _call(by, work, campaigns["fair"], today)
    _convert(by["isamu"], met, campaigns["fair"], accounts, users, today)


def _assign(manager: System, users: dict[str, str], campaign_id: str) -> dict[str, list[Any]]:
    """Spread the fair's leads over those who call; gives login → leads."""
    leads = manager.all("/leads", campaign_id=campaign_id, sort="number")
    work, taken = {}, 0
    for login, count in (("isamu", 70), ("sara", 50), ("gaku", 30)):
        work[login] = leads[taken : taken + count]
        taken += count
        ids = [lead["id"] for lead in work[login]]
        manager.post("/leads/assignments", {"lead_ids": ids, "owner_id": users[login]})
    handed_over = [lead["id"] for lead in leads[taken : taken + 6]]
    manager.post("/leads/assignments", {"lead_ids": handed_over, "owner_id": users["rin"], "stage": "handed_over"})
    return work


def _call(by: dict[str, System], work: dict[str, list[Any]], campaign_id: str, today: date) -> list[Any]:
    """Some days of calls; gives the leads who agreed to a meeting."""
    draw = random.Random(23)
    met = []
    for login, count in (("isamu", 32), ("sara", 20)):
        for number, lead in enumerate(work[login][:count]):
            call = _APPOINTMENT if number % 11 == 3 else draw.choice(_CALLS)
            day = today - timedelta(days=draw.randrange(1, 12))
            _register(by[login], lead["id"], call, _in_office_hours(day, draw), campaign_id)
            if call is _APPOINTMENT and login == "isamu":
                met.append(lead)
    return met


def _register(
    system: System, lead_id: str, call: tuple[str, str, str, str], occurred_at: datetime, campaign_id: str
) -> None:
    kind, reached, result, text = call
    action = {
        "type": kind,
        "reached": reached,
        "result": result,
        "text": text,
        "occurred_at": occurred_at.astimezone(UTC).isoformat(),
        "campaign_id": campaign_id,
        "duration_minutes": 3 if reached != "person" else 12,
    }
    if result == "refused":
        action["drop_reason"] = "時期ではない"
    system.post(f"/leads/{lead_id}/actions", action)


def _convert(
    system: System, met: list[Any], campaign_id: str, accounts: dict[str, str], users: dict[str, str], today: date
) -> None:
    """Two of them become opportunities."""
    for lead, login, amount in zip(met, ("eiji", "rin"), (8_400_000, 3_600_000), strict=False):
        known = accounts.get(lead["company"])
        document = {
            "campaign_id": campaign_id,
            "account": {"id": known} if known else {"name": lead["company"]},
            "opportunity": {
                "name": f"{lead['company']} 生産管理システム",
                "main_owner_id": users[login],
                "amount": amount,
                "expected_on": (today + timedelta(days=75)).isoformat(),
                "handover_memo": "工場見学の日程は調整済み。原価管理に関心が高い。",
            },
            "notify": True,
        }
        system.post(f"/leads/{lead['id']}/conversion", document)


def _in_office_hours(day: date, draw: random.Random) -> datetime:
    time_of_day = f"{draw.randrange(9, 18):02d}:{draw.randrange(0, 60, 5):02d}"
    return datetime.fromisoformat(f"{day} {time_of_day}").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
