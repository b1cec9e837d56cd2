"""Rows that import handed over row by row, before they went column by column, and that still wait somewhere: in the
broker, in the inbox, laid aside until their turn."""

import json
from importlib import import_module
from typing import Any

from chassis.events import uuid7
from chassis.inbox import Message, receive
from chassis.worker import routing_keys
from contracts import events
from tests.cast import MAKI
from tests.lead.conftest import KINDS, Lists, all_outcomes, hanako, prepared, taro
from tests.parts import Part

FORMER, LIST = "import.rows_prepared.v1", 901


def former(batch: int, *rows: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The event of a batch as it was said."""
    told = [{"row": number, "values": cells, "seen": None} for number, cells in enumerate(rows, start=2)]
    data = {"list_id": LIST, "batch": batch, "kind": "participants", "campaign_id": KINDS["participants"], "rows": told}
    return data | {"as_planned": [], "overwrite": {}, "erase_blanks": False, "takes": None, "plan": False} | options


def hear(lead: Part, data: dict[str, Any]) -> str:
    event_id = uuid7()
    told = {
        "specversion": "1.0",
        "id": str(event_id),
        "source": "/services/import",
        "type": f"tsunagi.{FORMER}",
        "causeid": str(uuid7()),
        "causekind": "list",
        "actorid": MAKI.id,
        "data": data,
    }
    return receive(lead.service.consumers, "lead.rows.v1", Message(event_id, FORMER, json.dumps(told).encode()))


def outcomes(lead: Part) -> dict[int, list[tuple[int, str]]]:
    assert lead.why_set_aside() == []
    said = lead.said(events.RowsSettled)
    return {settled.batch: [(each.row, each.outcome) for each in all_outcomes(settled)] for settled in said}


def test_they_are_merged(lead: Part, find: Any) -> None:
    assert hear(lead, former(0, taro(), hanako())) == "done"
    assert outcomes(lead) == {0: [(2, "created"), (3, "created")]}
    assert find() == ["山田 太郎", "鈴木 花子"]


def test_rows_of_which_only_some_have_a_field_keep_what_they_say(lead: Part, lists: Lists, show: Any) -> None:
    (made,) = lists.send(taro(title="課長"))
    first = {"lead_id": made.lead_id, "version": 1, "title": "部長"}
    second = {"family_name": "鈴木", "email": "hanako@suzuki.example.jp", "company": "鈴木電機"}
    assert hear(lead, former(0, first, second, kind="update", campaign_id=None, erase_blanks=True)) == "done"
    taken = show(made.lead_id)["person"]
    assert (taken["title"], taken["company"]) == ("部長", "山田商事株式会社")


def test_a_batch_that_was_laid_aside_has_its_turn(lead: Part) -> None:
    early = former(1, hanako(), ordered=True)
    with lead.transaction() as session:
        session.add(
            import_module("services.lead.models").EarlyBatch(list_id=LIST, batch=1, plan=False, body=json.dumps(early))
        )
    assert lead.hear(prepared(LIST, 0, taro(), ordered=True), MAKI) == "done"
    assert outcomes(lead) == {0: [(2, "created")], 1: [(2, "created")]}


def test_what_is_still_sent_under_the_former_name_is_received(lead: Part) -> None:
    assert {FORMER, events.RowsPrepared.routing_key()} <= {*routing_keys(lead.service)["rows"]}
    assert events.RowsPrepared.routing_key() != FORMER
