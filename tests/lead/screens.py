"""Work on the screen as chance makes it: anything that people do to leads, persons and campaign history."""

import random
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from contracts import events
from tests.cast import EIJI, ISAMU, MAKI, MANA, SARA, Person
from tests.lead.chance import seeds
from tests.lead.conftest import SEMINAR, WEBINAR
from tests.parts import Part

# Field → what somebody writes there. What needs a reason, or a kind, comes with it.
OF_LEAD: list[dict[str, Any]] = [
    *({"owner_id": owner} for owner in (None, ISAMU.id, SARA.id, EIJI.id)),
    *({"stage": stage} for stage in ("approaching", "nurturing", "appointment", "handed_over")),
    *({"stage": stage, "drop_reason": "予算なし"} for stage in ("passed", "out_of_scope")),
    *({"source": source} for source in ("", "referral", "seminar")),
    *({"industry": industry} for industry in ("", "製造業", "卸売業")),
    *({"temperature": temperature} for temperature in ("", "A", "C")),
    *({"shared_memo": memo} for memo in ("", "メモ", "画面のメモ")),
    *({field: "高い"} for field in ("budget", "authority", "need", "timing", "interest")),
    {"next_action_at": "2026-12-01T01:00:00Z", "next_action_type": "call_out"},
    {"next_action_at": None, "next_action_type": ""},
    {"first_response_due": "2026-12-02T01:00:00Z"},
    {"do_not_call": True, "do_not_call_reason": "本人から申し出"},
    {"do_not_call": False, "do_not_call_reason": ""},
    {"do_not_mail": True, "do_not_mail_reason": "本人から申し出"},
    {"account_id": 700},
]
OF_PERSON: list[dict[str, Any]] = [
    {"family_name": "山本"},
    {"family_name": "山田"},
    {"given_name": "次郎"},
    {"family_name_kana": "ヤマモト"},
    {"given_name_kana": "ジロウ"},
    *({"company": company} for company in ("山田商事", "別会社")),
    *({"title": title} for title in ("", "課長", "主査")),
    *({"email": email} for email in ("", "a@example.jp", "b@example.jp", "new@example.jp")),
    *({field: "second@example.jp"} for field in ("second_email",)),
    *({field: number} for field in ("phone", "direct_phone", "mobile", "fax") for number in ("", "0312345678")),
    *({field: "部"} for field in ("department", "rank", "address")),
    {"postal_code": "1000001"},
    {"prefecture": "東京都"},
    {"status": "moved"},
    {"consent": {"mail": "granted", "phone": "refused"}},
]
OF_MEMBER: list[dict[str, Any]] = [
    *({"status": status} for status in ("attended", "cancelled", "applied")),
    *({"invited": invited} for invited in (True, False)),
    *({field: "画面から"} for field in ("channel", "survey", "interest", "note")),
    {"responded_at": "2026-10-25T01:00:00Z"},
]
RESULTS = ("no_answer", "connected", "appointment", "refused", "do_not_call", "wrong_number")
WORKERS = (ISAMU, SARA, MANA, MAKI)
Act = tuple[str, int, Any, Person]


def _act(chance: random.Random) -> Act:
    kind = chance.choice(["lead", "lead", "person", "person", "both", "member", "join", "action", "bulk", "won"])
    body: dict[str, Any] = {}
    if kind in ("lead", "both"):
        for edit in chance.sample(OF_LEAD, chance.choice([1, 2, 3])):
            body |= edit
    if kind in ("person", "both"):
        for edit in chance.sample(OF_PERSON, chance.choice([1, 2, 3])):
            body["person"] = body.get("person", {}) | edit
    if kind == "member":
        body = chance.choice(OF_MEMBER)
    if kind == "join":
        body = {"campaign_id": WEBINAR, "status": chance.choice(["invited", "applied"])}
    if kind == "action":
        campaign = chance.choice([None, SEMINAR])
        body = {"type": "call_out", "result": chance.choice(RESULTS), "campaign_id": campaign, "text": "電話"}
    if kind == "bulk":
        body = chance.choice([{"owner_id": SARA.id}, {"stage": "connected"}, {"owner_id": None}])
    return kind, chance.randrange(12), body, chance.choice(WORKERS)


acts = seeds.map(_act)  # what, to which lead, and who


def perform(lead: Part, act: Act, lead_ids: Collection[int]) -> None:
    """Does it, if it may be done, to one of these leads."""
    kind, which, body, actor = act
    if not lead_ids:
        return
    lead_id = sorted(lead_ids)[which % len(lead_ids)]
    client = lead.by(actor)
    details = client.get(f"/leads/{lead_id}").get_json()
    if kind == "won":
        _convert(lead, lead_id, actor)
        return
    if kind == "member":
        version = next((each["version"] for each in details["members"] if each["campaign_id"] == str(SEMINAR)), 0)
        answer = client.patch(f"/leads/{lead_id}/members/{SEMINAR}", json=body | {"version": version})
    elif kind == "join":
        answer = client.post(f"/leads/{lead_id}/members", json=body)
    elif kind == "action":
        answer = client.post(f"/leads/{lead_id}/actions", json=body)
    elif kind == "bulk":
        answer = client.post("/leads/assignments", json=body | {"lead_ids": [str(lead_id), str(lead_id + 1)]})
    else:
        saved = {"version": details["version"], "save_anyway": True}  # leads that share an address are the hard ones
        answer = client.patch(f"/leads/{lead_id}", json=body | saved)
    assert answer.status_code in (200, 201, 404, 422), answer.text


def _convert(lead: Part, lead_id: int, actor: Person) -> None:
    converted = events.LeadConverted(
        lead_id=lead_id, opportunity_id=900 + lead_id, opportunity_name="新規導入", account_id=700,
        account_name="山田商事株式会社", campaign_id=SEMINAR, main_owner_id=EIJI.id, notify=False,
        converted_at=datetime.now(UTC),
    )  # fmt: skip
    assert lead.hear(converted, actor=actor) == "done", lead.why_set_aside()
