"""リード一覧 in the order of stages and of owners."""

from typing import Any

import pytest

from tests.cast import ADMIN, EIJI, ISAMU, MAKI
from tests.lead.conftest import Lists, row
from tests.parts import Part


@pytest.fixture(autouse=True)
def leads(lists: Lists) -> None:
    """One lead in each of four stages; two are of nobody."""
    stages = {"new": EIJI.id, "approaching": "", "connected": ISAMU.id, "nurturing": ""}
    lists.send(
        *(
            row(f"順{number}", email=f"{stage}@jun.example.jp", stage=stage, owner_id=owner)
            for number, (stage, owner) in enumerate(stages.items())
        )
    )


def shown(lead: Part, sort: str, **query: Any) -> list[tuple[str, str]]:
    found = lead.by(MAKI).get("/leads", query_string={"sort": sort} | query).get_json()["items"]
    return [(item["stage"]["code"], item["owner"]["login"] if item["owner"] else "") for item in found]


def test_stages_come_in_the_order_of_their_master(lead: Part) -> None:
    def stages(sort: str, **query: Any) -> list[str]:
        return [stage for stage, _ in shown(lead, sort, **query)]

    assert stages("stage") == ["new", "approaching", "connected", "nurturing"]
    assert stages("-stage", stage=["new", "nurturing"]) == ["nurturing", "new"]
    assert stages("-stage", q="jun.example") == stages("-stage") == ["nurturing", "connected", "approaching", "new"]
    moved = next(
        stage
        for stage in lead.by(ADMIN).get("/masters/lead-stages").get_json()["items"]
        if stage["code"] == "nurturing"
    )
    change = {"version": moved["version"], "position": 1}
    assert lead.by(ADMIN).patch("/masters/lead-stages/nurturing", json=change).status_code == 200
    assert stages("stage") == ["nurturing", "new", "approaching", "connected"]


def test_leads_of_nobody_come_before_those_of_users_in_their_order(lead: Part) -> None:
    assert [owner for _, owner in shown(lead, "owner")] == ["", "", "isamu", "eiji"]
    assert [owner for _, owner in shown(lead, "-owner")] == ["eiji", "isamu", "", ""]
    assert [stage for stage, _ in shown(lead, "-owner", owner="unassigned")] == ["nurturing", "approaching"]
    several = ["unassigned", str(EIJI.id)]
    assert [owner for _, owner in shown(lead, "-owner", owner=several)] == ["eiji", "", ""]
    assert [owner for _, owner in shown(lead, "owner", owner="others")] == ["isamu", "eiji"]
