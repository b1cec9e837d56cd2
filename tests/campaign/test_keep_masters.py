"""キャンペーン分類 as an administrator keeps them."""

from tests.cast import ADMIN, MAKI
from tests.parts import Part


def test_a_category_is_added_renamed_and_retired(campaign: Part) -> None:
    admin, path = campaign.by(ADMIN), "/masters/campaign-categories"
    made = admin.post(path, json={"label_ja": "動画配信", "label_en": "Video"}).get_json()
    assert (made["code"], made["position"], made["active"]) == ("own_1", 11, True)
    renamed = admin.patch(f"{path}/own_1", json={"version": made["version"], "label_ja": "動画"}).get_json()
    assert renamed["label_ja"] == "動画"
    stale = admin.patch(f"{path}/own_1", json={"version": made["version"], "label_ja": "映像"})
    assert stale.status_code == 409
    assert admin.patch(f"{path}/own_1", json={"version": renamed["version"], "active": False}).status_code == 200
    running = campaign.by(MAKI).get("/masters/campaign-statuses").get_json()["items"][2]
    refused = admin.patch("/masters/campaign-statuses/running", json={"version": running["version"], "active": False})
    assert refused.status_code == 422
    assert campaign.by(MAKI).post(path, json={"label_ja": "x", "label_en": "y"}).status_code == 403
