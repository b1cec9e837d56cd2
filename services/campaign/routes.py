"""The HTTP door of the campaign service."""

from flask import Response, send_file
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from chassis import files as stored
from chassis.auth import Actor
from chassis.choices import ChoiceShape, declare_masters
from chassis.problems import Field, Invalid
from chassis.routes import Routes
from chassis.shapes import Page
from contracts.roles import EMPLOYEES, EVERYONE, PLANNERS, Role

from . import attachments, commands, masters, queries, schemas
from .choices import Choices

routes = Routes()


@routes.get("/campaigns", allow=EMPLOYEES, query=schemas.CampaignSearch, answer=Page[schemas.CampaignItem])
def list_campaigns(session: Session, actor: Actor, query: schemas.CampaignSearch) -> Page[schemas.CampaignItem]:
    return queries.search_campaigns(session, actor, query)


@routes.post(
    "/campaigns",
    allow=PLANNERS,
    body=schemas.CampaignDraft,
    answer=schemas.CampaignDetails,
    status=201,
    cause="campaign",
    checkable=True,
)
def create_campaign(session: Session, actor: Actor, body: schemas.CampaignDraft) -> schemas.CampaignDetails:
    return commands.create_campaign(session, actor, body)


@routes.get("/campaigns/<int:campaign_id>", allow=EMPLOYEES, answer=schemas.CampaignDetails)
def show_campaign(session: Session, campaign_id: int) -> schemas.CampaignDetails:
    return queries.campaign_details(session, campaign_id)


@routes.patch(
    "/campaigns/<int:campaign_id>",
    allow=PLANNERS,
    body=schemas.CampaignPatch,
    answer=schemas.CampaignDetails,
    cause="campaign",
    checkable=True,
)
def change_campaign(session: Session, campaign_id: int, body: schemas.CampaignPatch) -> schemas.CampaignDetails:
    return commands.change_campaign(session, campaign_id, body)


@routes.post(
    "/campaigns/<int:campaign_id>/attachments",
    allow=PLANNERS,
    form=schemas.AttachmentForm,
    answer=schemas.AttachmentDetails,
    status=201,
    cause="attachment",
)
def attach_file(
    session: Session, actor: Actor, campaign_id: int, files: MultiDict[str, FileStorage]
) -> schemas.AttachmentDetails:
    """multipart with one `file`, of at most 50 MB."""
    sent = files.getlist("file")
    if len(sent) != 1 or not sent[0].filename:
        ja, en = "添付するファイルを 1 つ選んでください。", "Choose one file to attach."
        raise Invalid([Field("file", "missing", ja=ja, en=en)])
    file = sent[0]
    return attachments.attach_file(session, actor, campaign_id, file.stream, file.filename or "", file.mimetype)


@routes.get("/campaigns/<int:campaign_id>/attachments", allow=EMPLOYEES, answer=Page[schemas.AttachmentDetails])
def list_attachments(session: Session, campaign_id: int) -> Page[schemas.AttachmentDetails]:
    found = queries.campaign_details(session, campaign_id).attachments
    return Page[schemas.AttachmentDetails](items=found, total=len(found))


@routes.get("/campaigns/<int:campaign_id>/attachments/<int:attachment_id>", allow=EMPLOYEES)
def download_attachment(session: Session, campaign_id: int, attachment_id: int) -> Response:
    """The file, to be saved and never shown in place."""
    found = attachments.attachment(session, campaign_id, attachment_id)
    response = send_file(
        stored.open_file(found.file_key), mimetype=found.type, as_attachment=True, download_name=found.name
    )
    response.headers["Content-Length"] = str(found.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@routes.delete("/campaigns/<int:campaign_id>/attachments/<int:attachment_id>", allow=PLANNERS, cause="attachment")
def delete_attachment(session: Session, actor: Actor, campaign_id: int, attachment_id: int) -> None:
    """Delete an attachment; it can be restored for a day."""
    attachments.delete_attachment(session, actor, campaign_id, attachment_id)


@routes.post(
    "/campaigns/<int:campaign_id>/attachments/<int:attachment_id>/restoration",
    allow=PLANNERS,
    answer=schemas.AttachmentDetails,
    cause="attachment",
)
def restore_attachment(session: Session, campaign_id: int, attachment_id: int) -> schemas.AttachmentDetails:
    """Bring a deleted attachment back."""
    return attachments.restore_attachment(session, campaign_id, attachment_id)


declare_masters(
    routes,
    shape=ChoiceShape,
    read=EVERYONE,
    keep=(Role.ADMINISTRATOR,),
    choices_of=lambda session, master: Choices.known(session).of(master),
    create=masters.create_choice,
    edit=masters.edit_choice,
)
