"""共有メモ: written on the lead's page, with every version that there was."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from chassis.problems import Problem
from contracts.roles import EVERYONE
from gateway.authentication import allow
from gateway.calling import call

from .forms import text
from .frame import dialog, go, say, swaps
from .lead_walk import Walk

pages = Blueprint("lead_memo", __name__, url_prefix="/leads/<int:lead_id>/memo")


@pages.post("")
@allow(EVERYONE)
def save(lead_id: int) -> Response:
    """Saves the memo unless somebody else wrote it meanwhile; then both texts stand there to choose from."""
    mine, version = text("shared_memo"), request.form.get("version", "0")
    for _ in range(3):
        try:
            lead = call("lead").patch(f"/leads/{lead_id}", {"shared_memo": mine, "version": int(version)})
        except Problem as problem:
            lead = call("lead").get(f"/leads/{lead_id}")
            if problem.status != 409:
                raise
            if lead["shared_memo"] not in (text("seen_memo"), mine):
                return _both(lead, mine)
            version = lead["version"]  # others changed something else
            continue
        if swaps("memo"):
            return make_response(_block(lead, saved=True))
        say(gettext("共有メモを保存しました。"))
        return go(Walk.read(lead_id).here())
    return _both(lead, mine)


@pages.get("/versions")
@allow(EVERYONE)
def versions(lead_id: int) -> Response:
    lead = call("lead").get(f"/leads/{lead_id}")
    query = {"page_size": 10, "cursor": request.args.get("cursor")}
    page = call("lead").get(f"/leads/{lead_id}/memo-versions", query)
    walk = Walk.read(lead_id)
    return dialog(
        "lead/_memo_versions.html",
        title=gettext("共有メモの履歴"),
        parent=(f"/leads/{lead_id}", lead["company"] or lead["number"]),
        lead=lead,
        page=page,
        more=walk.here("/memo/versions", cursor=page["next_cursor"]) if page["next_cursor"] else None,
        walk=walk,
    )


def _both(lead: dict[str, Any], mine: str) -> Response:
    collision = {"mine": mine, "theirs": lead["shared_memo"], "together": f"{lead['shared_memo']}\n\n{mine}".strip()}
    if swaps("memo"):
        return make_response(_block(lead, collision=collision), 409)
    parent = (f"/leads/{lead['id']}", lead["company"] or lead["number"])
    context = {"lead": lead, "walk": Walk.read(int(lead["id"])), "collision": collision, "saved": False}
    return dialog("lead/_memo.html", status=409, title=gettext("共有メモ"), parent=parent, **context)


def _block(lead: dict[str, Any], saved: bool = False, collision: dict[str, str] | None = None) -> str:
    walk = Walk.read(int(lead["id"]))
    return render_template("lead/_memo.html", lead=lead, saved=saved, collision=collision, walk=walk)
