"""添付ファイル of a campaign: dropped or chosen, several at once; downloaded, deleted, and brought back."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext, ngettext

from chassis.problems import Problem
from contracts.roles import EMPLOYEES, PLANNERS
from gateway.authentication import allow, current_user
from gateway.calling import call

from .frame import address, go, say, swaps

pages = Blueprint("attachments", __name__, url_prefix="/campaigns/<int:campaign_id>/attachments")


def attach_chosen(campaign_id: int | str) -> tuple[int, list[str]]:
    """Attaches every file of the posted form by itself; how many are in, and why others are not."""
    done, refused = 0, []
    for place, file in enumerate(request.files.getlist("files")):
        if not file.filename:
            continue
        key = f"{request.form.get('form_key', '')}:{place}" if request.form.get("form_key") else None
        try:
            call("campaign").upload(f"/campaigns/{campaign_id}/attachments", {}, {"file": file}, key)
            done += 1
        except Problem as problem:
            detail = str(problem.as_json().get("detail", ""))
            refused.append(detail if file.filename in detail else f"「{file.filename}」: {detail}")
    return done, refused


def say_attached(done: int, refused: list[str]) -> None:
    if done:
        say(ngettext("%(num)s件のファイルを添付しました。", "%(num)s件のファイルを添付しました。", done))
    for reason in refused:
        say(reason, tone="red")


def _card(campaign_id: int, deleted: str = "", refused: list[str] | None = None) -> Response:
    """The block on the campaign's page; without htmx back to that page."""
    if not swaps("attachments"):
        return go(address(f"/campaigns/{campaign_id}", {"deleted": deleted}) + "#attachments")
    user = current_user()
    page = render_template(
        "attachments/_card.html",
        campaign=call("campaign").get(f"/campaigns/{campaign_id}"),
        planner=bool(user and user.has(*PLANNERS)),
        deleted=deleted,
        refused=refused or [],
    )
    return make_response(page)


@pages.post("")
@allow(PLANNERS)
def attach(campaign_id: int) -> Response:
    done, refused = attach_chosen(campaign_id)
    if not done and not refused:
        refused = [gettext("添付するファイルを選んでください。")]
    if not swaps("attachments"):
        say_attached(done, refused)
    return _card(campaign_id, refused=refused)


@pages.get("/<int:attachment_id>")
@allow(EMPLOYEES)
def download(campaign_id: int, attachment_id: int) -> Response:
    return call("campaign").download(f"/campaigns/{campaign_id}/attachments/{attachment_id}")


@pages.post("/<int:attachment_id>/deletion")
@allow(PLANNERS)
def delete(campaign_id: int, attachment_id: int) -> Response:
    call("campaign").delete(f"/campaigns/{campaign_id}/attachments/{attachment_id}")
    return _card(campaign_id, deleted=str(attachment_id))


@pages.post("/<int:attachment_id>/restoration")
@allow(PLANNERS)
def restore(campaign_id: int, attachment_id: int) -> Response:
    refused = []
    try:
        call("campaign").post(f"/campaigns/{campaign_id}/attachments/{attachment_id}/restoration")
    except Problem as problem:
        refused = [str(problem.as_json().get("detail", ""))]
        if not swaps("attachments"):
            say(refused[0], tone="red")
    return _card(campaign_id, refused=refused)
