"""The HTTP door of the campaign service."""

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.routes import Routes
from chassis.shapes import Page
from contracts.roles import EMPLOYEES, EVERYONE, PLANNERS

from . import commands, queries, schemas

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
)
def change_campaign(session: Session, campaign_id: int, body: schemas.CampaignPatch) -> schemas.CampaignDetails:
    return commands.change_campaign(session, campaign_id, body)


@routes.get("/masters/<master>", allow=EVERYONE, answer=Page[schemas.ChoiceDetails])
def list_choices(session: Session, master: str) -> Page[schemas.ChoiceDetails]:
    return queries.choices_of(session, master)
