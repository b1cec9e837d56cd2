"""Phases as an administrator keeps them."""

from typing import Any

from tests.cast import ADMIN, EIJI
from tests.parts import Part


def phases(opportunity: Part) -> dict[str, dict[str, Any]]:
    return {each["code"]: each for each in opportunity.by(EIJI).get("/masters/opportunity-phases").get_json()["items"]}


def test_a_phase_is_added_with_its_probability_renamed_moved_and_retired(opportunity: Part) -> None:
    draft = {"label_ja": "稟議中", "label_en": "In approval", "meaning": "open", "extra": {"probability": 90}}
    admin, path = opportunity.by(ADMIN), "/masters/opportunity-phases"
    made = admin.post(path, json=draft).get_json()
    assert (made["probability"], made["meaning"], made["position"]) == (90, "open", 9)
    moved = admin.patch(f"{path}/{made['code']}", json={"version": made["version"], "position": 6}).get_json()
    assert list(phases(opportunity))[5] == made["code"]
    patch = {"version": moved["version"], "label_ja": "決裁中", "extra": {"probability": 95}}
    changed = admin.patch(f"{path}/{made['code']}", json=patch).get_json()
    assert (changed["label_ja"], changed["probability"]) == ("決裁中", 95)
    assert admin.patch(f"{path}/{made['code']}", json=patch).status_code == 409
    wrong = {"version": changed["version"], "extra": {"probability": 120}}
    refused = admin.patch(f"{path}/{made['code']}", json=wrong).get_json()
    assert [error["field"] for error in refused["errors"]] == ["extra.probability"]
    retired = admin.patch(f"{path}/{made['code']}", json={"version": changed["version"], "active": False})
    assert retired.get_json()["active"] is False
    won = phases(opportunity)["won"]
    needed = admin.patch(f"{path}/won", json={"version": won["version"], "active": False})
    assert needed.status_code == 422 and needed.get_json()["errors"][0]["code"] == "needed"
    assert opportunity.by(EIJI).post(path, json=draft).status_code == 403
